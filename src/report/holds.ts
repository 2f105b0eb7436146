/** Everything that waits in front of a person: holds, orders that could not be read, alerts. */
import type { Settings } from '../config.ts';
import type { Db } from '../database/connect.ts';
import { holdText } from '../holds.ts';
import { readAlerts, type ShownAlert } from './alerts.ts';

export interface OpenHold {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly remedy: string;
  readonly since: Date;
}

export interface OrderHold extends OpenHold {
  readonly store: string;
  readonly orderNumber: string;
  readonly orderId: string;
}

export interface SharedHold extends OpenHold {
  /** The account (`pandapon/main`), the store, or what a grant covers. */
  readonly subject: string;
}

export interface UnreadOrder {
  readonly store: string;
  readonly orderId: string;
  readonly error: string;
  readonly tries: number;
  readonly since: Date;
}

export interface Waiting {
  readonly orders: readonly OrderHold[];
  readonly stores: readonly SharedHold[];
  readonly accounts: readonly SharedHold[];
  readonly grants: readonly SharedHold[];
  readonly unread: readonly UnreadOrder[];
  readonly alerts: readonly ShownAlert[];
}

/** @param store only what concerns this store: also its account and its seller's consent */
export async function readWaiting(db: Db, settings: Settings, store?: string): Promise<Waiting> {
  return {
    orders: await orderHolds(db, store),
    stores: await storeHolds(db, store),
    accounts: await accountHolds(db, settings, store),
    grants: await grantHolds(db, settings, store),
    unread: await unreadOrders(db, store),
    alerts: await readAlerts(db, settings, { store }),
  };
}

export function countWaiting(waiting: Waiting): number {
  return Object.values(waiting).reduce((sum, group) => sum + group.length, 0);
}

interface HoldRow {
  readonly code: string;
  readonly detail: string;
  readonly raised_at: Date;
}

function toHold(row: HoldRow): OpenHold {
  const { title, remedy } = holdText(row.code);
  return { code: row.code, title, detail: row.detail, remedy, since: row.raised_at };
}

async function orderHolds(db: Db, store: string | undefined): Promise<OrderHold[]> {
  let query = db
    .selectFrom('hold')
    .innerJoin('sales_order', 'sales_order.id', 'hold.sales_order_id')
    .select(['hold.code', 'hold.detail', 'hold.raised_at'])
    .select(['sales_order.store', 'sales_order.order_number', 'sales_order.order_id'])
    .where('hold.cleared_at', 'is', null)
    .orderBy('hold.code')
    .orderBy('hold.raised_at');
  if (store !== undefined) query = query.where('sales_order.store', '=', store);
  return (await query.execute()).map((row) => ({
    store: row.store,
    orderNumber: row.order_number,
    orderId: row.order_id,
    ...toHold(row),
  }));
}

async function storeHolds(db: Db, store: string | undefined): Promise<SharedHold[]> {
  let query = db
    .selectFrom('hold')
    .select(['code', 'detail', 'raised_at', 'store'])
    .where('cleared_at', 'is', null)
    .where('sales_order_id', 'is', null)
    .where('store', 'is not', null)
    .orderBy('raised_at');
  if (store !== undefined) query = query.where('store', '=', store);
  return (await query.execute()).map((row) => ({ subject: row.store ?? '', ...toHold(row) }));
}

async function accountHolds(
  db: Db,
  settings: Settings,
  store: string | undefined,
): Promise<SharedHold[]> {
  const its = store === undefined ? undefined : settings.stores.get(store)?.settings.purchase;
  // A store that is gone buys on no account any more.
  if (store !== undefined && !its) return [];
  let query = db
    .selectFrom('hold')
    .select(['code', 'detail', 'raised_at', 'agent_account'])
    .where('cleared_at', 'is', null)
    .where('sales_order_id', 'is', null)
    .where('agent_account', 'is not', null)
    .orderBy('raised_at');
  if (its) query = query.where('agent_account', '=', `${its.agent}/${its.account}`);
  return (await query.execute()).map((row) => ({
    subject: row.agent_account ?? '',
    ...toHold(row),
  }));
}

async function grantHolds(
  db: Db,
  settings: Settings,
  store: string | undefined,
): Promise<SharedHold[]> {
  const its = store === undefined ? undefined : settings.stores.get(store)?.settings;
  if (store !== undefined && !its) return [];
  let query = db
    .selectFrom('hold')
    .innerJoin('grant', 'grant.id', 'hold.grant_id')
    .select(['hold.code', 'hold.detail', 'hold.raised_at'])
    .select(['grant.marketplace', 'grant.app', 'grant.subject'])
    .where('hold.cleared_at', 'is', null)
    .orderBy('hold.raised_at');
  if (its) {
    query = query.where('grant.id', 'in', (row) =>
      row
        .selectFrom('grant_shop')
        .select('grant_id')
        .where('grant_shop.marketplace', '=', its.marketplace)
        .where('grant_shop.country', '=', its.country)
        .where('grant_shop.seller_id', '=', its.sellerId),
    );
  }
  return (await query.execute()).map((row) => ({
    subject: `${row.marketplace}/${row.app} ${row.subject}`,
    ...toHold(row),
  }));
}

async function unreadOrders(db: Db, store: string | undefined): Promise<UnreadOrder[]> {
  let query = db
    .selectFrom('unread_order')
    .select(['store', 'order_id', 'error', 'tries', 'first_seen_at'])
    .orderBy('first_seen_at');
  if (store !== undefined) query = query.where('store', '=', store);
  return (await query.execute()).map((row) => ({
    store: row.store,
    orderId: row.order_id,
    error: row.error,
    tries: row.tries,
    since: row.first_seen_at,
  }));
}
