/**
 * The verdict: the outside systems' books against the promises, then against our own rows. Where they
 * differ the order is named, with what was expected.
 * @module
 */
import type { AgentBook, OrderBooks, WorldBooks } from './books.ts';
import { type Expected, expectedEnds, type Unsent } from './expected.ts';
import type { FaultPlan } from './faults.ts';
import type { Hit } from './killer.ts';
import type { ChaosOrder } from './orders.ts';
import type { OwnOrder } from './own-books.ts';
import { TIMES } from './settings.ts';

export const PROMISES = {
  boughtTwice: 'bought twice',
  neverBought: 'never bought though due',
  paidTwice: 'paid twice',
  boughtThoughCancelled: 'bought though cancelled before the intent',
  shippedTwice: 'shipped twice at the marketplace',
  tracking: 'wrong or missing tracking',
  unexpectedHold: 'unexpected holds',
  otherEnd: 'other unexpected ends',
  lost: 'sales orders lost',
  booksDiffer: 'our books differ from theirs',
} as const;
export type PromiseName = keyof typeof PROMISES;

export interface Breach {
  readonly promise: PromiseName;
  readonly order: string;
  readonly detail: string;
}

export interface Verdict {
  readonly breaches: readonly Breach[];
  /** Purchases by the service at the agent, per order: how many orders have 0, 1, 2 ... */
  readonly purchases: Readonly<Record<number, number>>;
  /** Orders by their expected end. */
  readonly ends: Readonly<Record<string, number>>;
  /** Attempts that a death kept from being sent. */
  readonly unsent: number;
}

export interface Evidence {
  readonly orders: readonly ChaosOrder[];
  readonly plan: FaultPlan;
  readonly books: WorldBooks;
  readonly own: ReadonlyMap<string, OwnOrder>;
  readonly hits: readonly Hit[];
}

export function judge(evidence: Evidence): Verdict {
  const breaches: Breach[] = [];
  const purchases: Record<number, number> = {};
  const ends: Record<string, number> = {};
  let unsent = 0;
  for (const order of evidence.orders) {
    const books = evidence.books.orders[order.index] as OrderBooks;
    const own = evidence.own.get(order.number);
    const add = (promise: PromiseName, detail: string) =>
      breaches.push({ promise, order: `${order.number} (${order.kind})`, detail });
    const bought = books.atAgent.filter((each) => !each.manual);
    purchases[bought.length] = (purchases[bought.length] ?? 0) + 1;
    if (!own) {
      add('lost', 'it is in no row of ours');
      continue;
    }
    judgeBooks(order, books, bought, add);
    const kept = unsentOf(own, books, evidence.hits);
    unsent += kept.place + kept.pay + kept.cancel + kept.ship;
    const expected = expectedEnds(order, evidence.plan, books, kept);
    const end = expected.find((each) => isEnd(own, each, bought, books));
    if (end) {
      const name = end.hold ? `held: ${end.hold}` : (end.states[0] ?? '');
      ends[name] = (ends[name] ?? 0) + 1;
    } else judgeEnd(own, expected, bought, add);
    if (end?.shipped === 1 && end.states.includes('done')) judgeTracking(order, books, own, add);
    judgeOwn(own, books, bought, add);
  }
  for (const number of evidence.books.strangers) {
    breaches.push({ promise: 'boughtTwice', order: number, detail: 'no sales order asked for it' });
  }
  return { breaches, purchases, ends, unsent };
}

/** Whether every order is where it must end. */
export function isOver({ breaches }: Verdict): boolean {
  return breaches.every(({ promise }) => LASTING.has(promise));
}

/** Whether a promise is broken that no waiting mends. */
export function isPast({ breaches }: Verdict): boolean {
  return breaches.some(({ promise }) => LASTING.has(promise));
}

const LASTING: ReadonlySet<PromiseName> = new Set([
  'boughtTwice',
  'paidTwice',
  'shippedTwice',
  'boughtThoughCancelled',
]);

type Add = (promise: PromiseName, detail: string) => void;

function judgeBooks(order: ChaosOrder, books: OrderBooks, bought: readonly AgentBook[], add: Add) {
  const byHand = books.atAgent.length - bought.length;
  if (bought.length + (order.kind === 'bought-by-hand' ? byHand : 0) > 1) {
    add('boughtTwice', `${bought.length} times by the service, ${byHand} times by hand`);
  }
  const payments = books.atAgent.reduce((sum, each) => sum + each.timesPaid, 0);
  if (payments > 1) add('paidTwice', `${payments} times`);
  if ((books.atMarketplace?.timesShipped ?? 0) > 1) {
    add('shippedTwice', `${books.atMarketplace?.timesShipped} times`);
  }
  const { cancelledAt } = books;
  const [first] = bought;
  if (cancelledAt === undefined || !first) return;
  if (order.kind === 'cancelled-early') {
    add('boughtThoughCancelled', 'nothing could be bought yet when it was cancelled');
  }
  // Answers of after the cancellation said so; whole seconds are all the agent keeps.
  const knew = books.readAt.some((at) => at > cancelledAt + 100 && at < first.createdAt - 1_000);
  if (knew) add('boughtThoughCancelled', 'it was read as cancelled before it was bought');
}

