/** Alerts: raised once, kept up to date while their cause stands, cleared with it; set by set. */
import { type RawBuilder, sql } from 'kysely';
import type { Db } from './connect.ts';

export interface AlertChange {
  readonly what: 'raised' | 'cleared';
  readonly code: string;
  readonly store: string | null;
  /** The sales order's id here. */
  readonly order: string | null;
  readonly account: string | null;
  readonly grant: string | null;
  readonly detail: string;
}

/**
 * Makes the open alerts of a code those that stand: one statement, so that two at once cannot raise
 * one twice, and a crash leaves all or nothing of it.
 * @param standing rows of store, sales_order_id, agent_account, grant_id, detail
 */
export async function settleAlerts(
  db: Db,
  code: string,
  standing: RawBuilder<unknown>,
  now: Date,
): Promise<AlertChange[]> {
  const told = sql`code, store, sales_order_id as "order", agent_account as account, grant_id as "grant", detail`;
  const { rows } = await sql<AlertChange>`
    with found as materialized (${standing}
    ), stands as materialized (
      -- As the table's own column says it.
      select found.*, coalesce('order ' || sales_order_id::text, 'grant ' || grant_id::text,
        'account ' || agent_account, 'store ' || store, '') as subject
      from found
    ), raised as (
      insert into alert (code, store, sales_order_id, agent_account, grant_id, detail, raised_at)
      select ${code}::text, store, sales_order_id, agent_account, grant_id, detail, ${now}::timestamptz
      from stands
      where not exists (select from alert
        where alert.code = ${code} and alert.subject = stands.subject and cleared_at is null)
      on conflict do nothing
      returning ${told}
    ), refreshed as (
      update alert set detail = stands.detail
      from stands
      where alert.code = ${code} and alert.subject = stands.subject and cleared_at is null
        and alert.detail <> stands.detail
    ), cleared as (
      update alert set cleared_at = ${now}
      where code = ${code} and cleared_at is null
        and not exists (select from stands where stands.subject = alert.subject)
      returning ${told}
    )
    select 'raised' as what, raised.* from raised
    union all select 'cleared', cleared.* from cleared`.execute(db);
  return rows;
}

/** Notes a look, and returns since when there was no pause between two. */
export async function markLook(db: Db, now: Date, pauseMs: number): Promise<Date> {
  const paused = new Date(now.getTime() - pauseMs);
  const { rows } = await sql<{ resumed_at: Date }>`
    insert into watch (looked_at, resumed_at) values (${now}, ${now})
    on conflict (one) do update set looked_at = excluded.looked_at,
      resumed_at = case when watch.looked_at < ${paused} then excluded.resumed_at else watch.resumed_at end
    returning resumed_at`.execute(db);
  return rows[0]?.resumed_at ?? now;
}

/** A process starts: that counts as a pause, unless one did not long ago. */
export async function markStart(db: Db, now: Date, countsMs: number): Promise<void> {
  await db
    .updateTable('watch')
    .set({ resumed_at: now })
    .where('resumed_at', '<', new Date(now.getTime() - countsMs))
    .execute();
}

export async function forgetAlerts(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('alert').where('cleared_at', '<', before).execute();
}
