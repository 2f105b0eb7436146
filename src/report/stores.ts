/** The stores as people see them: how each buys, and whether it is well. */
import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import { storeRows } from '../database/stores.ts';
import type { LiveSettings } from '../live/live-settings.ts';

export interface ShownStore {
  readonly name: string;
  readonly marketplace: string;
  readonly country: string;
  readonly sellerId: string;
  readonly group: string | null;
  /** `file-gone`: no file any more, and not removed by the command. */
  readonly state: 'in-service' | 'file-gone' | 'removed';
  readonly mode: string | null;
  readonly dailyCapFen: number | null;
  readonly autoPay: boolean | null;
  readonly paused: boolean;
  readonly connected: boolean;
  /** The end of the consent that no renewal moves; null where the marketplace states none. */
  readonly connectedUntil: Date | null;
  readonly lastPull: Date | null;
  readonly lastPullError: string | null;
  readonly ordersOpen: number;
  readonly ordersHeld: number;
  readonly removedAt: Date | null;
}

/** @param all also those that were removed */
export async function readStores(
  db: Db,
  live: Pick<LiveSettings, 'current' | 'kept'>,
  all = false,
): Promise<ShownStore[]> {
  const counts = await orderCounts(db);
  const consents = await storeConsents(db);
  const cursors = await db
    .selectFrom('cursor')
    .select(['store', 'last_success_at', 'last_failure_at', 'last_error'])
    .execute();
  const pulls = new Map(cursors.map((row) => [row.store, row]));
  const rows = await storeRows(db);
  return rows
    .filter((row) => all || row.removed_at === null)
    .map((row): ShownStore => {
      const store = live.current.stores.get(row.name);
      const hasFile = store !== undefined && !live.kept.has(row.name);
      const its = store?.settings;
      const consent = consents.get(row.name);
      const pull = pulls.get(row.name);
      return {
        name: row.name,
        marketplace: row.marketplace,
        country: row.country,
        sellerId: row.seller_id,
        group: its?.group ?? null,
        state: row.removed_at ? 'removed' : hasFile ? 'in-service' : 'file-gone',
        mode: its?.purchase.mode ?? null,
        dailyCapFen: its?.purchase.dailyCap ?? null,
        autoPay: its?.purchase.pay.auto ?? null,
        paused: its?.paused ?? true,
        connected: consent !== undefined,
        connectedUntil: consent?.until ?? null,
        lastPull: pull?.last_success_at ?? null,
        lastPullError: pull?.last_error ?? null,
        ordersOpen: counts.get(row.name)?.open ?? 0,
        ordersHeld: counts.get(row.name)?.held ?? 0,
        removedAt: row.removed_at,
      };
    });
}

async function orderCounts(db: Db) {
  const { rows } = await sql<{ store: string; open: string; held: string }>`
    select store, count(*) as open,
      count(*) filter (where exists (
        select from hold where hold.sales_order_id = sales_order.id and hold.cleared_at is null
      )) as held
    from sales_order
    where state not in ('done', 'cancelled', 'ignored')
    group by store`.execute(db);
  return new Map(
    rows.map(({ store, open, held }) => [store, { open: Number(open), held: Number(held) }]),
  );
}

async function storeConsents(db: Db) {
  const rows = await db
    .selectFrom('store')
    .innerJoin('grant_shop', (join) =>
      join
        .onRef('grant_shop.marketplace', '=', 'store.marketplace')
        .onRef('grant_shop.country', '=', 'store.country')
        .onRef('grant_shop.seller_id', '=', 'store.seller_id'),
    )
    .innerJoin('grant', 'grant.id', 'grant_shop.grant_id')
    .select(['store.name', 'grant.ends_at as until', 'grant.refused_at as refused'])
    .execute();
  // One that is refused connects nothing any more.
  return new Map(rows.filter((row) => row.refused === null).map((row) => [row.name, row]));
}
