/** What stands in the database, in a form that can be compared. */
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../src/database/connect.ts';

export interface Books {
  /** Every table but `inbox`: its rows' number and a digest over all of them. */
  readonly business: Readonly<Record<string, string>>;
  /** Rows, all copies together, the newest id, and rows not handled yet. */
  readonly inbox: string;
  /** Jobs by queue and state, without the upkeep's own. */
  readonly jobs: string;
}

/** When a row was last looked at, not what it says. */
const LOOKS = [
  ...['due_at', 'read_began_at', 'tries', 'awaits', 'covered_until', 'last_success_at'],
  // Of a listing: when it was made, and of which period.
  ...['began_at', 'from_at', 'until_at'],
];
/** Written by the clock alone. */
const BEATS: Readonly<Record<string, readonly string[]>> = { process: ['seen_at'] };
/**
 * Knocks are counted, by what is knocked at: one row for each kind and place. Anything else in that table
 * must not be an input's doing.
 */
const WATCHED: Readonly<Record<string, RawBuilder<unknown>>> = {
  noted: sql`fact = 'nonce' or subject not in ('lazada/main', 'shopee/main', 'pandapon/main')`,
};
/** Queues whose jobs inputs can cause; the others beat by the clock. */
const CAUSED = ['order', 'read', 'listing', 'callback'];

/** All tables there are, so that a new one is watched by itself. */
export async function tablesOf(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables
    where schemaname = 'public' and tablename not like 'kysely%' order by 1`.execute(db);
  return rows.map((row) => row.name);
}

export async function readBooks(
  db: Database,
  tables: readonly string[],
  options: { readonly withoutLooks?: boolean } = {},
): Promise<Books> {
  const looks = options.withoutLooks ? LOOKS : [];
  const digests = tables
    .filter((table) => table !== 'inbox')
    .map(
      (table) => sql`
        select ${table}::text as name,
          count(*) || ' rows ' || coalesce(md5(string_agg(row, '' order by row)), '') as digest
        from (
          select md5((to_jsonb(t) - ${[...looks, ...(BEATS[table] ?? [])]}::text[])::text) as row
          from ${sql.table(table)} t where ${WATCHED[table] ?? sql`true`}
        ) r`,
    );
  const business = await sql<{ name: string; digest: string }>`
    ${sql.join(digests, sql` union all `)}`.execute(db);
  const inbox = await sql<{ all: string }>`
    select concat_ws(' ', count(*), 'rows', coalesce(sum(copies), 0), 'copies, newest',
      coalesce(max(id), 0)) as all from inbox`.execute(db);
  const jobs = await sql<{ all: string }>`
    select coalesce(string_agg(concat_ws(' ', name, state, count), ', '), 'none') as all from (
      select name, state, count(*) from pgboss.job
      where name = any(${CAUSED}) group by 1, 2 order by 1, 2
    ) grouped`.execute(db);
  return {
    business: Object.fromEntries(business.rows.map((row) => [row.name, row.digest])),
    inbox: inbox.rows[0]?.all ?? '',
    jobs: jobs.rows[0]?.all ?? '',
  };
}

/** The parts that differ, by name. */
export function differences(
  before: Books,
  after: Books,
  parts: readonly (keyof Books)[],
): string[] {
  return parts.flatMap((part) => {
    const [was, is] = [before[part], after[part]];
    if (typeof was === 'string' || typeof is === 'string') {
      return was === is ? [] : [`${part}: ${was} -> ${is}`];
    }
    return Object.keys(is)
      .filter((table) => was[table] !== is[table])
      .map((table) => `${table}: ${was[table]} -> ${is[table]}`);
  });
}

/** @param dueNow only those that need not wait for their time */
export async function countJobs(
  db: Database,
  name: string,
  states: readonly string[],
  { dueNow = false } = {},
): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) from pgboss.job
    where name = ${name} and state::text = any(${states})
      and (not ${dueNow}::boolean or start_after <= now() + interval '1 second')`.execute(db);
  return Number(rows[0]?.count);
}

/** As if no callback had come yet. */
export async function forgetCallbacks(db: Database): Promise<void> {
  await sql`delete from pgboss.job where name = 'callback'`.execute(db);
  await sql`delete from inbox where source = ${AGENT}`.execute(db);
}

const AGENT = 'pandapon/main';

/** The agent's messages that are kept; and of those, the ones that name nothing we know. */
export async function keptCallbacks(db: Database): Promise<{ all: number; idle: number }> {
  const { rows } = await sql<{ all: string; idle: string }>`
    with known as (
      select unnest(array[agent_order_id, order_no]) as id from purchase
      union select unnest(array[sub_order_id, sub_purchase_order_id]) from purchase_line
    )
    select count(*) as all, count(*) filter (where not exists (
      select 1 from known where hint -> 'ids' ? known.id
    )) as idle from inbox where source = ${AGENT}`.execute(db);
  return { all: Number(rows[0]?.all), idle: Number(rows[0]?.idle) };
}
