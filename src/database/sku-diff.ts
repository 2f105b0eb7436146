/** What staged rows would change in the table of SKU links, and the change itself. */
import { sql } from 'kysely';
import type { Db, Tx } from './connect.ts';

/** In links, i.e. rows, where nothing else is said. */
export interface Changes {
  /** Of the file that are right. */
  readonly rows: number;
  /** Of those rows, each with all its rows; one SKU of two stores counts twice. */
  readonly skus: number;
  readonly newSkus: number;
  readonly changedSkus: number;
  readonly added: number;
  readonly altered: number;
  readonly removed: number;
  /** Prices that change by more than half of what they were. */
  readonly jumps: number;
  /** Ids too long for a spreadsheet, and those of them that end as if one had rounded them. */
  readonly longIds: number;
  readonly roundedIds: number;
}

/** One link that differs; without `old` it is new, without `now` it goes. */
export interface Difference {
  readonly store: string;
  readonly sku: string;
  readonly itemId: string;
  readonly skuId: string;
  readonly old: LinkFigures | undefined;
  readonly now: LinkFigures | undefined;
}

export interface LinkFigures {
  readonly quantity: number;
  readonly priceFen: number | undefined;
}

/** Compares the right rows with the links there are of the same SKUs. */
export async function compareStaged(db: Db): Promise<Changes> {
  await takeOld(db);
  await makeDiff(db, sql`(select * from sku_row where error is null)`);
  const { rows } = await sql<Record<keyof Changes, string>>`
    with its_skus as (select distinct store, sku from sku_row where error is null),
    old_skus as (select distinct store, sku from sku_old),
    changed as (select distinct store, sku from sku_diff join old_skus using (store, sku)),
    ids as (
      select sku_id as id from sku_row where error is null and length(sku_id) >= 17
      union all
      select item_id from sku_row where error is null and length(item_id) >= 17
    )
    select
      (select count(*) from sku_row where error is null) as rows,
      (select count(*) from its_skus) as skus,
      (select count(*) from its_skus) - (select count(*) from old_skus) as "newSkus",
      (select count(*) from changed) as "changedSkus",
      (select count(*) from ids where id ~ '^\\d+$') as "longIds",
      (select count(*) from ids where id ~ '^\\d{15}0+$') as "roundedIds",
      count(*) filter (where id is null) as added,
      count(*) filter (where id is not null and quantity is not null) as altered,
      count(*) filter (where quantity is null) as removed,
      count(*) filter (where 2 * abs(price_fen - old_price_fen) > old_price_fen) as jumps
    from sku_diff
  `.execute(db);
  return figures(rows[0]);
}

export interface Removal {
  readonly skus: number;
  /** Of them that have links. */
  readonly linked: number;
  readonly links: number;
}

/** Compares as if there were to be no link of the staged SKUs any more. */
export async function compareRemoval(db: Db): Promise<Removal> {
  await sql`analyze sku_row`.execute(db);
  await takeOld(db);
  await makeDiff(db, sql`(select * from sku_row where false)`);
  const { rows } = await sql<Record<keyof Removal, string>>`
    select
      (select count(distinct (store, sku)) from sku_row) as skus,
      (select count(distinct (store, sku)) from sku_old) as linked,
      (select count(*) from sku_diff) as links
  `.execute(db);
  const [row] = rows;
  return {
    skus: Number(row?.skus ?? 0),
    linked: Number(row?.linked ?? 0),
    links: Number(row?.links ?? 0),
  };
}

export interface UnlinkedSku {
  readonly sku: string;
  readonly store: string;
  /** Whose links there are of this SKU: names of stores, '' for those that all share. */
  readonly elsewhere: readonly string[];
}

/** The first staged SKUs without a link. */
export async function unlinkedSkus(db: Db, most: number): Promise<readonly UnlinkedSku[]> {
  const { rows } = await sql<UnlinkedSku>`
    select sku, store, array(
      select distinct coalesce(sku_link.store, '') from sku_link
      where sku_link.sku = sku_row.sku order by 1 limit 5) as elsewhere
    from sku_row
    where not exists (select from sku_old where (sku_old.sku, sku_old.store) = (sku_row.sku, sku_row.store))
    group by sku, store
    order by min(line) limit ${most}
  `.execute(db);
  return rows;
}

