/** What is stored of stores, apps and accounts: a handful of queries, however many stores there are. */
import { sql } from 'kysely';
import type { StepFacts } from '../../connectors/question.ts';
import { addMs } from '../clock.ts';
import type { Store } from '../config.ts';
import type { Database } from '../database/connect.ts';
import type { GrantRow } from '../database/grants.ts';
import type { SecretBox } from '../secrets.ts';

const DAY_MS = 86_400_000;
/** Older orders tell how it was, not how it is. */
const LOOK_BACK_DAYS = 90;
/** Buyers opened of each store. */
const BUYERS = 3;

export interface OwnerFacts {
  readonly owner: string;
  readonly packages: number;
  readonly carriers: readonly string[];
  readonly firstAt: Date;
}

/** Of one store. */
export interface Stored {
  readonly grant: GrantRow | undefined;
  readonly pull:
    | {
        readonly successAt: Date | undefined;
        readonly failureAt: Date | undefined;
        readonly error: string | undefined;
      }
    | undefined;
  readonly buyers: { readonly orders: number; readonly masked: number };
  readonly owners: readonly OwnerFacts[];
  readonly labels: {
    readonly count: number;
    readonly firstAt: Date | undefined;
    readonly overdue: number;
  };
  readonly steps: readonly StepFacts[];
}

export interface StoredParts {
  readonly db: Database;
  readonly secrets: SecretBox | undefined;
  readonly now: Date;
}

/** By the store's name. */
export async function readStored(
  parts: StoredParts,
  stores: readonly Store[],
): Promise<ReadonlyMap<string, Stored>> {
  const { db, now } = parts;
  const names = stores.map((store) => store.name);
  const since = addMs(now, -LOOK_BACK_DAYS * DAY_MS);
  const grants = await readGrants(db, stores);
  const pulls = new Map(
    (
      await db
        .selectFrom('cursor')
        .selectAll()
        .where('store', 'in', [...names, ''])
        .execute()
    ).map((row) => [row.store, row]),
  );
  const owners = await readOwners(db, names, since);
  const labels = await readLabels(db, names, since, addMs(now, -DAY_MS));
  const steps = await readSteps(db, names);
  const buyers = await readBuyers(parts, names);
  return new Map(
    stores.map(({ name }) => {
      const pull = pulls.get(name);
      return [
        name,
        {
          grant: grants.get(name),
          pull: pull && {
            successAt: pull.last_success_at ?? undefined,
            failureAt: pull.last_failure_at ?? undefined,
            error: pull.last_error ?? undefined,
          },
          buyers: buyers.get(name) ?? { orders: 0, masked: 0 },
          owners: owners.get(name) ?? [],
          labels: labels.get(name) ?? { count: 0, firstAt: undefined, overdue: 0 },
          steps: steps.get(name) ?? [],
        },
      ];
    }),
  );
}

async function readGrants(db: Database, stores: readonly Store[]) {
  const rows = await db
    .selectFrom('grant')
    .innerJoin('grant_shop', 'grant_shop.grant_id', 'grant.id')
    .selectAll('grant')
    .select(['grant_shop.country', 'grant_shop.seller_id'])
    .execute();
  const byShop = new Map(
    rows.map((row) => [`${row.marketplace} ${row.app} ${row.country} ${row.seller_id}`, row]),
  );
  return new Map(
    stores.map(({ name, settings: its }) => [
      name,
      byShop.get(`${its.marketplace} ${its.app} ${its.country} ${its.sellerId}`),
    ]),
  );
}

async function readOwners(db: Database, names: readonly string[], since: Date) {
  const { rows } = await sql<{
    store: string;
    owner: string;
    packages: number;
    carriers: string[];
    first_at: Date;
  }>`
    select o.store, p.number_owner as owner, count(*)::int as packages,
      coalesce(array_agg(distinct p.carrier) filter (where p.carrier is not null), '{}') as carriers,
      min(o.first_seen_at) as first_at
    from package p join sales_order o on o.id = p.sales_order_id
    where o.store = any(${names}) and o.first_seen_at >= ${since}
    group by o.store, p.number_owner
    order by packages desc`.execute(db);
  return grouped(rows, (row) => ({
    owner: row.owner,
    packages: row.packages,
    carriers: row.carriers,
    firstAt: row.first_at,
  }));
}

