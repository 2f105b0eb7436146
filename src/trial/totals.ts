/**
 * What the orders of a trial come to. Adds up row by row and keeps no row, so that its memory grows with
 * days, hold codes and SKUs, not with orders.
 * @module
 */
import Big from 'big.js';
import { addMs, chinaDay } from '../clock.ts';
import type { Store } from '../config.ts';
import { holdText } from '../holds.ts';
import type { TrialRow } from './row.ts';

/** How many of the dearest orders, the days and the SKUs are named. */
export const NAMED = 10;

export interface Sum {
  readonly orders: number;
  readonly costFen: number;
  readonly saleFen: number;
  /** In the store's currency: decimal text. */
  readonly sale: string;
  /** Of the sale; undefined when there is none. */
  readonly marginShare: number | undefined;
}

export interface HoldCount {
  readonly code: string;
  readonly orders: number;
  readonly title: string;
  readonly remedy: string;
}

export interface UnmappedSku {
  readonly sku: string;
  readonly orders: number;
  readonly name: string;
}

export interface DaySum {
  /** In China, where caps are counted. */
  readonly day: string;
  readonly orders: number;
  readonly fen: number;
}

export interface OverBudget {
  readonly orderNumber: string;
  readonly detail: string;
}

export interface Totals {
  /** Of `early` ones nothing else is counted. */
  readonly orders: number;
  readonly early: number;
  /** Changed since, but created before. */
  readonly older: number;
  readonly buy: Sum;
  /** Would have been bought: shipped or ended since. */
  readonly asThen: Sum;
  readonly bought: Sum;
  readonly together: Sum;
  /** Of all counted: shipped or ended since, and planned as on the day they came in. */
  readonly past: number;
  readonly held: number;
  readonly waits: number;
  readonly nothing: number;
  readonly holds: readonly HoldCount[];
  readonly unmapped: readonly UnmappedSku[];
  readonly unmappedSkus: number;
  readonly overBudget: { readonly orders: number; readonly first: readonly OverBudget[] };
  readonly cap: {
    readonly capFen: number | undefined;
    readonly highest: DaySum | undefined;
    readonly days: number;
    /** Days whose purchases come to more than the cap. */
    readonly reached: readonly DaySum[];
  };
}

export interface Tally {
  add(row: TrialRow): void;
  addOlder(count: number): void;
  totals(): Totals;
}

export function openTally(store: Store): Tally {
  const sums = { buy: openSum(), asThen: openSum(), bought: openSum(), together: openSum() };
  const counts = { orders: 0, early: 0, older: 0, past: 0, held: 0, waits: 0, nothing: 0 };
  const holds = new Map<string, number>();
  const unmapped = new Map<string, { orders: number; name: string }>();
  const days = new Map<string, { orders: number; fen: number }>();
  const overBudget: OverBudget[] = [];
  const { delay, dailyCap } = store.settings.purchase;

  return {
    add(row) {
      if (row.verdict === 'early') {
        counts.early += 1;
        return;
      }
      counts.orders += 1;
      if (row.past) counts.past += 1;
      if (row.verdict === 'buy' || row.verdict === 'bought') {
        const kind = row.verdict === 'bought' ? 'bought' : row.past ? 'asThen' : 'buy';
        const fen = row.costFen ?? 0;
        sums[kind].add(row, fen);
        sums.together.add(row, fen);
        const day = chinaDay(addMs(row.createdAt, delay));
        const sum = days.get(day) ?? { orders: 0, fen: 0 };
        days.set(day, { orders: sum.orders + 1, fen: sum.fen + fen });
        return;
      }
      counts[row.verdict] += 1;
      if (row.verdict !== 'held') return;
      for (const code of new Set(row.holds.map((hold) => hold.code))) {
        holds.set(code, (holds.get(code) ?? 0) + 1);
      }
      for (const [sku, name] of row.unmapped) {
        const known = unmapped.get(sku);
        unmapped.set(sku, { orders: (known?.orders ?? 0) + 1, name: known?.name ?? name });
      }
      const tooDear = row.holds.find((hold) => hold.code === 'over-budget');
      if (tooDear && overBudget.length < NAMED) {
        overBudget.push({ orderNumber: row.orderNumber, detail: tooDear.detail });
      }
    },
    addOlder(count) {
      counts.older += count;
    },
    totals() {
      const all = [...days].map(([day, sum]) => ({ day, ...sum })).sort(byDay);
      return {
        ...counts,
        buy: sums.buy.sum(),
        asThen: sums.asThen.sum(),
        bought: sums.bought.sum(),
        together: sums.together.sum(),
        holds: [...holds]
          .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
          .map(([code, orders]) => ({ code, orders, ...holdText(code) })),
        unmapped: [...unmapped]
          .map(([sku, each]) => ({ sku, ...each }))
          .sort((a, b) => b.orders - a.orders || (a.sku < b.sku ? -1 : 1))
          .slice(0, NAMED),
        unmappedSkus: unmapped.size,
        overBudget: { orders: holds.get('over-budget') ?? 0, first: overBudget },
        cap: {
          capFen: dailyCap,
          highest: all.reduce<DaySum | undefined>(
            (most, day) => (most && most.fen >= day.fen ? most : day),
            undefined,
          ),
          days: all.length,
          reached: dailyCap === undefined ? [] : all.filter(({ fen }) => fen > dailyCap),
        },
      };
    },
  };
}

function byDay(a: DaySum, b: DaySum): number {
  return a.day < b.day ? -1 : 1;
}

/** Sums of amounts that are known; an order bought before may lack a sale that is. */
function openSum() {
  let orders = 0;
  let costFen = 0;
  let saleFen = 0;
  let sale = new Big(0);
  // What an order cost counts against the sale only where both are known.
  let comparedFen = 0;
  return {
    add(row: TrialRow, fen: number) {
      orders += 1;
      costFen += fen;
      if (row.saleFen === undefined) return;
      saleFen += row.saleFen;
      comparedFen += fen;
      sale = sale.plus(row.sale ?? 0);
    },
    sum(): Sum {
      const marginShare = saleFen > 0 ? (saleFen - comparedFen) / saleFen : undefined;
      return { orders, costFen, saleFen, sale: sale.toFixed(), marginShare };
    },
  };
}
