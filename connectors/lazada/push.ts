/** Lazada's pushes (LPM, lazada.md section 6). The content is a hint; the order is read again. @module */
import { createHash } from 'node:crypto';
import { parseJson } from '../json.ts';
import type { PushHandler, PushHint } from '../marketplace.ts';
import { plainHint } from '../plain.ts';
import type { LazadaApp } from './settings.ts';
import { verifyPush } from './sign.ts';
import { text } from './wire.ts';

/** What the console's "Verify" button sends as an order status. */
const PROBE = 'This is a test message';

/** Message types: trade, reverse, fulfilment; token expiry alert, seller status. */
const TOPICS: ReadonlyMap<string, string> = new Map([
  ['0', 'order'],
  ['10', 'order'],
  ['14', 'package'],
  ['8', 'authorisation'],
  ['13', 'authorisation'],
]);

/** Orders are read by it as a JSON integer; the documented ones have 12 to 16 digits. */
const ORDER_ID = /^\d{1,20}$/;

/** Lazada wants HTTP 200 within 500 ms; it repeats every 30 minutes, up to 12 times. */
export function createPushHandler(app: LazadaApp): PushHandler {
  return {
    signatureHeader: 'authorization',
    isProbe,
    verify: (rawBody, signature) => verifyPush(app.appKey, app.appSecret, rawBody, signature),
    read,
    answer: { status: 200, body: '' },
  };
}

function isProbe(rawBody: Buffer): boolean {
  try {
    return text(dataOf(messageOf(rawBody)).order_status) === PROBE;
  } catch {
    return false;
  }
}

function read(rawBody: Buffer): PushHint {
  const message = messageOf(rawBody);
  const type = text(message.message_type);
  if (type === undefined) throw new Error('the push has no message_type');
  const data = dataOf(message);
  const topic = TOPICS.get(type) ?? type;
  const orderId = text(data.trade_order_id);
  if ((topic === 'order' || topic === 'package') && orderId === undefined) {
    throw new Error(`the push of type ${type} has no trade_order_id`);
  }
  if (orderId !== undefined && !ORDER_ID.test(orderId)) {
    throw new Error('the trade_order_id of the push is no order id');
  }
  return plainHint({
    // The token alert has the text "null" at the top; the seller stands in its data.
    sellerId: text(message.seller_id) ?? text(data.seller_id),
    country: /^lazada_([a-z]{2})$/.exec(text(message.site)?.toLowerCase() ?? '')?.[1],
    orderId,
    topic,
    messageKey: keyOf(type, message, data),
  });
}

/**
 * Repeats carry the same data; the outer `timestamp` may be that of the delivery, so it counts only
 * where the data has no time of its own (the daily token alert).
 */
function keyOf(type: string, message: Fields, data: Fields): string {
  const time = data.status_update_time === undefined ? message.timestamp : undefined;
  const parts = [type, message.seller_id, text(message.site)?.toLowerCase(), time, data];
  return createHash('sha256')
    .update(JSON.stringify(parts.map(canonical)))
    .digest('hex');
}

/** Ids come as text or number, fields in any order: both must give the same key. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.map(([name, inner]) => [name, canonical(inner)]);
  }
  return value === undefined || value === null ? '' : String(value);
}

type Fields = Readonly<Record<string, unknown>>;

function messageOf(rawBody: Buffer): Fields {
  const message = parseJson(rawBody.toString('utf8'));
  if (!isFields(message)) throw new Error('the push is no JSON object');
  return message;
}

function dataOf(message: Fields): Fields {
  return isFields(message.data) ? message.data : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
