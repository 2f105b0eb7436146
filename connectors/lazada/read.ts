/** Orders read in full by their ids. @module */
import { Malformed } from '../errors.ts';
import type { BrokenOrder, OrdersRead, SalesOrder } from '../marketplace.ts';
import { getOrder } from './client/sdk.gen.ts';
import { NO_SUCH_ORDER } from './codes.ts';
import type { Connection } from './connection.ts';
import { isRejectedWith } from './errors.ts';
import { readItems } from './items.ts';
import { operations } from './operations.ts';
import { isBroken, toSalesOrder } from './orders.ts';
import type { Country } from './ventures.ts';

/** `/order/get` calls under way at once; the caller's rate limits hold besides. */
const AT_ONCE = 5;

/** `/order/get` for each order, `/orders/items/get` for 50 at a time. */
export async function readOrders(
  connection: Connection,
  country: Country,
  orderIds: readonly string[],
): Promise<OrdersRead> {
  const unique = [...new Set(orderIds)];
  const [rows, items] = await Promise.all([
    readRows(connection, unique),
    readItems(connection, unique),
  ]);
  return assemble(unique, rows, items, country);
}

/** Sorts orders asked for into read, broken and missing. */
export function assemble(
  orderIds: readonly string[],
  rows: ReadonlyMap<string, unknown>,
  items: ReadonlyMap<string, readonly unknown[]>,
  country: Country,
): OrdersRead {
  const orders: SalesOrder[] = [];
  const broken: BrokenOrder[] = [];
  const missing: string[] = [];
  for (const orderId of orderIds) {
    const row = rows.get(orderId);
    const lines = items.get(orderId);
    if (row instanceof Malformed) {
      broken.push({ orderId, error: row.message });
    } else if (row === undefined || lines === undefined) {
      missing.push(orderId);
    } else {
      const order = toSalesOrder(orderId, row, lines, country);
      if (isBroken(order)) broken.push(order);
      else orders.push(order);
    }
  }
  return { orders, broken, missing };
}

async function readRows(
  connection: Connection,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, unknown>> {
  const rows = new Map<string, unknown>();
  for (let at = 0; at < orderIds.length; at += AT_ONCE) {
    const ids = orderIds.slice(at, at + AT_ONCE);
    const answers = await Promise.all(ids.map((id) => readRow(connection, id)));
    for (const [index, id] of ids.entries()) rows.set(id, answers[index]);
  }
  return rows;
}

/** The order as it came; undefined when Lazada has none; `Malformed` when only it is unreadable. */
async function readRow(connection: Connection, orderId: string): Promise<unknown> {
  try {
    const answer = await connection.call(operations.getOrder, (via) =>
      getOrder({ ...via, query: { order_id: orderId } }),
    );
    return answer.data;
  } catch (error) {
    if (isRejectedWith(error, NO_SUCH_ORDER)) return undefined;
    if (error instanceof Malformed) return error;
    throw error;
  }
}
