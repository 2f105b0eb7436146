/**
 * `GET /api/v2/order/get_order_detail` (shopee.md 3.2), with the types of the recorded SG body.
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import { recipient } from './addresses.ts';
import { channelOf } from './channels.ts';
import type { Call } from './gate.ts';
import type { Line, Order, Package } from './model.ts';
import { daysToShip } from './new-order.ts';
import { queryFlag, queryList } from './reading.ts';
import { integer, Refusal, succeed, wrongParameter } from './wire.ts';
import { orderOfShop, type World } from './world.ts';

export function orderDetail({ world, shopId, query }: Call): SandboxAnswer {
  const orderSns = queryList(query, 'order_sn_list', 50);
  const withPending = queryFlag(query, 'request_order_status_pending');
  const fields = optionalFields(query.get('response_optional_fields'));
  const orders = orderSns.flatMap((orderSn) => visible(world, shopId, orderSn, withPending) ?? []);
  if (orders.length === 0) {
    throw new Refusal('error_not_found', 'Wrong parameters, detail: the order is not found.');
  }
  return succeed({ order_list: orders.map((order) => row(order, fields, withPending)) });
}

/** Assumed: without the flag a PENDING order is as absent here as it is in the list (3.4). */
function visible(world: World, shopId: string, orderSn: string, withPending: boolean) {
  const order = orderOfShop(world, shopId, orderSn);
  if (!order || (order.status === 'PENDING' && !withPending)) return undefined;
  if (order.omitted === 0) return order;
  order.omitted -= 1;
  return undefined;
}

function row(order: Order, fields: readonly string[], withPending: boolean): object {
  const whole: Record<string, unknown> = { ...defaultFields(order) };
  if (withPending) Object.assign(whole, pendingFields(order));
  for (const field of fields) Object.assign(whole, OPTIONAL[field]?.(order));
  // A shape that no reader can take for an order, whichever fields it asked for.
  return order.broken ? { ...whole, create_time: 'yesterday', item_list: 'unreadable' } : whole;
}

function defaultFields(order: Order): object {
  const cancellable = ['UNPAID', 'READY_TO_SHIP', 'PROCESSED'].includes(order.status);
  return {
    order_sn: order.orderSn,
    region: order.region,
    currency: order.currency,
    cod: order.cod,
    order_status: order.status,
    message_to_seller: '',
    create_time: order.createTime,
    update_time: order.updateTime,
    days_to_ship: daysToShip(),
    ship_by_date: order.shipByDate,
    booking_sn: order.advancePackage ? `B${order.orderSn}` : '',
    advance_package: order.advancePackage,
    can_full_cancel_order: cancellable,
    can_partial_cancel_order: cancellable && order.canPartialCancel,
  };
}

function pendingFields(order: Order): object {
  const pending = order.status === 'PENDING';
  return {
    pending_terms: pending ? ['SYSTEM_PENDING'] : [],
    pending_description: pending ? ['Order is being processed by Shopee'] : [],
  };
}

