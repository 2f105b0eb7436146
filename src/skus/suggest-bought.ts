/** Orders of a SKU, and what the agent's books hold that no purchase of ours owns. */

import Big from 'big.js';
import { sql } from 'kysely';
import type { OrderLine } from '../../connectors/marketplace.ts';
import { templateValues } from '../../mappings/findings.ts';
import { mapLines, orderSkus, skuOf } from '../../mappings/lines.ts';
import { mapNumber } from '../../mappings/number.ts';
import type { HandBought, WaitingOrder } from '../../mappings/suggest/bought.ts';
import type { Store } from '../config.ts';
import { type AccountRef, toAgentOrder } from '../database/agent-orders.ts';
import type { Db } from '../database/connect.ts';
import { documentOf } from '../database/orders.ts';
import type { OrderDocument } from '../database/schema.ts';
import { linksOf } from '../database/sku-links.ts';
import { accountKey, type Service } from '../service.ts';

/** Orders of one SKU that are looked up in the agent's books: the newest. */
const ORDERS_OF_A_SKU = 10;
/** Orders without a number that a person made; the newest. */
const MOST_NAMELESS = 2_000;

/**
 * Orders with one of these SKUs that have no purchase here, in whatever state: what was bought for an
 * older one by hand is what the next one needs.
 */
export async function readOrdersOf(
  service: Service,
  skus: readonly string[],
  since: Date,
): Promise<WaitingOrder[]> {
  if (skus.length === 0) return [];
  const { rows } = await sql<{ store: string; document: unknown }>`
    with numbered as (
      select sales_order.id, row_number() over (
        partition by sales_order.store, sales_line.sku order by sales_order.id desc) as place
      from sales_line
      join sales_order on sales_order.id = sales_line.sales_order_id
      where sales_line.sku = any(${[...skus]}::text[])
        and sales_order.source_created_at >= ${since}
        and not exists (select from purchase
          where purchase.sales_order_id = sales_order.id and purchase.state <> 'cancelled')
    )
    select store, document from sales_order
    where id in (select id from numbered where place <= ${ORDERS_OF_A_SKU})`.execute(service.db);
  const orders = rows.map((row) => ({ store: row.store, document: documentOf(row) }));
  const byStore = Map.groupBy(orders, ({ store }) => store);
  const read: WaitingOrder[] = [];
  for (const [name, of] of byStore) {
    const store = service.settings.stores.get(name);
    if (!store) continue;
    const documents = of.map(({ document }) => document);
    const links = await linksOf(service.db, name, [...new Set(documents.flatMap(orderSkus))]);
    const bySku = Map.groupBy(links, (link) => link.sku);
    for (const order of documents) {
      const own = orderSkus(order).flatMap((sku) => bySku.get(sku) ?? []);
      read.push(toWaiting(store, order, own));
    }
  }
  return read;
}

function toWaiting(
  store: Store,
  order: OrderDocument,
  links: Parameters<typeof mapLines>[0]['links'],
): WaitingOrder {
  const { name: storeName, settings } = store;
  const lines = order.lines.filter(
    ({ quantity, fulfilment }) => quantity > 0 && fulfilment === 'seller',
  );
  const mapped = mapLines({ lines, rules: settings.lines, links, storeName });
  const without = new Set(
    mapped.explained.flatMap(({ lineId, rule }) => (rule === undefined ? [lineId] : [])),
  );
  const open = lines.filter(({ lineId }) => without.has(lineId));
  const units = new Map<string, number>();
  for (const line of open) {
    const sku = skuOf(line);
    if (sku !== undefined) units.set(sku, (units.get(sku) ?? 0) + line.quantity);
  }
  const values = templateValues(order, settings, storeName);
  return {
    store: storeName,
    orderNumber: order.orderNumber,
    sellerOrderNumber: mapNumber(settings, values).sellerOrderNumber,
    orderSource: settings.orderSource,
    account: accountKey(settings.purchase),
    createdAt: order.createdAt,
    saleFen: order.currency === store.currency ? saleFen(open, settings.budget) : undefined,
    unmapped: [...units].map(([sku, each]) => ({ sku, units: each })),
    mapped: mapped.bought,
  };
}

function saleFen(
  lines: readonly OrderLine[],
  { cnyPerUnit }: Store['settings']['budget'],
): number | undefined {
  if (lines.some(({ unitPrice }) => !/^\d+(\.\d+)?$/.test(unitPrice))) return undefined;
  return lines
    .reduce((sum, line) => sum.plus(new Big(line.unitPrice).times(line.quantity)), new Big(0))
    .times(cnyPerUnit)
    .times(100)
    .round(0, Big.roundDown)
    .toNumber();
}

/** Orders of the accounts that no purchase owns: those with these orders' numbers, and those without any. */
export async function readHandBought(
  service: Service,
  orders: readonly WaitingOrder[],
): Promise<HandBought[]> {
  const found: HandBought[] = [];
  for (const account of accountsOf(service, orders)) {
    const key = accountKey(account);
    const of = orders.filter((order) => order.account === key);
    const earliest = new Date(Math.min(...of.map(({ createdAt }) => createdAt.getTime())));
    const numbers = of.map(({ sellerOrderNumber }) => sellerOrderNumber);
    const rows = await selectUnowned(service.db, account, numbers, earliest);
    found.push(...rows.map((row) => ({ ...toAgentOrder(row), account: key })));
  }
  return found;
}

function accountsOf({ settings }: Service, orders: readonly WaitingOrder[]): AccountRef[] {
  const stores = new Set(orders.map(({ store }) => store));
  const refs = [...stores].flatMap((name) => settings.stores.get(name)?.settings.purchase ?? []);
  return [...new Map(refs.map((ref) => [accountKey(ref), ref])).values()];
}

function selectUnowned(
  db: Db,
  { agent, account }: AccountRef,
  numbers: readonly string[],
  since: Date,
) {
  return db
    .selectFrom('agent_order')
    .selectAll()
    .where('agent', '=', agent)
    .where('account', '=', account)
    .where((row) =>
      row.or([
        row('seller_order_number', '=', sql<string>`any(${[...numbers]}::text[])`),
        row.and([row('seller_order_number', 'is', null), row('created_at', '>=', since)]),
      ]),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('purchase')
            .select('purchase.id')
            .whereRef('purchase.agent', '=', 'agent_order.agent')
            .whereRef('purchase.account', '=', 'agent_order.account')
            .whereRef('purchase.agent_order_id', '=', 'agent_order.agent_order_id'),
        ),
      ),
    )
    .orderBy('created_at', 'desc')
    .limit(MOST_NAMELESS + numbers.length)
    .execute();
}
