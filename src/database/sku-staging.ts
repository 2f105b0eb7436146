/**
 * The rows of one SKU link file, beside the table of SKU links until all of them are known: temporary
 * tables of one connection, which the server drops with it, so that a killed import leaves nothing.
 * What needs all rows at once (the same link twice, a wrong row that spoils its SKU's others) is asked
 * of the database: 500,000 rows would be too many for this process's memory.
 * @module
 */
import { sql } from 'kysely';
import type { RightRow, WrongRow } from '../skus/rows.ts';
import type { Db } from './connect.ts';

/** Held by whoever changes SKU links, for as long as its connection lives at the most. */
const LOCK = 'ponbridge sku links';

/** @returns false when somebody else changes SKU links right now */
export async function lockLinks(db: Db): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_lock(hashtext(${LOCK})) as locked`.execute(db);
  return rows[0]?.locked ?? false;
}

export async function unlockLinks(db: Db): Promise<void> {
  await sql`select pg_advisory_unlock(hashtext(${LOCK}))`.execute(db);
}

/** Shared links have the store '' here, so that equal is equal. */
export async function openStaging(db: Db): Promise<void> {
  await closeStaging(db);
  await sql`
    create temporary table sku_row (
      line integer not null,
      store text not null,
      sku text not null,
      item_id text,
      sku_id text,
      quantity integer,
      price_fen bigint,
      error text,
      -- Of a wrong row, as JSON: what goes into the file of wrong rows.
      cells text
    )`.execute(db);
  // The SKUs that wrong rows spoil; without a store in every one.
  await sql`
    create temporary table sku_spoilt (sku text not null, store text, line integer not null)
  `.execute(db);
}

export async function closeStaging(db: Db): Promise<void> {
  await sql`drop table if exists
    pg_temp.sku_row, pg_temp.sku_spoilt, pg_temp.sku_old, pg_temp.sku_diff`.execute(db);
}

export async function stageRight(db: Db, rows: readonly RightRow[]): Promise<void> {
  if (rows.length === 0) return;
  const links = rows.map(({ link }) => link);
  await sql`
    insert into sku_row (line, store, sku, item_id, sku_id, quantity, price_fen)
    select * from unnest(
      ${rows.map(({ line }) => line)}::integer[],
      ${links.map(({ store }) => store ?? '')}::text[],
      ${links.map(({ sku }) => sku)}::text[],
      ${links.map(({ itemId }) => itemId)}::text[],
      ${links.map(({ skuId }) => skuId)}::text[],
      ${links.map(({ quantity }) => quantity)}::integer[],
      ${links.map(({ priceFen }) => priceFen ?? null)}::bigint[])
  `.execute(db);
}

/** A SKU of a store ('': shared by all), and no link of it. */
export interface StagedSku {
  readonly line: number;
  readonly store: string;
  readonly sku: string;
}

export async function stageSkus(db: Db, rows: readonly StagedSku[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    insert into sku_row (line, store, sku)
    select * from unnest(
      ${rows.map(({ line }) => line)}::integer[],
      ${rows.map(({ store }) => store)}::text[],
      ${rows.map(({ sku }) => sku)}::text[])
  `.execute(db);
}

export async function stageWrong(db: Db, rows: readonly WrongRow[]): Promise<void> {
  if (rows.length === 0) return;
  const spoilt = rows.flatMap(({ skus, store, line }) => skus.map((sku) => ({ sku, store, line })));
  await sql`
    insert into sku_row (line, store, sku, error, cells)
    select * from unnest(
      ${rows.map(({ line }) => line)}::integer[],
      ${rows.map(({ store }) => text(store ?? ''))}::text[],
      ${rows.map(({ skus }) => text(skus[0] ?? ''))}::text[],
      ${rows.map(({ error }) => text(error))}::text[],
      ${rows.map(({ cells }) => JSON.stringify(cells))}::text[])
  `.execute(db);
  await sql`
    insert into sku_spoilt (sku, store, line)
    select * from unnest(
      ${spoilt.map(({ sku }) => text(sku))}::text[],
      ${spoilt.map(({ store }) => (store === undefined ? null : text(store)))}::text[],
      ${spoilt.map(({ line }) => line)}::integer[])
  `.execute(db);
}

/** PostgreSQL keeps no NUL. */
function text(content: string): string {
  return content.replaceAll('\0', '\uFFFD');
}

/** When all rows are staged: finds those that are wrong only beside others. Returns how many are wrong. */
export async function judgeTogether(db: Db): Promise<number> {
  await sql`analyze sku_row`.execute(db);
  const twice = await sql`
    with twice as (
      select store, sku, item_id, sku_id, min(line) as first
      from sku_row where error is null
      group by store, sku, item_id, sku_id having count(*) > 1
    ),
    wrong as (
      update sku_row as it
      set error = format('links %s to the same source SKU as line %s', it.sku, twice.first)
      from twice
      where it.error is null and it.line > twice.first
        and (it.store, it.sku, it.item_id, it.sku_id)
          = (twice.store, twice.sku, twice.item_id, twice.sku_id)
      returning it.sku, it.store, it.line
    )
    insert into sku_spoilt (sku, store, line) select sku, store, line from wrong
  `.execute(db);
  const { rows: before } = await countWrong(db);
  if (Number(before[0]?.count ?? 0) + Number(twice.numAffectedRows ?? 0) === 0) return 0;
  await sql`create index on sku_spoilt (sku)`.execute(db);
  await sql`analyze sku_spoilt`.execute(db);
  await sql`
    update sku_row as it
    set error = format(
      'is right, but line %s of the same SKU is wrong, and a SKU''s rows belong together', (
        select min(line) from sku_spoilt as its
        where its.sku = it.sku and (its.store is null or its.store = it.store)))
    where it.error is null and it.sku in (select sku from sku_spoilt where store is null)
       or it.error is null and (it.sku, it.store) in (select sku, store from sku_spoilt)
  `.execute(db);
  await sql`create index on sku_row (line) where error is not null`.execute(db);
  const { rows: after } = await countWrong(db);
  return Number(after[0]?.count ?? 0);
}

function countWrong(db: Db) {
  return sql<{ count: string }>`select count(*) from sku_row where error is not null`.execute(db);
}

export interface StagedWrongRow {
  readonly line: number;
  readonly error: string;
  readonly store: string;
  readonly sku: string;
  /** Of a row that is wrong by itself; the others can be written from what they say. */
  readonly cells: string | null;
  readonly item_id: string | null;
  readonly sku_id: string | null;
  readonly quantity: number | null;
  readonly price_fen: string | null;
}

/** In the file's order, from after a line. */
export async function wrongRowsAfter(
  db: Db,
  line: number,
  most: number,
): Promise<readonly StagedWrongRow[]> {
  const { rows } = await sql<StagedWrongRow>`
    select * from sku_row where error is not null and line > ${line} order by line limit ${most}
  `.execute(db);
  return rows;
}
