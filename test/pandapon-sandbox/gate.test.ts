import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CODES, DEFAULT_ACCOUNT } from '../../connectors/pandapon/sandbox/index.ts';
import { NONCE, order, signedHeaders, start } from './helper.ts';

const { accessKey, accessSecret } = DEFAULT_ACCOUNT;
const md5 = (text: string) => createHash('md5').update(text).digest('hex').toUpperCase();
const V1 = '/open/order/page';
const V2 = '/v2/taobao/order/page';

async function codeOf(headers: Record<string, string>, path = V1) {
  const { send, sandbox } = await start();
  const answer = await send(
    path === V1 ? 'GET' : 'POST',
    path,
    path === V1 ? undefined : {},
    headers,
  );
  if (answer.code !== 200) {
    expect(answer.data).toBeNull();
    expect(sandbox.counters().refusals).toEqual({ [answer.code]: 1 });
  }
  return answer.code;
}

test('a signature computed outside this project is accepted', async () => {
  const { send, sandbox } = await start({
    accounts: [
      {
        accessKey: '58c0201dfdf148eca63cbf6bb5e7cf03',
        accessSecret: 'top-secret',
        userId: '2100007341207',
      },
    ],
  });
  sandbox.setClock(1_715_669_977_082 - Date.now());
  const answer = await send('GET', V1, undefined, {
    'access-key': '58c0201dfdf148eca63cbf6bb5e7cf03',
    timestamp: '1715669977082',
    'nonce-str': 'abcdefghijklmnopqrstuvwxyz012345',
    'user-id': '2100007341207',
    // md5sum of the four texts one after the other.
    signature: 'AD518C0494C98ED27C4ED0FCF279D6FB',
  });
  expect(answer.code).toBe(200);
});

test('seconds and milliseconds are both taken as the timestamp', async () => {
  const seconds = String(Math.floor(Date.now() / 1_000));
  expect(await codeOf(signedHeaders(DEFAULT_ACCOUNT, { timestamp: seconds }))).toBe(200);
  expect(await codeOf(signedHeaders())).toBe(200);
});

describe('refused with the code for strangers', () => {
  const time = String(Date.now());
  const variants: [string, Record<string, string | undefined>][] = [
    ['an unknown access key', { 'access-key': 'f'.repeat(32) }],
    ['no access key', { 'access-key': undefined }],
    ['an empty header, as in the curl samples', { 'access-key': '' }],
    ['no timestamp', { timestamp: undefined }],
    ['a timestamp that is no number', { timestamp: '2026-01-01 00:00:00' }],
    ['a timestamp of 601 s ago', { timestamp: String(Date.now() - 601_000) }],
    ['a timestamp of 610 s ahead', { timestamp: String(Date.now() + 610_000) }],
    ['no nonce in v1', { 'nonce-str': undefined }],
    ['a nonce of 9 characters', { 'nonce-str': 'nonce-str' }],
    ['no signature', { signature: '' }],
    ['lower-case hex', { timestamp: time, signature: sign(time).toLowerCase() }],
    [
      'the secret in front',
      { timestamp: time, signature: md5(accessSecret + accessKey + time + NONCE) },
    ],
    [
      'parts joined by &',
      { timestamp: time, signature: md5([accessKey, time, NONCE, accessSecret].join('&')) },
    ],
    [
      'nonce before timestamp',
      { timestamp: time, signature: md5(accessKey + NONCE + time + accessSecret) },
    ],
    [
      'user-id signed as well',
      {
        timestamp: time,
        signature: md5(accessKey + time + NONCE + DEFAULT_ACCOUNT.userId + accessSecret),
      },
    ],
    [
      'parameters sorted with their names',
      {
        timestamp: time,
        signature: md5(`access-key${accessKey}nonce-str${NONCE}timestamp${time}${accessSecret}`),
      },
    ],
    [
      'HMAC-like doubling of the secret',
      { timestamp: time, signature: md5(accessSecret + accessKey + time + NONCE + accessSecret) },
    ],
  ];
  test.each(variants)('%s', async (_name, change) => {
    expect(await codeOf(signedHeaders(DEFAULT_ACCOUNT, change))).toBe(CODES.unauthorised);
  });

  function sign(at: string) {
    return md5(accessKey + at + NONCE + accessSecret);
  }
});

test('a missing or foreign user-id is refused with another code', async () => {
  for (const user of [undefined, '', '2100000000000']) {
    const headers = signedHeaders(DEFAULT_ACCOUNT, { 'user-id': user });
    expect(await codeOf(headers)).toBe(CODES.forbidden);
  }
});

test('v2 takes a request without a nonce, but not with a wrong one', async () => {
  expect(await codeOf(signedHeaders(DEFAULT_ACCOUNT, { 'nonce-str': undefined }), V2)).toBe(200);
  const short = signedHeaders(DEFAULT_ACCOUNT, { 'nonce-str': 'short' });
  expect(await codeOf(short, V2)).toBe(CODES.unauthorised);
});

test('a timestamp just inside the window passes, and the window is a switch', async () => {
  const { send, sandbox } = await start();
  const old = () => signedHeaders(DEFAULT_ACCOUNT, { timestamp: String(Date.now() - 590_000) });
  expect((await send('GET', V1, undefined, old())).code).toBe(200);
  sandbox.setSwitches({ signatureWindowMs: 60_000 });
  expect((await send('GET', V1, undefined, old())).code).toBe(CODES.unauthorised);
});

test('a nonce may come again unless the switch forbids it', async () => {
  const { send, sandbox } = await start();
  const twice = async () => [(await send('GET', V1)).code, (await send('GET', V1)).code];
  expect(await twice()).toEqual([200, 200]);
  sandbox.setSwitches({ rejectNonceReplay: true });
  expect(await twice()).toEqual([200, CODES.unauthorised]);
});

test('an account added later sees its own orders only', async () => {
  const { create, send, sandbox, pay } = await start();
  const mine = (await create()).data.id;
  const other = { accessKey: 'b'.repeat(32), accessSecret: 'other', userId: '2100008175167' };
  sandbox.addAccount(other);
  const asOther = (method: string, path: string, body?: unknown) =>
    send<{ total: number }>(method, path, body, signedHeaders(other));
  expect((await asOther('GET', V1)).data.total).toBe(0);
  expect((await asOther('POST', '/open/order', order())).code).toBe(200);
  expect((await asOther('GET', V1)).data.total).toBe(1);
  const foreign = await asOther('POST', '/open/order/pay', { orderId: mine });
  expect(foreign.code).toBe(CODES.orderNotFound);
  expect((await pay(mine)).code).not.toBe(CODES.orderNotFound);
});

test('an unknown path is answered with HTTP 404', async () => {
  const { sandbox } = await start();
  const response = await fetch(`${sandbox.url}/open/nothing`, { headers: signedHeaders() });
  expect(response.status).toBe(404);
});

test('the Xportcn base path goes in front of every path', async () => {
  const { sandbox, create } = await start({ basePath: '/api' });
  expect(sandbox.url).toMatch(/\/api$/);
  expect((await create()).code).toBe(200);
  const bare = await fetch(`${sandbox.shell.url}/open/order/page`, { headers: signedHeaders() });
  expect(bare.status).toBe(404);
});
