/**
 * Pull: a store's updated orders, page by page; the cursor is committed with the orders it covers.
 * Read: one order after a push. Both end in the same rows.
 * @module
 */
import { Malformed, Rejected } from '../../connectors/errors.ts';
import type { ListedOrder, OrdersRead, PullPage } from '../../connectors/marketplace.ts';
import { addMs } from '../clock.ts';
import type { Store } from '../config.ts';
import type { Tx } from '../database/connect.ts';
import { knownUpdates } from '../database/orders.ts';
import { type Service, storeOf } from '../service.ts';
import { isEmpty, newsOf, sealBuyers, takeIn } from './take-in.ts';

export interface Pulled {
  readonly listed: number;
  readonly read: number;
}

/** Pulls everything updated since the cursor (less the overlap), and what is still owed. */
export async function pullStore(service: Service, name: string): Promise<Pulled> {
  const store = storeOf(service, name);
  const marketplace = service.connections.marketplace(store);
  const until = service.clock.now();
  const covered = await coveredUntil(service, store);
  // A clock that was ahead once has left a cursor in the future.
  const reached = Math.min(covered.getTime(), until.getTime()) - store.settings.overlap;
  const from = new Date(Math.max(reached, store.settings.start.getTime()));
  if (from >= until) return { listed: 0, read: 0 };
  let listed = 0;
  let read = 0;
  try {
    await readDebts(service, store).catch((error: unknown) =>
      service.log.warn({ store: name, err: error }, 'orders kept aside could not be read'),
    );
    const pages = marketplace.pull({
      from,
      until,
      changed: (rows) => changedRows(service, store, rows),
    });
    let beganAt = service.clock.now();
    for await (const page of pages) {
      // Taken out or paused meanwhile: nothing more comes in. The cursor stands where it goes on from.
      const now = service.settings.stores.get(name);
      if (!now || (now.settings.paused && !store.settings.paused)) return { listed, read };
      await storePage(service, store, page, beganAt);
      listed += page.listed;
      read += page.orders.length;
      beganAt = service.clock.now();
    }
    await noteSuccess(service, store);
  } catch (error) {
    await noteFailure(service, store, error as Error);
    throw error;
  }
  return { listed, read };
}

/** Reads one order, because a push pointed at it. */
export async function readOrder(
  service: Service,
  storeName: string,
  orderId: string,
  actor: string,
): Promise<void> {
  const store = storeOf(service, storeName);
  const readBeganAt = service.clock.now();
  const read = await service.connections.marketplace(store).readOrders([orderId]);
  await takeApart(service, store, read, readBeganAt, actor);
}

async function coveredUntil(service: Service, store: Store): Promise<Date> {
  const row = await service.db
    .selectFrom('cursor')
    .select('covered_until')
    .where('store', '=', store.name)
    .executeTakeFirst();
  return row?.covered_until ?? store.settings.start;
}

/** Of a page's rows, those that are new or newer than what is stored. */
async function changedRows(
  service: Service,
  store: Store,
  rows: readonly ListedOrder[],
): Promise<string[]> {
  const known = await knownUpdates(
    service.db,
    store.name,
    rows.map((row) => row.orderId),
  );
  // Update times are whole seconds: what was read before that second was over may have changed in it.
  const over = 1_000 + service.settings.timings.clockSkew;
  return rows
    .filter(({ orderId, updatedAt }) => {
      const stored = known.get(orderId);
      if (!stored || updatedAt?.getTime() !== stored.updatedAt.getTime()) return true;
      return stored.readBeganAt < addMs(updatedAt, over);
    })
    .map((row) => row.orderId);
}

