/**
 * Reads what callers send: JSON bodies whose ids must be JSON integers (shopee.md 7.1) and queries
 * whose lists are joined by commas.
 * @module
 */
import { Refusal, wrongParameter } from './wire.ts';

export type Body = Readonly<Record<string, unknown>>;

/** A string in one of these is refused: Shopee types them as integers. */
const INTEGER_KEYS = new Set([
  'partner_id',
  'shop_id',
  'main_account_id',
  'address_id',
  'branch_id',
  'item_id',
  'model_id',
  'order_item_id',
  'promotion_group_id',
  'model_quantity',
  'last_message_id',
  'page_size',
  'package_status',
  'fulfillment_type',
  'sort_type',
]);

const TEXT_KEYS = new Set([
  'code',
  'refresh_token',
  'order_sn',
  'package_number',
  'tracking_number',
  'pickup_time_id',
  'sender_real_name',
  'slug',
  'cancel_reason',
  'operation',
  'shipping_document_type',
  'cursor',
]);

/** Parses a POST body; integers arrive as bigint, so that no digit is lost. */
export function parseBody(text: string): Body {
  let parsed: unknown;
  try {
    parsed = parseWithBigints(text);
  } catch {
    throw new Refusal('error_data', 'parse data failed');
  }
  if (!isObject(parsed)) throw new Refusal('error_data', 'parse data failed');
  checkTypes(parsed);
  return parsed;
}

type Revive = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

function parseWithBigints(text: string): unknown {
  const parse = JSON.parse as (text: string, revive: Revive) => unknown;
  return parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && /^-?\d+$/.test(source)
      ? BigInt(source)
      : value,
  );
}

function checkTypes(value: unknown): void {
  if (Array.isArray(value)) {
    for (const inner of value) checkTypes(inner);
    return;
  }
  if (!isObject(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (INTEGER_KEYS.has(key) && typeof inner !== 'bigint') {
      throw wrongParameter(`${key} should be an integer`);
    }
    if (TEXT_KEYS.has(key) && typeof inner !== 'string') {
      throw wrongParameter(`${key} should be a string`);
    }
    checkTypes(inner);
  }
}

export function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function optionalText(from: Body, key: string): string | undefined {
  const value = from[key];
  return typeof value === 'string' ? value : undefined;
}

export function requiredText(from: Body, key: string): string {
  const value = optionalText(from, key);
  if (value === undefined || value === '') throw wrongParameter(`${key} is required`);
  return value;
}

/** An id as its digits. */
export function optionalId(from: Body, key: string): string | undefined {
  const value = from[key];
  return typeof value === 'bigint' ? String(value) : undefined;
}

export function requiredId(from: Body, key: string): string {
  const value = optionalId(from, key);
  if (value === undefined) throw wrongParameter(`${key} is required`);
  return value;
}

/** A list of objects with at least one and at most `limit` rows. */
export function rowsOf(from: Body, key: string, limit: number): readonly Body[] {
  const value = from[key];
  if (!Array.isArray(value) || !value.every(isObject)) throw wrongParameter(`${key} is required`);
  if (value.length < 1 || value.length > limit) {
    throw wrongParameter(`the length of ${key} should be in [1,${limit}]`);
  }
  return value;
}

export function queryText(query: URLSearchParams, key: string): string {
  const value = query.get(key);
  if (value === null || value === '') throw wrongParameter(`${key} is required`);
  return value;
}

export function queryInteger(query: URLSearchParams, key: string): number {
  const value = queryText(query, key);
  if (!/^\d{1,15}$/.test(value)) throw wrongParameter(`${key} should be an integer`);
  return Number(value);
}

export function queryFlag(query: URLSearchParams, key: string): boolean {
  const value = query.get(key);
  if (value === null || value === 'false') return false;
  if (value === 'true') return true;
  throw wrongParameter(`${key} should be a boolean`);
}

/** `A,B`: at least one, at most `limit`. */
export function queryList(query: URLSearchParams, key: string, limit: number): readonly string[] {
  const values = queryText(query, key).split(',');
  if (values.length > limit || values.some((value) => value === '')) {
    throw wrongParameter(`the length of ${key} should be in [1,${limit}]`);
  }
  return values;
}

export function between(value: number, key: string, least: number, most: number): number {
  if (value < least || value > most) {
    throw wrongParameter(`${key} should be in [${least},${most}]`);
  }
  return value;
}
