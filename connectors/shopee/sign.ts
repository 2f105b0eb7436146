/**
 * Shopee's two signatures (shopee.md 1.1 and 6.1). Pure: no clock, no network.
 *
 * Both are lower-case hexadecimal HMAC-SHA256 with the console's key as UTF-8 text. The key looks
 * like hexadecimal, sometimes behind `shpk`, and must never be decoded: Node would make an empty key
 * of it without a word.
 * @module
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Ids and time stamps are 32-bit; a time stamp in milliseconds does not fit (shopee.md 1.2). */
const UINT32 = 4_294_967_295;

export interface PublicCall {
  readonly partnerId: string;
  /** `/api/v2/...`, without host and query. */
  readonly path: string;
  /** Unix time in seconds. */
  readonly timestamp: number;
}

export interface ShopCall extends PublicCall {
  readonly accessToken: string;
  readonly shopId: string;
}

/**
 * The text that a call without a shop signs.
 * @throws {RangeError} when the path is no bare path or the time stamp is not in seconds.
 */
export function publicBase(call: PublicCall): string {
  if (!/^\/api\/v2\/[\w/]+$/.test(call.path)) {
    throw new RangeError(`"${call.path}" is no bare path of Shopee's API`);
  }
  if (!Number.isInteger(call.timestamp) || call.timestamp < 0 || call.timestamp > UINT32) {
    throw new RangeError(`${call.timestamp} is no Unix time in seconds`);
  }
  return `${call.partnerId}${call.path}${call.timestamp}`;
}

/** The text that a shop's call signs. @throws {RangeError} like `publicBase`. */
export function shopBase(call: ShopCall): string {
  return `${publicBase(call)}${call.accessToken}${call.shopId}`;
}

/**
 * The signature over a base text.
 * @param key the partner key as the console shows it.
 * @throws {RangeError} when the key is empty: an HMAC with an empty key can be made by anybody.
 */
export function sign(key: string, base: string): string {
  if (key === '') throw new RangeError('the key is empty');
  return createHmac('sha256', key).update(base, 'utf8').digest('hex');
}

/**
 * The signature of a push: callback address as configured in the console, byte for byte, then `|`,
 * then the raw body.
 */
export function signPush(key: string, callbackUrl: string, rawBody: Buffer): string {
  if (key === '') throw new RangeError('the push key is empty');
  return createHmac('sha256', key).update(`${callbackUrl}|`, 'utf8').update(rawBody).digest('hex');
}

/** Compares a push's `Authorization` header in constant time: 64 lower-case hex digits, bare. */
export function verifyPush(
  key: string,
  callbackUrl: string,
  rawBody: Buffer,
  signature: string,
): boolean {
  if (!/^[0-9a-f]{64}$/.test(signature)) return false;
  const expected = signPush(key, callbackUrl, rawBody);
  return timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(signature, 'hex'));
}
