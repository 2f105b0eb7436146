/** Alerts as people see them: what does not happen, since when, and what to do about it. */
import { type AlertText, alertText } from '../alerts/texts.ts';
import type { Settings } from '../config.ts';
import type { Db } from '../database/connect.ts';

export interface ShownAlert extends AlertText {
  readonly code: string;
  readonly store: string | null;
  readonly orderNumber: string | null;
  readonly orderId: string | null;
  /** `pandapon/main` */
  readonly account: string | null;
  /** Whose consent: `lazada/main 100114855`. */
  readonly consent: string | null;
  readonly detail: string;
  readonly since: Date;
  readonly clearedAt: Date | null;
}

export interface AlertFilter {
  /** Only what concerns this store: also its account and its seller's consent. */
  readonly store?: string | undefined;
  /** Only this sales order's, by the id it has here. */
  readonly salesOrderId?: string | undefined;
  /** Also those cleared since. */
  readonly clearedSince?: Date | undefined;
}

/** Oldest first within a code. */
export async function readAlerts(
  db: Db,
  settings: Settings | undefined,
  { store, salesOrderId, clearedSince }: AlertFilter = {},
): Promise<ShownAlert[]> {
  let query = db
    .selectFrom('alert')
    .leftJoin('sales_order', 'sales_order.id', 'alert.sales_order_id')
    .leftJoin('grant', 'grant.id', 'alert.grant_id')
    .select(['alert.code', 'alert.store', 'alert.detail', 'alert.raised_at', 'alert.cleared_at'])
    .select(['alert.agent_account', 'sales_order.order_number', 'sales_order.order_id'])
    .select(['grant.marketplace', 'grant.app', 'grant.subject as seller'])
    .where((row) =>
      row.or([
        row('alert.cleared_at', 'is', null),
        ...(clearedSince ? [row('alert.cleared_at', '>=', clearedSince)] : []),
      ]),
    )
    .orderBy('alert.code')
    .orderBy('alert.raised_at')
    .orderBy('alert.id');
  if (salesOrderId !== undefined) query = query.where('alert.sales_order_id', '=', salesOrderId);
  if (store !== undefined) {
    const its = settings?.stores.get(store)?.settings;
    query = query.where((row) =>
      row.or([
        row('alert.store', '=', store),
        ...(its
          ? [
              row('alert.agent_account', '=', `${its.purchase.agent}/${its.purchase.account}`),
              row('alert.grant_id', 'in', (shops) =>
                shops
                  .selectFrom('grant_shop')
                  .select('grant_id')
                  .where('marketplace', '=', its.marketplace)
                  .where('country', '=', its.country)
                  .where('seller_id', '=', its.sellerId),
              ),
            ]
          : []),
      ]),
    );
  }
  return (await query.execute()).map((row) => ({
    code: row.code,
    ...alertText(row.code),
    store: row.store,
    orderNumber: row.order_number,
    orderId: row.order_id,
    account: row.agent_account,
    consent: row.marketplace && `${row.marketplace}/${row.app} ${row.seller}`,
    detail: row.detail,
    since: row.raised_at,
    clearedAt: row.cleared_at,
  }));
}

/** What it is about: the store and the order, the account, or the consent. */
export function alertSubject(alert: ShownAlert): readonly string[] {
  const shared = alert.account ?? alert.consent;
  return shared === null ? [alert.store ?? '', alert.orderNumber ?? ''] : [shared, ''];
}
