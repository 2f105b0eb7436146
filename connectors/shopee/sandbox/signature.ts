/**
 * The simulator's own reading of the two signatures (shopee.md 1.1, 6.1).
 * @module
 */
import { createHmac } from 'node:crypto';

/** Base of a Public call, and with `shop` of a Shop call: concatenated, no separators. */
export function callBase(
  partnerId: string,
  path: string,
  timestamp: string,
  shop?: { readonly accessToken: string; readonly shopId: string },
): string {
  const common = `${partnerId}${path}${timestamp}`;
  return shop ? `${common}${shop.accessToken}${shop.shopId}` : common;
}

/** What a push's `Authorization` header is made over: the address as configured, and the raw body. */
export function pushBase(callbackUrl: string, rawBody: string): string {
  return `${callbackUrl}|${rawBody}`;
}

/** Lower-case hex; the key is the console's text as it stands, never decoded from hex. */
export function hexHmac(key: string, base: string): string {
  return createHmac('sha256', Buffer.from(key, 'utf8'))
    .update(Buffer.from(base, 'utf8'))
    .digest('hex');
}