async function storePage(service: Service, store: Store, page: PullPage, readBeganAt: Date) {
  const news = await newsOf(service, store, page, readBeganAt);
  const sealed = await sealBuyers(service, news.orders);
  const cover = (tx: Tx) =>
    tx
      .insertInto('cursor')
      .values({ store: store.name, covered_until: page.coveredUntil })
      .onConflict((conflict) =>
        conflict
          .column('store')
          .doUpdateSet({ covered_until: page.coveredUntil })
          .where('cursor.covered_until', '<', page.coveredUntil),
      )
      .execute();
  const whole = service.db.transaction().execute(async (tx) => {
    await takeIn(service, tx, { store, read: news, sealed, readBeganAt, actor: 'pull' });
    await cover(tx);
  });
  await whole.catch(async (error: unknown) => {
    if (!isDataError(error)) throw error;
    await takeApart(service, store, news, readBeganAt, 'pull');
    await service.db.transaction().execute(cover);
  });
}

/** Orders kept aside are asked for again with every pull, fifty at a time, oldest look first. */
async function readDebts(service: Service, store: Store) {
  const owed = await service.db
    .selectFrom('unread_order')
    .select('order_id')
    .where('store', '=', store.name)
    .orderBy('last_tried_at')
    .limit(50)
    .execute();
  if (owed.length === 0) return;
  const ids = owed.map((row) => row.order_id);
  // At the end of the queue first: an id that the marketplace refuses outright must not stand before the others.
  await service.db
    .updateTable('unread_order')
    .set({ last_tried_at: service.clock.now() })
    .where('store', '=', store.name)
    .where('order_id', 'in', ids)
    .execute();
  const readBeganAt = service.clock.now();
  const read = await service.connections
    .marketplace(store)
    .readOrders(ids)
    .catch((error: unknown) => readApart(service, store, ids, error));
  await takeApart(service, store, read, readBeganAt, 'pull');
}

/** One id refused refuses the whole batch: each is asked for alone. */
export async function readApart(
  service: Service,
  store: Store,
  ids: readonly string[],
  error: unknown,
) {
  if (!(error instanceof Rejected || error instanceof Malformed)) throw error;
  const reads: OrdersRead[] = [];
  for (const orderId of ids) {
    const alone = service.connections.marketplace(store).readOrders([orderId]);
    const broken = (why: Error) => ({
      orders: [],
      broken: [{ orderId, error: why.message }],
      missing: [],
    });
    reads.push(await alone.catch(broken));
  }
  return {
    orders: reads.flatMap((each) => each.orders),
    broken: reads.flatMap((each) => each.broken),
    missing: reads.flatMap((each) => each.missing),
  };
}

/**
 * Stores what was read. What PostgreSQL does not take (a NUL in a text, a number too large) is kept aside
 * as broken, and costs only its own order.
 */
export async function takeApart(
  service: Service,
  store: Store,
  read: OrdersRead,
  readBeganAt: Date,
  actor: string,
) {
  const news = await newsOf(service, store, read, readBeganAt);
  if (isEmpty(news)) return;
  const sealed = await sealBuyers(service, news.orders);
  const take = (part: OrdersRead) =>
    service.db
      .transaction()
      .execute((tx) => takeIn(service, tx, { store, read: part, sealed, readBeganAt, actor }));
  await take(news).catch(async (error: unknown) => {
    if (!isDataError(error)) throw error;
    const broken = [...news.broken];
    for (const order of news.orders) {
      await take({ orders: [order], broken: [], missing: [] }).catch((why: unknown) => {
        if (!isDataError(why)) throw why;
        broken.push({ orderId: order.orderId, error: (why as Error).message });
      });
    }
    await take({ orders: [], broken, missing: read.missing });
  });
}

/** SQLSTATE class 22: a value that does not fit. */
function isDataError(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('22');
}

async function noteSuccess(service: Service, store: Store) {
  await service.db
    .updateTable('cursor')
    .set({ last_success_at: service.clock.now(), last_error: null })
    .where('store', '=', store.name)
    .execute();
}

async function noteFailure(service: Service, store: Store, error: Error) {
  await service.db
    .insertInto('cursor')
    .values({
      store: store.name,
      covered_until: store.settings.start,
      last_failure_at: service.clock.now(),
      last_error: error.message,
    })
    .onConflict((conflict) =>
      conflict
        .column('store')
        .doUpdateSet({ last_failure_at: service.clock.now(), last_error: error.message }),
    )
    .execute();
}
