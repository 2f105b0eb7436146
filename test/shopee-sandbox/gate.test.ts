import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { type CallOptions, DEMO_KEY, ORDER, openShop, PARTNER, SHOP } from './caller.ts';

const INFO = '/api/v2/shop/get_shop_info';
const SHOPS = '/api/v2/public/get_shops_by_partner';

function hmac(base: string, key: string | Buffer = DEMO_KEY): string {
  return createHmac('sha256', key).update(base).digest('hex');
}

test('a well-signed shop call is answered flat', async () => {
  const { shop } = await openShop();
  const answer = await shop(INFO);
  expect(answer.status).toBe(200);
  expect(answer.json).toMatchObject({ error: '', message: '', region: 'SG', merchant_id: null });
  expect(answer.json.request_id).toMatch(/^[0-9a-f]{32}$/);
  expect(answer.json.response).toBeUndefined();
});

const WRONG_SIGNS: readonly [string, (query: URLSearchParams, url: string) => string][] = [
  ['in upper case', (query) => (query.get('sign') ?? '').toUpperCase()],
  [
    'made with the key decoded from hex',
    (query) => hmac(shopBase(query), Buffer.from(DEMO_KEY, 'hex')),
  ],
  ['made with separators', (query) => hmac(shopParts(query).join('|'))],
  ['over the full URL', (query, url) => hmac(shopBase(query).replace(INFO, url + INFO))],
  ['over the path without /api/v2', (query) => hmac(shopBase(query).replace('/api/v2', ''))],
  ['by the public rule', (query) => hmac(shopParts(query).slice(0, 3).join(''))],
  [
    'with the shop before the token',
    (query) => {
      const [partner, path, time, token, shop] = shopParts(query);
      return hmac(`${partner}${path}${time}${shop}${token}`);
    },
  ],
];

function shopParts(query: URLSearchParams): string[] {
  const get = (name: string) => query.get(name) ?? '';
  return [get('partner_id'), INFO, get('timestamp'), get('access_token'), get('shop_id')];
}

function shopBase(query: URLSearchParams): string {
  return shopParts(query).join('');
}

test.each(WRONG_SIGNS)('a signature %s is refused with 403', async (_how, sign) => {
  const { shop, sandbox } = await openShop();
  const answer = await shop(INFO, {
    tamper: (query) => query.set('sign', sign(query, sandbox.url)),
  });
  expect([answer.status, answer.error, answer.message]).toEqual([403, 'error_sign', 'Wrong sign.']);
});

test('signing with one token and sending another is a wrong signature', async () => {
  const { shop, sandbox } = await openShop();
  const other = sandbox.issueTokens({ partnerId: PARTNER, shopId: SHOP }).accessToken;
  const answer = await shop(INFO, { tamper: (query) => query.set('access_token', other) });
  expect(answer.error).toBe('error_sign');
});

const seconds = (offset: number) => String(Math.floor(Date.now() / 1000) + offset);

const REFUSED: readonly [string, CallOptions, string, RegExp][] = [
  ['no partner_id', without('partner_id'), 'error_param', /^There is no partner_id in query\.$/],
  ['a partner_id that is no number', { partnerId: 'x' }, 'error_param', /^Partner_id is invalid/],
  ['an unknown partner', { partnerId: '77' }, 'invalid_partner_id', /have a check/],
  ['no timestamp', without('timestamp'), 'error_param', /^no timestamp/],
  [
    'a timestamp in milliseconds',
    { timestamp: `${Date.now()}` },
    'error_param',
    /^Timestamp is inv/,
  ],
  [
    'a timestamp 6 minutes old',
    { timestamp: seconds(-360) },
    'error_param',
    /^Timestamp is expired\.$/,
  ],
  [
    'a timestamp 6 minutes ahead',
    { timestamp: seconds(360) },
    'error_param',
    /^Timestamp is expired\.$/,
  ],
  ['no sign', without('sign'), 'error_param', /^There is no sign in query\.$/],
  [
    'no access_token',
    without('access_token'),
    'error_param',
    /^There is no access_token in query\.$/,
  ],
  ['no shop_id', without('shop_id'), 'error_param', /^There is no shop_id in query\.$/],
  ['a shop_id beyond uint32', { shopId: '4294967296' }, 'error_param', /^shop_id is invalid/],
  ['merchant_id beside shop_id', { query: { merchant_id: '1' } }, 'error_param', /merchant_id/],
  ['a shop that never consented', { shopId: '99' }, 'shop_no_linked', /no linked/],
  ['an unknown token', { token: 'f'.repeat(32) }, 'error_auth', /^Invalid access_token\.$/],
  ['the wrong verb', { verb: 'POST' }, 'error_param', /^Permission denied/],
];

