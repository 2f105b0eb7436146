/** Each minute: whatever is due and has no job gets one, so that no order waits for a lost message. */
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

/** Buyers' data goes when the store's retention after the order's end is over. */
async function eraseBuyers(service: Service, now: Date) {
  for (const { name, settings } of service.settings.stores.values()) {
    await service.db
      .updateTable('sales_order')
      .set({ buyer: null })
      .where('store', '=', name)
      .where('buyer', 'is not', null)
      .where('ended_at', '<', addMs(now, -settings.retention))
      .execute();
  }
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

/**
 * Settings are read at the start only. What they may have kept waiting (mode off, a budget, a cap, a
 * store's file that was gone) is looked at again then, by the next sweep.
 */
export async function wakeAfterStart(service: Service): Promise<void> {
  await watchStarts(service);
  const due_at = addMs(service.clock.now(), -2 * GRACE_MS);
  for (const { name, settings } of service.settings.stores.values()) {
    if (settings.purchase.mode === 'off') continue;
    await service.db
      .updateTable('sales_order')
      .set({ state: 'pulled', due_at })
      .where('store', '=', name)
      .where('state', '=', 'planned')
      // Planned with a reason: the seller has cancelled it at the marketplace.
      .where('state_reason', 'is', null)
      .execute();
  }
  await service.db
    .updateTable('sales_order')
    .set({ due_at })
    .where('due_at', 'is', null)
    .where((row) =>
      row.or([
        row('state', 'in', ['pulled', 'held', 'waiting']),
        row.and([
          row('state', 'in', ['open', 'cancelling']),
          row.exists(
            row
              .selectFrom('hold')
              .select('hold.id')
              .whereRef('hold.sales_order_id', '=', 'sales_order.id')
              .where('hold.cleared_at', 'is', null),
          ),
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