/** Only what is named comes back. Absent values are zero, empty or null as the capture has them. */
const OPTIONAL: Readonly<Record<string, (order: Order) => object>> = {
  buyer_user_id: (order) => ({ buyer_user_id: integer(order.masked ? 0 : order.buyer.userId) }),
  buyer_username: (order) => ({ buyer_username: order.masked ? '' : order.buyer.username }),
  estimated_shipping_fee: (order) => ({ estimated_shipping_fee: order.shippingFee }),
  recipient_address: (order) => ({ recipient_address: recipient(order) }),
  actual_shipping_fee: () => ({ actual_shipping_fee: 0 }),
  goods_to_declare: () => ({ goods_to_declare: false }),
  note: () => ({ note: '' }),
  note_update_time: () => ({ note_update_time: 0 }),
  item_list: (order) => ({ item_list: order.lines.map((line) => item(order, line)) }),
  pay_time: (order) => ({ pay_time: order.payTime ?? null }),
  dropshipper: () => ({ dropshipper: null }),
  dropshipper_phone: () => ({ dropshipper_phone: null }),
  split_up: (order) => ({ split_up: order.split }),
  buyer_cancel_reason: (order) => ({ buyer_cancel_reason: cancelReason(order, 'buyer') }),
  cancel_by: (order) => ({ cancel_by: order.cancellations.at(-1)?.by ?? '' }),
  cancel_reason: (order) => ({ cancel_reason: order.cancellations.at(-1)?.reason ?? '' }),
  actual_shipping_fee_confirmed: () => ({ actual_shipping_fee_confirmed: false }),
  buyer_cpf_id: () => ({ buyer_cpf_id: null }),
  fulfillment_flag: (order) => ({
    fulfillment_flag: order.fulfilledByShopee ? 'fulfilled_by_shopee' : 'fulfilled_by_local_seller',
  }),
  pickup_done_time: (order) => ({
    pickup_done_time: Math.max(...order.packages.map((pkg) => pkg.pickupDoneTime)),
  }),
  package_list: (order) => ({ package_list: order.packages.map((pkg) => packageRow(order, pkg)) }),
  shipping_carrier: (order) => ({ shipping_carrier: channelOf(order).carrier }),
  payment_method: (order) => ({ payment_method: order.cod ? 'Cash on Delivery' : 'Apple Pay' }),
  total_amount: (order) => ({ total_amount: total(order) }),
  invoice_data: () => ({ invoice_data: null }),
  order_chargeable_weight_gram: () => ({ order_chargeable_weight_gram: 0 }),
  return_request_due_date: () => ({ return_request_due_date: 0 }),
  edt: () => ({ edt_from: 0, edt_to: 0 }),
  payment_info: () => ({ payment_info: null }),
  international_label: () => ({ is_international: false }),
};

/** Assumed: a name not on the list is refused (pitfall 7; whether it is instead ignored is open). */
function optionalFields(text: string | null): readonly string[] {
  if (text === null || text === '') return [];
  const names = text.split(',');
  const wrong = names.find((name) => !Object.hasOwn(OPTIONAL, name));
  if (wrong !== undefined) {
    throw wrongParameter(`response_optional_fields ${wrong} is invalid`);
  }
  return names;
}

function cancelReason(order: Order, by: string): string {
  return order.cancellations.findLast((entry) => entry.by === by)?.reason ?? '';
}

/** Prices are per unit: 15 x 2 + 1.99 = 31.99. */
function total(order: Order): number {
  const goods = order.lines.reduce((sum, line) => sum + line.price * line.quantity, 0);
  return Math.round((goods + order.shippingFee) * 100) / 100;
}

/** `product_location_id` is an array here, and a string inside packages. */
function item(order: Order, line: Line): object {
  return {
    item_id: integer(line.itemId),
    item_name: line.name,
    item_sku: line.itemSku,
    model_id: integer(line.modelId),
    model_name: line.modelName,
    model_sku: line.modelSku,
    model_quantity_purchased: line.quantity,
    model_original_price: line.price,
    model_discounted_price: line.price,
    wholesale: false,
    weight: 1,
    add_on_deal: false,
    main_item: false,
    add_on_deal_id: 0,
    promotion_type: '',
    promotion_id: 0,
    order_item_id: integer(line.orderItemId),
    line_item_id: integer(line.lineItemId),
    promotion_group_id: integer(line.promotionGroupId),
    image_info: { image_url: `https://cf.shopee.example/file/${line.itemId}` },
    product_location_id: [`${order.region}Z`],
    is_prescription_item: false,
    is_b2c_owned_item: false,
    promotion_list: [],
    hot_listing_item: false,
    active_qty: line.quantity - line.cancelledQuantity,
    cancel_requested_qty: 0,
    cancelled_qty: line.cancelledQuantity,
    return_requested_qty: 0,
    returned_qty: 0,
  };
}

function packageRow(order: Order, pkg: Package): object {
  const channel = channelOf(order);
  return {
    package_number: pkg.packageNumber,
    group_shipment_id: null,
    logistics_status: pkg.logisticsStatus,
    logistics_channel_id: channel.channelId,
    shipping_carrier: channel.carrier,
    allow_self_design_awb: true,
    sorting_group: '',
    parcel_chargeable_weight_gram: 0,
    item_list: pkg.items.map(({ line, quantity }) => ({
      item_id: integer(line.itemId),
      model_id: integer(line.modelId),
      model_quantity: quantity,
      order_item_id: integer(line.orderItemId),
      promotion_group_id: integer(line.promotionGroupId),
      product_location_id: `${order.region}Z`,
    })),
  };
}
