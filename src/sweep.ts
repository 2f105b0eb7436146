/** Each minute: whatever is due and has no job gets one, so that no order waits for a lost message. */
import { sql } from 'kysely';
import { watch, watchStarts } from './alerts/run.ts';
import { addMs } from './clock.ts';
import type { Service } from './service.ts';
import { scheduleNext } from './stages/list.ts';

/** A due row younger than this still has its own job. */
const GRACE_MS = 20_000;
const MOST_ROWS = 2_000;

export async function sweep(service: Service): Promise<void> {
  const now = service.clock.now();
  await sweepOrders(service, addMs(now, -GRACE_MS));
  if (service.settings.polling) await sweepPulls(service);
  await sweepListings(service);
  await watch(service);
  await eraseBuyers(service, now);
  await forgetMessages(service, now);
}

async function sweepOrders(service: Service, before: Date) {
  const rows = await service.db
    .selectFrom('sales_order')
    .select('id')
    .where('due_at', '<', before)
    .where('state', 'not in', ['done', 'cancelled', 'ignored'])
    .orderBy('due_at')
    .limit(MOST_ROWS)
    .execute();
  const jobs = rows.map(({ id }) => ({ id, by: 'sweep' }));
  await service.jobs.sendAll(service.db, 'order', jobs);
}

/** A store's pull sends its own successor; here a lost one is replaced. The queue keeps one at most. */
async function sweepPulls(service: Service) {
  for (const { name, settings } of service.settings.stores.values()) {
    if (!settings.paused) await service.jobs.send(service.db, 'pull', { store: name });
  }
}

async function sweepListings(service: Service) {
  for (const { agent, name } of service.settings.accounts.values()) {
    await scheduleNext(service, service.db, { agent, account: name });
  }
}

/** The settings' own default, for the orders of a store whose file was gone before its row knew. */
const RETENTION_MS = 90 * 86_400_000;

/**
 * Buyers' data goes when the store's retention after the order's end is over. By the stores' rows: that
 * of a store which was removed, or whose file is gone, goes too.
 */
async function eraseBuyers(service: Service, now: Date) {
  await service.db
    .updateTable('sales_order')
    .from('store')
    .set({ buyer: null })
    .whereRef('store.name', '=', 'sales_order.store')
    .where('sales_order.buyer', 'is not', null)
    .where(
      'sales_order.ended_at',
      '<',
      sql<Date>`${now}::timestamptz
        - coalesce(store.retention_ms, ${RETENTION_MS}) * interval '1 millisecond'`,
    )
    .execute();
  // What was sent for it can name the buyer as receiver.
  await service.db
    .updateTable('attempt')
    .set({ payload: '' })
    .where('payload', '<>', '')
    .where('closed_at', 'is not', null)
    .where('sales_order_id', 'in', (row) =>
      row
        .selectFrom('sales_order')
        .select('id')
        .where('buyer', 'is', null)
        .where('ended_at', 'is not', null),
    )
    .execute();
  // A label shows the buyer's name and address.
  await service.db
    .deleteFrom('label')
    .where('package_id', 'in', (row) =>
      row
        .selectFrom('package')
        .innerJoin('sales_order', 'sales_order.id', 'package.sales_order_id')
        .select('package.id')
        .where('sales_order.buyer', 'is', null)
        .where('sales_order.ended_at', 'is not', null),
    )
    .execute();
}

/** What settings that changed meanwhile may have kept waiting is looked at again, of every store. */
export async function wakeAfterStart(service: Service): Promise<void> {
  await watchStarts(service);
  await wakeStores(service, [...service.settings.stores.keys()], { all: true });
}

/**
 * After settings changed: what they may have kept waiting (mode off, a pause, a budget, a cap, a delay, a
 * store's file that was gone) is looked at again by the next sweep.
 * @param all every order that waits for nothing but a person or the settings, whatever its store;
 *   without it, those of the stores also before their time
 */
export async function wakeStores(
  service: Service,
  stores: readonly string[],
  { all = false }: { readonly all?: boolean } = {},
): Promise<void> {
  const due_at = addMs(service.clock.now(), -2 * GRACE_MS);
  const buying = stores.filter(
    (name) => (service.settings.stores.get(name)?.settings.purchase.mode ?? 'off') !== 'off',
  );
  if (buying.length > 0) {
    await service.db
      .updateTable('sales_order')
      .set({ state: 'pulled', due_at })
      .where('store', 'in', buying)
      .where('state', '=', 'planned')
      // Planned with a reason: the seller has cancelled it at the marketplace.
      .where('state_reason', 'is', null)
      .execute();
  }
  if (!all && stores.length === 0) return;
  await service.db
    .updateTable('sales_order')
    .set({ due_at })
    .where((row) => (all ? row('due_at', 'is', null) : row('store', 'in', [...stores])))
    .where((row) =>
      row.or([
        row('state', 'in', ['pulled', 'held', 'waiting']),
        row.and([
          row('state', 'in', ['open', 'cancelling']),
          row.or([
            row.exists(
              row
                .selectFrom('hold')
                .select('hold.id')
                .whereRef('hold.sales_order_id', '=', 'sales_order.id')
                .where('hold.cleared_at', 'is', null),
            ),
            // A pause, or a payment by hand, is no hold.
            row.exists(
              row
                .selectFrom('purchase')
                .select('purchase.id')
                .whereRef('purchase.sales_order_id', '=', 'sales_order.id')
                .where('purchase.state', '=', 'placed'),
            ),
          ]),
        ]),
      ]),
    )
    .execute();
}

/** An account's messages are not signed: whoever knows its address must not fill the disk with them. */
const MOST_CALLBACKS = 10_000;

/** Messages are kept two weeks: longer than any vendor repeats one. */
async function forgetMessages(service: Service, now: Date) {
  await service.db
    .deleteFrom('inbox')
    .where('received_at', '<', addMs(now, -14 * 86_400_000))
    .execute();
  for (const key of service.settings.accounts.keys()) {
    await service.db
      .deleteFrom('inbox')
      .where('source', '=', key)
      .where('id', '<=', (row) =>
        row
          .selectFrom('inbox')
          .select('id')
          .where('source', '=', key)
          .orderBy('id', 'desc')
          .offset(MOST_CALLBACKS)
          .limit(1),
      )
      .execute();
  }
}
