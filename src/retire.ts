/**
 * The end of a store: what is not bought is ignored, the consent is forgotten, its row says when. Orders
 * stay; so does the row, by which buyers' data are erased in time.
 * @module
 */
import type { Tx } from './database/connect.ts';
import { addEvent } from './database/events.ts';
import { clearHolds } from './database/holds.ts';
import type { SalesOrderState } from './database/schema.ts';
import type { StoreRow } from './database/stores.ts';
import { moveOrder } from './transition.ts';

export interface LivingOrder {
  readonly id: string;
  readonly orderNumber: string;
  readonly state: SalesOrderState;
  /** Of the purchase; null when nothing was bought. */
  readonly purchase: string | null;
  readonly agentOrderNo: string | null;
  /** A call that spends or promises something, and whose result is not known. */
  readonly openAttempt: boolean;
}

/**
 * Orders of the store that have not ended, locked: an intent moves the same row, so that no purchase can
 * begin between this look and the end of the transaction.
 */
export async function livingOrders(tx: Tx, store: string): Promise<LivingOrder[]> {
  const rows = await tx
    .selectFrom('sales_order')
    .select(['id', 'order_number', 'state'])
    .where('store', '=', store)
    .where('state', 'not in', ['done', 'cancelled', 'ignored'])
    .orderBy('id')
    .forUpdate()
    .execute();
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const purchases = await tx
    .selectFrom('purchase')
    .select(['sales_order_id', 'state', 'order_no'])
    .where('sales_order_id', 'in', ids)
    .where('state', '<>', 'cancelled')
    .execute();
  const attempts = await tx
    .selectFrom('attempt')
    .select('sales_order_id')
    .where('sales_order_id', 'in', ids)
    .where('closed_at', 'is', null)
    .execute();
  const bought = new Map(purchases.map((row) => [row.sales_order_id, row]));
  const open = new Set(attempts.map((row) => row.sales_order_id));
  return rows.map((row) => ({
    id: row.id,
    orderNumber: row.order_number,
    state: row.state,
    purchase: bought.get(row.id)?.state ?? null,
    agentOrderNo: bought.get(row.id)?.order_no ?? null,
    openAttempt: open.has(row.id),
  }));
}

/** Bought, or perhaps bought: somebody has to see it to its end. */
export function isInFlight({ state, purchase, openAttempt }: LivingOrder): boolean {
  return openAttempt || purchase !== null || state === 'open' || state === 'cancelling';
}

/** Ends every living order of the store, forgets its consent, and marks its row. */
export async function retireStore(
  tx: Tx,
  row: StoreRow,
  orders: readonly LivingOrder[],
  now: Date,
): Promise<{ readonly consentForgotten: boolean }> {
  for (const order of orders) await ignoreOrder(tx, order, now);
  await tx.deleteFrom('unread_order').where('store', '=', row.name).execute();
  await tx
    .updateTable('hold')
    .set({ cleared_at: now, cleared_by: 'removed' })
    .where('store', '=', row.name)
    .where('cleared_at', 'is', null)
    .execute();
  await tx.updateTable('store').set({ removed_at: now }).where('name', '=', row.name).execute();
  return { consentForgotten: await forgetConsent(tx, row) };
}

async function ignoreOrder(tx: Tx, order: LivingOrder, now: Date) {
  const reason =
    order.purchase === null
      ? 'its store was removed before it was bought'
      : `its store was removed; purchase ${order.agentOrderNo ?? 'without a number'} was ${order.purchase}: see to it in the agent's console, and tell the marketplace by hand`;
  await moveOrder(tx, order.id, [order.state], 'ignored', {
    now,
    actor: 'operator',
    event: 'store-removed',
    reason,
    detail: { reason },
  });
  const stages = await tx
    .selectFrom('hold')
    .select('stage')
    .distinct()
    .where('sales_order_id', '=', order.id)
    .where('cleared_at', 'is', null)
    .execute();
  for (const { stage } of stages) {
    for (const code of await clearHolds(tx, order.id, stage, [], now)) {
      const event = { salesOrderId: order.id, at: now, actor: 'operator', kind: 'hold-cleared' };
      await addEvent(tx, { ...event, detail: { code } });
    }
  }
}

/** One consent can serve several stores: it is kept as long as one of them is not removed. */
async function forgetConsent(tx: Tx, row: StoreRow): Promise<boolean> {
  const shop = await tx
    .deleteFrom('grant_shop')
    .where('marketplace', '=', row.marketplace)
    .where('country', '=', row.country)
    .where('seller_id', '=', row.seller_id)
    .returning('grant_id')
    .executeTakeFirst();
  if (!shop) return false;
  const deleted = await tx
    .deleteFrom('grant')
    .where('id', '=', shop.grant_id)
    .where((each) =>
      each.not(
        each.exists(
          each
            .selectFrom('grant_shop')
            .innerJoin('store', (join) =>
              join
                .onRef('store.marketplace', '=', 'grant_shop.marketplace')
                .onRef('store.country', '=', 'grant_shop.country')
                .onRef('store.seller_id', '=', 'grant_shop.seller_id'),
            )
            .select('store.name')
            .where('grant_shop.grant_id', '=', shop.grant_id)
            .where('store.removed_at', 'is', null),
        ),
      ),
    )
    .executeTakeFirst();
  return deleted.numDeletedRows === 1n;
}
