/**
 * `GET /api/v2/order/get_package_detail` (shopee.md 3.3).
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import { recipient } from './addresses.ts';
import { assignNumber, fulfilmentStatus } from './changes.ts';
import { channelOf } from './channels.ts';
import type { Call } from './gate.ts';
import type { Order, Package } from './model.ts';
import { daysToShip } from './new-order.ts';
import { queryList } from './reading.ts';
import { integer, Refusal, succeed } from './wire.ts';
import { isOverAtRead, packageOf, type World } from './world.ts';

/** Assumed: unknown numbers are left out as unknown orders are in `get_order_detail`. */
export function packageDetail({ world, shopId, query }: Call): SandboxAnswer {
  const rows = queryList(query, 'package_number_list', 50).flatMap((packageNumber) => {
    const order = world.ordersByPackage.get(packageNumber);
    const pkg = order?.shopId === shopId ? packageOf(order, packageNumber) : undefined;
    return order && pkg ? packageRow(world, order, pkg) : [];
  });
  if (rows.length === 0) {
    throw new Refusal('error_not_found', 'Wrong parameters, detail: the package is not found.');
  }
  return succeed({ package_list: rows });
}

function packageRow(world: World, order: Order, pkg: Package): object {
  readNumber(world, order, pkg);
  const channel = channelOf(order);
  const pending = order.status === 'PENDING';
  const ready = pkg.logisticsStatus === 'LOGISTICS_READY';
  return {
    order_sn: order.orderSn,
    package_number: pkg.packageNumber,
    fulfillment_status: fulfilmentStatus(pkg),
    update_time: pkg.updateTime,
    logistics_channel_id: channel.channelId,
    shipping_carrier: channel.carrier,
    allow_self_design_awb: true,
    days_to_ship: daysToShip(),
    ship_by_date: order.shipByDate,
    pending_terms: pending ? ['SYSTEM_PENDING'] : [],
    pending_description: pending ? ['Order is being processed by Shopee'] : [],
    tracking_number: pkg.trackingNumber ?? (world.switches.dashes ? '-' : ''),
    tracking_number_expiration_date: 0,
    pickup_done_time: pkg.pickupDoneTime,
    is_split_up: order.split,
    item_list: pkg.items.map(({ line, quantity }) => ({
      item_id: integer(line.itemId),
      model_id: integer(line.modelId),
      item_sku: line.itemSku,
      model_sku: line.modelSku,
      model_quantity: quantity,
      order_item_id: integer(line.orderItemId),
      promotion_group_id: integer(line.promotionGroupId),
      product_location_id: `${order.region}Z`,
    })),
    recipient_address: recipient(order),
    parcel_chargeable_weight_gram: 0,
    group_shipment_id: null,
    virtual_contact_number: '',
    package_query_number: '',
    sorting_group: '',
    is_shipment_arranged: pkg.arranged > 0,
    status_info_tag: { tag_id: 0, timestamp: 0 },
    can_split_order: !order.split && ready,
    can_unsplit_order: order.split && ready,
    is_pre_order: false,
  };
}

/** Any read of a number counts towards the reads that its assignment may wait for. */
export function readNumber(world: World, order: Order, pkg: Package) {
  const { awaitingNumber } = pkg;
  if (awaitingNumber && isOverAtRead(world, awaitingNumber)) assignNumber(world, order, pkg);
}
