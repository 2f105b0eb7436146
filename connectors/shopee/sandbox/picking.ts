/**
 * Which package a logistics call is about: split orders must name it (shopee.md 4.2, pitfall 11).
 * @module
 */
import type { Order, Package } from './model.ts';
import { Refusal } from './wire.ts';
import { packageOf } from './world.ts';

const SPLIT_NEEDS_NUMBER = 'Please request with package_number for this split order.';

/** The package of a reading call; unsplit orders may name theirs. */
export function pickPackage(order: Order, packageNumber: string | undefined): Package {
  refusePlaceholder(packageNumber);
  if (packageNumber === undefined) {
    const [only, another] = order.packages;
    if (only && !another) return only;
    throw new Refusal('logistics.package_number_not_exist', SPLIT_NEEDS_NUMBER);
  }
  return namedPackage(order, packageNumber);
}

/** The package of `ship_order`: named if and only if the order is split. */
export function pickPackageToShip(order: Order, packageNumber: string | undefined): Package {
  refusePlaceholder(packageNumber);
  if (order.split) {
    if (packageNumber !== undefined) return namedPackage(order, packageNumber);
    throw new Refusal('logistics.ship_order_need_pacakge_number', SPLIT_NEEDS_NUMBER);
  }
  if (packageNumber !== undefined) {
    throw new Refusal(
      'logistics.ship_order_not_need_pacakge_number',
      'Please don’t request with package_number for this unsplit order.',
    );
  }
  return pickPackage(order, undefined);
}

export function refuseAllocating(order: Order) {
  if (!order.allocating) return;
  throw new Refusal(
    'logistics.error_param',
    'The order is being allocated, please wait until the allocate is completed.',
  );
}

/** `""` and `"-"` (the docs' placeholder) are no package numbers. */
function refusePlaceholder(packageNumber: string | undefined) {
  if (packageNumber !== '' && packageNumber !== '-') return;
  throw new Refusal(
    'error_param',
    'Invalid package number, please get package number from field `package_number` instead of `forder_id`.',
  );
}

function namedPackage(order: Order, packageNumber: string): Package {
  const pkg = packageOf(order, packageNumber);
  if (!pkg) throw new Refusal('logistics.package_not_exist', 'The package is not exist.');
  return pkg;
}
