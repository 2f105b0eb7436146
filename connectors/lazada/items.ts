/** Items of many orders, read in batches. @module */
import { jsonInteger } from '../json.ts';
import { getOrderItems } from './client/sdk.gen.ts';
import { zOrderItems } from './client/zod.gen.ts';
import { ITEMS_NOT_FOUND } from './codes.ts';
import type { Connection } from './connection.ts';
import { isRejectedWith } from './errors.ts';
import { operations } from './operations.ts';
import { text } from './wire.ts';

/** The text of `/orders/items/get` says at most 50, its metadata 100. */
const BATCH = 50;

/**
 * The items of these orders as they came, by order id; absent where Lazada's answer leaves the order
 * out. One wrong id refuses a whole batch (E037), so such a batch is halved until the id stands alone.
 */
export async function readItems(
  connection: Connection,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const found = new Map<string, readonly unknown[]>();
  const unique = [...new Set(orderIds)];
  for (let at = 0; at < unique.length; at += BATCH) {
    for (const row of await readBatch(connection, unique.slice(at, at + BATCH))) {
      const orderId = idOf(row);
      if (orderId === undefined) continue; // whose it is cannot be told: that order stays owed
      const { data } = zOrderItems.safeParse(row);
      found.set(orderId, data?.order_items ?? ['items are no list']);
    }
  }
  return found;
}

async function readBatch(
  connection: Connection,
  orderIds: readonly string[],
): Promise<readonly unknown[]> {
  try {
    const query = { order_ids: JSON.stringify(orderIds.map(jsonInteger)) };
    const answer = await connection.call(operations.getOrderItems, (via) =>
      getOrderItems({ ...via, query }),
    );
    return answer.data;
  } catch (error) {
    if (!isRejectedWith(error, ITEMS_NOT_FOUND)) throw error;
    if (orderIds.length === 1) return [];
    const middle = Math.ceil(orderIds.length / 2);
    return [
      ...(await readBatch(connection, orderIds.slice(0, middle))),
      ...(await readBatch(connection, orderIds.slice(middle))),
    ];
  }
}

/** The order id of a row, however broken the rest is. */
export function idOf(row: unknown): string | undefined {
  const id = (row as { order_id?: unknown } | null)?.order_id;
  return typeof id === 'string' || Number.isSafeInteger(id) ? text(id) : undefined;
}
