/** Parcels: the suppliers' tracking numbers of a purchase, line by line. */
import { sql } from 'kysely';
import type { Parcel } from '../../connectors/agent.ts';
import { type Answer, done, later } from '../answer.ts';
import { addMs } from '../clock.ts';
import { agentDigest } from '../database/agent-orders.ts';
import type { Tx } from '../database/connect.ts';
import { addEvent } from '../database/events.ts';
import { type Service, storeOf } from '../service.ts';
import type { PurchaseRow, Snapshot } from '../snapshot.ts';
import { readPurchase } from './follow.ts';

/**
 * Parcels: once a line is sent, its logistics are asked until it has a number; then only while the
 * store waits for its arrival.
 */
export async function collect(service: Service, snapshot: Snapshot): Promise<Answer> {
  const { purchase } = snapshot;
  if (!purchase) return later(undefined, 'nothing is bought');
  const store = storeOf(service, snapshot.order.store);
  const untilArrival =
    store.settings.tracking.parcels === 'all-arrived' ||
    [
      store.settings.ship.pack,
      store.settings.ship.readyToShip,
      store.settings.ship.arrange,
    ].includes('received');
  const numbered = new Set(snapshot.parcels.map((parcel) => parcel.sub_purchase_order_id));
  const arrived = new Set(
    snapshot.parcels
      .filter((parcel) => parcel.delivered)
      .map((parcel) => parcel.sub_purchase_order_id),
  );
  const sent = snapshot.purchaseLines.filter((line) => line.state === 'sent');
  const wanted = sent.filter((line) => {
    const sub = line.sub_purchase_order_id;
    if (sub === null) return false;
    return !numbered.has(sub) || (untilArrival && !arrived.has(sub));
  });
  const now = service.clock.now();
  const agent = service.connections.agent({ agent: purchase.agent, account: purchase.account });
  const found: Parcel[] = [];
  for (const line of wanted) {
    found.push(...(await agent.parcels(String(line.sub_purchase_order_id))));
  }
  if (found.length > 0) {
    // Together: what was stored once is not new any more, and would set nothing going after a crash.
    const isNews = await service.db.transaction().execute(async (tx) => {
      const fresh = await storeParcels(tx, purchase, found, arrived, now);
      if (fresh.length > 0) await noteParcels(tx, snapshot, purchase, fresh, now);
      return fresh.length > 0;
    });
    if (isNews) return done;
  }
  // A sent line whose logistics id is not known yet: the agent's row is asked for it.
  const nameless = sent.some((line) => line.sub_purchase_order_id === null);
  if (nameless) {
    const read = await readPurchase(service, purchase);
    if (read && agentDigest(read) !== purchase.agent_digest) return done;
  }
  const allDone = wanted.length === 0 && !nameless;
  return later(
    allDone ? undefined : addMs(now, service.settings.timings.parcelPoll),
    allDone ? 'every sent line has its number' : 'waits for tracking numbers',
  );
}

/** Returns the numbers that are new, or newly arrived. */
async function storeParcels(
  tx: Tx,
  purchase: PurchaseRow,
  parcels: readonly Parcel[],
  arrived: ReadonlySet<string>,
  now: Date,
): Promise<string[]> {
  const fresh = new Set<string>();
  for (const parcel of parcels) {
    const row = await tx
      .insertInto('parcel')
      .values({
        purchase_id: purchase.id,
        sub_purchase_order_id: parcel.subPurchaseOrderId,
        tracking_number: parcel.trackingNumber,
        carrier: parcel.carrier ?? null,
        status: parcel.status ?? null,
        last_trace_at: parcel.lastTraceAt ?? null,
        delivered: parcel.delivered,
        first_seen_at: now,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['purchase_id', 'sub_purchase_order_id', 'tracking_number'])
          .doUpdateSet((row) => ({
            status: row.ref('excluded.status'),
            last_trace_at: row.ref('excluded.last_trace_at'),
            // Arrived stays arrived.
            delivered: sql<boolean>`parcel.delivered or excluded.delivered`,
          })),
      )
      .returning(['id', 'first_seen_at', 'delivered'])
      .executeTakeFirst();
    if (row?.first_seen_at.getTime() === now.getTime()) fresh.add(parcel.trackingNumber);
    if (parcel.delivered && !arrived.has(parcel.subPurchaseOrderId))
      fresh.add(parcel.trackingNumber);
  }
  return [...fresh];
}

async function noteParcels(
  tx: Tx,
  snapshot: Snapshot,
  purchase: PurchaseRow,
  numbers: string[],
  now: Date,
) {
  const open = await tx
    .selectFrom('purchase_line')
    .select((row) => row.fn.countAll<string>().as('count'))
    .where('purchase_id', '=', purchase.id)
    .where('state', 'not in', ['cancelled', 'refused'])
    .where((row) =>
      row.not(
        row.exists(
          row
            .selectFrom('parcel')
            .select('parcel.id')
            .whereRef('parcel.sub_purchase_order_id', '=', 'purchase_line.sub_purchase_order_id')
            .where('parcel.purchase_id', '=', purchase.id)
            .where('parcel.delivered', '=', true),
        ),
      ),
    )
    .executeTakeFirstOrThrow();
  if (Number(open.count) === 0 && purchase.received_at === null) {
    await tx
      .updateTable('purchase')
      .set({ received_at: now })
      .where('id', '=', purchase.id)
      .execute();
  }
  await addEvent(tx, {
    salesOrderId: snapshot.order.id,
    at: now,
    actor: 'parcels',
    kind: 'parcels-found',
    detail: { numbers },
  });
}
