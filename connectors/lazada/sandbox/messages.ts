/**
 * The text of push messages (lazada.md 6). Their shapes vary on purpose as they do in captures: ids as
 * text or as numbers, a `buyer_id` or none, the site's case; and a blank after the first comma, as in
 * the official vector, so that who re-serialises a body before checking it fails.
 * @module
 */

import { rawNumber } from './wire.ts';
import type { Item, Order, Parcel, World } from './world.ts';
import { now } from './world.ts';

export interface PushMessage {
  readonly type: number;
  /** Undefined for the console's probe. */
  readonly order: Order | undefined;
  readonly body: string;
}

/** Type 0: one per order line. */
export function tradeMessage(world: World, order: Order, item: Item, loose: boolean): PushMessage {
  const id = idWriter(loose);
  return message(0, order, loose, now(world), {
    order_status: item.status,
    trade_order_id: id(order.id),
    trade_order_line_id: id(item.id),
    ...(loose && { buyer_id: id(order.buyerId) }),
    status_update_time: Math.floor(order.updatedAt / 1000),
  });
}

/** Type 14: one per package. Its `timestamp` is in seconds. */
export function fulfilmentMessage(
  world: World,
  parcel: Parcel,
  status: string,
  loose: boolean,
): PushMessage {
  const id = idWriter(loose);
  const seconds = Math.floor(now(world) / 1000);
  return message(14, parcel.order, loose, seconds, {
    trade_order_id: id(parcel.order.id),
    buyer_id: id(parcel.order.buyerId),
    fulfillment_package_id: parcel.id,
    status,
    status_update_time: seconds,
  });
}

/** What the console sends when somebody presses "Verify". */
export function probeMessage(): PushMessage {
  return {
    type: 0,
    order: undefined,
    body: '{"seller_id":"9999","message_type":0,"data":{"order_status":"This is a test message","trade_order_id":"123456","trade_order_line_id":"12345","status_update_time":1656915866},"timestamp":1,"site":"lazada_sg"}',
  };
}

function message(
  type: number,
  order: Order,
  loose: boolean,
  timestamp: number,
  data: object,
): PushMessage {
  const { country, sellerId } = order.seller;
  const body = JSON.stringify({
    seller_id: sellerId,
    message_type: type,
    data,
    timestamp,
    site: `lazada_${loose ? country.toUpperCase() : country}`,
  });
  return { type, order, body: body.replace(',', ', ') };
}

function idWriter(loose: boolean): (text: string) => unknown {
  return (text) => (loose ? rawNumber(text) : text);
}
