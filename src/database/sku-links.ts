/** SKU links: looked up for the SKUs of one order at a time, however many rows there are. */
import { type Selectable, sql } from 'kysely';
import type { SkuLink } from '../../mappings/sku-links.ts';
import type { Db } from './connect.ts';
import type { SkuLinkTable } from './schema.ts';

/** Links of these SKUs, of this store and shared ones. */
export async function linksOf(db: Db, store: string, skus: readonly string[]): Promise<SkuLink[]> {
  if (skus.length === 0) return [];
  const rows = await db
    .selectFrom('sku_link')
    .selectAll()
    .where('sku', 'in', [...skus])
    .where((row) => row.or([row('store', '=', store), row('store', 'is', null)]))
    .orderBy('sku')
    .orderBy('item_id')
    .orderBy('sku_id')
    .execute();
  return rows.map(toLink);
}

function toLink(row: Selectable<SkuLinkTable>): SkuLink {
  return {
    store: row.store ?? undefined,
    sku: row.sku,
    itemId: row.item_id,
    skuId: row.sku_id,
    quantity: row.quantity,
    priceFen: row.price_fen === null ? undefined : Number(row.price_fen),
  };
}

/** Whose links: of these stores, and those shared by all. */
export interface LinksWanted {
  readonly store?: string | undefined;
  readonly shared?: boolean | undefined;
}

const EXPORT_PART = 1_000;

/**
 * All links as they are at one moment, by SKU, store and source, in an order that does not depend on
 * the server's language. A cursor that outlives its transaction: a slow reader at the end of a pipe
 * holds up nothing.
 * @param db one connection, used for nothing else meanwhile
 */
export async function* sortedLinks(db: Db, wanted: LinksWanted = {}): AsyncGenerator<SkuLink[]> {
  const { store, shared } = wanted;
  const every = store === undefined && !shared;
  await sql`
    declare sku_links no scroll cursor with hold for
    select * from sku_link
    where ${every} or store = ${store ?? null} or (${shared ?? false} and store is null)
    order by sku collate "C", coalesce(store, '') collate "C",
      item_id collate "C", sku_id collate "C"
  `.execute(db);
  try {
    for (;;) {
      const { rows } = await sql<Selectable<SkuLinkTable>>`
        fetch forward ${sql.lit(EXPORT_PART)} from sku_links`.execute(db);
      if (rows.length === 0) return;
      yield rows.map(toLink);
    }
  } finally {
    await sql`close sku_links`.execute(db).catch(() => {});
  }
}

/** Stores that have links, whether their settings are still there or not. */
export async function hasLinks(db: Db, store: string): Promise<boolean> {
  const row = await db
    .selectFrom('sku_link')
    .select('id')
    .where('store', '=', store)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
