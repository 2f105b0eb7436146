/**
 * The messages PandaPon pushes (pandapon.md 7). They carry no documented signature, the names and
 * bodies of two of the three Taobao messages are unknown, and they come in any order: so a message
 * is only a hint at the orders whose ids its body holds.
 * @module
 */
import { createHash } from 'node:crypto';
import type { AgentHint } from '../agent.ts';
import { parseJson } from '../json.ts';
import { plainHint } from '../plain.ts';
import { zCallbackMessage } from './client/zod.gen.ts';
import { isRecord, nestedJson, text, whyUnreadable } from './wire.ts';

/** `messageType` of the hint for the console's "Verify"; the vendor's own types are upper case. */
export const PROBE = 'probe';

/** Ids kept of one message; the documented bodies hold fewer than 30 lines. */
const MAX_IDS = 300;
/** Deepest nesting read, JSON inside strings counted on; the documented bodies have 4. */
const MAX_DEPTH = 32;

const ENVELOPE_KEYS = ['messageType', 'messageBody', 'messagePlatform', 'timestamp'];

/** Keys that name an order, a purchase, a line or a refund: orderId, orderNo, purchase_id, ids. */
const ID_KEY = /(ids?|no|nos|number|num)$/i;
/** Keys whose values look like ids and name no order. */
const OTHER_KEY = new RegExp(
  [
    'logistic|mail|waybill|track|phone|mobile|alipay|zip|time',
    '(date|amount|fee|price|quantity|status|platform)$',
    '(sku|item|product|offer|spec|shop|seller|user|buyer|member|develop|developer)_?(map_?)?ids?$',
  ].join('|'),
  'i',
);
/** Assumed: a text of 8 digits or more under any other key is an id of a message not documented. */
const LONG_DIGITS = /^\d{8,64}$/;
const ID_TEXT = /^[\w.:-]{1,64}$/;

/**
 * Reads a callback. `messageBody` may be JSON text or an object. The console's verify probe (assumed:
 * an empty body, or an envelope whose type and body are both absent or empty) gives a hint of type
 * `probe` without ids.
 * @throws {Error} saying what is wrong with it.
 */
export function readCallback(rawBody: Buffer): AgentHint {
  const raw = rawBody.toString('utf8').trim();
  const message = raw === '' ? {} : parsed(raw, 'the callback');
  if (isProbe(message)) return { messageType: PROBE, ids: [], messageKey: keyOf(PROBE, null) };
  const envelope = zCallbackMessage.safeParse(message);
  if (!envelope.success) {
    throw new Error(`the callback is not as documented: ${whyUnreadable(envelope.error)}`);
  }
  const messageType = text(envelope.data.messageType);
  if (messageType === undefined) throw new Error('the callback has an empty messageType');
  const { messageBody } = envelope.data;
  const body = typeof messageBody === 'string' ? parsed(messageBody, 'messageBody') : messageBody;
  if (typeof body !== 'object' || body === null) {
    throw new Error('messageBody is neither an object nor a list');
  }
  const ids = new Set<string>();
  collectIds(body, '', 0, ids);
  return plainHint({ messageType, ids: [...ids], messageKey: keyOf(messageType, body) });
}

function isProbe(message: unknown): boolean {
  if (!isRecord(message)) return false;
  const { messageType, messageBody } = message;
  return (
    Object.keys(message).every((key) => ENVELOPE_KEYS.includes(key)) &&
    [messageType, messageBody].every(
      (value) => value === undefined || value === null || value === '',
    )
  );
}

function parsed(value: string, what: string): unknown {
  try {
    return parseJson(value);
  } catch (error) {
    // The parser's message would repeat a piece of the body.
    const why = error instanceof RangeError ? 'nested too deep' : 'no JSON';
    throw new Error(`${what} is ${why}`);
  }
}

function collectIds(value: unknown, key: string, depth: number, ids: Set<string>): void {
  if (ids.size >= MAX_IDS || depth > MAX_DEPTH) return;
  const opened = typeof value === 'string' ? (nestedJson(value) ?? value) : value;
  if (Array.isArray(opened)) {
    for (const entry of opened) collectIds(entry, key, depth + 1, ids);
  } else if (isRecord(opened)) {
    for (const [name, entry] of Object.entries(opened)) collectIds(entry, name, depth + 1, ids);
  } else if (isId(key, opened)) {
    ids.add(String(opened));
  }
}

function isId(key: string, value: unknown): value is string | number {
  if (OTHER_KEY.test(key)) return false;
  const words = Number.isSafeInteger(value) ? String(value) : value;
  if (typeof words !== 'string' || words === '0') return false;
  return LONG_DIGITS.test(words) || (ID_KEY.test(key) && ID_TEXT.test(words));
}

/** The push time is left out: a repeat half an hour later may carry another. */
function keyOf(messageType: string, body: unknown): string {
  return createHash('sha256')
    .update(`${messageType}\n${JSON.stringify(canonical(body, 0))}`)
    .digest('hex');
}

/** The same value with every object's keys in order. */
function canonical(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new Error(`messageBody is nested deeper than ${MAX_DEPTH}`);
  if (Array.isArray(value)) return value.map((entry) => canonical(entry, depth + 1));
  if (!isRecord(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, canonical(value[key], depth + 1)]));
}