/** The links there are of the staged SKUs. */
async function takeOld(db: Db): Promise<void> {
  await sql`
    create temporary table sku_old as
    select id, coalesce(store, '') as store, sku, item_id, sku_id, quantity, price_fen
    from sku_link
    where (sku, coalesce(store, '')) in (select sku, store from sku_row where error is null)
  `.execute(db);
  await sql`analyze sku_old`.execute(db);
}

async function makeDiff(db: Db, its: ReturnType<typeof sql>): Promise<void> {
  await sql`
    create temporary table sku_diff as
    select store, sku, item_id, sku_id,
      sku_old.id, sku_old.quantity as old_quantity, sku_old.price_fen as old_price_fen,
      its.quantity, its.price_fen
    from ${its} as its full join sku_old using (store, sku, item_id, sku_id)
    where (its.quantity, its.price_fen) is distinct from (sku_old.quantity, sku_old.price_fen)
  `.execute(db);
  await sql`analyze sku_diff`.execute(db);
}

function figures(row: Partial<Record<keyof Changes, string>> | undefined): Changes {
  const of = (name: keyof Changes) => Number(row?.[name] ?? 0);
  return {
    rows: of('rows'),
    skus: of('skus'),
    newSkus: of('newSkus'),
    changedSkus: of('changedSkus'),
    added: of('added'),
    altered: of('altered'),
    removed: of('removed'),
    jumps: of('jumps'),
    longIds: of('longIds'),
    roundedIds: of('roundedIds'),
  };
}

interface DiffRow {
  readonly store: string;
  readonly sku: string;
  readonly item_id: string;
  readonly sku_id: string;
  readonly id: string | null;
  readonly old_quantity: number | null;
  readonly old_price_fen: string | null;
  readonly quantity: number | null;
  readonly price_fen: string | null;
}

/** The first links that differ of SKUs that had links before. */
export async function changedExamples(db: Db, most: number): Promise<readonly Difference[]> {
  const { rows } = await sql<DiffRow>`
    select * from sku_diff
    where exists (select from sku_old where (sku_old.store, sku_old.sku) = (sku_diff.store, sku_diff.sku))
    order by sku collate "C", store, item_id, sku_id limit ${most}
  `.execute(db);
  return rows.map(toDifference);
}

/** The prices that change most, by their ratio. */
export async function jumpExamples(db: Db, most: number): Promise<readonly Difference[]> {
  const { rows } = await sql<DiffRow>`
    select * from sku_diff
    where 2 * abs(price_fen - old_price_fen) > old_price_fen
    order by abs(ln(price_fen::numeric / old_price_fen)) desc, sku collate "C", store limit ${most}
  `.execute(db);
  return rows.map(toDifference);
}

function toDifference(row: DiffRow): Difference {
  const side = (quantity: number | null, fen: string | null): LinkFigures | undefined =>
    quantity === null ? undefined : { quantity, priceFen: fen === null ? undefined : Number(fen) };
  return {
    store: row.store,
    sku: row.sku,
    itemId: row.item_id,
    skuId: row.sku_id,
    old: side(row.old_quantity, row.old_price_fen),
    now: side(row.quantity, row.price_fen),
  };
}

/** Makes the links what was compared, all at once for whoever reads them. */
export async function applyDiff(tx: Tx, now: Date): Promise<void> {
  await sql`
    delete from sku_link using sku_diff
    where sku_link.id = sku_diff.id and sku_diff.quantity is null
  `.execute(tx);
  await sql`
    update sku_link
    set quantity = sku_diff.quantity, price_fen = sku_diff.price_fen, updated_at = ${now}
    from sku_diff
    where sku_link.id = sku_diff.id and sku_diff.quantity is not null
  `.execute(tx);
  // In the index's order: half the time.
  await sql`
    insert into sku_link (store, sku, item_id, sku_id, quantity, price_fen, updated_at)
    select nullif(store, ''), sku, item_id, sku_id, quantity, price_fen, ${now}
    from sku_diff where id is null
    order by sku, store, item_id, sku_id
  `.execute(tx);
}

/**
 * Orders that are not bought yet and have a line with one of the SKUs that changed: they are planned
 * anew. A shared link concerns every store.
 */
export async function wakeOrders(tx: Tx, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update sales_order set state = 'pulled', due_at = ${now}
    where state in ('held', 'planned', 'waiting') and exists (
      select from sales_line join sku_diff
        on sku_diff.sku = btrim(sales_line.sku, E' \\t\\r\\n')
        and sku_diff.store in ('', sales_order.store)
      where sales_line.sales_order_id = sales_order.id)
    returning id
  `.execute(tx);
  return rows.map(({ id }) => id);
}
