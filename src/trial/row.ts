/** One order of a trial: what would happen with it, in figures. Holds no buyer's data. */
import Big from 'big.js';
import type { SalesOrder } from '../../connectors/marketplace.ts';
import type { MappingHold } from '../../mappings/holds.ts';
import type { BoughtLine } from '../../mappings/lines.ts';
import type { Plan } from '../../mappings/plan.ts';
import type { BoughtBefore } from './read.ts';

/** `bought`: by Ponbridge, already. `early`: created before the store's start. */
export type Verdict = 'buy' | 'held' | 'waits' | 'nothing' | 'bought' | 'early';

export interface TrialRow {
  readonly orderNumber: string;
  readonly orderId: string;
  readonly createdAt: Date;
  /** The marketplace's own words. */
  readonly statuses: readonly string[];
  readonly verdict: Verdict;
  /** Shipped or ended since, and planned as on the day it came in. */
  readonly past: boolean;
  /** Why it waits, or why nothing is bought. */
  readonly reason: string | undefined;
  readonly holds: readonly MappingHold[];
  readonly lines: readonly BoughtLine[];
  /** As planned; of what is bought already, what the agent asked. */
  readonly costFen: number | undefined;
  /** What the lines to buy were sold for, in the order's currency: decimal text. */
  readonly sale: string | undefined;
  readonly currency: string;
  readonly saleFen: number | undefined;
  readonly marginShare: number | undefined;
  readonly receiver: 'warehouse' | 'buyer' | undefined;
  readonly bought: BoughtBefore | undefined;
  /** SKUs that no rule knows, with their product's name. */
  readonly unmapped: ReadonlyMap<string, string>;
}

export interface RowInput {
  readonly order: SalesOrder;
  readonly plan: Plan;
  readonly past: boolean;
  readonly bought: BoughtBefore | undefined;
}

export function toRow({ order, plan, past, bought }: RowInput): TrialRow {
  const found = plan.kind === 'nothing' ? undefined : plan;
  const holds = plan.kind === 'held' || plan.kind === 'wait' ? plan.holds : [];
  const costFen = bought?.fen ?? found?.costFen;
  const saleFen = found?.saleFen;
  const unknown = new Set(
    holds.flatMap(({ code, lineId }) => (code === 'sku-unmapped' && lineId ? lineId : [])),
  );
  return {
    orderNumber: order.orderNumber,
    orderId: order.orderId,
    createdAt: order.createdAt,
    statuses: statusesOf(order),
    verdict: bought ? 'bought' : verdictOf(plan),
    past,
    reason: plan.kind === 'wait' || plan.kind === 'nothing' ? plan.reason : undefined,
    holds,
    lines: found?.bought ?? [],
    costFen,
    sale: found && saleOf(order, found),
    currency: order.currency,
    saleFen,
    marginShare: bought && saleFen ? (saleFen - bought.fen) / saleFen : found?.marginShare,
    receiver: found?.receiver.kind,
    bought,
    unmapped: new Map(
      (found?.lines ?? []).flatMap(({ lineId, sku, name }) =>
        sku !== undefined && unknown.has(lineId) ? [[sku, name]] : [],
      ),
    ),
  };
}

function verdictOf(plan: Plan): Verdict {
  switch (plan.kind) {
    case 'purchase':
      return 'buy';
    case 'held':
      return 'held';
    case 'wait':
      return 'waits';
    case 'nothing':
      return plan.cause === 'before-start' ? 'early' : 'nothing';
  }
}

/** The lines' own words say where they stand; Shopee's order and its packages have further ones. */
function statusesOf({ lines, statuses }: SalesOrder): string[] {
  const own = [...new Set(lines.map(({ status }) => status))];
  return own.length > 0 ? own : [...statuses];
}

/** As the budget counts it: the lines that are bought, units times price. */
function saleOf(order: SalesOrder, plan: Exclude<Plan, { kind: 'nothing' }>): string | undefined {
  const skipped = new Set(plan.skipped.map(({ lineId }) => lineId));
  const counted = new Set(plan.lines.map(({ lineId }) => lineId).filter((id) => !skipped.has(id)));
  const lines = order.lines.filter(({ lineId }) => counted.has(lineId));
  const readable = lines.every(
    ({ unitPrice, quantity }) => /^\d+(\.\d+)?$/.test(unitPrice) && Number.isSafeInteger(quantity),
  );
  if (!readable) return undefined;
  return lines
    .reduce((sum, line) => sum.plus(new Big(line.unitPrice).times(line.quantity)), new Big(0))
    .toFixed();
}
