/** One item of Lazada's answers (one unit) as an order line. @module */
import type { Fulfilment, LinePhase, OrderLine } from '../marketplace.ts';
import type { Order, OrderItem } from './rows.ts';
import { phaseOf } from './statuses.ts';
import { readTime } from './times.ts';
import type { Country } from './ventures.ts';
import { amount, flag, idText, text } from './wire.ts';

/** Marks a shipping group whose packages the seller delivers (DBS, `delivery_option_sof` = 1). */
const OWN_FLEET = 'own-fleet';

/** @throws {RangeError} saying what in the item cannot be understood. */
export function toLine(item: OrderItem, order: Order, country: Country): OrderLine {
  const unitPrice = amount(item.paid_price) ?? amount(item.item_price);
  if (unitPrice === undefined) throw new RangeError('neither paid_price nor item_price is given');
  const phase = linePhase(item, order);
  return {
    lineId: idText(item.order_item_id),
    sku: text(item.sku),
    productId: text(item.product_id) ?? text(item.sku_id),
    name: text(item.name) ?? '',
    variation: text(item.variation),
    quantity: phase === 'cancelled' ? 0 : 1,
    unitPrice,
    status: item.status,
    phase,
    fulfilment: fulfilmentOf(item),
    packageId: text(item.package_id),
    trackingNumber: text(item.tracking_code),
    carrier: text(item.shipment_provider),
    shipBy: readTime(item.sla_time_stamp, country),
    shippingGroup: shippingGroupOf(item),
  };
}

/** Whether the seller's own fleet delivers the lines of this shipping group. */
export function isOwnFleet(shippingGroup: string): boolean {
  return shippingGroup.endsWith(`|${OWN_FLEET}`);
}

/**
 * A wish to cancel stops a line that is not on its way yet. The items' own marks decide; an item
 * without them goes by its order's.
 */
function linePhase(item: OrderItem, order: Order): LinePhase {
  const phase = phaseOf(item.status);
  if (phase !== 'buyable' && phase !== 'waiting') return phase;
  const asked = flag(item.need_cancel_confirm) ?? flag(order.need_cancel_confirm);
  const agreed = flag(item.is_cancel_pending) ?? flag(order.is_cancel_pending);
  if (asked || agreed) return 'cancelling';
  // "unpaid" and "unpaid final payment" of a pre-sale; absent once it is paid in full.
  return text(item.stage_pay_status)?.toLowerCase().startsWith('unpaid') ? 'waiting' : phase;
}

/**
 * Assumed: `biz_group` 70020 without `is_fbl`, and `shipping_type` Warehouse where `is_fbl` is not sent
 * (both marks are optional in the reference), also mean that Lazada's warehouse ships.
 */
function fulfilmentOf(item: OrderItem): Fulfilment {
  const kind = text(item.shipping_provider_type)?.toLowerCase();
  const byLazada = flag(item.is_fbl) ?? text(item.shipping_type)?.toLowerCase() === 'warehouse';
  if (flag(item.is_digital) || kind === 'digital') return 'digital';
  if (kind === 'pickup_in_store') return 'store-pickup';
  if (byLazada || text(item.biz_group) === '70020') return 'marketplace';
  return 'seller';
}

/** Items of two warehouses or two kinds of shipping never share a package (lazada.md section 4.2). */
function shippingGroupOf(item: OrderItem): string {
  return [
    text(item.warehouse_code) ?? '',
    text(item.shipping_provider_type)?.toLowerCase() ?? '',
    flag(item.delivery_option_sof) ? OWN_FLEET : 'lazada',
  ].join('|');
}
