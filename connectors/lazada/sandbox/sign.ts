/**
 * The two signatures, read from lazada.md 1 (requests) and 6 (pushes).
 * @module
 */
import { createHmac } from 'node:crypto';

/**
 * The signature of a request: HMAC-SHA256 over the path and all parameters, names in byte order,
 * values raw, nothing between them; upper-case hexadecimal.
 * @param apiPath with its leading slash and without `/rest` (`/order/get`)
 * @param params query and form together; `sign` itself is left out
 */
export function signRequest(
  secret: string,
  apiPath: string,
  params: ReadonlyMap<string, string>,
): string {
  const pool = [...params].filter(([name]) => name !== 'sign');
  pool.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const text = apiPath + pool.map(([name, value]) => name + value).join('');
  return createHmac('sha256', secret).update(text, 'utf8').digest('hex').toUpperCase();
}

/** The `Authorization` header of a push: over the app key and the body's raw text, lower-case hex. */
export function signPush(secret: string, appKey: string, rawBody: string): string {
  return createHmac('sha256', secret)
    .update(appKey + rawBody, 'utf8')
    .digest('hex');
}
