/** Stores what was read of a store's orders, and sends each changed one on its way. */
import { sql } from 'kysely';
import type { OrdersRead, SalesOrder } from '../../connectors/marketplace.ts';
import type { Store } from '../config.ts';
import type { Tx } from '../database/connect.ts';
import { addEvent } from '../database/events.ts';
import { holdOrder } from '../database/holds.ts';
import { noteUnchanged, type StoreOutcome, storeOrder } from '../database/orders.ts';
import type { SalesOrderState } from '../database/schema.ts';
import type { Service } from '../service.ts';

/** Phases in which the goods have left, or will never: nothing is left to buy. */
const PAST_BUYING = new Set(['shipped', 'delivered', 'cancelled', 'closed']);

/** Seals the buyers first: encryption needs no transaction, and a transaction should be short. */
export async function sealBuyers(
  service: Service,
  orders: readonly SalesOrder[],
): Promise<Map<string, string>> {
  const sealed = await Promise.all(
    orders.map(async (order) => [order.orderId, await service.secrets.seal(order.buyer)] as const),
  );
  return new Map(sealed);
}

/** Of what was read, the part that says something new; the rest is only noted as read. */
export async function newsOf(
  service: Service,
  store: Store,
  read: OrdersRead,
  readBeganAt: Date,
): Promise<OrdersRead> {
  const same = await noteUnchanged(service.db, store.name, read.orders, readBeganAt);
  return same.size === 0
    ? read
    : { ...read, orders: read.orders.filter((order) => !same.has(order.orderId)) };
}

export function isEmpty(read: OrdersRead): boolean {
  return read.orders.length + read.broken.length + read.missing.length === 0;
}

export interface TakeIn {
  readonly store: Store;
  readonly read: OrdersRead;
  readonly sealed: ReadonlyMap<string, string>;
  readonly readBeganAt: Date;
  /** `pull`, `push`, or the stage that looked. */
  readonly actor: string;
  /** False when the caller goes on with the order itself. */
  readonly send?: boolean;
}

/** Stores the orders, keeps aside what could not be read, and settles old debts. */
export async function takeIn(service: Service, tx: Tx, input: TakeIn): Promise<StoreOutcome[]> {
  const now = service.clock.now();
  const outcomes: StoreOutcome[] = [];
  // Always in the same order, so that two pulls of the same orders cannot deadlock.
  const orders = [...input.read.orders].sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
  for (const order of orders) {
    const outcome = await storeOrder(tx, {
      store: input.store.name,
      order,
      readBeganAt: input.readBeganAt,
      now,
      sealedBuyer: input.sealed.get(order.orderId) ?? '',
      initial: initialState(input.store, order),
    });
    outcomes.push(outcome);
    await sendOn(service, tx, input, order, outcome, now);
  }
  await keepAside(tx, input, now);
  return outcomes;
}

/** What an order seen for the first time starts as. */
export function initialState(
  store: Store,
  order: SalesOrder,
): { state: SalesOrderState; reason: string | undefined } {
  if (order.createdAt < store.settings.start) {
    return {
      state: 'ignored',
      reason: `created before the store's start date ${store.settings.start.toISOString()}`,
    };
  }
  if (order.notOurs !== undefined) return { state: 'ignored', reason: order.notOurs };
  if (order.lines.length > 0 && order.lines.every((line) => PAST_BUYING.has(line.phase))) {
    const phases = [...new Set(order.lines.map((line) => line.phase))].join(', ');
    return { state: 'ignored', reason: `already ${phases} when first seen` };
  }
  return { state: 'pulled', reason: undefined };
}

async function sendOn(
  service: Service,
  tx: Tx,
  input: TakeIn,
  order: SalesOrder,
  outcome: StoreOutcome,
  now: Date,
) {
  const event = (kind: string, detail: Record<string, unknown> = {}) =>
    addEvent(tx, { salesOrderId: outcome.id, at: now, actor: input.actor, kind, detail });
  switch (outcome.kind) {
    case 'new':
      await event(outcome.state === 'ignored' ? 'order-ignored' : 'order-pulled', {
        statuses: order.statuses,
        lines: order.lines.length,
      });
      break;
    case 'changed':
      await event('order-changed', { statuses: order.statuses });
      // Before the intent a change means planning anew; after it, stages compare.
      await tx
        .updateTable('sales_order')
        .set({ state: 'pulled', due_at: now, awaits: null })
        .where('id', '=', outcome.id)
        .where('state', 'in', ['pulled', 'planned', 'held', 'waiting'])
        .execute();
      // Should the job below be lost, the sweep finds it.
      if (input.send !== false && (outcome.state === 'open' || outcome.state === 'cancelling')) {
        await tx
          .updateTable('sales_order')
          .set({ due_at: now })
          .where('id', '=', outcome.id)
          .execute();
      }
      break;
    case 'reused': {
      const createdAt = order.createdAt.toISOString();
      // Every read of the new order says so again: a person is told once, and may clear it.
      if (await isKnownReuse(tx, outcome.id, createdAt)) return;
      await holdOrder(
        tx,
        outcome.id,
        {
          stage: 'pull',
          code: 'number-reused',
          detail: `the marketplace now gives this id to an order created ${createdAt}`,
        },
        now,
      );
      await event('number-reused', { createdAt });
      return;
    }
    default:
      return;
  }
  const final =
    outcome.state === 'ignored' || outcome.state === 'cancelled' || outcome.state === 'done';
  if (!final && input.send !== false) {
    await service.jobs.send(tx, 'order', { id: outcome.id, by: input.actor });
  }
}

async function isKnownReuse(tx: Tx, salesOrderId: string, createdAt: string): Promise<boolean> {
  const known = await tx
    .selectFrom('event')
    .select('id')
    .where('sales_order_id', '=', salesOrderId)
    .where('kind', '=', 'number-reused')
    .where(sql<string>`detail ->> 'createdAt'`, '=', createdAt)
    .executeTakeFirst();
  return known !== undefined;
}

async function keepAside(tx: Tx, input: TakeIn, now: Date) {
  const store = input.store.name;
  const readable = input.read.orders.map((order) => order.orderId);
  if (readable.length > 0) {
    await tx
      .deleteFrom('unread_order')
      .where('store', '=', store)
      .where('order_id', 'in', readable)
      .execute();
  }
  const unread = [
    ...input.read.broken.map(({ orderId, error }) => ({ orderId, kind: 'broken' as const, error })),
    ...input.read.missing.map((orderId) => ({
      orderId,
      kind: 'missing' as const,
      error: 'listed, but absent from the detail answer',
    })),
  ];
  for (const { orderId, kind, error } of unread) {
    await tx
      .insertInto('unread_order')
      .values({ store, order_id: orderId, kind, error, first_seen_at: now, last_tried_at: now })
      .onConflict((conflict) =>
        conflict.columns(['store', 'order_id']).doUpdateSet((row) => ({
          kind,
          error,
          last_tried_at: now,
          tries: row('unread_order.tries', '+', 1),
        })),
      )
      .execute();
  }
}
