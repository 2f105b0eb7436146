/**
 * An order of `get_order_detail` in the words of the port. Pure.
 * @module
 */
import type { z } from 'zod';
import type { BuyerAddress, Fulfilment, LinePhase, OrderLine, SalesOrder } from '../marketplace.ts';
import { allocate, type LineShare } from './allocation.ts';
import type { zItem, zOrder, zOrderPackage, zPackageItem, zRecipient } from './client/zod.gen.ts';
import { linePhase, orderPhase, packagePhase } from './phases.ts';
import { amount, count, id, instant, text, textOrDash } from './wire.ts';

type Order = z.output<typeof zOrder>;
type Item = z.output<typeof zItem>;
type OrderPackage = z.output<typeof zOrderPackage>;
type PackageItem = z.output<typeof zPackageItem>;
type Recipient = z.output<typeof zRecipient>;

/** A package as the order's own answer shows it. */
export interface PackageFacts {
  readonly packageNumber: string;
  readonly status: string;
  readonly carrier: string | undefined;
  readonly lines: readonly LineShare[];
}

/** What of the answer the port has no place for, and the write-back needs. Plain data. */
export interface ShopeeFacts {
  readonly status: string;
  readonly region: string | undefined;
  readonly split: boolean;
  /** False only when Shopee says that the seller cannot cancel. */
  readonly cancellable: boolean;
  readonly items: readonly { readonly itemId: string; readonly modelId: string }[];
  readonly packages: readonly PackageFacts[];
}

export interface ShopeeOrder extends SalesOrder {
  readonly shopee: ShopeeFacts;
}

/** @throws {Error} when an amount or a time of the order cannot be read. */
export function toSalesOrder(order: Order): ShopeeOrder {
  const notOurs = whyNotOurs(order);
  const packages = packagesOf(order);
  const phase = orderPhase(order.order_status);
  const lines = order.item_list.map((item) => toLine(item, order, packages, phase, notOurs));
  const updatedAt = instant(order.update_time);
  const createdAt = instant(order.create_time);
  if (!updatedAt || !createdAt) throw new Error('the order has no time of creation or update');
  return {
    orderId: order.order_sn,
    orderNumber: order.order_sn,
    createdAt,
    updatedAt,
    currency: order.currency,
    total: amount(order.total_amount) ?? '0',
    cashOnDelivery: order.cod === true,
    lines,
    buyer: toBuyer(order.recipient_address ?? undefined),
    notOurs: notOurs?.reason,
    statuses: statusesOf(order),
    shopee: {
      status: order.order_status,
      region: text(order.region),
      split: order.split_up === true || packages.filter(isAlive(order)).length > 1,
      cancellable: order.can_full_cancel_order !== false,
      items: itemsOf(order),
      packages,
    },
  };
}

interface NotOurs {
  readonly reason: string;
  readonly fulfilment: Fulfilment;
}

function whyNotOurs(order: Order): NotOurs | undefined {
  const booking = textOrDash(order.booking_sn);
  if (order.fulfillment_flag === 'fulfilled_by_shopee') {
    return { reason: 'fulfilled by Shopee', fulfilment: 'marketplace' };
  }
  if (order.advance_package === true) {
    const reason = 'shipped from stock sent in advance (advance_package)';
    return { reason, fulfilment: 'marketplace' };
  }
  if (booking !== undefined) {
    // ship_order answers such orders with logistics.error_booking_order (API appendix).
    const reason = `matched with booking ${booking}, which is shipped instead`;
    return { reason, fulfilment: 'marketplace' };
  }
  if (order.is_buyer_shop_collection === true) {
    return { reason: 'the buyer collects it at the store', fulfilment: 'store-pickup' };
  }
  return undefined;
}

function toLine(
  item: Item,
  order: Order,
  packages: readonly PackageFacts[],
  phase: LinePhase,
  notOurs: NotOurs | undefined,
): OrderLine {
  const lineId = lineIdOf(item);
  const holding = packages.filter((pkg) => pkg.lines.some((line) => line.lineId === lineId));
  const first = holding[0];
  const quantity = quantityOf(item);
  const channel = order.package_list?.find((pkg) => pkg.package_number === first?.packageNumber);
  return {
    lineId,
    sku: text(item.model_sku) ?? text(item.item_sku),
    productId: id(item.item_id),
    name: text(item.item_name) ?? '',
    variation: text(item.model_name),
    quantity,
    unitPrice: amount(item.model_discounted_price) ?? amount(item.model_original_price) ?? '0',
    status: order.order_status,
    phase: phaseOf(item, quantity, order, holding, phase),
    fulfilment: notOurs?.fulfilment ?? 'seller',
    packageId: first?.packageNumber,
    trackingNumber: undefined,
    carrier: first?.carrier ?? text(order.shipping_carrier),
    shipBy: instant(order.ship_by_date),
    shippingGroup: [locationOf(item), id(channel?.logistics_channel_id)].filter(Boolean).join('/'),
  };
}

