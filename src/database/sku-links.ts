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
    .orderBy('position')
    .orderBy('id')
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

/** Replaces all links of the SKUs given: what a file says about a SKU is all there is of it. */
export async function replaceLinks(db: Db, links: readonly SkuLink[], now: Date): Promise<void> {
  const keys = new Map<string, { store: string | undefined; sku: string }>();
  for (const { store, sku } of links) keys.set(`${store ?? ''} ${sku}`, { store, sku });
  // Arrays: a file of 300,000 links is one statement, and far beyond the 65,535 parameters of one.
  const gone = [...keys.values()];
  await sql`
    delete from sku_link
    using unnest(${gone.map(({ sku }) => sku)}::text[], ${gone.map(({ store }) => store ?? '')}::text[])
      as gone (sku, store)
    where sku_link.sku = gone.sku and coalesce(sku_link.store, '') = gone.store
  `.execute(db);
  for (let start = 0; start < links.length; start += 1_000) {
    await db
      .insertInto('sku_link')
      .values(
        links.slice(start, start + 1_000).map((link, index) => ({
          store: link.store ?? null,
          sku: link.sku,
          position: start + index + 1,
          item_id: link.itemId,
          sku_id: link.skuId,
          quantity: link.quantity,
          price_fen: link.priceFen ?? null,
          updated_at: now,
        })),
      )
      .execute();
  }
}

/** Held orders that have a line with one of these SKUs: a new link may release them. */
export async function ordersHeldForSkus(db: Db, skus: readonly string[]): Promise<string[]> {
  if (skus.length === 0) return [];
  const rows = await db
    .selectFrom('sales_order')
    .innerJoin('sales_line', 'sales_line.sales_order_id', 'sales_order.id')
    .select('sales_order.id')
    .distinct()
    .where('sales_order.state', 'in', ['held', 'planned', 'waiting'])
    .where('sales_line.sku', '=', sql<string>`any(${[...skus]}::text[])`)
    .execute();
  return rows.map((row) => row.id);
}

const EXPORT_PART = 10_000;

/** All links in the order they were imported, part by part. */
export async function* allLinks(db: Db): AsyncGenerator<SkuLink[]> {
  let after = '0';
  for (;;) {
    const rows = await db
      .selectFrom('sku_link')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(EXPORT_PART)
      .execute();
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map(toLink);
    after = last.id;
  }
}
