/**
 * What a purchase costs against what it was sold for. Exact decimals throughout; only what is shown
 * is rounded, and never in favour of buying.
 * @module
 */
import Big from 'big.js';
import type { OrderLine } from '../connectors/marketplace.ts';
import { fromMinor } from '../connectors/money.ts';
import type { MappingHold } from './holds.ts';
import type { BoughtLine } from './lines.ts';
import type { StoreSettings } from './store.ts';

export interface BudgetInput {
  readonly bought: readonly BoughtLine[];
  /** Every line was turned into priced source lines: `bought` is the whole purchase. */
  readonly complete: boolean;
  /** The order lines bought. */
  readonly sold: readonly Pick<OrderLine, 'lineId' | 'unitPrice' | 'quantity'>[];
  readonly currency: string;
  readonly storeCurrency: string;
  readonly budget: StoreSettings['budget'];
}

export interface BudgetCheck {
  /** Undefined while a price is unknown. */
  readonly costFen: number | undefined;
  /** Sale amount in fen, rounded down; undefined in a foreign currency or when unreadable. */
  readonly saleFen: number | undefined;
  /** (sale - cost) / sale; undefined when either is, or nothing was paid. */
  readonly marginShare: number | undefined;
  readonly holds: readonly MappingHold[];
}

export function checkBudget(input: BudgetInput): BudgetCheck {
  const { bought, complete, budget } = input;
  // With a price unknown this is the least it can cost: enough to say "too dear", not "margin".
  const cost = bought.reduce(
    (sum, line) => sum.plus(new Big(line.priceFen ?? 0).times(line.quantity)),
    new Big(0),
  );
  const holds: MappingHold[] = [];
  if (cost.gt(budget.largestOrder)) {
    const least = complete ? '' : 'at least ';
    const detail = `costs ${least}${cny(cost)}, at most ${cny(new Big(budget.largestOrder))} is allowed`;
    holds.push({ code: 'over-budget', detail });
  }
  const sale = saleOf(input, holds);
  const costFen = complete && Number.isSafeInteger(cost.toNumber()) ? cost.toNumber() : undefined;
  const base = { costFen, saleFen: sale && toFen(sale), holds };
  if (!sale || costFen === undefined) return { ...base, marginShare: undefined };

  const terms = `costs ${cny(cost)}, sold for ${saleText(input, sale)}`;
  if (sale.eq(0)) {
    holds.push({ code: 'margin-too-small', detail: `${terms}: nothing was paid for it` });
    return { ...base, marginShare: undefined };
  }
  const margin = sale.minus(cost);
  if (margin.lt(sale.times(budget.smallestMargin))) {
    const detail = `${terms}: margin ${percent(margin.div(sale))} of the sale, at least ${percent(new Big(budget.smallestMargin))} is wanted`;
    holds.push({ code: 'margin-too-small', detail });
  }
  return { ...base, marginShare: margin.div(sale).toNumber() };
}

/**
 * Whether the agent's price is near enough to the plan to be paid without a person. A lower price
 * always is; 0 never is, because the agent says 0 while it does not know the amount.
 * @param plannedFen what the plan expected, in fen
 * @param agentFen what the agent asks, in fen
 * @param drift share by which it may rise, 0.05 = 5%
 */
export function priceWithinDrift(plannedFen: number, agentFen: number, drift: number): boolean {
  return agentFen > 0 && new Big(agentFen).lte(new Big(plannedFen).times(new Big(1).plus(drift)));
}

/** A share for people, `12.5%`, rounded down. */
export function percent(share: Big): string {
  const rounding = share.lt(0) ? Big.roundUp : Big.roundDown;
  return `${share.times(100).round(2, rounding).toString()}%`;
}

/** Fen for people, `16.05 CNY`. */
export function cny(fen: Big): string {
  return `${fromMinor(fen.round(0, Big.roundUp).toNumber(), 'CNY')} CNY`;
}

/** The sale amount in fen, exact; adds the hold that says why there is none. */
function saleOf(input: BudgetInput, holds: MappingHold[]): Big | undefined {
  const { sold, currency, storeCurrency, budget } = input;
  if (currency !== storeCurrency) {
    const detail = `the order is in ${currency || 'no currency'}, the store's country has ${storeCurrency}`;
    holds.push({ code: 'currency-unexpected', detail });
  }
  let sum = new Big(0);
  let readable = true;
  for (const { lineId, unitPrice, quantity } of sold) {
    if (/^\d+(\.\d+)?$/.test(unitPrice)) {
      sum = sum.plus(new Big(unitPrice).times(quantity));
      continue;
    }
    readable = false;
    const detail = `line ${lineId}: "${unitPrice}" is no amount`;
    holds.push({ code: 'sale-price-unreadable', detail, lineId });
  }
  if (!readable || currency !== storeCurrency) return undefined;
  return sum.times(budget.cnyPerUnit).times(100);
}

function saleText({ currency, budget }: BudgetInput, sale: Big): string {
  const abroad = sale.div(100).div(budget.cnyPerUnit).round(4).toString();
  return `${abroad} ${currency} x ${budget.cnyPerUnit} = ${cny(new Big(toFen(sale)))}`;
}

function toFen(exact: Big): number {
  return exact.round(0, Big.roundDown).toNumber();
}