function phaseOf(
  item: Item,
  quantity: number,
  order: Order,
  holding: readonly PackageFacts[],
  phase: LinePhase,
): LinePhase {
  if (phase === 'buyable' && quantity === 0) return 'cancelled';
  if (phase === 'buyable' && count(item.cancel_requested_qty) > 0) return 'cancelling';
  return linePhase(
    phase,
    holding.map((pkg) => packagePhase(pkg.status, order.order_status)),
  );
}

/** `order_item_id` can equal `item_id` and is no key of a line (shopee.md 3.2). */
function lineIdOf(item: Item): string {
  return id(item.line_item_id) ?? keyOf(item);
}

/** The four ids that items of orders and of packages share. */
function keyOf(item: Item | PackageItem): string {
  return [item.item_id, item.model_id, item.order_item_id, item.promotion_group_id]
    .map((part) => id(part) ?? '0')
    .join('-');
}

/** Units still wanted. `active_qty` 0 may be filling, so it counts only above 0. */
function quantityOf(item: Item): number {
  const active = count(item.active_qty);
  if (active > 0) return active;
  return Math.max(0, count(item.model_quantity_purchased) - count(item.cancelled_qty));
}

/** An array on items, text in packages, of one and the same answer. */
function locationOf(item: Item): string {
  const location = item.product_location_id;
  return Array.isArray(location) ? [...location].sort().join('+') : (text(location) ?? '');
}

function packagesOf(order: Order): PackageFacts[] {
  const all = order.package_list ?? [];
  const alive = isAlive(order);
  // Living packages take their items first: what was re-arranged leaves its dead package behind.
  const ranked = [...all.filter(alive), ...all.filter((pkg) => !alive(pkg))];
  const capacities = order.item_list.map((item) => ({
    lineId: lineIdOf(item),
    key: keyOf(item),
    quantity: Math.max(quantityOf(item), count(item.model_quantity_purchased)),
  }));
  const shares = allocate(
    capacities,
    ranked.map((pkg) =>
      (pkg.item_list ?? []).map((item) => ({
        key: keyOf(item),
        quantity: count(item.model_quantity),
      })),
    ),
  );
  return ranked.map((pkg, index) => ({
    packageNumber: pkg.package_number,
    status: statusOf(pkg),
    carrier: text(pkg.shipping_carrier),
    lines: shares[index] ?? [],
  }));
}

function isAlive(order: Order) {
  return (pkg: OrderPackage | PackageFacts): boolean => {
    const status = 'status' in pkg ? pkg.status : statusOf(pkg);
    const phase = packagePhase(status, order.order_status);
    return phase !== 'cancelled' && phase !== 'failed';
  };
}

function statusOf(pkg: OrderPackage): string {
  return text(pkg.logistics_status) ?? '';
}

function statusesOf(order: Order): string[] {
  const packages = (order.package_list ?? []).map(statusOf).filter((status) => status !== '');
  return [...new Set([order.order_status, ...(order.pending_terms ?? []), ...packages])];
}

function itemsOf(order: Order): ShopeeFacts['items'] {
  const items = new Map(
    order.item_list.map((item) => {
      const ids = { itemId: String(item.item_id), modelId: id(item.model_id) ?? '0' };
      return [`${ids.itemId}-${ids.modelId}`, ids] as const;
    }),
  );
  return [...items.values()];
}

function toBuyer(address: Recipient | undefined): BuyerAddress {
  const fields = {
    name: text(address?.name),
    phone: text(address?.phone),
    state: text(address?.state),
    city: text(address?.city),
    district: text(address?.district) ?? text(address?.town),
    zip: text(address?.zipcode),
    address: text(address?.full_address),
  };
  // Masking is per field, whole ("****") or in part ("P******n").
  const masked = [...Object.values(fields), text(address?.town)].some((it) => it?.includes('*'));
  return { ...fields, country: text(address?.region), masked };
}
