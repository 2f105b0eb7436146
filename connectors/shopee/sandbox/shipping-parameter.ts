/**
 * `GET /api/v2/logistics/get_shipping_parameter` (shopee.md 4.1): the keys of `info_needed` are the
 * modes that are allowed.
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import {
  BRANCH_ID,
  channelOf,
  hasTimeSlots,
  MODES,
  PICKUP_ADDRESS_ID,
  pickupTimeIds,
} from './channels.ts';
import type { Call } from './gate.ts';
import type { Order, Package } from './model.ts';
import { pickPackage, refuseAllocating } from './picking.ts';
import { queryText } from './reading.ts';
import { integer, Refusal, succeed } from './wire.ts';
import { orderOfShop } from './world.ts';

export function shippingParameter({ world, shopId, query }: Call): SandboxAnswer {
  const order = orderOfShop(world, shopId, queryText(query, 'order_sn'));
  if (!order) {
    throw new Refusal('error_not_found', 'Wrong parameters, detail: the order is not found.');
  }
  const pkg = pickPackage(order, query.get('package_number') ?? undefined);
  refuseAllocating(order);
  refuseUnready(order, pkg);

  const { needs } = channelOf(order);
  const info: Record<string, readonly string[]> = {};
  for (const mode of MODES) {
    const wanted = needs[mode];
    if (wanted) info[mode] = wanted.map((need) => (need === 'number' ? order.numberField : need));
  }
  return succeed({
    info_needed: info,
    dropoff: needs.dropoff?.includes('branch_id') ? { branch_list: branches(order) } : null,
    pickup: needs.pickup ? { address_list: addresses(order) } : null,
  });
}

function refuseUnready(order: Order, pkg: Package) {
  if (order.status === 'CANCELLED') {
    throw new Refusal('error_status', 'The order has been cancelled.');
  }
  // Assumed: what a warehouse order is answered; the text is one of the documented ones.
  if (order.fulfilledByShopee) throw new Refusal('error_param', 'OFG list type is not TO_PROCESS');
  const shippable = ['READY_TO_SHIP', 'RETRY_SHIP', 'PROCESSED'].includes(order.status);
  const ready = ['LOGISTICS_READY', 'LOGISTICS_PICKUP_RETRY'].includes(pkg.logisticsStatus);
  if (shippable && ready) return;
  throw new Refusal(
    'error_param',
    'Shipping parameters can only be obtained when package is ready to be shipped',
  );
}

function branches(order: Order): object[] {
  return [
    {
      branch_id: integer(BRANCH_ID),
      region: order.region,
      state: '',
      city: '',
      address: '10 Anson Road',
      zipcode: '079903',
      district: '',
      town: '',
    },
  ];
}

function addresses(order: Order): object[] {
  const slots = pickupTimeIds(order).map((pickup_time_id, index) => ({
    date: Number(pickup_time_id.split('_')[0]),
    time_text: '',
    pickup_time_id,
    flags: index === 0 ? ['recommended'] : [],
  }));
  return [
    {
      address_id: integer(PICKUP_ADDRESS_ID),
      region: order.region,
      state: '',
      city: '',
      district: '',
      town: '',
      address: '20 Cecil Street',
      zipcode: '049705',
      address_flag: ['default_address', 'pickup_address', 'return_address'],
      time_slot_list: hasTimeSlots(order) ? slots : null,
    },
  ];
}
