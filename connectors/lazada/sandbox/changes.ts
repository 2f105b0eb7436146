/**
 * The ways an order's items move. Every change moves `updated_at` of items and order and tells the
 * pushes.
 * @module
 */
import { wholeSecond } from './ventures.ts';
import { type Item, now, type Order, type Parcel, type World } from './world.ts';

/** Only these can still be cancelled (lazada.md 3.6). */
const CANCELLABLE = [
  'unpaid',
  'pending',
  'repacked',
  'packed',
  'ready_to_ship_pending',
  'ready_to_ship',
];

export function isCancellable(item: Item): boolean {
  return CANCELLABLE.includes(item.status);
}

/** Stamps a change of an order that moved no item. */
export function touch(world: World, order: Order, items: readonly Item[] = order.items) {
  order.updatedAt = wholeSecond(now(world));
  for (const item of items) item.updatedAt = order.updatedAt;
}

export function moveItems(world: World, order: Order, items: readonly Item[], status: string) {
  for (const item of items) item.status = status;
  touch(world, order, items);
  world.itemsChanged(order, items);
}

/** Moves a package with its items. `pushed` is the word push type 14 uses for it, if it has one. */
export function moveParcel(
  world: World,
  parcel: Parcel,
  status: 'ready_to_ship' | 'shipped' | 'delivered',
  pushed: string,
  title: string,
) {
  parcel.status = status;
  parcel.trace.push({ at: now(world), title, type: status });
  moveItems(world, parcel.order, parcel.items, status);
  world.parcelMoved(parcel, pushed);
}

export interface CancelWish {
  readonly by: 'cancellation-customer' | 'cancellation-seller';
  readonly reason: string;
  readonly reasonId: string;
}

/**
 * Cancels items; those packed together with one of them go too, for "cancelling one item of a packed
 * package cancels its package mates" (lazada.md 4.2).
 */
export function cancelItems(
  world: World,
  order: Order,
  items: readonly Item[],
  wish: CancelWish,
): readonly Item[] {
  const packages = new Set(items.map((item) => item.packageId).filter((id) => id !== ''));
  const gone = order.items.filter(
    (item) => isCancellable(item) && (items.includes(item) || packages.has(item.packageId)),
  );
  for (const item of gone) {
    item.reason = wish.reason;
    item.cancelledBy = wish.by;
  }
  order.cancelAsked = undefined;
  world.cancellations.push({
    at: now(world),
    order,
    itemIds: gone.map((item) => item.id),
    by: wish.by,
    reasonId: wish.reasonId,
  });
  moveItems(world, order, gone, 'canceled');
  for (const id of packages) cancelParcel(world, id);
  return gone;
}

export function cancelParcel(world: World, packageId: string) {
  const parcel = world.parcels.get(packageId);
  if (!parcel || parcel.status === 'cancelled') return;
  parcel.status = 'cancelled';
  world.parcelMoved(parcel, 'CANCELLED');
}
