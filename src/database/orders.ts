/** Sales orders and their lines: stored by newest-wins, so that a late read changes nothing. */
import { createHash } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { BuyerAddress, SalesOrder } from '../../connectors/marketplace.ts';
import type { Db, Tx } from './connect.ts';
import type { OrderDocument, SalesLineTable, SalesOrderState, SalesOrderTable } from './schema.ts';

export type SalesOrderRow = Selectable<SalesOrderTable>;
export type SalesLineRow = Selectable<SalesLineTable>;

export type StoreOutcome =
  | { readonly kind: 'new' | 'changed'; readonly id: string; readonly state: SalesOrderState }
  /** Nothing new, or older than what is stored. */
  | { readonly kind: 'unchanged' | 'stale'; readonly id: string; readonly state: SalesOrderState }
  /** The same id with another creation time: the marketplace used the number again. */
  | { readonly kind: 'reused'; readonly id: string; readonly state: SalesOrderState };

export interface StoreOrder {
  readonly store: string;
  readonly order: SalesOrder;
  readonly readBeganAt: Date;
  readonly now: Date;
  /** The buyer's address, sealed by the caller. */
  readonly sealedBuyer: string;
  /** The state a first-seen order starts in. */
  readonly initial: { readonly state: SalesOrderState; readonly reason: string | undefined };
}

/** Digest of what the marketplace said, but for when it changed: unchanged orders are recognised by it. */
export function digestOf({ updatedAt: _, ...order }: SalesOrder): string {
  // Lines come in any order, and words in any number of times: that is no change.
  const lines = order.lines.toSorted((a, b) => (a.lineId < b.lineId ? -1 : 1));
  const told = { ...order, lines, statuses: order.statuses.toSorted() };
  return createHash('sha256').update(JSON.stringify(told)).digest('base64url');
}