function isEnd(
  own: OwnOrder,
  expected: Expected,
  bought: readonly AgentBook[],
  books: OrderBooks,
): boolean {
  const paid = books.atAgent.some((each) => each.timesPaid > 0) ? 1 : 0;
  const shipped = (books.atMarketplace?.timesShipped ?? 0) > 0 ? 1 : 0;
  return (
    expected.states.includes(own.state) &&
    (expected.hold === undefined ? own.holds.length === 0 : own.holds.includes(expected.hold)) &&
    bought.length === expected.bought &&
    paid === expected.paid &&
    (shipped === expected.shipped || expected.hold !== undefined)
  );
}

function judgeEnd(
  own: OwnOrder,
  expected: readonly Expected[],
  bought: readonly AgentBook[],
  add: Add,
) {
  const wanted = expected
    .map((each) => `${each.states[0]}${each.hold ? ` under ${each.hold}` : ''}`)
    .join(' or ');
  const is = `${own.state}${own.holds.length > 0 ? ` under ${own.holdTexts.join('; ')}` : ''}`;
  const detail = `is ${is}; expected ${wanted}`;
  const codes = new Set(expected.map((each) => each.hold));
  if (bought.length === 0 && expected.every((each) => each.bought === 1))
    add('neverBought', detail);
  else if (own.holds.some((code) => !codes.has(code))) add('unexpectedHold', detail);
  else add('otherEnd', detail);
}

/** The number on the parcel, at the marketplace, at the warehouse and in our rows must be one. */
function judgeTracking(order: ChaosOrder, books: OrderBooks, own: OwnOrder, add: Add) {
  const there = books.atMarketplace?.trackingNumbers ?? [];
  const [number] = there;
  if (number === undefined) return add('tracking', 'the marketplace has no number');
  const note = books.atAgent.find((each) => each.note !== undefined)?.note;
  if (!note?.includes(number)) add('tracking', `the warehouse was told "${note}", not ${number}`);
  if (!own.trackingNumbers.includes(number)) {
    add('tracking', `our rows hold ${own.trackingNumbers.join(', ') || 'none'}, not ${number}`);
  }
  const mailNos = books.atAgent.flatMap((each) => each.mailNos);
  if (order.numberBy === 'seller' && !mailNos.includes(number)) {
    add('tracking', `${number} is no number of its purchase (${mailNos.join(', ')})`);
  }
}

function judgeOwn(own: OwnOrder, books: OrderBooks, bought: readonly AgentBook[], add: Add) {
  const ids = books.atAgent.map((each) => each.orderId);
  if (own.agentOrderId !== null && !ids.includes(own.agentOrderId)) {
    add('booksDiffer', `we hold agent order ${own.agentOrderId}, they ${ids.join(', ') || 'none'}`);
  }
  if (own.agentOrderId === null && bought.length > 0) {
    add('booksDiffer', `they hold agent order ${ids.join(', ')}, we none`);
  }
  const paid = books.atAgent.some((each) => each.timesPaid > 0);
  const ours = own.purchaseState === 'paid' || own.purchaseState === 'sent';
  if (ours && !paid) add('booksDiffer', 'paid by our rows, unpaid by theirs');
  const charged = books.atAgent.reduce((sum, each) => sum + each.chargedFen, 0);
  if (paid && own.reservedFen !== charged) {
    add('booksDiffer', `we reserved ${own.reservedFen} fen, they charged ${charged} fen`);
  }
}

/** Of each kind, the attempts that never arrived, if a death of that time explains them. */
function unsentOf(own: OwnOrder, books: OrderBooks, hits: readonly Hit[]): Unsent {
  const count = (kind: string, operations: readonly string[]) => {
    const arrived = operations.reduce((sum, each) => sum + (books.calls[each]?.length ?? 0), 0);
    const sent = own.attempts.filter((each) => each.kind === kind && each.outcome !== 'not-sent');
    const missing = sent.length - arrived;
    const explained = sent.filter((each) => hits.some((hit) => isIn(each.signedAt, hit))).length;
    return Math.max(0, Math.min(missing, explained));
  };
  return {
    place: count('place', ['createOrder']),
    pay: count('pay', ['payOrder']),
    cancel: count('cancel', ['cancelOrder']),
    ship: count('ship', ['/order/fulfill/pack', '/order/package/rts', 'ship_order']),
  };
}

function isIn(signedAt: number, { from, until }: Hit): boolean {
  const slack = TIMES.sendWithin + TIMES.clockSkew;
  return signedAt >= from - slack && signedAt <= until + slack;
}
