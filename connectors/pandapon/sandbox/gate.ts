import { createHash } from 'node:crypto';
import type { SandboxRequest } from '../../sandbox.ts';
import { CODES } from './codes.ts';
import { Refusal } from './envelope.ts';
import type { SandboxAccount } from './options.ts';
import type { World } from './world.ts';

/**
 * Lets a request in, or refuses it (pandapon.md 2): five headers, of which access-key, timestamp and
 * nonce-str are signed, in this order, with the secret behind them and nothing between; MD5 in
 * upper-case hex. Body, query, path and method are not signed. `timestamp` may be in seconds (both
 * public clients) or ms (the documentation's default).
 * @throws {Refusal}
 */
export function admit(
  world: World,
  request: SandboxRequest,
  nonceRequired: boolean,
): SandboxAccount {
  const account = world.accounts.get(header(request, 'access-key'));
  if (!account) throw unauthorised('access-key无效');
  // As of its arrival: a request that was let in lives on, whatever becomes of its caller.
  const waited = Date.now() - request.arrivedAt;
  checkTimestamp(world, header(request, 'timestamp'), world.now() - waited);
  const nonce = header(request, 'nonce-str');
  checkNonce(world, nonce, nonceRequired);
  const expected = createHash('md5')
    .update(account.accessKey + header(request, 'timestamp') + nonce + account.accessSecret)
    .digest('hex')
    .toUpperCase();
  if (header(request, 'signature') !== expected) throw unauthorised('签名错误');
  checkReplay(world, account, nonce);
  const user = header(request, 'user-id');
  if (user === '') throw new Refusal(CODES.forbidden, 'user-id不能为空');
  if (user !== account.userId) throw new Refusal(CODES.forbidden, 'user-id无权限');
  return account;
}

/** An absent header and an empty one (the curl samples' `'access-key;'`) are the same. */
function header(request: SandboxRequest, name: string): string {
  return request.headers[name] ?? '';
}

function unauthorised(message: string): Refusal {
  return new Refusal(CODES.unauthorised, message);
}

function checkTimestamp(world: World, timestamp: string, now: number): void {
  if (!/^(\d{10}|\d{13})$/.test(timestamp)) throw unauthorised('timestamp格式错误');
  const unit = timestamp.length === 10 ? 'seconds' : 'milliseconds';
  if (!world.switches.timestampUnits.includes(unit)) throw unauthorised('timestamp格式错误');
  const at = Number(timestamp) * (unit === 'seconds' ? 1_000 : 1);
  if (Math.abs(now - at) > world.switches.signatureWindowMs) {
    throw unauthorised('请求时间与UTC时间相差过大');
  }
}

function checkNonce(world: World, nonce: string, required: boolean): void {
  if (nonce === '') {
    if (required) throw unauthorised('nonce-str不能为空');
    return;
  }
  const length = world.switches.nonceLength;
  if (length !== null && nonce.length !== length) throw unauthorised(`nonce-str须为${length}位`);
}

function checkReplay(world: World, account: SandboxAccount, nonce: string): void {
  if (!world.switches.rejectNonceReplay || nonce === '') return;
  const key = `${account.accessKey} ${nonce}`;
  if (world.usedNonces.has(key)) throw unauthorised('nonce-str重复');
  world.usedNonces.add(key);
}
