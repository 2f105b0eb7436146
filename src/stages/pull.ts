/**
 * Pull: a store's updated orders, page by page; the cursor is committed with the orders it covers.
 * Read: one order after a push. Both end in the same rows.
 * @module
 */
import type { ListedOrder, PullPage } from '../../connectors/marketplace.ts';
import { addMs } from '../clock.ts';
import type { Store } from '../config.ts';
import { knownUpdates } from '../database/orders.ts';
import { type Service, storeOf } from '../service.ts';
import { sealBuyers, takeIn } from './take-in.ts';

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
  const from = new Date(
    Math.max(addMs(covered, -store.settings.overlap).getTime(), store.settings.start.getTime()),
  );
  let listed = 0;
  let read = 0;
  try {
    await readDebts(service, store);
    const pages = marketplace.pull({
      from,
      until,
      changed: (rows) => changedRows(service, store, rows),
    });
    let beganAt = service.clock.now();
    for await (const page of pages) {
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
  const sealed = await sealBuyers(service, read.orders);
  await service.db
    .transaction()
    .execute((tx) => takeIn(service, tx, { store, read, sealed, readBeganAt, actor }));
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
  return rows
    .filter(
      (row) =>
        row.updatedAt === undefined ||
        known.get(row.orderId)?.getTime() !== row.updatedAt.getTime(),
    )
    .map((row) => row.orderId);
}

async function storePage(service: Service, store: Store, page: PullPage, readBeganAt: Date) {
  const sealed = await sealBuyers(service, page.orders);
  await service.db.transaction().execute(async (tx) => {
    await takeIn(service, tx, { store, read: page, sealed, readBeganAt, actor: 'pull' });
    await tx
      .insertInto('cursor')
      .values({ store: store.name, covered_until: page.coveredUntil })
      .onConflict((conflict) =>
        conflict
          .column('store')
          .doUpdateSet({ covered_until: page.coveredUntil })
          .where('cursor.covered_until', '<', page.coveredUntil),
      )
      .execute();
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
  const readBeganAt = service.clock.now();
  const read = await service.connections
    .marketplace(store)
    .readOrders(owed.map((row) => row.order_id));
  const sealed = await sealBuyers(service, read.orders);
  await service.db
    .transaction()
    .execute((tx) => takeIn(service, tx, { store, read, sealed, readBeganAt, actor: 'pull' }));
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
