/**
 * Whether a seller's own tracking number is taken (shopee.md 4.3; texts from the appendix, ship_order).
 * @module
 */
import type { Order, Package } from './model.ts';
import { Refusal } from './wire.ts';
import type { World } from './world.ts';

const MAX_LENGTH = 64;

/** @throws {Refusal} with the documented text of the rule it breaks. */
export function checkOwnNumber(
  world: World,
  order: Order,
  pkg: Package,
  trackingNumber: string | undefined,
  wanted: boolean,
) {
  if (!wanted) {
    if (trackingNumber === undefined) return;
    throw new Refusal(
      'error_param',
      'Please do not request with tracking_no for this channel which does not require tracking_no.',
    );
  }
  if (trackingNumber === undefined || trackingNumber === '') {
    throw new Refusal(
      'logistics.ship_order_need_tracking_number',
      'Parameter tracking_number can not be null.',
    );
  }
  if (trackingNumber.length > MAX_LENGTH) {
    throw new Refusal(
      'logistics.ship_order_long_tracking_number',
      'Parameter tracking_number can not be longer than 64.',
    );
  }
  checkFormat(order, trackingNumber);
  checkUnused(world, order, pkg, trackingNumber);
}

/** Thai post's own rules hold for channel 80003 in TH. Assumed: the characters of all others. */
function checkFormat(order: Order, trackingNumber: string) {
  if (!/^[A-Za-z0-9-]+$/.test(trackingNumber)) {
    throw badNumber('Tracking Number Format Error. Please input a valid tracking number.');
  }
  if (order.region !== 'TH' || order.channel !== 'dropoff_with_number') return;
  if (trackingNumber.length !== 13) {
    throw badNumber('Please fill in a valid tracking number (13 digits)');
  }
  if (!/^[ERO]/.test(trackingNumber)) {
    throw badNumber('The Registered Mail tracking number must begin with “E”, “R” or “O”');
  }
  if (!trackingNumber.endsWith('TH')) {
    throw badNumber('The Registered Mail tracking number must end with “TH”');
  }
}

/** Assumed: which of the two texts belongs to which kind of repetition. */
function checkUnused(world: World, order: Order, pkg: Package, trackingNumber: string) {
  const user = world.usedNumbers.get(trackingNumber);
  if (user === undefined || user === pkg.packageNumber) return;
  throw badNumber(
    world.ordersByPackage.get(user) === order
      ? 'Please input a unique tracking number.'
      : 'The tracking number has been used by other orders, please fill in a valid one.',
  );
}

function badNumber(message: string): Refusal {
  return new Refusal('logistics.error_param', message);
}
