import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signRequest } from '../../connectors/lazada/sandbox/sign.ts';
import { APP, type Body, joinShop, openShop, type Shop, send, signed } from './client.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.sandbox.stop());

/** A filter whose value differs between raw and URL-encoded. */
const AFTER = '2018-02-10T09:00:00+08:00';

async function ask(params: Record<string, string>, path = '/orders/get'): Promise<Body> {
  const answer = await fetch(`${shop.sandbox.apiBase('sg')}${path}?${new URLSearchParams(params)}`);
  return (await answer.json()) as Body;
}

function goodParams(more: Record<string, string> = {}): Record<string, string> {
  return signed('/orders/get', { access_token: shop.token, update_after: AFTER, ...more });
}

/** Signs by a wrong recipe. */
function signedBy(recipe: (pool: [string, string][]) => string): Record<string, string> {
  const { sign: _, ...rest } = goodParams();
  const pool = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...rest, sign: recipe(pool) };
}

function hmac(text: string, secret = APP.appSecret): string {
  return createHmac('sha256', secret).update(text).digest('hex').toUpperCase();
}

test('the official signature vector comes out', () => {
  const params = new Map([
    ['timestamp', '1517820392000'],
    ['order_id', '1234'],
    ['access_token', 'test'],
    ['app_key', '123456'],
    ['sign_method', 'sha256'],
  ]);
  expect(signRequest('helloworld', '/order/get', params)).toBe(
    '4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A',
  );
});

test('parameter names are sorted in byte order, underscore before letters', () => {
  const params = new Map([
    ['foobar', '3'],
    ['foo_bar', '2'],
    ['foo', '1'],
  ]);
  expect(signRequest('s', '/a', params)).toBe(hmac('/afoo1foo_bar2foobar3', 's'));
});

test('an honest call passes', async () => {
  expect(await ask(goodParams())).toMatchObject({ code: '0', request_id: expect.any(String) });
});

test('a further query parameter passes when it is signed, and only then', async () => {
  expect(await ask(goodParams({ partner_id: 'hub' }))).toMatchObject({ code: '0' });
  expect(await ask({ ...goodParams(), partner_id: 'hub' })).toMatchObject({
    code: 'IncompleteSignature',
  });
});

describe('a signature made by a wrong recipe is refused', () => {
  const join = (pool: [string, string][]) => pool.map(([k, v]) => k + v).join('');
  const recipes: Record<string, (pool: [string, string][]) => string> = {
    'lower-case hexadecimal': (pool) => hmac(`/orders/get${join(pool)}`).toLowerCase(),
    '/rest in the path': (pool) => hmac(`/rest/orders/get${join(pool)}`),
    'the method before the path': (pool) => hmac(`GET/orders/get${join(pool)}`),
    'values URL-encoded': (pool) =>
      hmac(`/orders/get${pool.map(([k, v]) => k + encodeURIComponent(v)).join('')}`),
    'no path': (pool) => hmac(join(pool)),
    'wrong secret': (pool) => hmac(`/orders/get${join(pool)}`, 'goodbyeworld'),
    'a business parameter left out': (pool) =>
      hmac(`/orders/get${join(pool.filter(([name]) => name !== 'update_after'))}`),
    unsorted: (pool) => hmac(`/orders/get${join([...pool].reverse())}`),
  };
  test.each(Object.entries(recipes))('%s', async (_name, recipe) => {
    expect(await ask(signedBy(recipe))).toEqual({
      type: 'ISV',
      code: 'IncompleteSignature',
      message: 'The request signature does not conform to lazop standards',
      request_id: expect.any(String),
    });
  });

  test('and the right recipe, made by the same means, is accepted', async () => {
    const right = signedBy((pool) => hmac(`/orders/get${join(pool)}`));
    expect(await ask(right)).toMatchObject({ code: '0' });
  });
});

test.each(['app_key', 'timestamp', 'sign_method', 'sign', 'access_token'])(
  'without %s a parameter is missing',
  async (name) => {
    const { [name]: _, ...rest } = goodParams();
    expect(await ask(rest)).toMatchObject({
      code: 'MissingParameter',
      message: expect.stringContaining(name),
    });
  },
);

test('a missing business parameter is missed after the signature', async () => {
  const params = signed('/order/get', { access_token: shop.token });
  expect(await ask(params, '/order/get')).toMatchObject({
    code: 'MissingParameter',
    message: expect.stringContaining('order_id'),
  });
});

test('an unknown app key is refused', async () => {
  expect(await ask({ ...goodParams(), app_key: '1' })).toMatchObject({ code: 'InvalidAppKey' });
});

