/** The calls that reached the simulators, read from their books. */
import { type BookedCall, controlSandbox } from '../connectors/sandbox.ts';
import { type Minimum, minimumOf, type System } from './minimum.ts';
import { linesOfAll } from './orders.ts';
import type { Addresses } from './settings.ts';

export interface CallsOf {
  readonly system: System;
  readonly orders: number;
  /** Per order, by operation, most frequent first. */
  readonly byOperation: Readonly<Record<string, number>>;
  readonly perOrder: number;
  readonly minimum: Minimum;
  readonly ratio: number;
}

/** Calls per order of a run of `count` orders, half of them at each marketplace. */
export async function callsPerOrder(addresses: Addresses, count: number): Promise<CallsOf[]> {
  const atLazada = Math.ceil(count / 2);
  const [lazada, shopee, pandapon] = await Promise.all([
    countCalls(addresses.lazada, atLazada),
    countCalls(addresses.shopee, count - atLazada),
    countCalls(addresses.pandapon, count),
  ]);
  const listingPages = pandapon.byOperation['listOrders (all)'] ?? 0;
  const facts = { lines: linesOfAll(count) / count, listingPages };
  const rows = [
    ['lazada', atLazada, lazada],
    ['shopee', count - atLazada, shopee],
    ['pandapon', count, pandapon],
  ] as const;
  return rows.map(([system, orders, counted]) => {
    const minimum = minimumOf(system, facts);
    return { system, orders, ...counted, minimum, ratio: counted.perOrder / minimum.calls };
  });
}

/** Consents are given once per store, whatever the number of orders. */
const ONCE = ['/auth/token/create', 'get_access_token', 'get_shops_by_partner'];

async function countCalls(url: string, orders: number) {
  const calls = await controlSandbox<BookedCall[]>(url, 'calls');
  const counts = new Map<string, number>();
  for (const { operation, order } of calls) {
    if (ONCE.includes(operation)) continue;
    // One order read by its id is another matter than a page of the account's listing.
    const isListing = operation.startsWith('listOrders');
    const name = isListing ? `listOrders (${order === undefined ? 'all' : 'one'})` : operation;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const total = sorted.reduce((sum, [, times]) => sum + times, 0);
  return {
    byOperation: Object.fromEntries(sorted.map(([name, times]) => [name, times / orders])),
    perOrder: total / orders,
  };
}
