/** A store against its marketplace: every order that changed in the last days, read in full. */
import type { Marketplace, OrdersRead, SalesOrder } from '../../connectors/marketplace.ts';
import { addMs } from '../clock.ts';
import type { Store } from '../config.ts';
import { digestOf } from '../database/orders.ts';
import { type Service, storeOf } from '../service.ts';
import { readApart, takeApart } from '../stages/pull.ts';
import { bookStore } from './books.ts';
import { compareOrder, type OrderVerdict, type StoredOrder, whatDiffers } from './compare-order.ts';
import type { Difference, DifferenceCode, Findings } from './difference.ts';
import { comparePackages } from './packages.ts';
import { person, repaired } from './send.ts';
import { LIVE, storedOrders } from './stored.ts';

const DAY_MS = 86_400_000;
const BATCH = 50;

export interface StoreRun {
  readonly service: Service;
  readonly store: Store;
  readonly marketplace: Marketplace;
  readonly findings: Findings;
  readonly from: Date;
  readonly beganAt: Date;
  /** Changed after this, it need not be known here yet: pulls are this far apart. */
  readonly freshSince: Date;
}

/** Repairs what it can; safe to run at any time and beside any other work. */
export async function reconcileStore(
  service: Service,
  name: string,
  days: number,
  findings: Findings,
): Promise<void> {
  const store = storeOf(service, name);
  const now = service.clock.now();
  const { start, poll, paused } = store.settings;
  if (paused) {
    findings.skipped = 'paused';
    return;
  }
  const run: StoreRun = {
    service,
    store,
    marketplace: service.connections.marketplace(store),
    findings,
    // As a pull does: what was updated before the store's start is none of ours.
    from: new Date(Math.max(now.getTime() - days * DAY_MS, start.getTime())),
    beganAt: now,
    freshSince: addMs(now, -2 * poll - service.settings.timings.clockSkew),
  };
  if (run.from < now) {
    await compareListed(run, now);
    await readUnlisted(run);
  }
  await bookStore(run);
}

/** Page by page, so that it needs no more memory for a large store. */
async function compareListed(run: StoreRun, until: Date): Promise<void> {
  const pages = run.marketplace.pull({
    from: run.from,
    until,
    changed: async (rows) => rows.map((row) => row.orderId),
  });
  let beganAt = run.service.clock.now();
  for await (const page of pages) {
    await compare(run, page, beganAt);
    beganAt = run.service.clock.now();
  }
}

const CODES: Readonly<Partial<Record<OrderVerdict, DifferenceCode>>> = {
  'not-here': 'not-here',
  reused: 'number-reused',
  differs: 'differs',
  damaged: 'row-damaged',
};

async function compare(run: StoreRun, read: OrdersRead, readBeganAt: Date): Promise<void> {
  const { service, store, findings } = run;
  const ids = read.orders.map((order) => order.orderId);
  const before = await storedOrders(service.db, store.name, ids);
  const verdicts = new Map(
    read.orders.map((order) => [order, compareOrder(order, before.get(order.orderId))] as const),
  );
  await forget(run, verdicts);
  await takeApart(service, store, read, readBeganAt, 'reconcile');
  const after = await storedOrders(service.db, store.name, ids);
  for (const [order, verdict] of verdicts) {
    findings.compared += 1;
    note(run, order, verdict, before.get(order.orderId), after.get(order.orderId));
    const stored = after.get(order.orderId);
    if (stored) await comparePackages(run, order, stored);
  }
}

/** Newest wins where the digest differs: of a damaged row it says nothing. */
async function forget(run: StoreRun, verdicts: ReadonlyMap<SalesOrder, OrderVerdict>) {
  const ids = [...verdicts].flatMap(([order, verdict]) =>
    verdict === 'damaged' ? [order.orderId] : [],
  );
  if (ids.length === 0) return;
  await run.service.db
    .updateTable('sales_order')
    .set({ digest: '' })
    .where('store', '=', run.store.name)
    .where('order_id', 'in', ids)
    .execute();
}

function note(
  run: StoreRun,
  order: SalesOrder,
  verdict: OrderVerdict,
  before: StoredOrder | undefined,
  after: StoredOrder | undefined,
): void {
  const { findings } = run;
  const code = CODES[verdict];
  if (!code) return;
  const isStored = after?.order.digest === digestOf(order);
  const isNews = verdict === 'not-here' || verdict === 'differs';
  if (isNews && isStored && order.updatedAt > run.freshSince) {
    findings.fresh += 1;
    return;
  }
  // Nothing of it is stored, so it is read again with those that were not listed.
  const isKnown = ({ code: known, orderNumber }: Difference) =>
    known === code && orderNumber === order.orderNumber;
  if (verdict === 'reused' && findings.differences.some(isKnown)) return;
  const statuses = `${order.statuses.join('+')}, updated ${order.updatedAt.toISOString()}`;
  const sides =
    before && verdict !== 'reused'
      ? whatDiffers(order, before)
      : { theirs: statuses, ours: before ? 'an older order' : 'nothing' };
  const done =
    verdict === 'reused'
      ? person('Handle the new order by hand; the older one is kept as it was.')
      : isStored
        ? repaired(`${before ? 'stored' : 'taken in'}; it is ${after.order.state} here`)
        : person(
            'It could not be stored: see the orders that could not be read (ponbridge holds).',
          );
  findings.differences.push({ code, orderNumber: order.orderNumber, ...sides, ...done });
}

/**
 * Live orders that changed in the period by our books and were not listed: what was listed bears the time
 * of its reading. Each is read by its id, so that absence from a list alone proves nothing.
 */
async function readUnlisted(run: StoreRun): Promise<void> {
  const { service, store } = run;
  let after = '0';
  for (;;) {
    const rows = await service.db
      .selectFrom('sales_order')
      .select(['id', 'order_id', 'order_number'])
      .where('store', '=', store.name)
      .where('state', 'in', [...LIVE])
      .where('source_updated_at', '>=', run.from)
      .where('read_began_at', '<', run.beganAt)
      .where('id', '>', after)
      .orderBy('id')
      .limit(BATCH)
      .execute();
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
    await readByIds(run, new Map(rows.map((row) => [row.order_id, row.order_number])));
  }
}

async function readByIds(run: StoreRun, numbers: ReadonlyMap<string, string>): Promise<void> {
  const { service, store, findings } = run;
  const ids = [...numbers.keys()];
  const beganAt = service.clock.now();
  const read = await run.marketplace
    .readOrders(ids)
    .catch((error: unknown) => readApart(service, store, ids, error));
  // Those that make no sense are kept aside, and reported with the others of their kind.
  await compare(run, { ...read, missing: [] }, beganAt);
  for (const orderId of read.missing) {
    findings.compared += 1;
    findings.differences.push({
      code: 'unknown-there',
      orderNumber: numbers.get(orderId) ?? orderId,
      theirs: 'absent from the answer',
      ours: 'a live order',
      ...person(
        'Look it up in the seller centre. Nothing is bought or shipped for it meanwhile: each of these steps reads it first.',
      ),
    });
  }
}
