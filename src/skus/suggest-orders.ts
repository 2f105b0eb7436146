/** Recent orders that wait because of a SKU, as their own plans say, added up by SKU. */
import Big from 'big.js';
import type { SalesOrder } from '../../connectors/marketplace.ts';
import { orderSkus } from '../../mappings/lines.ts';
import { type Plan, planOrder } from '../../mappings/plan.ts';
import type { SuggestedSource } from '../../mappings/suggest/hint.ts';
import { type Subject, subjectKey } from '../../mappings/suggest/subject.ts';
import type { Store } from '../config.ts';
import { documentOf, noBuyer, type SalesOrderRow } from '../database/orders.ts';
import { linksOf } from '../database/sku-links.ts';
import type { Service } from '../service.ts';

/** A SKU without source or price, and what waits for it. */
export interface WaitingSku extends Subject {
  readonly orders: number;
  readonly units: number;
  /** What the buyers paid for these units, as decimal text. */
  readonly sale: string;
  readonly currency: string;
  /** The least one unit was sold for. */
  readonly unitPrice: string;
  /** What it is bought as now, where only prices are missing. */
  readonly sources: readonly SuggestedSource[];
  readonly orderNumbers: readonly string[];
}

export interface WaitingSkus {
  /** Those that hold up most orders first. */
  readonly skus: readonly WaitingSku[];
  /** Orders that were looked at; all of them are stored and not bought yet. */
  readonly looked: number;
  /** Lines without any seller SKU: no link can ever fit them. */
  readonly withoutSku: number;
  /** Orders older in the period that were not looked at. */
  readonly cut: boolean;
  /** All SKUs seen in these orders, by store. */
  readonly seen: ReadonlyMap<string, readonly string[]>;
}

/** Not bought yet: a new link can still change what becomes of them. */
const WAITING = ['pulled', 'planned', 'held', 'waiting'] as const;
/** Orders planned at once: their links come in one look-up, their documents are some KB each. */
const PART = 100;
const MOST_ORDERS = 20_000;
const SHOWN_ORDERS = 3;

export async function readWaiting(
  service: Service,
  since: Date,
  storeName: string | undefined,
): Promise<WaitingSkus> {
  const sums = new Map<string, Sum>();
  const seen = new Map<string, Set<string>>();
  let looked = 0;
  let withoutSku = 0;
  let before: string | undefined;
  while (looked < MOST_ORDERS) {
    const rows = await readPart(service, since, storeName, before);
    for (const [name, of] of Map.groupBy(rows, (row) => row.store)) {
      const store = service.settings.stores.get(name);
      // Without its file nobody knows its rules.
      if (!store) continue;
      for (const { order, plan } of await planAll(service, store, of)) {
        looked += 1;
        const skus = seen.get(name) ?? new Set();
        for (const sku of orderSkus(order)) skus.add(sku);
        seen.set(name, skus);
        withoutSku += plan.kind === 'nothing' ? 0 : plan.lines.filter((each) => !each.sku).length;
        addUp(sums, store, order, plan);
      }
    }
    before = rows.at(-1)?.id;
    if (rows.length < PART) break;
  }
  const skus = [...sums.values()].map(finish);
  return {
    skus: skus.toSorted((a, b) => b.orders - a.orders || b.units - a.units),
    looked,
    withoutSku,
    cut: looked >= MOST_ORDERS,
    seen: new Map([...seen].map(([name, of]) => [name, [...of]])),
  };
}

type OrderPart = Pick<SalesOrderRow, 'id' | 'store' | 'document'>;

/** Newest first, part by part. */
async function readPart(
  { db }: Service,
  since: Date,
  store: string | undefined,
  before: string | undefined,
): Promise<OrderPart[]> {
  let query = db
    .selectFrom('sales_order')
    .select(['id', 'store', 'document'])
    .where('state', 'in', [...WAITING])
    .where('source_created_at', '>=', since)
    .orderBy('id', 'desc')
    .limit(PART);
  if (store !== undefined) query = query.where('store', '=', store);
  if (before !== undefined) query = query.where('id', '<', before);
  return query.execute();
}

/** The plans as the stage makes them; the buyer, whose address does not concern a SKU, stays sealed. */
async function planAll(
  { db }: Service,
  store: Store,
  rows: readonly OrderPart[],
): Promise<{ readonly order: SalesOrder; readonly plan: Plan }[]> {
  const orders = rows.map((row): SalesOrder => ({ ...documentOf(row), buyer: noBuyer }));
  const links = await linksOf(db, store.name, [...new Set(orders.flatMap(orderSkus))]);
  const bySku = Map.groupBy(links, (link) => link.sku);
  return orders.map((order) => ({
    order,
    plan: planOrder({
      order,
      store: store.settings,
      storeName: store.name,
      storeCurrency: store.currency,
      links: orderSkus(order).flatMap((sku) => bySku.get(sku) ?? []),
    }),
  }));
}

interface Sum extends Omit<Subject, 'saleFen'> {
  readonly settings: Store;
  readonly currency: string;
  readonly sources: readonly SuggestedSource[];
  readonly numbers: Set<string>;
  units: number;
  sale: Big;
  least: Big | undefined;
}

function addUp(sums: Map<string, Sum>, store: Store, order: SalesOrder, plan: Plan): void {
  if (plan.kind === 'nothing') return;
  const lines = new Map(order.lines.map((line) => [line.lineId, line]));
  const held = new Set(plan.kind === 'purchase' ? [] : plan.holds.map(({ lineId }) => lineId));
  for (const { lineId, sku, rule, sources, units } of plan.lines) {
    const line = lines.get(lineId);
    if (sku === undefined || !line || !held.has(lineId)) continue;
    const isUnpriced = sources.some(({ priceFen }) => priceFen === undefined);
    if (rule !== undefined && !isUnpriced) continue;
    const key = subjectKey({ store: store.name, sku });
    const price = /^\d+(\.\d+)?$/.test(line.unitPrice) ? new Big(line.unitPrice) : undefined;
    const sum: Sum = sums.get(key) ?? {
      settings: store,
      store: store.name,
      sku,
      problem: rule === undefined ? 'unmapped' : 'unpriced',
      name: line.name,
      variation: line.variation,
      currency: order.currency,
      sources: sources.map(({ itemId, skuId, perUnit, priceFen }) => ({
        itemId,
        skuId,
        quantity: perUnit,
        priceFen,
      })),
      numbers: new Set(),
      units: 0,
      sale: new Big(0),
      least: undefined,
    };
    sum.numbers.add(order.orderNumber);
    sum.units += units;
    if (price) sum.sale = sum.sale.plus(price.times(units));
    if (price && (!sum.least || price.lt(sum.least))) sum.least = price;
    sums.set(key, sum);
  }
}

function finish({ settings, numbers, least, sale, ...sum }: Sum): WaitingSku {
  const saleFen =
    least && sum.currency === settings.currency
      ? least.times(settings.settings.budget.cnyPerUnit).times(100).round(0, Big.roundDown)
      : undefined;
  return {
    ...sum,
    orders: numbers.size,
    sale: sale.toFixed(2),
    unitPrice: least?.toString() ?? '',
    saleFen: saleFen?.toNumber(),
    orderNumbers: [...numbers].slice(0, SHOWN_ORDERS),
  };
}
