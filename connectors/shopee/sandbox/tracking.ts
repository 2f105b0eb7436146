/**
 * `get_tracking_number` and `get_tracking_info` (shopee.md 4.4).
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import type { Call } from './gate.ts';
import type { Order, Package } from './model.ts';
import { readNumber } from './package-detail.ts';
import { pickPackage, refuseAllocating } from './picking.ts';
import { queryText } from './reading.ts';
import { Refusal, succeed, wrongParameter } from './wire.ts';
import { orderOfShop } from './world.ts';

/** Assumed: the hint's text; the documentation shows only one for closed convenience stores. */
const NO_NUMBER_YET = 'The tracking number is being generated, please try again later.';

const NUMBER_FIELDS = new Set([
  'plp_number',
  'first_mile_tracking_number',
  'last_mile_tracking_number',
]);

/** `GET /api/v2/logistics/get_tracking_number` */
export function trackingNumber(call: Call): SandboxAnswer {
  const { order, pkg } = target(call);
  refuseAllocating(order);
  const names = (call.query.get('response_optional_fields') ?? '').split(',').filter(Boolean);
  if (names.some((name) => !NUMBER_FIELDS.has(name))) {
    throw wrongParameter('response_optional_fields is invalid');
  }
  readNumber(call.world, order, pkg);
  return succeed({
    tracking_number: pkg.trackingNumber ?? '',
    ...Object.fromEntries(names.map((name) => [name, ''])),
    hint: pkg.trackingNumber === undefined ? NO_NUMBER_YET : '',
  });
}

/** `GET /api/v2/logistics/get_tracking_info` */
export function trackingInfo(call: Call): SandboxAnswer {
  const { order, pkg } = target(call);
  refuseAllocating(order);
  if (pkg.events.length === 0) {
    throw new Refusal(
      'logistics.error_status_limit',
      'The order status is invalid. Please check the order status.',
    );
  }
  return succeed({
    order_sn: order.orderSn,
    package_number: pkg.packageNumber,
    logistics_status: pkg.logisticsStatus,
    tracking_info: pkg.events.map((event) => ({
      update_time: event.at,
      description: event.description,
      logistics_status: event.status,
    })),
  });
}

function target({ world, shopId, query }: Call): { order: Order; pkg: Package } {
  const order = orderOfShop(world, shopId, queryText(query, 'order_sn'));
  if (!order) throw new Refusal('logistics.invalid_error', 'The order is not exist.');
  return { order, pkg: pickPackage(order, query.get('package_number') ?? undefined) };
}
