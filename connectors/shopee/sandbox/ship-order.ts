/**
 * `POST /api/v2/logistics/ship_order` (shopee.md 4.2): the promise to ship, which cannot be repeated.
 * Assumed: the order in which its rules are checked.
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import {
  addTrackingEvent,
  followPackages,
  giveNumber,
  setPackageStatus,
  startAssigningNumber,
} from './changes.ts';
import {
  BRANCH_ID,
  channelOf,
  hasTimeSlots,
  MODES,
  type Mode,
  PICKUP_ADDRESS_ID,
  pickupTimeIds,
} from './channels.ts';
import type { Call } from './gate.ts';
import type { Order, Package } from './model.ts';
import { checkOwnNumber } from './own-number.ts';
import { pickPackageToShip, refuseAllocating } from './picking.ts';
import {
  type Body,
  isObject,
  optionalId,
  optionalText,
  requiredId,
  requiredText,
} from './reading.ts';
import { Refusal, succeedEmpty, wrongParameter } from './wire.ts';
import { orderOfShop, type World } from './world.ts';

export function shipOrder({ world, shopId, body }: Call): SandboxAnswer {
  const order = orderOfShop(world, shopId, requiredText(body, 'order_sn'));
  const { mode, details } = oneMode(body);
  if (!order) throw new Refusal('logistics.error_order_not_found', 'Order is not found.');
  refuseOthersOrders(order);
  const pkg = pickPackageToShip(order, optionalText(body, 'package_number'));
  refuseAllocating(order);
  refuseRepeat(world, pkg);
  refuseUnready(order, pkg);
  const needs = channelOf(order).needs[mode];
  if (!needs) {
    throw new Refusal(
      `logistics.ship_order_unsupport_${mode}`,
      `This order does not support ship with ${mode}.`,
    );
  }
  if (needs.includes('address_id')) checkPickup(order, details);
  if (needs.includes('branch_id')) checkBranch(details);
  const trackingNumber = optionalText(details, 'tracking_number');
  checkOwnNumber(world, order, pkg, trackingNumber, needs.includes('number'));

  arrange(world, order, pkg, mode, trackingNumber);
  return succeedEmpty();
}

/** Exactly one of the three objects; it may be empty, but it must be there. */
function oneMode(body: Body): { mode: Mode; details: Body } {
  const given = MODES.filter((mode) => mode in body);
  const [mode] = given;
  if (mode === undefined || given.length > 1) {
    throw new Refusal(
      'logistics.ship_order_only_support_one_type',
      'Please select just one way to ship order: pickup or dropoff or non_integrated.',
    );
  }
  const details = body[mode];
  if (!isObject(details)) throw wrongParameter(`${mode} should be an object`);
  return { mode, details };
}

function refuseOthersOrders(order: Order) {
  if (order.fulfilledByShopee) {
    throw new Refusal('logistics.ship_order_pff_init', 'You can not ship warehouse order.');
  }
  if (order.advancePackage) {
    throw new Refusal(
      'logistics.error_booking_order',
      "This order is matched order with booking, don't need arrange shipment through seller side.",
    );
  }
}

/** A failed pickup may be arranged again (RETRY_SHIP in 3.4); anything else only once. */
function refuseRepeat(world: World, pkg: Package) {
  if (pkg.arranged === 0 || pkg.logisticsStatus === 'LOGISTICS_PICKUP_RETRY') return;
  pkg.repeatsRefused += 1;
  if (world.switches.repeatAnswer === 'order_has_been_shipped') {
    throw new Refusal('logistics.error_param', 'Order has been shipped.');
  }
  throw new Refusal(
    ' logistics.package_already_shipped', // the leading space is Shopee's
    "This package has already been arranged shipment and you can't call this API again.",
  );
}

function refuseUnready(order: Order, pkg: Package) {
  if (order.status === 'INVOICE_PENDING') {
    throw new Refusal(
      'logistics.lack_of_invoice_data',
      'Pending invoice data, can not arrange shipment.',
    );
  }
  const shippable = ['READY_TO_SHIP', 'RETRY_SHIP'].includes(order.status);
  const ready = ['LOGISTICS_READY', 'LOGISTICS_PICKUP_RETRY'].includes(pkg.logisticsStatus);
  if (shippable && ready) return;
  throw new Refusal('logistics.ship_order_not_ready_to_ship', 'The order is not ready to ship.');
}

function checkPickup(order: Order, details: Body) {
  const address = optionalId(details, 'address_id');
  const time = optionalText(details, 'pickup_time_id');
  if (address === undefined || (hasTimeSlots(order) && time === undefined)) {
    throw new Refusal(
      'logistics.ship_order_need_address_pickup_time',
      'Parameter address_id and pickup_time_id are required.',
    );
  }
  if (address !== PICKUP_ADDRESS_ID) {
    throw new Refusal('logistics.address_not_found', 'Address is not found.');
  }
  if (time !== undefined && !(hasTimeSlots(order) && pickupTimeIds(order).includes(time))) {
    throw new Refusal(
      'logistics.ship_order_pickup_time_invalid',
      'Invalid pickup time id. Please check the pick up time id.',
    );
  }
}

function checkBranch(details: Body) {
  if (!('branch_id' in details)) {
    throw new Refusal('logistics.ship_order_need_branch_id', 'Parameter branch_id is required.');
  }
  if (requiredId(details, 'branch_id') !== BRANCH_ID) throw wrongParameter('branch_id is invalid');
}

/**
 * pickup and dropoff: LOGISTICS_REQUEST_CREATED, and the order PROCESSED once all its packages are;
 * non_integrated: at once LOGISTICS_PICKUP_DONE and SHIPPED.
 */
function arrange(
  world: World,
  order: Order,
  pkg: Package,
  mode: Mode,
  ownNumber: string | undefined,
) {
  pkg.arranged += 1;
  addTrackingEvent(world, pkg, 'ORDER_CREATED', 'Seller has arranged the shipment');
  if (ownNumber !== undefined) giveNumber(world, order, pkg, ownNumber, 'seller');
  const atOnce = mode === 'non_integrated';
  const status = atOnce ? 'LOGISTICS_PICKUP_DONE' : 'LOGISTICS_REQUEST_CREATED';
  setPackageStatus(world, order, pkg, status);
  followPackages(world, order);
  if (ownNumber === undefined) startAssigningNumber(world, order, pkg);
}