test('a timestamp may be 7,200 s off and no more, either way', async () => {
  const at = (offsetMs: number) =>
    ask(goodParams({ timestamp: String(Date.now() + offsetMs) })).then(({ code }) => code);
  expect(await at(-7_190_000)).toBe('0');
  expect(await at(7_190_000)).toBe('0');
  expect(await at(-7_210_000)).toBe('IllegalTimestamp');
  expect(await at(7_210_000)).toBe('IllegalTimestamp');
  expect(await ask(goodParams({ timestamp: '1517820392' }))).toMatchObject({
    code: 'IllegalTimestamp',
  });
});

test('an empty value is refused', async () => {
  expect(await ask(goodParams({ status: '' }))).toMatchObject({ code: 'IncompleteSignature' });
});

test('a path or method that does not exist is refused first', async () => {
  expect(await ask({}, '/orders/got')).toMatchObject({ code: 'InvalidApiPath' });
  const response = await fetch(`${shop.sandbox.apiBase('sg')}/order/fulfill/pack`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ code: 'InvalidApiPath' });
});

describe('business parameters of a POST', () => {
  const path = '/order/package/rts';
  const readyToShipReq = JSON.stringify({ packages: [{ package_id: 'FP1' }] });

  async function post(query: Record<string, string>, body: string, type: string): Promise<Body> {
    const url = `${shop.sandbox.apiBase('sg')}${path}?${new URLSearchParams(query)}`;
    const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': type } });
    return (await answer.json()) as Body;
  }

  test('may stand in the query', async () => {
    const query = signed(path, { access_token: shop.token, readyToShipReq });
    expect(await post(query, '', 'text/plain')).toMatchObject({ code: '0' });
  });

  test('may stand in a form body, where they are signed too', async () => {
    const { readyToShipReq: sent, ...query } = signed(path, {
      access_token: shop.token,
      readyToShipReq,
    });
    const form = 'application/x-www-form-urlencoded;charset=UTF-8';
    const good = new URLSearchParams({ readyToShipReq: sent ?? '' }).toString();
    expect(await post(query, good, form)).toMatchObject({ code: '0' });
    const changed = new URLSearchParams({ readyToShipReq: `${sent} ` }).toString();
    expect(await post(query, changed, form)).toMatchObject({ code: 'IncompleteSignature' });
  });

  test('are refused as a JSON body, whatever was signed', async () => {
    const pooled = signed(path, { access_token: shop.token, readyToShipReq });
    const alone = signed(path, { access_token: shop.token });
    const body = JSON.stringify({ readyToShipReq });
    for (const query of [pooled, alone]) {
      expect(await post(query, body, 'application/json')).toMatchObject({
        code: 'IncompleteSignature',
      });
    }
  });
});

describe('an access token is refused', () => {
  test('when nobody issued it', async () => {
    expect(await ask(goodParams({ access_token: 'x' }))).toMatchObject({
      code: 'IllegalAccessToken',
    });
  });

  test('when it has expired', async () => {
    const terms = { appKey: APP.appKey, sellerIds: ['1001'] };
    const { accessToken } = shop.sandbox.issueTokens(terms);
    expect(await ask(goodParams({ access_token: accessToken }))).toMatchObject({ code: '0' });
    shop.sandbox.expireAccessToken(accessToken);
    expect(await ask(goodParams({ access_token: accessToken }))).toMatchObject({
      code: 'IllegalAccessToken',
    });
  });

  test('when it belongs to another app', async () => {
    shop.sandbox.addApp({ appKey: '777', appSecret: 'other' });
    const terms = { appKey: '777', sellerIds: ['1001'] };
    const { accessToken } = shop.sandbox.issueTokens(terms);
    expect(await ask(goodParams({ access_token: accessToken }))).toMatchObject({
      code: 'IllegalAccessToken',
    });
  });
});

test('a token of another country finds no order, and no fault with itself', async () => {
  const malaysia = joinShop(shop.sandbox, { country: 'my', sellerId: '2001' });
  const { id } = shop.order({ sku: 'A', price: '1.00' });
  expect(await shop.get('/order/get', { order_id: id })).toMatchObject({ code: '0' });
  expect(await malaysia.get('/order/get', { order_id: id })).toMatchObject({ code: '16' });
  const params = signed('/order/get', { access_token: malaysia.token, order_id: id });
  expect(await ask(params, '/order/get')).toMatchObject({ code: '16' });
});

test('one address serves all ventures too: there the token tells which', async () => {
  const thailand = joinShop(shop.sandbox, { country: 'th', sellerId: '4001' });
  const { id } = thailand.order({ sku: 'A', price: '1.00' });
  const found = async (token: string) => {
    const params = { access_token: token, order_id: id };
    return (await send(`${shop.sandbox.url}/rest`, 'GET', '/order/get', params)).code;
  };
  expect(await found(thailand.token)).toBe('0');
  expect(await found(shop.token)).toBe('16');
});
