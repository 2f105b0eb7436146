import type { SandboxRequest } from '../../sandbox.ts';
import { bad, readJsonBody } from './body.ts';
import { advance } from './life.ts';
import type { SandboxAccount } from './options.ts';
import { statusCode } from './rows.ts';
import { parseChinaTime } from './time.ts';
import type { OrderBook, World } from './world.ts';

/** What a listing is asked for; undefined filters nothing. */
export interface ListingQuery {
  readonly id: string | undefined;
  readonly orderNo: string | undefined;
  readonly status: number | undefined;
  readonly sellerNick: string | undefined;
  /** Both ends belong to the period, in whole seconds of `createTime`. */
  readonly beginMs: number | undefined;
  readonly endMs: number | undefined;
  readonly pageNum: number;
  readonly pageSize: number;
}

/**
 * What goes wrong with one page of the account's listing.
 * - `lose-page`: no rows, `total` unchanged
 * - `ignore-dates`: the period is not looked at
 * - `shift`: an order came in before the rows of this page: `total` grew, one row comes a second time
 */
export type ListingFault = 'lose-page' | 'ignore-dates' | 'shift';

export interface ListingPage {
  readonly total: number;
  readonly rows: readonly OrderBook[];
}

/** Reads the query of v1; empty values and value-less keys are no filter (S1's curl). @throws {Refusal} */
export function readQueryV1(request: SandboxRequest): ListingQuery {
  return readQuery((name) => request.query.get(name) || undefined);
}

/**
 * Reads the body of v2. `id` is documented as an integer, so both forms are taken; null and empty are
 * no filter. Assumed: dates are texts as everywhere else, although the schema shows an object without
 * any date in it (S4); an object is refused.
 * @throws {Refusal}
 */
export function readQueryV2(request: SandboxRequest): ListingQuery {
  const body = readJsonBody(request);
  return readQuery((name) => {
    const value = body[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    throw bad(`${name}类型错误`);
  });
}

function readQuery(get: (name: string) => string | undefined): ListingQuery {
  return {
    id: get('id'),
    orderNo: get('orderNo'),
    status: wholeNumber(get, 'status', 0),
    sellerNick: get('sellerNick'),
    beginMs: date(get, 'beginDateTime'),
    endMs: date(get, 'endDateTime'),
    // Defaults are those of v2 (S4); assumed for v1.
    pageNum: wholeNumber(get, 'pageNum', 1) ?? 1,
    pageSize: wholeNumber(get, 'pageSize', 1) ?? 20,
  };
}

function wholeNumber(
  get: (name: string) => string | undefined,
  name: string,
  least: number,
): number | undefined {
  const value = get(name);
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value) || Number(value) < least) throw bad(`${name}须为整数`);
  return Number(value);
}

function date(get: (name: string) => string | undefined, name: string): number | undefined {
  const value = get(name);
  if (value === undefined) return undefined;
  const ms = parseChinaTime(value);
  if (ms === undefined) throw bad(`${name}格式须为yyyy-MM-dd HH:mm:ss`);
  return ms;
}

/** One page of the account's orders, oldest first (S4), with the listing's switches applied. */
export function listOrders(
  world: World,
  account: SandboxAccount,
  query: ListingQuery,
): ListingPage {
  const now = world.now();
  const isListing = query.id === undefined && query.orderNo === undefined;
  const fault = isListing ? world.listingPlan?.(query) : undefined;
  const found = [...world.orders.values()]
    .filter((order) => order.account === account)
    .filter((order) => order.createdAt + world.timings.listingLagMs <= now)
    .filter((order) => {
      advance(world, order);
      return matches(world, order, query, fault === 'ignore-dates');
    })
    .sort((a, b) => a.createdAt - b.createdAt);
  const { maxPageSize, leastPageSize } = world.switches;
  const asked = Math.max(query.pageSize, leastPageSize);
  const size = Math.min(asked, maxPageSize ?? asked);
  const shifted = fault === 'shift' && query.pageNum > 1 ? 1 : 0;
  const from = (query.pageNum - 1) * size - shifted;
  const isLost = world.lostPages.has(query.pageNum) || fault === 'lose-page';
  const grown = world.switches.changeTotalWhilePaging ? query.pageNum - 1 : 0;
  return {
    total: found.length + grown + shifted,
    rows: isLost ? [] : found.slice(from, from + size),
  };
}

function matches(
  world: World,
  order: OrderBook,
  query: ListingQuery,
  ignoreDates: boolean,
): boolean {
  const second = Math.floor(order.createdAt / 1_000) * 1_000;
  const dated =
    ignoreDates ||
    world.switches.ignoreDateFilter ||
    ((query.beginMs === undefined || second >= query.beginMs) &&
      (query.endMs === undefined || second <= query.endMs));
  return (
    dated &&
    (query.id === undefined || world.switches.ignoreIdFilter || query.id === order.id) &&
    (query.orderNo === undefined || query.orderNo === order.orderNo) &&
    (query.status === undefined || query.status === statusCode(world, order)) &&
    (query.sellerNick === undefined ||
      order.lines.some((line) => line.sellerNick === query.sellerNick))
  );
}
