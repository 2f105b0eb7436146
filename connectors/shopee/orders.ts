/**
 * Listing and reading orders (shopee.md 3.1, 3.2).
 * @module
 */
import { Malformed, Rejected } from '../errors.ts';
import type {
  BrokenOrder,
  ListedOrder,
  OrdersRead,
  PullOptions,
  PullPage,
} from '../marketplace.ts';
import { SYSTEM } from './answers.ts';
import { getOrderDetail, getOrderList } from './client/sdk.gen.ts';
import { zOrder } from './client/zod.gen.ts';
import { type Connection, whyUnreadable } from './connection.ts';
import { type ShopeeOrder, toSalesOrder } from './order.ts';

/** The longest window; `time_to` may be this far after `time_from`, overlap included. */
const WINDOW_SECONDS = 15 * 24 * 3600;
const PAGE_SIZE = 100;
const DETAIL_BATCH = 50;

/**
 * The optional fields this connector reads. A name that is not asked for is absent from the answer;
 * what an unknown name does is not known, so the list holds documented names only.
 */
export const OPTIONAL_FIELDS = [
  'recipient_address',
  'item_list',
  'pay_time',
  'split_up',
  'cancel_by',
  'cancel_reason',
  'fulfillment_flag',
  'package_list',
  'shipping_carrier',
  'total_amount',
] as const;

/** @see Marketplace.pull */
export async function* pull(
  connection: Connection,
  options: PullOptions,
): AsyncGenerator<PullPage, void, undefined> {
  const until = toSeconds(options.until);
  let from = toSeconds(options.from);
  while (from < until) {
    const to = Math.min(from + WINDOW_SECONDS, until);
    for await (const page of listWindow(connection, from, to)) {
      const changed = page.rows.length > 0 ? await options.changed(page.rows) : [];
      const read = await readOrders(connection, changed);
      // Rows carry no time, so nothing of a window is covered before its last page.
      const covered = page.last ? to : from;
      yield { ...read, listed: page.rows.length, coveredUntil: new Date(covered * 1000) };
    }
    from = to;
  }
}

interface ListPage {
  readonly rows: readonly ListedOrder[];
  readonly last: boolean;
}

/**
 * All pages of one window. Ends on `more: false` only: a page can be short while more follow.
 * @throws {Malformed} when more is announced without a new cursor, which would page for ever.
 */
async function* listWindow(
  connection: Connection,
  from: number,
  to: number,
): AsyncGenerator<ListPage, void, undefined> {
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (;;) {
    const query = {
      time_range_field: 'update_time' as const,
      time_from: from,
      time_to: to,
      page_size: PAGE_SIZE,
      request_order_status_pending: true,
      ...(cursor === undefined ? {} : { cursor }),
    };
    const { data } = await connection.read('getOrderList', (call) =>
      getOrderList({ ...call, query }),
    );
    const ids = new Set((data.response.order_list ?? []).map((row) => row.order_sn));
    const rows = [...ids].map((orderId) => ({ orderId, updatedAt: undefined }));
    const last = !data.response.more;
    const next = data.response.next_cursor ?? '';
    if (!last && (next === '' || seen.has(next))) {
      throw new Malformed(
        next === ''
          ? 'the order list announces more pages but gives no cursor: stopped'
          : 'the order list announces more pages but repeats its cursor: stopped',
        { system: SYSTEM, operation: 'getOrderList', requestId: data.request_id ?? undefined },
      );
    }
    yield { rows, last };
    if (last) return;
    seen.add(next);
    cursor = next;
  }
}

/** Some orders changed between two Unix times, at most `most` (50): a sample in two calls. */
export async function listSome(
  connection: Connection,
  period: { readonly from: number; readonly until: number },
  most: number,
): Promise<readonly ShopeeOrder[]> {
  const query = {
    time_range_field: 'update_time' as const,
    time_from: period.from,
    time_to: period.until,
    page_size: most,
    request_order_status_pending: true,
  };
  const { data } = await connection.read('getOrderList', (call) =>
    getOrderList({ ...call, query }),
  );
  const ids = (data.response.order_list ?? []).map((row) => row.order_sn);
  return (await readOrders(connection, ids)).orders;
}

/** @see Marketplace.readOrders */
export async function readOrders(
  connection: Connection,
  orderIds: readonly string[],
): Promise<OrdersRead & { readonly orders: readonly ShopeeOrder[] }> {
  const wanted = [...new Set(orderIds)];
  const orders: ShopeeOrder[] = [];
  const broken: BrokenOrder[] = [];
  const missing: string[] = [];
  for (let start = 0; start < wanted.length; start += DETAIL_BATCH) {
    const batch = wanted.slice(start, start + DETAIL_BATCH);
    const open = new Set(batch);
    for (const row of await readRows(connection, batch)) {
      const orderId = orderIdOf(row);
      if (orderId === undefined || !open.delete(orderId)) continue;
      try {
        orders.push(toSalesOrder(zOrder.parse(row)));
      } catch (error) {
        broken.push({ orderId, error: whyUnreadable(error) });
      }
    }
    missing.push(...open);
  }
  return { orders, broken, missing };
}

async function readRows(connection: Connection, batch: readonly string[]): Promise<unknown[]> {
  const query = {
    order_sn_list: batch.join(','),
    request_order_status_pending: true,
    response_optional_fields: OPTIONAL_FIELDS.join(','),
  };
  try {
    const { data } = await connection.read('getOrderDetail', (call) =>
      getOrderDetail({ ...call, query }),
    );
    return data.response.order_list ?? [];
  } catch (error) {
    // All of the batch are unknown. With status 404 it is a wrong address instead.
    const none = error instanceof Rejected && error.code === 'not-found';
    if (none && error.httpStatus === 200) return [];
    throw error;
  }
}

function orderIdOf(row: unknown): string | undefined {
  const sn = (row as { order_sn?: unknown } | null)?.order_sn;
  return typeof sn === 'string' ? sn : undefined;
}

function toSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
