/**
 * The couriers: the warehouse's note, with the number to write on the parcel, is the last promise of an
 * order. A moment after it reached the agent the parcel is fetched and delivered.
 * @module
 */
import type { BookedCall } from '../../connectors/sandbox.ts';
import type { Messengers } from './messages.ts';
import { type ChaosOrder, reference } from './orders.ts';

const LOOK_EVERY_MS = 200;
const COMES_AFTER_MS = 400;

export function startCourier(world: Messengers & { readonly orders: readonly ChaosOrder[] }): {
  stop(): void;
} {
  const { lazada, shopee, pandapon } = world;
  const byNumber = new Map(world.orders.map((order) => [order.number, order]));
  const waiting = new Set<ChaosOrder>();
  const fetched = new Set<ChaosOrder>();
  let seen = 0;

  const timer = setInterval(() => {
    const due = Date.now() - COMES_AFTER_MS;
    const { calls } = pandapon.shell;
    for (; seen < calls.length; seen += 1) {
      const call = calls[seen] as BookedCall;
      if (call.operation !== 'updateWarehouse') continue;
      const order = byNumber.get(call.order ?? '');
      if (order && !fetched.has(order)) waiting.add(order);
    }
    for (const order of waiting) {
      if (!isNoted(order, due)) continue;
      waiting.delete(order);
      fetched.add(order);
      carry(order);
    }
  }, LOOK_EVERY_MS);
  return { stop: () => clearInterval(timer) };

  function isNoted({ number }: ChaosOrder, due: number): boolean {
    try {
      return pandapon.order(number)?.warehouseUpdates.some((note) => note.at <= due) ?? false;
    } catch {
      // Two purchases carry its number: the run has failed, and says so at its end.
      return false;
    }
  }

  function carry(order: ChaosOrder) {
    try {
      if (order.store.marketplace === 'lazada') {
        lazada.shipOut(reference(order));
        lazada.deliver(reference(order));
      } else {
        shopee.pickUp(order.orderId);
        shopee.deliver(order.orderId);
        shopee.complete(order.orderId);
      }
    } catch {
      // Cancelled in the last moment: there is nothing to fetch.
    }
  }
}
