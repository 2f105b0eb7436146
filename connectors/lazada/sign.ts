/**
 * The two signatures of the Lazada Open Platform (lazada.md sections 1 and 6).
 * @module
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Signs a request: HMAC-SHA256 over the path and the pooled parameters, sorted by their names' bytes,
 * as upper-case hex. System and business parameters are pooled, whether sent in query or form.
 *
 * @param path With a leading slash and without `/rest`, e.g. `/order/get`.
 * @param parameters Raw values, not URL-encoded. `sign` and empty values are left out: the official
 *   Java and C# samples skip empty ones, the Python sample does not, so they are never sent either.
 * @example signRequest('helloworld', '/order/get', [['order_id', '1234']])
 */
export function signRequest(
  secret: string,
  path: string,
  parameters: Iterable<readonly [name: string, value: string]>,
): string {
  const pooled = [...parameters]
    .filter(([name, value]) => name !== 'sign' && name !== '' && value !== '')
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const text = path + pooled.map(([name, value]) => name + value).join('');
  return createHmac('sha256', secret).update(text, 'utf8').digest('hex').toUpperCase();
}

/** The `Authorization` header of a push: HMAC-SHA256 over the app key and the raw body, lower-case hex. */
export function signPush(appKey: string, secret: string, rawBody: Uint8Array): string {
  return createHmac('sha256', secret).update(appKey, 'utf8').update(rawBody).digest('hex');
}

/** Checks a push's signature in constant time; either hex case is taken. */
export function verifyPush(
  appKey: string,
  secret: string,
  rawBody: Uint8Array,
  signature: string | undefined,
): boolean {
  if (signature === undefined || !/^[0-9a-f]{64}$/i.test(signature)) return false;
  const expected = Buffer.from(signPush(appKey, secret, rawBody), 'hex');
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}
