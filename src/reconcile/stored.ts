/** What is stored, as the comparison needs it: read once for a whole page. */
import type { Db } from '../database/connect.ts';
import type { SalesOrderState } from '../database/schema.ts';
import type { StoredOrder } from './compare-order.ts';

/** States of orders that still go on. */
export const LIVE: readonly SalesOrderState[] = [
  'pulled',
  'planned',
  'held',
  'waiting',
  'open',
  'cancelling',
];

/** By the marketplace's id. */
export async function storedOrders(
  db: Db,
  store: string,
  orderIds: readonly string[],
): Promise<Map<string, StoredOrder>> {
  // PostgreSQL takes no NUL; such an id is stored nowhere.
  const ids = orderIds.filter((id) => !id.includes('\0'));
  if (ids.length === 0) return new Map();
  const orders = await db
    .selectFrom('sales_order')
    .select(['id', 'order_id', 'state', 'digest', 'document'])
    .select(['source_created_at', 'source_updated_at'])
    .where('store', '=', store)
    .where('order_id', 'in', ids)
    .execute();
  if (orders.length === 0) return new Map();
  const lines = await db
    .selectFrom('sales_line')
    .select(['sales_order_id', 'line_id', 'sku', 'quantity', 'status', 'phase', 'state'])
    .where(
      'sales_order_id',
      'in',
      orders.map((order) => order.id),
    )
    .execute();
  const byOrder = Map.groupBy(lines, (line) => line.sales_order_id);
  return new Map(
    orders.map((order) => [order.order_id, { order, lines: byOrder.get(order.id) ?? [] }]),
  );
}
