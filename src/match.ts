/**
 * Is this purchase in the agent's books already? The one question that keeps an order from being
 * bought twice; pure, so that every case can be tested.
 * @module
 */
import type { AgentOrder } from '../connectors/agent.ts';
import type { DraftKept } from './database/schema.ts';

export type Match =
  /** The same order source and number, and the same lines: it is ours. */
  | { readonly kind: 'found'; readonly order: AgentOrder }
  /** Something is there that may be ours: a person must decide. */
  | { readonly kind: 'ambiguous'; readonly detail: string }
  | { readonly kind: 'absent' };

export interface MatchOptions {
  /** Agent order ids that purchases of ours own already. */
  readonly owned: ReadonlySet<string>;
  /** Orders created earlier cannot be this one. */
  readonly since: Date;
  /**
   * Cancelled orders count when they were created since then: after an unknown placing one of them may be
   * ours. Older ones cannot be, and undefined means that none can.
   */
  readonly cancelledSince: Date | undefined;
}

/** Matches a draft against the account's orders. */
export function matchListing(
  orders: readonly AgentOrder[],
  draft: DraftKept,
  options: MatchOptions,
): Match {
  const candidates = orders.filter(
    (order) =>
      !options.owned.has(order.agentOrderId) &&
      (order.createdAt === undefined || order.createdAt >= options.since) &&
      (order.phase !== 'cancelled' || isSince(order, options.cancelledSince)),
  );
  const numbered = candidates.filter(
    (order) =>
      order.sellerOrderNumber === draft.sellerOrderNumber &&
      (order.orderSource ?? draft.orderSource) === draft.orderSource,
  );
  if (numbered.length > 1) {
    const numbers = numbered.map((order) => order.orderNo).join(', ');
    return { kind: 'ambiguous', detail: `${numbered.length} orders carry our number: ${numbers}` };
  }
  const [order] = numbered;
  if (order) {
    return sameGoods(order, draft)
      ? { kind: 'found', order }
      : { kind: 'ambiguous', detail: `order ${order.orderNo} carries our number but other goods` };
  }
  // A cancelled one of these is no purchase, whoever made it: what a person cancelled is out of the way.
  const nameless = candidates.find(
    (each) =>
      each.sellerOrderNumber === undefined && each.phase !== 'cancelled' && sameGoods(each, draft),
  );
  if (nameless) {
    return {
      kind: 'ambiguous',
      detail: `order ${nameless.orderNo} carries no number but exactly these goods; it may have been bought by hand`,
    };
  }
  return { kind: 'absent' };
}

function isSince(order: AgentOrder, since: Date | undefined): boolean {
  return since !== undefined && order.createdAt !== undefined && order.createdAt >= since;
}

/** Same source SKUs in the same quantities. Item ids differ between the agent's generations: not compared. */
export function sameGoods(order: AgentOrder, draft: DraftKept): boolean {
  const wanted = count(draft.lines.map((line) => [line.skuId, line.quantity]));
  const found = count(order.lines.map((line) => [line.skuId ?? '', line.quantity]));
  return (
    wanted.size === found.size &&
    [...wanted].every(([sku, quantity]) => found.get(sku) === quantity)
  );
}

function count(lines: readonly (readonly [string, number])[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const [sku, quantity] of lines) totals.set(sku, (totals.get(sku) ?? 0) + quantity);
  return totals;
}
