/** Lazada's order and its items as a sales order. @module */
import Big from 'big.js';
import type { z } from 'zod';
import type { BrokenOrder, OrderLine, SalesOrder } from '../marketplace.ts';
import { toBuyer } from './buyer.ts';
import { zOrder, zOrderItem } from './client/zod.gen.ts';
import { toLine } from './lines.ts';
import type { Order } from './rows.ts';
import { readTime } from './times.ts';
import { type Country, VENTURES } from './ventures.ts';
import { amount, idText, text } from './wire.ts';

/**
 * Builds a sales order from an order as it came and its items as they came, or says what is wrong with
 * them, so that a bad order costs only itself.
 */
export function toSalesOrder(
  orderId: string,
  row: unknown,
  items: readonly unknown[],
  country: Country,
): SalesOrder | BrokenOrder {
  try {
    return build(parsed(zOrder, row, 'order'), items, country);
  } catch (error) {
    return { orderId, error: (error as Error).message };
  }
}

export function isBroken(order: SalesOrder | BrokenOrder): order is BrokenOrder {
  return 'error' in order;
}

/** @throws {RangeError} naming the places that do not fit, never their values. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const places = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new RangeError(`${what} not understood: ${places.join('; ')}`);
}

function build(order: Order, items: readonly unknown[], country: Country): SalesOrder {
  const orderId = idText(order.order_id);
  if (items.length === 0) throw new RangeError('the order has no items');
  const wire = items.map((item) => parsed(zOrderItem, item, 'item'));
  const stranger = wire.find((item) => idText(item.order_id) !== orderId);
  if (stranger) throw new RangeError(`item ${stranger.order_item_id} belongs to another order`);
  const currencies = new Set(wire.map((item) => text(item.currency) ?? VENTURES[country].currency));
  const [currency, ...others] = currencies;
  if (currency === undefined || others.length > 0) throw new RangeError('items of two currencies');
  const lines = wire.map((item) => toLine(item, order, country));
  if (new Set(lines.map(({ lineId }) => lineId)).size < lines.length) {
    throw new RangeError('one item id comes twice');
  }
  return {
    orderId,
    orderNumber: text(order.order_number) ?? orderId,
    createdAt: momentOf(order, 'created_at', country),
    updatedAt: momentOf(order, 'updated_at', country),
    currency,
    total: totalOf(order),
    cashOnDelivery: isCashOnDelivery(text(order.payment_method)),
    lines,
    buyer: toBuyer(order, country),
    notOurs: notOurs(lines),
    statuses: (order.statuses ?? []).flatMap((status) => text(status) ?? []),
  };
}

function momentOf(order: Order, field: 'created_at' | 'updated_at', country: Country): Date {
  const moment = readTime(order[field], country);
  if (!moment) throw new RangeError(`${field} is absent`);
  return moment;
}

/** "buyer paid = price - voucher + shipping_fee" (guide 121327). */
function totalOf(order: Order): string {
  const price = amount(order.price);
  if (price === undefined) throw new RangeError('price is absent');
  const voucher = amount(order.voucher) ?? '0';
  const shipping = amount(order.shipping_fee) ?? '0';
  return new Big(price).minus(voucher).plus(shipping).toFixed();
}

/** `COD`; Assumed: also as one of several methods, or spelt out. */
function isCashOnDelivery(method: string | undefined): boolean {
  const words = (method ?? '').toUpperCase().split(/[^A-Z]+/);
  return words.includes('COD') || words.join('').includes('CASHONDELIVERY');
}

const REASONS: Readonly<Record<string, string>> = {
  marketplace: 'fulfilled by Lazada',
  digital: 'digital goods',
  'store-pickup': 'picked up in a store',
};

function notOurs(lines: readonly OrderLine[]): string | undefined {
  const kinds = new Set(lines.map(({ fulfilment }) => fulfilment));
  if (kinds.has('seller')) return undefined;
  return [...kinds].map((kind) => REASONS[kind] ?? kind).join(', ');
}
