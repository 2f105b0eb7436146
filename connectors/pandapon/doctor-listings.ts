/** What PandaPon's listing does with its parameters, and what its rows carry. @module */
import type { AgentOrder } from '../agent.ts';
import type { AccountSubject, Exam, Tell } from '../question.ts';
import type { PandaponAccount } from './account.ts';
import { openConnection } from './connection.ts';
import { type ListingFilter, type ListingPage, readListing } from './listing.ts';
import { DATE_FILTER, ID_FILTER, NUMBERS, PAGE_SIZE, TIMES, TOTAL } from './questions.ts';

type Subject = AccountSubject<PandaponAccount>;
type ReadPage = (filter: ListingFilter, number: number, size: number) => Promise<ListingPage>;

const DAY_MS = 86_400_000;
/** Far enough back that an account in use has orders in it. */
const WINDOW_DAYS = 60;
/** Of a large account only so many pages are counted. */
const MOST_PAGES = 4;

/** At most eight calls. */
export const listings: Exam<Subject> = {
  questions: [DATE_FILTER, PAGE_SIZE, TOTAL, ID_FILTER, NUMBERS, TIMES],
  async ask(subject, tell) {
    const connection = openConnection(subject.account, subject.surroundings);
    const read: ReadPage = (filter, number, size) => readListing(connection, filter, number, size);
    const { pageSize } = subject.account;
    const days = (from: number, until: number): ListingFilter => ({
      from: new Date(subject.now.getTime() + from * DAY_MS),
      until: new Date(subject.now.getTime() + until * DAY_MS),
    });
    const window = days(-WINDOW_DAYS, 1);
    const first = await read(window, 1, pageSize);
    const future = await read(days(300, 301), 1, 1);
    const rows = Math.max(future.total ?? 0, future.ids.length);
    const [known] = first.ids;
    if (known === undefined) {
      tell(DATE_FILTER, rows > 0 ? 'ignored' : 'no-orders', { rows });
      tell(PAGE_SIZE, 'no-orders');
      tell(TOTAL, 'no-orders');
      tell(ID_FILTER, 'no-orders');
      tell(NUMBERS, 'no-orders');
      tell(TIMES, 'no-orders');
      return;
    }
    tell(DATE_FILTER, rows > 0 ? 'ignored' : 'honoured', { rows });
    await tellPageSize(read, window, first, pageSize, tell);
    await tellTotal(read, window, first, pageSize, tell);
    const byId = await read({ id: known }, 1, pageSize);
    const onlyIt = byId.ids.length === 1 && byId.ids[0] === known;
    tell(ID_FILTER, onlyIt ? 'honoured' : 'ignored', { rows: byId.ids.length });
    // The first page may hold the oldest only (pandapon.md 11.20).
    const recent = await read(days(-2, 1), 1, pageSize);
    await tellOrders(subject, [...first.orders, ...recent.orders], tell);
  },
};

async function tellPageSize(
  read: ReadPage,
  window: ListingFilter,
  first: ListingPage,
  pageSize: number,
  tell: Tell,
): Promise<void> {
  const { total = 0, ids } = first;
  const rows = ids.length;
  if (rows > pageSize) return tell(PAGE_SIZE, 'larger', { pageSize, rows });
  if (rows < Math.min(total, pageSize)) return tell(PAGE_SIZE, 'capped', { pageSize, rows });
  if (total > pageSize) return tell(PAGE_SIZE, 'honoured', { pageSize });
  if (total < 2) return tell(PAGE_SIZE, 'no-orders');
  // Too few orders for a full page: the other end of the scale shows as much.
  const one = (await read(window, 1, 1)).ids.length;
  if (one > 1) tell(PAGE_SIZE, 'larger', { pageSize: 1, rows: one });
  else tell(PAGE_SIZE, 'honoured', { pageSize: 1 });
}

async function tellTotal(
  read: ReadPage,
  window: ListingFilter,
  first: ListingPage,
  pageSize: number,
  tell: Tell,
): Promise<void> {
  const unique = new Set(first.ids);
  const totals = new Set([first.total]);
  let rows = first.ids.length;
  for (let number = 2; number <= MOST_PAGES && rows < (first.total ?? 0); number += 1) {
    const next = await read(window, number, pageSize);
    totals.add(next.total);
    for (const id of next.ids) unique.add(id);
    rows += next.ids.length;
    if (next.ids.length === 0) break;
  }
  const total = first.total ?? 0;
  const expected = Math.min(total, MOST_PAGES * first.ids.length);
  const exact = totals.size === 1 && first.total !== undefined && unique.size === expected;
  const stated = [...totals].map((each) => each ?? 'none').join(', ');
  tell(TOTAL, exact ? 'exact' : 'differs', { unique: unique.size, totals: stated });
}

async function tellOrders(subject: Subject, listed: readonly AgentOrder[], tell: Tell) {
  const orders = new Map(listed.map((order) => [order.agentOrderId, order]));
  const ours = await subject.ours([...orders.keys()]);
  const own = ours.flatMap(({ agentOrderId }) => orders.get(agentOrderId) ?? []);
  const bare = own.filter((order) => !carriesNumber(order)).length;
  const carrying = [...orders.values()].filter(carriesNumber).length;
  if (bare > 0) tell(NUMBERS, 'missing', { bare, own: own.length });
  else if (carrying > 0) tell(NUMBERS, 'carried', { carrying, rows: orders.size });
  else tell(NUMBERS, 'no-orders');

  const distances = ours
    .flatMap(({ agentOrderId, placedAt }) => {
      const createdAt = orders.get(agentOrderId)?.createdAt;
      return createdAt && placedAt ? [createdAt.getTime() - placedAt.getTime()] : [];
    })
    .toSorted((a, b) => a - b);
  const middle = distances[Math.floor(distances.length / 2)];
  if (middle === undefined) return tell(TIMES, 'no-orders');
  // Zones differ by half hours; placing takes seconds.
  const hours = Math.round(middle / 1_800_000) / 2;
  tell(TIMES, hours === 0 ? 'china' : 'other', { hours });
}

function carriesNumber(order: AgentOrder): boolean {
  return order.sellerOrderNumber !== undefined && order.orderSource !== undefined;
}
