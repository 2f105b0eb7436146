/**
 * Orders and items as the wire really carries them (lazada.md 3.3 to 3.5), not as the docs' samples
 * print them.
 * @module
 */
import { endOfLocalDay, ventureOf, wireTime } from './ventures.ts';
import { rawNumber } from './wire.ts';
import type { Item, Order } from './world.ts';

/** Part of the contract, typo and all: `/order/get` has the first, `/orders/get` the second. */
export type DistrictKey = 'addressDistrict' | 'addressDsitrict';

export function orderRow(order: Order, districtKey: DistrictKey): object {
  const { country } = order.seller;
  const address = addressRow(order, districtKey);
  return {
    order_id: rawNumber(order.id),
    order_number: rawNumber(order.id),
    created_at: wireTime(order.createdAt, country),
    updated_at: wireTime(order.updatedAt, country),
    statuses: [...new Set(order.items.map((item) => item.status))],
    price: sumOf(order.items.map((item) => item.price)),
    shipping_fee: rawNumber('0.00'),
    shipping_fee_original: rawNumber('0.00'),
    shipping_fee_discount_seller: rawNumber('0.00'),
    shipping_fee_discount_platform: rawNumber('0.00'),
    voucher: rawNumber('0.00'),
    voucher_seller: rawNumber('0.00'),
    voucher_platform: rawNumber('0.00'),
    voucher_code: '',
    payment_method: order.paymentMethod,
    items_count: order.items.length,
    warehouse_code: order.items[0]?.warehouse ?? '',
    customer_first_name: address.first_name,
    customer_last_name: '',
    address_billing: address,
    address_shipping: address,
    tax_code: '',
    branch_number: '',
    national_registration_number: '',
    promised_shipping_times: '',
    gift_option: false,
    gift_message: '',
    delivery_info: '',
    remarks: '',
    buyer_note: '',
    address_updated_at: '',
    extra_attributes: 'null',
    need_cancel_confirm: order.cancelAsked !== undefined,
    is_cancel_pending: false,
  };
}

/** A row of the listing that no specification describes; only id and time are as they should be. */
export function brokenOrderRow(order: Order): object {
  return {
    order_id: rawNumber(order.id),
    order_number: { value: 'null' },
    created_at: null,
    updated_at: wireTime(order.updatedAt, order.seller.country),
    statuses: 'null',
    price: {},
    items_count: 'many',
    address_shipping: 'null',
  };
}

export function itemRow(order: Order, item: Item): object {
  const { country, sellerId } = order.seller;
  const price = rawNumber(item.price);
  return {
    order_item_id: rawNumber(item.id),
    order_id: rawNumber(order.id),
    sku: item.sku,
    shop_sku: `${item.id}_${country.toUpperCase()}AMZ`,
    sku_id: '',
    name: item.name,
    variation: '',
    status: item.status,
    reason: item.reason,
    reason_detail: '',
    return_status: '',
    cancel_return_initiator: item.cancelledBy === '' ? 'null-null' : item.cancelledBy,
    paid_price: price,
    item_price: price,
    currency: ventureOf(country).currency,
    tax_amount: rawNumber('0.00'),
    voucher_amount: rawNumber('0.00'),
    voucher_seller: 0,
    voucher_platform: 0,
    voucher_code: '',
    wallet_credits: rawNumber('0.00'),
    shipping_amount: rawNumber('0.00'),
    shipping_service_cost: 0,
    shipping_fee_original: rawNumber('0.00'),
    shipping_type: item.shippingType,
    shipping_provider_type: item.providerType,
    shipment_provider: item.provider,
    tracking_code: item.trackingCode,
    tracking_code_pre: '',
    package_id: item.packageId,
    purchase_order_id: '',
    purchase_order_number: '',
    invoice_number: '',
    sla_time_stamp: endOfLocalDay(order.createdAt, 2, country),
    promised_shipping_time: '',
    fulfillment_sla: '',
    priority_fulfillment_tag: '',
    warehouse_code: item.warehouse,
    delivery_option_sof: item.sof ? 1 : 0,
    is_fbl: item.fbl ? 1 : 0,
    is_digital: item.digital ? 1 : 0,
    is_reroute: 0,
    order_type: item.stage === '' ? 'Normal' : 'PreSale',
    stage_pay_status: item.stage,
    order_flag: 'NORMAL',
    mp3_order: false,
    semi_managed: false,
    buyer_id: rawNumber(order.buyerId),
    shop_id: `Shop ${sellerId}`,
    digital_delivery_info: '',
    gift_wrapping: '',
    show_gift_wrapping_tag: false,
    personalization: '',
    show_personalization_tag: false,
    pick_up_store_info: item.pickupInStore ? { pick_up_store_name: 'Store 1' } : {},
    ...(order.paidAt === undefined ? {} : { payment_time: order.paidAt }),
    need_cancel_confirm: order.cancelAsked !== undefined,
    is_cancel_pending: false,
    ...(order.cancelAsked && {
      cancel_trigger_time: order.cancelAsked.triggerTime,
      reverse_order_id: rawNumber(order.cancelAsked.reverseOrderId),
    }),
    created_at: wireTime(order.createdAt, country),
    updated_at: wireTime(item.updatedAt, country),
    product_main_image: '',
    product_detail_url: '',
    extra_attributes: 'null',
  };
}

function addressRow(order: Order, districtKey: DistrictKey) {
  const { buyer } = order;
  const { name: country } = ventureOf(order.seller.country);
  // C3 fields are masked without DataMoat approval; city, post code and country stay (lazada.md 3.5).
  const hide = (text: string, masked: string) => (order.masked && text !== '' ? masked : text);
  return {
    first_name: hide(buyer.name, `${buyer.name.slice(0, 1)}****`),
    last_name: '',
    phone: hide(buyer.phone, `${buyer.phone.slice(0, 2)}******${buyer.phone.slice(-2)}`),
    phone2: '',
    address1: hide(buyer.address, `${buyer.address.slice(0, 1)}***${buyer.address.slice(-1)}`),
    address2: '',
    address3: hide(country, `${country.slice(0, 1)}****`),
    address4: hide(buyer.city, `${buyer.city.slice(0, 1)}****`),
    address5: hide(buyer.postCode, `${buyer.postCode.slice(0, 1)}***${buyer.postCode.slice(-1)}`),
    city: buyer.city,
    post_code: buyer.postCode,
    country,
    [districtKey]: '',
  };
}

/** Exact, for decimal text with two places. */
function sumOf(prices: readonly string[]): string {
  const cents = prices.reduce((sum, price) => sum + BigInt(price.replace('.', '')), 0n);
  const digits = String(cents).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
