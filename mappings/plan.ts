/**
 * A sales order, a store's settings and SKU links to a plan: what is bought, or why it is not. Pure:
 * the same input gives the same plan, at any time and on any machine.
 * @module
 */
import type { PurchaseDraft } from '../connectors/agent.ts';
import type { OrderLine, SalesOrder } from '../connectors/marketplace.ts';
import { type Findings, findOut, type PlanInput } from './findings.ts';
import type { MappingHold } from './holds.ts';
import { mapLines, numberLines } from './lines.ts';
import type { StoreSettings } from './store.ts';
import { type SkipCause, type SkippedLine, triage } from './triage.ts';

export type { Findings, PlanInput } from './findings.ts';

/** Which order the plan is about. */
export interface PlanSubject {
  readonly storeName: string;
  readonly orderId: string;
  readonly orderNumber: string;
}

interface PlanBase {
  readonly subject: PlanSubject;
  readonly skipped: readonly SkippedLine[];
}

/** Everything is known and allowed: `draft` is what is bought. */
export interface PurchasePlan extends PlanBase, Findings {
  readonly kind: 'purchase';
  readonly draft: PurchaseDraft;
  readonly costFen: number;
  readonly saleFen: number;
  readonly marginShare: number;
}

/** Not bought until every hold is gone; all of them are named at once. */
export interface HeldPlan extends PlanBase, Findings {
  readonly kind: 'held';
  readonly holds: readonly MappingHold[];
}

/** Neither bought nor shipped until the marketplace changes the order; needs nobody. */
export interface WaitPlan extends PlanBase, Findings {
  readonly kind: 'wait';
  readonly cause: 'cancelling' | 'waiting';
  readonly reason: string;
  /** The holds it would have, were it buyable now. */
  readonly holds: readonly MappingHold[];
}

/** Nothing of it will ever be bought, unless the order or the settings change. */
export interface NothingPlan extends PlanBase {
  readonly kind: 'nothing';
  readonly cause: 'not-ours' | 'before-start' | 'all-skipped';
  readonly reason: string;
}

export type Plan = PurchasePlan | HeldPlan | WaitPlan | NothingPlan;

export function planOrder(input: PlanInput): Plan {
  const { order, store, storeName } = input;
  const subject = { storeName, orderId: order.orderId, orderNumber: order.orderNumber };
  const sorted = triage(order);
  const { unknown, cancelling } = sorted;
  const nothing = (cause: NothingPlan['cause'], reason: string, skipped: readonly SkippedLine[]) =>
    ({ kind: 'nothing', subject, cause, reason, skipped }) as const;
  const whole = (cause: 'not-ours' | 'before-start', reason: string) =>
    nothing(cause, reason, skipAll(order, sorted.skipped, cause, reason));

  if (order.notOurs !== undefined) return whole('not-ours', order.notOurs);
  if (order.createdAt < store.start) {
    const created = order.createdAt.toISOString();
    const reason = `created ${created}, before the store's start ${store.start.toISOString()}`;
    return whole('before-start', reason);
  }

  const mapped = mapLines({
    lines: sorted.wanted,
    rules: store.lines,
    links: input.links,
    storeName,
  });
  const skipped = inOrder([...sorted.skipped, ...mapped.skipped], order);
  const ruledOut = new Set(mapped.skipped.map(({ lineId }) => lineId));
  const wanted = sorted.wanted.filter(({ lineId }) => !ruledOut.has(lineId));
  const isEmpty = order.lines.length === 0;
  if (wanted.length + unknown.length + cancelling.length === 0 && !isEmpty) {
    return nothing('all-skipped', whySkipped(skipped), skipped);
  }

  const { findings, holds } = findOut(input, sorted, mapped, wanted);
  const base = { subject, skipped, ...findings };
  if (cancelling.length > 0) {
    const reason = `the marketplace has not decided on a cancellation yet (${lineList(cancelling)})`;
    return { kind: 'wait', cause: 'cancelling', reason, holds, ...base };
  }
  const waiting = wanted.filter(({ phase }) => phase === 'waiting');
  // An unknown status needs a person; that must not hide behind a line that is not paid yet.
  if (waiting.length > 0 && unknown.length === 0) {
    const words = [...new Set(waiting.map(({ status }) => status))].join(', ');
    const reason = `not ready to be bought: ${words} (${lineList(waiting)})`;
    return { kind: 'wait', cause: 'waiting', reason, holds, ...base };
  }
  return holds.length > 0 ? { kind: 'held', holds, ...base } : toPurchase(base, store);
}

/** Without holds every price and the margin are known; the checks make that visible to the compiler. */
function toPurchase(base: PlanBase & Findings, store: StoreSettings): PurchasePlan {
  const { costFen, saleFen, marginShare } = base;
  const priced = base.bought.flatMap(({ priceFen, ...line }) =>
    priceFen === undefined ? [] : [{ ...line, priceFen }],
  );
  if (
    costFen === undefined ||
    saleFen === undefined ||
    marginShare === undefined ||
    priced.length < base.bought.length
  ) {
    throw new Error(`order ${base.subject.orderId}: a plan without holds lacks an amount`);
  }
  const draft: PurchaseDraft = {
    orderSource: base.orderSource,
    sellerOrderNumber: base.sellerOrderNumber,
    lines: numberLines(priced, store.purchase.lineNumbers),
    receiver: base.receiver.receiver,
    purchaseAmountFen: costFen,
  };
  return { kind: 'purchase', ...base, draft, costFen, saleFen, marginShare };
}

/** All lines are skipped: each for its own reason where it has one, else for that of the order. */
function skipAll(
  order: SalesOrder,
  skipped: readonly SkippedLine[],
  cause: SkipCause,
  reason: string,
): SkippedLine[] {
  const own = new Set(skipped.map(({ lineId }) => lineId));
  const others = order.lines.filter(({ lineId }) => !own.has(lineId));
  return inOrder([...skipped, ...others.map(({ lineId }) => ({ lineId, cause, reason }))], order);
}

function inOrder(skipped: readonly SkippedLine[], order: SalesOrder): SkippedLine[] {
  const place = new Map(order.lines.map(({ lineId }, index) => [lineId, index]));
  return skipped.toSorted((a, b) => (place.get(a.lineId) ?? 0) - (place.get(b.lineId) ?? 0));
}

function whySkipped(skipped: readonly SkippedLine[]): string {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))];
  return `no line to buy: ${reasons.join('; ')}`;
}

function lineList(lines: readonly OrderLine[]): string {
  return `${lines.length === 1 ? 'line' : 'lines'} ${lines.map(({ lineId }) => lineId).join(', ')}`;
}