function without(name: string): CallOptions {
  return { tamper: (query) => query.delete(name) };
}

test.each(REFUSED)('%s is refused', async (_what, options, code, message) => {
  const { shop } = await openShop();
  const answer = await shop(INFO, options);
  expect([answer.status, answer.error]).toEqual([200, code]);
  expect(answer.message).toMatch(message);
});

test('timestamps up to 5 minutes off pass, by the clock of the sandbox', async () => {
  const { shop, sandbox } = await openShop();
  expect((await shop(INFO, { timestamp: seconds(-290) })).error).toBe('');
  sandbox.setClock(3_600_000);
  expect((await shop(INFO)).message).toBe('Timestamp is expired.');
  expect((await shop(INFO, { timestamp: seconds(3600) })).error).toBe('');
});

test('an expired token, and the token of another shop, are refused in different words', async () => {
  const { shop, sandbox } = await openShop();
  sandbox.addShop({ shopId: 22, region: 'MY' });
  const { accessToken } = sandbox.issueTokens({ partnerId: PARTNER, shopId: 22 });
  const foreign = await shop(INFO, { token: accessToken });
  expect([foreign.error, foreign.message]).toEqual(['error_auth', 'Invalid access_token.']);
  sandbox.expireAccessToken(SHOP);
  expect((await shop(INFO)).error).toBe('invalid_acceess_token');
});

test('an access token lives 4 hours', async () => {
  const { shop, sandbox } = await openShop();
  sandbox.setClock(4 * 3_600_000 - 60_000);
  expect((await shop(INFO, { timestamp: seconds(4 * 3600 - 60) })).error).toBe('');
  sandbox.setClock(4 * 3_600_000 + 60_000);
  expect((await shop(INFO, { timestamp: seconds(4 * 3600 + 60) })).error).toBe(
    'invalid_acceess_token',
  );
});

test('a public call that carries shop parameters is refused', async () => {
  const { publicly, token } = await openShop();
  expect((await publicly(SHOPS)).error).toBe('');
  expect((await publicly(SHOPS, { query: { shop_id: SHOP } })).error).toBe('error_param');
  expect((await publicly(SHOPS, { query: { access_token: token } })).error).toBe('error_param');
});

test('a path that Shopee does not route is a bare 404', async () => {
  const { shop } = await openShop();
  const answer = await shop('/api/v2/order/get_everything');
  expect(answer.status).toBe(404);
  expect(answer.json).toEqual({ error: 'error_not_found' });
});

test('a POST must be JSON, and its ids JSON integers', async () => {
  const { shop, sandbox } = await openShop();
  const order_sn = sandbox.addOrder({
    shopId: SHOP,
    channel: 'pickup',
    lines: [{ sku: 'A', price: 1, quantity: 1 }],
  });
  const path = '/api/v2/logistics/ship_order';
  const form = await shop(path, { body: 'order_sn=1', contentType: 'text/plain' });
  expect(form.error).toBe('error_param');
  expect((await shop(path, { body: '{"order_sn":' })).error).toBe('error_data');
  const text = await shop(path, { body: { order_sn, pickup: { address_id: '2826' } } });
  expect([text.error, text.message]).toEqual([
    'error_param',
    'Wrong parameters, detail: address_id should be an integer.',
  ]);
  const number = await shop(path, { body: { order_sn: 5, dropoff: {} } });
  expect(number.message).toBe('Wrong parameters, detail: order_sn should be a string.');
  expect(sandbox.books().orders[order_sn]?.packages[0]?.arranged).toBe(0);
});

test('another partner is signed with its own key', async () => {
  const { shop, sandbox } = await openShop();
  sandbox.addPartner({ partnerId: 5, partnerKey: 'shpk00aa' });
  const { accessToken } = sandbox.issueTokens({ partnerId: 5, shopId: SHOP });
  const own = { partnerId: '5', token: accessToken };
  expect((await shop(INFO, { ...own, key: 'shpk00aa' })).error).toBe('');
  expect((await shop(INFO, own)).error).toBe('error_sign');
  const list = `${ORDER}get_order_detail`;
  expect((await shop(list, { ...own, key: '00aa' })).error).toBe('error_sign');
});
