/**
 * Every change of an order or package goes through here: it moves `update_time` and tells the shop's
 * partners by push (shopee.md 3.4, 6.3).
 * @module
 */
import type { Order, Package } from './model.ts';
import { nowSeconds, startWaiting, type World } from './world.ts';

export function touch(world: World, order: Order) {
  order.updateTime = nowSeconds(world);
}

export function tell(world: World, shopId: string, code: number, data: object) {
  for (const row of world.authorisations.values()) {
    const partner = world.partners.get(row.partnerId);
    if (row.shopId === shopId && partner) world.pushes.send(partner, shopId, code, data);
  }
}

export function setOrderStatus(world: World, order: Order, status: string) {
  if (order.status === status) return;
  order.status = status;
  touch(world, order);
  tellOrderStatus(world, order);
}

/** Code 3. A change to PENDING fires none (A682 in 3.4). */
export function tellOrderStatus(world: World, order: Order) {
  if (order.status === 'PENDING') return;
  tell(world, order.shopId, 3, {
    items: [],
    ordersn: order.orderSn,
    status: order.status,
    completed_scenario: order.status === 'COMPLETED' ? 'NORMAL' : '',
    update_time: order.updateTime,
  });
}

/** Code 30. */
export function setPackageStatus(world: World, order: Order, pkg: Package, status: string) {
  if (pkg.logisticsStatus === status) return;
  pkg.logisticsStatus = status;
  pkg.updateTime = nowSeconds(world);
  if (status === 'LOGISTICS_PICKUP_DONE') pkg.pickupDoneTime = pkg.updateTime;
  touch(world, order);
  tell(world, order.shopId, 30, {
    ordersn: order.orderSn,
    package_number: pkg.packageNumber,
    fulfillment_status: fulfilmentStatus(pkg),
    update_time: pkg.updateTime,
  });
}

/** PackageFulfillmentStatus lacks two of the LogisticsStatus words (3.4). */
export function fulfilmentStatus(pkg: Package): string {
  const missing = ['LOGISTICS_PENDING_ARRANGE', 'LOGISTICS_COD_REJECTED'];
  return missing.includes(pkg.logisticsStatus) ? 'LOGISTICS_NOT_START' : pkg.logisticsStatus;
}

export function addTrackingEvent(world: World, pkg: Package, status: string, description: string) {
  pkg.events.unshift({ at: nowSeconds(world), status, description });
}

/** Code 4. */
export function giveNumber(
  world: World,
  order: Order,
  pkg: Package,
  trackingNumber: string,
  by: 'seller' | 'shopee',
) {
  pkg.trackingNumber = trackingNumber;
  pkg.numberBy = by;
  pkg.awaitingNumber = undefined;
  pkg.updateTime = nowSeconds(world);
  world.usedNumbers.set(trackingNumber, pkg.packageNumber);
  touch(world, order);
  tell(world, order.shopId, 4, {
    ordersn: order.orderSn,
    forder_id: pkg.forderId,
    package_number: pkg.packageNumber,
    tracking_no: trackingNumber,
  });
}

/** Shopee's own number comes after the configured time and reads. */
export function startAssigningNumber(world: World, order: Order, pkg: Package) {
  const { number } = world.switches;
  if (number.delayMs === 0 && number.reads === 0) return assignNumber(world, order, pkg);
  pkg.awaitingNumber = startWaiting(world, number);
  if (number.reads === 0) world.later(number.delayMs, () => assignNumber(world, order, pkg));
}

export function assignNumber(world: World, order: Order, pkg: Package) {
  if (pkg.trackingNumber !== undefined) return;
  const digits = String(4_000_000_000 + world.next()).padStart(11, '0');
  giveNumber(world, order, pkg, `SPX${order.region}${digits}B`, 'shopee');
}

/** How far a package is; failed and cancelled ones do not count (FAQ510 in 3.4). */
const PROGRESS: Readonly<Record<string, number>> = {
  LOGISTICS_NOT_START: 0,
  LOGISTICS_PENDING_ARRANGE: 0,
  LOGISTICS_READY: 0,
  LOGISTICS_PICKUP_RETRY: 1,
  LOGISTICS_REQUEST_CREATED: 2,
  LOGISTICS_PICKUP_DONE: 3,
  LOGISTICS_DELIVERY_DONE: 4,
};
const ORDER_STATUS = [
  'READY_TO_SHIP',
  'RETRY_SHIP',
  'PROCESSED',
  'SHIPPED',
  'TO_CONFIRM_RECEIVE',
] as const;

/** The order follows its earliest package. */
export function followPackages(world: World, order: Order) {
  const progress = order.packages.flatMap((pkg) => PROGRESS[pkg.logisticsStatus] ?? []);
  const status = ORDER_STATUS[Math.min(...progress)];
  if (status !== undefined) setOrderStatus(world, order, status);
}

/** Ends an order; READY packages become INVALID, arranged ones REQUEST_CANCELED (3.4). */
export function cancelWhole(
  world: World,
  order: Order,
  by: 'buyer' | 'seller',
  reason: string,
): void {
  order.cancellations.push({ by, reason, at: nowSeconds(world), units: 'all' });
  for (const line of order.lines) line.cancelledQuantity = line.quantity;
  for (const pkg of order.packages) {
    const arranged = pkg.logisticsStatus === 'LOGISTICS_REQUEST_CREATED';
    const status = arranged ? 'LOGISTICS_REQUEST_CANCELED' : 'LOGISTICS_INVALID';
    setPackageStatus(world, order, pkg, status);
  }
  setOrderStatus(world, order, 'CANCELLED');
}