async function readLabels(db: Database, names: readonly string[], since: Date, dueBefore: Date) {
  const { rows } = await sql<{
    store: string;
    count: number;
    first_at: Date | null;
    overdue: number;
  }>`
    select o.store, count(l.package_id)::int as count, min(l.fetched_at) as first_at,
      count(*) filter (where l.package_id is null and p.shipped_at < ${dueBefore})::int as overdue
    from package p
    join sales_order o on o.id = p.sales_order_id
    left join label l on l.package_id = p.id
    where o.store = any(${names}) and o.first_seen_at >= ${since} and p.number_owner = 'marketplace'
    group by o.store`.execute(db);
  return new Map(
    rows.map((row) => [
      row.store,
      { count: row.count, firstAt: row.first_at ?? undefined, overdue: row.overdue },
    ]),
  );
}

async function readSteps(db: Database, names: readonly string[]) {
  const { rows } = await sql<{
    store: string;
    step: string;
    taken: number;
    refused: number;
    first_at: Date;
  }>`
    select o.store, a.step, count(*) filter (where a.outcome in ('succeeded', 'adopted'))::int as taken,
      count(*) filter (where a.outcome = 'refused')::int as refused, min(a.signed_at) as first_at
    from attempt a join sales_order o on o.id = a.sales_order_id
    where a.kind = 'ship' and a.step is not null and a.outcome is not null and o.store = any(${names})
    group by o.store, a.step`.execute(db);
  return grouped(rows, (row) => ({
    step: row.step,
    taken: row.taken,
    refused: row.refused,
    firstAt: row.first_at,
  }));
}

/** A row says itself whether it is masked; nothing else of it is looked at. */
async function readBuyers({ db, secrets }: StoredParts, names: readonly string[]) {
  const { rows } = await sql<{ store: string; buyer: string }>`
    select w.store, o.buyer from unnest(${names}::text[]) as w (store)
    cross join lateral (
      select buyer from sales_order where store = w.store and buyer is not null
      order by source_created_at desc limit ${BUYERS}) o`.execute(db);
  const found = new Map<string, { orders: number; masked: number }>();
  for (const { store, buyer } of rows) {
    const opened = await secrets?.open<{ masked?: boolean }>(buyer).catch(() => undefined);
    if (!opened) continue;
    const { orders, masked } = found.get(store) ?? { orders: 0, masked: 0 };
    found.set(store, { orders: orders + 1, masked: masked + (opened.masked ? 1 : 0) });
  }
  return found;
}

function grouped<R extends { readonly store: string }, T>(
  rows: readonly R[],
  shape: (row: R) => T,
): ReadonlyMap<string, readonly T[]> {
  return new Map(
    [...Map.groupBy(rows, (row) => row.store)].map(([store, its]) => [store, its.map(shape)]),
  );
}

export interface AccountFacts {
  readonly listing:
    | {
        readonly trusted: boolean;
        readonly reason: string | undefined;
        readonly rows: number;
        readonly at: Date;
      }
    | undefined;
  readonly parcels: { readonly count: number; readonly firstAt: Date | undefined };
  /** Lines sent more than two days ago that still show no number. */
  readonly untracked: number;
}

export async function readAccount(
  db: Database,
  account: { readonly agent: string; readonly name: string },
  now: Date,
): Promise<AccountFacts> {
  const listing = await db
    .selectFrom('agent_listing')
    .selectAll()
    .where('agent', '=', account.agent)
    .where('account', '=', account.name)
    .executeTakeFirst();
  const { rows } = await sql<{ count: number; first_at: Date | null; untracked: number }>`
    select
      (select count(*)::int from parcel join purchase p on p.id = parcel.purchase_id
        where p.agent = ${account.agent} and p.account = ${account.name}) as count,
      (select min(first_seen_at) from parcel join purchase p on p.id = parcel.purchase_id
        where p.agent = ${account.agent} and p.account = ${account.name}) as first_at,
      (select count(*)::int from purchase_line l join purchase p on p.id = l.purchase_id
        where p.agent = ${account.agent} and p.account = ${account.name}
          and l.untracked_since < ${addMs(now, -2 * DAY_MS)}) as untracked`.execute(db);
  const [row] = rows;
  return {
    listing: listing && {
      trusted: listing.trusted,
      reason: listing.reason ?? undefined,
      rows: listing.rows,
      at: listing.began_at,
    },
    parcels: { count: row?.count ?? 0, firstAt: row?.first_at ?? undefined },
    untracked: row?.untracked ?? 0,
  };
}
