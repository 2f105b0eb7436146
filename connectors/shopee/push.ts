/**
 * Pushes: checked, then reduced to the order they point at (shopee.md section 6).
 * @module
 */
import { createHash } from 'node:crypto';
import { parseJson } from '../json.ts';
import type { PushHandler, PushHint } from '../marketplace.ts';
import { isPlain, plainHint } from '../plain.ts';
import { verifyPush } from './sign.ts';

export interface PushKeys {
  /** Byte for byte what the console has; never taken from a request. */
  readonly callbackUrl: string;
  readonly partnerKey: string;
  /** The console's own push key; the partner key checks pushes without it. */
  readonly pushKey?: string | undefined;
  /** Still accepted while a new key is being put in. */
  readonly previousPushKey?: string | undefined;
}

/** `code` of a body (not the `push_api_id` of the documentation). */
const TOPICS: Readonly<Record<number, string>> = {
  1: 'authorisation',
  2: 'authorisation',
  3: 'order',
  4: 'package',
  12: 'authorisation',
  15: 'package',
  30: 'package',
  47: 'package',
};

/** 14 letters and digits wherever documented. Orders are read by a list with commas between. */
const ORDER_SN = /^[0-9A-Za-z]{1,64}$/;

/** @throws {RangeError} when a key is empty: anybody could sign with it. */
export function createPushHandler(keys: PushKeys): PushHandler {
  const current = keys.pushKey ?? keys.partnerKey;
  const accepted = keys.previousPushKey === undefined ? [current] : [current, keys.previousPushKey];
  if (accepted.some((key) => key.trim() === '')) throw new RangeError('a push key is empty');
  return {
    signatureHeader: 'authorization',
    isProbe: (rawBody) => isProbe(rawBody),
    verify(rawBody, signature) {
      if (signature === undefined) return false;
      // Every key is tried, whichever matches: the time taken tells nothing.
      const results = accepted.map((key) => verifyPush(key, keys.callbackUrl, rawBody, signature));
      return results.some(Boolean);
    },
    read: (rawBody) => readPush(parseJson(rawBody.toString('utf8'))),
    // Officially success is "2xx and an empty body".
    answer: { status: 200, body: '' },
  };
}

/**
 * The console's "Verify": code 0 or `verify_info`, and nothing that names a shop or an order. It comes
 * unsigned or signed with an empty key before a push key is saved.
 */
function isProbe(rawBody: Buffer): boolean {
  let body: unknown;
  try {
    body = parseJson(rawBody.toString('utf8'));
  } catch {
    return false;
  }
  const message = asObject(body);
  if (!message) return false;
  const data = asObject(message.data) ?? {};
  const names = ['shop_id', 'shopid', 'shop_id_list', 'ordersn', 'order_sn', 'package_number'];
  if (names.some((name) => isSaid(message[name]) || isSaid(data[name]))) return false;
  return codeOf(message) === 0 || (message.code === undefined && 'verify_info' in data);
}

/**
 * Reduces a push, or a row of the lost pushes, to its hint.
 * @throws {Error} when the body is not one of the known shapes.
 */
export function readPush(body: unknown): PushHint {
  const outer = asObject(body);
  if (!outer) throw new Error('the push is no JSON object');
  // A row of the lost pushes can hold the whole message as text in its `data`.
  const held = asObject(outer.data) ?? asObject(parsed(outer.data)) ?? {};
  const message = asObject(held.data) && !('ordersn' in held) ? { ...outer, ...held } : outer;
  const data = asObject(message.data) ?? held;
  const code = codeOf(message);
  if (code === undefined) throw new Error('the push has no code');
  const sellerId = idText(message.shop_id) ?? idText(data.shop_id) ?? idText(data.shopid);
  const orderId = idText(data.ordersn) ?? idText(data.order_sn);
  const topic = TOPICS[code] ?? String(code);
  if ((topic === 'order' || topic === 'package') && orderId === undefined) {
    throw new Error(`the push with code ${code} names no order`);
  }
  if (orderId !== undefined && !ORDER_SN.test(orderId)) {
    throw new Error('the order number of the push is none');
  }
  const msgId = idText(message.msg_id);
  return plainHint({
    sellerId,
    country: undefined,
    orderId,
    topic,
    messageKey:
      msgId !== undefined && isPlain(msgId)
        ? msgId
        : hashOf(code, sellerId, data, message.timestamp),
  });
}

/**
 * Stands for `msg_id`, which only some messages carry. Without a time of change in the content the
 * time of sending counts too: the same shop can be authorised again another year.
 */
function hashOf(code: number, sellerId: string | undefined, data: object, sent: unknown): string {
  const time = 'update_time' in data ? undefined : sent;
  const text = JSON.stringify([code, sellerId ?? null, sorted(data), time ?? null]);
  return createHash('sha256').update(text).digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  const object = asObject(value);
  if (!object) return value;
  return Object.keys(object)
    .sort()
    .map((name) => [name, sorted(object[name])]);
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== 0 && value !== '';
}

function codeOf(message: Readonly<Record<string, unknown>>): number | undefined {
  const code = typeof message.code === 'string' ? Number(message.code) : message.code;
  return typeof code === 'number' && Number.isInteger(code) ? code : undefined;
}

function idText(value: unknown): string | undefined {
  if (typeof value === 'number') return value > 0 ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' || trimmed === '-' || trimmed === '0' ? undefined : trimmed;
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return undefined;
  try {
    return parseJson(value);
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
