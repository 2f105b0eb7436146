/** After the purchase: does the marketplace still want what was bought? */
import { createHash } from 'node:crypto';
import type { BuyerAddress, SalesOrder } from '../../connectors/marketplace.ts';
import { type Answer, done, hold, later } from '../answer.ts';
import type { Store } from '../config.ts';
import type { SalesLineRow } from '../database/orders.ts';
import { type Service, storeOf } from '../service.ts';
import type { Snapshot } from '../snapshot.ts';
import { moveOrder } from '../transition.ts';
import { decide } from './decide.ts';

/** Of the address the goods go to, where that is the buyer's: a change after the purchase is noticed. */
export async function buyerDigest(
  service: Service,
  store: Store,
  sealedBuyer: string | null,
): Promise<string | null> {
  if (store.settings.receiver.kind !== 'buyer' || sealedBuyer === null) return null;
  const buyer = await service.secrets.open<BuyerAddress>(sealedBuyer);
  return createHash('sha256').update(JSON.stringify(buyer)).digest('base64url');
}

/** Undefined while everything bought is still wanted; otherwise what to answer instead of going on. */
export function wantedStill(snapshot: Snapshot, order: SalesOrder): Answer | undefined {
  const phases = new Map(order.lines.map((line) => [line.lineId, line]));
  const bought = snapshot.lines.filter((line) => snapshot.bought.has(line.id));
  if (order.lines.some((line) => line.phase === 'cancelling')) {
    return later(undefined, 'a cancellation is being decided at the marketplace');
  }
  const gone = bought.filter((line) => {
    const phase = phases.get(line.line_id)?.phase ?? 'cancelled';
    return phase === 'cancelled';
  });
  if (gone.length === bought.length) return done;
  const unequal = bought.find(
    (line) => phases.get(line.line_id)?.quantity !== snapshot.bought.get(line.id),
  );
  if (gone.length === 0) return unequal && changedUnits(snapshot, unequal);
  const ids = gone.map((line) => line.line_id).join(', ');
  return hold(
    'changed-after-purchase',
    `cancelled at the marketplace after the purchase: line ${ids}`,
  );
}

function changedUnits(snapshot: Snapshot, line: SalesLineRow): Answer {
  const units = snapshot.bought.get(line.id);
  return hold(
    'changed-after-purchase',
    `line ${line.line_id} now has ${line.quantity} units; ${units} were bought for`,
  );
}

/**
 * Change: compares an order with what was bought for it, whenever it changed after the intent. All
 * cancelled: the purchase is cancelled too, as far as that is possible. Some: a person decides.
 */
export async function change(service: Service, snapshot: Snapshot): Promise<Answer> {
  const { order, lines } = snapshot;
  const bought = lines.filter((line) => snapshot.bought.has(line.id));
  const gone = bought.filter((line) => line.phase === 'cancelled');
  if (gone.length > 0 && gone.length === bought.length) {
    await service.db.transaction().execute((tx) =>
      moveOrder(tx, order.id, ['open'], 'cancelling', {
        now: service.clock.now(),
        actor: 'change',
        event: 'order-cancelled-after-purchase',
        reason: 'cancelled at the marketplace after the purchase',
      }),
    );
    return done;
  }
  // Nothing came of the purchase, and somebody shipped the order all the same.
  const isOver = bought.every((line) => ['delivered', 'closed', 'cancelled'].includes(line.phase));
  if (snapshot.purchase?.state === 'cancelled' && bought.length > 0 && isOver) {
    await service.db.transaction().execute((tx) =>
      moveOrder(tx, order.id, ['open'], 'done', {
        now: service.clock.now(),
        actor: 'change',
        event: 'order-done',
      }),
    );
    return done;
  }
  if (gone.length > 0) {
    const ids = gone.map((line) => line.line_id).join(', ');
    return hold(
      'changed-after-purchase',
      `cancelled at the marketplace after the purchase: line ${ids}`,
    );
  }
  if (bought.some((line) => line.phase === 'cancelling')) {
    return decide(service, snapshot);
  }
  const unequal = bought.find((line) => line.quantity !== snapshot.bought.get(line.id));
  if (unequal) return changedUnits(snapshot, unequal);
  const sentTo = snapshot.purchase?.buyer_digest ?? null;
  if (
    sentTo !== null &&
    sentTo !== (await buyerDigest(service, storeOf(service, order.store), order.buyer))
  ) {
    return hold('changed-after-purchase', "the buyer's address changed after the purchase");
  }
  return later(undefined, 'as bought');
}