/** Stores what was read of an order, unless something newer is stored already. */
export async function storeOrder(tx: Tx, input: StoreOrder): Promise<StoreOutcome> {
  const { order, now } = input;
  const digest = digestOf(order);
  const { buyer: _buyer, ...document } = order;
  const facts = {
    order_number: order.orderNumber,
    source_updated_at: order.updatedAt,
    read_began_at: input.readBeganAt,
    digest,
    currency: order.currency,
    total: order.total,
    ship_by: earliestShipBy(order),
    document: JSON.stringify(document),
  };
  const ended = input.initial.state === 'ignored';
  const inserted = await tx
    .insertInto('sales_order')
    .values({
      ...facts,
      store: input.store,
      order_id: order.orderId,
      state: input.initial.state,
      state_reason: input.initial.reason ?? null,
      due_at: ended ? null : now,
      ended_at: ended ? now : null,
      source_created_at: order.createdAt,
      buyer: ended ? null : input.sealedBuyer,
      first_seen_at: now,
    })
    .onConflict((conflict) => conflict.columns(['store', 'order_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted) {
    await storeLines(tx, inserted.id, order, ended ? input.initial.reason : undefined);
    return { kind: 'new', id: inserted.id, state: input.initial.state };
  }

  const stored = await tx
    .selectFrom('sales_order')
    .select([
      'id',
      'state',
      'digest',
      'source_created_at',
      'source_updated_at',
      'read_began_at',
      'buyer',
    ])
    .where('store', '=', input.store)
    .where('order_id', '=', order.orderId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const found = { id: stored.id, state: stored.state };
  if (stored.source_created_at.getTime() !== order.createdAt.getTime())
    return { kind: 'reused', ...found };
  if (isOlder(order.updatedAt, input.readBeganAt, stored)) return { kind: 'stale', ...found };
  if (stored.digest === digest) {
    await tx
      .updateTable('sales_order')
      .set({ read_began_at: input.readBeganAt, source_updated_at: order.updatedAt })
      .where('id', '=', stored.id)
      .execute();
    return { kind: 'unchanged', ...found };
  }
  // A clear address is never overwritten by a masked one.
  const keepBuyer = order.buyer.masked && stored.buyer !== null;
  await tx
    .updateTable('sales_order')
    .set({ ...facts, ...(keepBuyer ? {} : { buyer: input.sealedBuyer }) })
    .where('id', '=', stored.id)
    .execute();
  await storeLines(tx, stored.id, order, undefined);
  return { kind: 'changed', ...found };
}

/**
 * Notes in one statement which of these orders were read again without anything new: most reads say
 * nothing new, and a transaction for each would be most of the service's work. Returns their ids.
 */
export async function noteUnchanged(
  db: Db,
  store: string,
  orders: readonly SalesOrder[],
  readBeganAt: Date,
): Promise<Set<string>> {
  if (orders.length === 0) return new Set();
  // PostgreSQL takes no NUL: such an order is kept aside by the way that stores it.
  const storable = orders.filter((order) => !order.orderId.includes('\0'));
  const rows = storable.map((order) => ({
    order_id: order.orderId,
    digest: digestOf(order),
    created_at: order.createdAt,
    updated_at: order.updatedAt,
  }));
  const { rows: same } = await sql<{ order_id: string }>`
    with seen as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json)
        as seen (order_id text, digest text, created_at timestamptz, updated_at timestamptz)
    ), same as (
      update sales_order set read_began_at = ${readBeganAt}, source_updated_at = seen.updated_at
      from seen
      where store = ${store} and sales_order.order_id = seen.order_id
        and sales_order.digest = seen.digest and source_created_at = seen.created_at
        and (source_updated_at, read_began_at) <= (seen.updated_at, ${readBeganAt}::timestamptz)
      returning sales_order.order_id
    ), readable as (
      delete from unread_order
      where store = ${store} and order_id in (select order_id from same)
    )
    select order_id from same`.execute(db);
  return new Set(same.map((row) => row.order_id));
}

function isOlder(
  updatedAt: Date,
  readBeganAt: Date,
  stored: { readonly source_updated_at: Date; readonly read_began_at: Date },
): boolean {
  if (updatedAt.getTime() !== stored.source_updated_at.getTime())
    return updatedAt < stored.source_updated_at;
  return readBeganAt < stored.read_began_at;
}

function earliestShipBy(order: SalesOrder): Date | null {
  const dates = order.lines.flatMap((line) => (line.shipBy ? [line.shipBy.getTime()] : []));
  return dates.length > 0 ? new Date(Math.min(...dates)) : null;
}

async function storeLines(tx: Tx, id: string, order: SalesOrder, ignoredFor: string | undefined) {
  if (order.lines.length > 0) {
    await tx
      .insertInto('sales_line')
      .values(
        order.lines.map((line) => ({
          sales_order_id: id,
          line_id: line.lineId,
          sku: line.sku ?? null,
          name: line.name,
          quantity: line.quantity,
          unit_price: line.unitPrice,
          status: line.status,
          phase: line.phase,
          state: ignoredFor
            ? ('ignored' as const)
            : line.phase === 'cancelled'
              ? ('cancelled' as const)
              : ('open' as const),
          state_reason: ignoredFor ?? null,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['sales_order_id', 'line_id']).doUpdateSet((row) => ({
          sku: row.ref('excluded.sku'),
          quantity: row.ref('excluded.quantity'),
          unit_price: row.ref('excluded.unit_price'),
          status: row.ref('excluded.status'),
          phase: row.ref('excluded.phase'),
          state: row.ref('excluded.state'),
        })),
      )
      .execute();
  }
  const present = order.lines.map((line) => line.lineId);
  let gone = tx
    .updateTable('sales_line')
    .set({ state: 'cancelled', phase: 'cancelled', state_reason: 'no longer part of the order' })
    .where('sales_order_id', '=', id);
  if (present.length > 0) gone = gone.where('line_id', 'not in', present);
  await gone.execute();
}

/** The order as the connector read it; the buyer only when asked for with a way to open it. */
export function documentOf(row: Pick<SalesOrderRow, 'document'>): OrderDocument {
  return reviveDates(row.document) as OrderDocument;
}

const DATE_KEYS = new Set(['createdAt', 'updatedAt', 'shipBy']);

function reviveDates(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reviveDates);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      DATE_KEYS.has(key) && typeof each === 'string' ? new Date(each) : reviveDates(each),
    ]),
  );
}

/** What a masked or erased buyer looks like. */
export const noBuyer: BuyerAddress = {
  name: undefined,
  phone: undefined,
  country: undefined,
  state: undefined,
  city: undefined,
  district: undefined,
  zip: undefined,
  address: undefined,
  masked: true,
};

export async function readOrderRow(db: Db, id: string): Promise<SalesOrderRow | undefined> {
  return db.selectFrom('sales_order').selectAll().where('id', '=', id).executeTakeFirst();
}

/** What is stored of these orders, to tell changed ones in a listing. */
export async function knownUpdates(
  db: Db,
  store: string,
  orderIds: readonly string[],
): Promise<Map<string, { readonly updatedAt: Date; readonly readBeganAt: Date }>> {
  if (orderIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('sales_order')
    .select(['order_id', 'source_updated_at as updatedAt', 'read_began_at as readBeganAt'])
    .where('store', '=', store)
    .where('order_id', 'in', [...orderIds])
    .execute();
  return new Map(rows.map((row) => [row.order_id, row]));
}
