import { afterAll, beforeAll, expect, test } from 'vitest';
import { APP, type Body, dig, digText, openShop, type Shop, send } from './client.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.sandbox.stop());

const create = (code: string): Promise<Body> =>
  send(shop.sandbox.authBase, 'POST', '/auth/token/create', { code });
const refresh = (token: string): Promise<Body> =>
  send(shop.sandbox.authBase, 'POST', '/auth/token/refresh', { refresh_token: token });
const works = async (token: string): Promise<boolean> => {
  const params = { access_token: token, update_after: '2018-02-10T09:00:00+08:00' };
  const body = await send(shop.sandbox.apiBase('sg'), 'GET', '/orders/get', params);
  return body.code === '0';
};
const code = () => shop.sandbox.issueCode({ appKey: APP.appKey, sellerIds: ['1001'] });

test('a code is exchanged once, for tokens at the top level with numbers as numbers', async () => {
  const issued = code();
  const body = await create(issued);
  expect(body).toMatchObject({
    code: '0',
    country: 'sg',
    expires_in: 864_000,
    refresh_expires_in: 4_320_000,
    account_platform: 'seller_center',
    account_id: null,
    country_user_info: [{ country: 'sg', seller_id: '1001', user_id: expect.any(String) }],
  });
  expect(await works(digText(body, 'access_token'))).toBe(true);
  expect(await create(issued)).toMatchObject({ code: 'InvalidCode' });
});

test('a code is refused after 30 minutes', async () => {
  const issued = code();
  shop.sandbox.setClock(30 * 60_000);
  expect(await create(issued)).toMatchObject({ code: 'InvalidCode' });
  shop.sandbox.setClock(0);
  expect(await create(issued)).toMatchObject({ code: '0' });
});

test('a refresh gives two new tokens, ends the old ones and names its list differently', async () => {
  const first = await create(code());
  const second = await refresh(digText(first, 'refresh_token'));
  expect(second).toMatchObject({
    code: '0',
    expires_in: 864_000,
    country_user_info_list: [{ country: 'SG', seller_id: 1001 }],
  });
  expect(second).not.toHaveProperty('country_user_info');
  expect(await works(digText(second, 'access_token'))).toBe(true);
  expect(await works(digText(first, 'access_token'))).toBe(false);
  expect(await refresh(digText(first, 'refresh_token'))).toMatchObject({
    code: 'IllegalRefreshToken',
  });
});

test('a refresh renews the access token for its whole life, but not the hard end', async () => {
  const tokens = shop.sandbox.issueTokens({
    appKey: APP.appKey,
    sellerIds: ['1001'],
    refreshSeconds: 864_000,
  });
  // An hour is within the tolerance of the call's timestamp.
  shop.sandbox.setClock(3_600_000);
  const body = await refresh(tokens.refreshToken);
  shop.sandbox.setClock(0);
  expect(body.expires_in).toBe(864_000);
  expect(body.refresh_expires_in).toBeLessThanOrEqual(864_000 - 3600);
  expect(body.refresh_expires_in).toBeGreaterThan(864_000 - 3700);
});

test('an ended, foreign or unknown refresh token is refused', async () => {
  const terms = { appKey: APP.appKey, sellerIds: ['1001'] };
  const { refreshToken } = shop.sandbox.issueTokens(terms);
  shop.sandbox.expireRefreshToken(refreshToken);
  expect(await refresh(refreshToken)).toMatchObject({ code: 'IllegalRefreshToken' });
  shop.sandbox.addApp({ appKey: '777', appSecret: 'other' });
  const foreign = shop.sandbox.issueTokens({ appKey: '777', sellerIds: ['1001'] });
  expect(await refresh(foreign.refreshToken)).toMatchObject({ code: 'IllegalRefreshToken' });
  expect(await refresh('nonsense')).toMatchObject({ code: 'IllegalRefreshToken' });
});

test('token calls miss their parameter', async () => {
  const body = await send(shop.sandbox.authBase, 'GET', '/auth/token/create', {});
  expect(body).toMatchObject({ code: 'MissingParameter', message: expect.stringMatching('code') });
});

test('with the switch set, old tokens survive a refresh', async () => {
  const other = await openShop({ oldTokensSurvive: true });
  const terms = { appKey: APP.appKey, sellerIds: ['1001'] };
  const { refreshToken } = other.sandbox.issueTokens(terms);
  const ask = () =>
    send(other.sandbox.authBase, 'POST', '/auth/token/refresh', { refresh_token: refreshToken });
  expect(await ask()).toMatchObject({ code: '0' });
  expect(await ask()).toMatchObject({ code: '0' });
  await other.sandbox.stop();
});

test('one cross-border grant serves each venture on its own host', async () => {
  const { sandbox } = shop;
  sandbox.addSeller({ country: 'sg', sellerId: '5001', crossBorder: true });
  sandbox.addSeller({ country: 'my', sellerId: '5002', crossBorder: true });
  const consent = sandbox.issueCode({ appKey: APP.appKey, sellerIds: ['5001', '5002'] });
  const body = await create(consent);
  expect(body.country).toBe('cb');
  expect(body.country_user_info).toMatchObject([
    { country: 'sg', seller_id: '5001' },
    { country: 'my', seller_id: '5002' },
  ]);
  const lines = [{ sku: 'A', price: '1.00' }];
  const inMalaysia = sandbox.addOrder({ country: 'my', sellerId: '5002', lines });
  const listed = async (country: string) => {
    const answer = await send(sandbox.apiBase(country), 'GET', '/orders/get', {
      access_token: digText(body, 'access_token'),
      update_after: '2018-02-10T09:00:00+08:00',
    });
    return (dig(answer, 'data.orders') as Body[]).map((order) => String(order.order_id));
  };
  expect(await listed('my')).toEqual([inMalaysia]);
  expect(await listed('sg')).toEqual([]);
});

test('tokens end by the simulator’s own clock', async () => {
  const terms = { appKey: APP.appKey, sellerIds: ['1001'], accessSeconds: 60 };
  const { accessToken } = shop.sandbox.issueTokens(terms);
  expect(await works(accessToken)).toBe(true);
  shop.sandbox.setClock(61_000);
  expect(await works(accessToken)).toBe(false);
  shop.sandbox.setClock(0);
});
