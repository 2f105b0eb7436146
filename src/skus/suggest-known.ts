/** What is known of ids that are written in SKUs: from links, purchases and the agent's books. */
import { sql } from 'kysely';
import type { LinkedSku } from '../../mappings/suggest/alike.ts';
import type { KnownSource } from '../../mappings/suggest/known.ts';
import type { NamedLine } from '../../mappings/suggest/named.ts';
import { cutSku } from '../../mappings/suggest/pieces.ts';
import type { Db } from '../database/connect.ts';
import { toSource } from './suggest-alike.ts';

/** Enough to decide by; an item can have hundreds of SKUs. */
const MOST_KNOWN = 5_000;
/** The agent's books are read for this long back. */
const BOOKS_MS = 120 * 86_400_000;

/** The ids a SKU's text holds. */
export function idsIn(skus: readonly string[]): string[] {
  const ids = skus.flatMap((sku) =>
    cutSku(sku).flatMap((piece) =>
      piece.kind === 'number' && piece.role === 'id' ? [piece.text] : [],
    ),
  );
  return [...new Set(ids)];
}

interface KnownRow {
  readonly item_id: string;
  readonly sku_id: string;
  readonly price_fen: string | null;
  readonly from: 'link' | 'purchase' | 'agent';
  readonly store: string | null;
  readonly name: string;
}

/** @param ids item or SKU ids; sources that have one of them are returned */
export async function readKnown(
  db: Db,
  ids: readonly string[],
  now: Date,
): Promise<readonly KnownSource[]> {
  if (ids.length === 0) return [];
  const list = [...ids];
  const since = new Date(now.getTime() - BOOKS_MS);
  const { rows } = await sql<KnownRow>`
    (select distinct on (item_id, sku_id) item_id, sku_id, price_fen, 'purchase' as from,
        sales_order.store, sales_order.order_number as name
      from purchase_line
      join purchase on purchase.id = purchase_line.purchase_id
      join sales_order on sales_order.id = purchase.sales_order_id
      where (item_id = any(${list}::text[]) or sku_id = any(${list}::text[]))
        and purchase_line.state not in ('placing', 'refused')
      order by item_id, sku_id, purchase_line.id desc limit ${MOST_KNOWN})
    union all
    (select distinct on (item_id, sku_id) item_id, sku_id, price_fen, 'link', store, sku
      from sku_link
      where item_id = any(${list}::text[]) or sku_id = any(${list}::text[])
      order by item_id, sku_id, price_fen nulls last, id desc limit ${MOST_KNOWN})
    union all
    (select distinct on (line ->> 'itemId', line ->> 'skuId') line ->> 'itemId', line ->> 'skuId',
        null, 'agent', null, order_no
      from agent_order, jsonb_array_elements(lines) as line
      where created_at >= ${since} and phase <> 'cancelled'
        and line ->> 'itemId' is not null and line ->> 'skuId' is not null
        and (line ->> 'itemId' = any(${list}::text[]) or line ->> 'skuId' = any(${list}::text[]))
      order by 1, 2, order_no limit ${MOST_KNOWN})`.execute(db);
  return rows.map((row) => ({
    itemId: row.item_id,
    skuId: row.sku_id,
    priceFen: row.price_fen === null ? undefined : Number(row.price_fen),
    where: whereText(row),
  }));
}

function whereText({ from, store, name }: KnownRow): string {
  if (from === 'link') return `linked to the SKU "${name}"${store ? ` of ${store}` : ''}`;
  if (from === 'agent') return `in the agent's order ${name}`;
  return `bought for order ${name} of ${store}`;
}

interface BoughtRow {
  readonly store: string;
  readonly sku: string;
  readonly sources: readonly Parameters<typeof toSource>[0][];
}

/** What the newest bought line of each of these SKUs was bought as, by store. */
export async function readBoughtBefore(db: Db, skus: readonly string[]): Promise<LinkedSku[]> {
  if (skus.length === 0) return [];
  const { rows } = await sql<BoughtRow>`
    with newest as (
      select distinct on (sales_order.store, sales_line.sku)
        sales_order.store, sales_line.sku, sales_line.id
      from sales_line
      join sales_order on sales_order.id = sales_line.sales_order_id
      where sales_line.sku = any(${[...skus]}::text[])
        and exists (
          select from allocation
          join purchase_line on purchase_line.id = allocation.purchase_line_id
          where allocation.sales_line_id = sales_line.id
            and purchase_line.state in ('accepted', 'sent'))
      order by sales_order.store, sales_line.sku, sales_line.id desc
    )
    select newest.store, newest.sku, json_agg(json_build_object('itemId', purchase_line.item_id,
        'skuId', purchase_line.sku_id, 'priceFen', purchase_line.price_fen,
        'quantity', allocation.quantity / allocation.units)) as sources
    from newest
    join allocation on allocation.sales_line_id = newest.id
    join purchase_line on purchase_line.id = allocation.purchase_line_id
    where allocation.units > 0 and allocation.quantity % allocation.units = 0
    group by newest.store, newest.sku`.execute(db);
  return rows.map(({ store, sku, sources }) => ({
    store,
    sku,
    by: 'bought',
    sources: sources.map(toSource),
  }));
}

/** Lines of other SKUs with one of these names; one for each SKU, store and variation. */
export async function readNamed(
  db: Db,
  names: readonly string[],
  except: readonly string[],
): Promise<Omit<NamedLine, 'sources'>[]> {
  if (names.length === 0) return [];
  const { rows } = await sql<{
    store: string;
    sku: string;
    name: string;
    variation: string | null;
  }>`
    select distinct on (sales_order.store, line.sku, line.name)
      sales_order.store, line.sku, line.name, each ->> 'variation' as variation
    from sales_line as line
    join sales_order on sales_order.id = line.sales_order_id
    left join lateral (
      select each from jsonb_array_elements(sales_order.document -> 'lines') as each
      where each ->> 'lineId' = line.line_id limit 1) as document on true
    where line.name = any(${[...names]}::text[]) and line.sku is not null
      and not line.sku = any(${[...except]}::text[])
    order by sales_order.store, line.sku, line.name, line.id desc
    limit ${MOST_KNOWN}`.execute(db);
  return rows.map((row) => ({ ...row, variation: row.variation ?? undefined }));
}
