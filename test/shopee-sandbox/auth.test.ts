import { expect, test } from 'vitest';
import { openShop, PARTNER, SHOP } from './caller.ts';

const EXCHANGE = '/api/v2/auth/token/get';
const REFRESH = '/api/v2/auth/access_token/get';
const INFO = '/api/v2/shop/get_shop_info';
const partner_id = Number(PARTNER);
const shop_id = Number(SHOP);

test('a code is exchanged once, and answered flat', async () => {
  const { publicly, shop, sandbox } = await openShop();
  const code = sandbox.issueCode({ partnerId: PARTNER, shopId: SHOP });
  const body = { code, partner_id, shop_id };
  const first = await publicly(EXCHANGE, { body });
  expect(first.json).toMatchObject({ error: '', message: '', expire_in: 14_400 });
  expect(first.json.shop_id_list).toBeUndefined();
  expect((await shop(INFO, { token: first.json.access_token })).error).toBe('');
  expect((await publicly(EXCHANGE, { body })).error).toBe('invalid_code');
});

test('a code lives 10 minutes', async () => {
  const { publicly, sandbox } = await openShop();
  const code = sandbox.issueCode({ partnerId: PARTNER, shopId: SHOP });
  sandbox.setClock(601_000);
  const timestamp = String(Math.floor(Date.now() / 1000) + 601);
  const answer = await publicly(EXCHANGE, { body: { code, partner_id, shop_id }, timestamp });
  expect(answer.error).toBe('invalid_code');
});

test.each([
  ['no partner_id in the body', { shop_id }, 'error_param'],
  ['a partner_id in text', { partner_id: PARTNER, shop_id }, 'error_param'],
  ['another partner_id than in the query', { partner_id: 3, shop_id }, 'error_param'],
  ['neither shop nor main account', { partner_id }, 'error_param'],
  ['both shop and main account', { partner_id, shop_id, main_account_id: 1 }, 'error_param'],
  ['another shop', { partner_id, shop_id: 7 }, 'invalid_shop_id'],
  ['a main account for a shop code', { partner_id, main_account_id: 7 }, 'invalid_main_acount_id'],
])('an exchange with %s is refused and leaves the code usable', async (_what, part, error) => {
  const { publicly, sandbox } = await openShop();
  const code = sandbox.issueCode({ partnerId: PARTNER, shopId: SHOP });
  expect((await publicly(EXCHANGE, { body: { code, ...part } })).error).toBe(error);
  const right = await publicly(EXCHANGE, { body: { code, partner_id, shop_id } });
  expect(right.error).toBe('');
});

test('a refresh token works once; the old access token lives 5 more minutes', async () => {
  const { publicly, shop, sandbox } = await openShop();
  const old = sandbox.issueTokens({ partnerId: PARTNER, shopId: SHOP });
  const body = { refresh_token: old.refreshToken, partner_id, shop_id };
  const fresh = await publicly(REFRESH, { body });
  expect(fresh.json).toMatchObject({ error: '', partner_id, shop_id, expire_in: 14_400 });
  expect(fresh.json.refresh_token).not.toBe(old.refreshToken);
  const again = await publicly(REFRESH, { body });
  expect([again.error, again.message]).toEqual(['error_auth', 'Invalid refresh_token.']);

  expect((await shop(INFO, { token: old.accessToken })).error).toBe('');
  sandbox.setClock(301_000);
  const timestamp = String(Math.floor(Date.now() / 1000) + 301);
  expect((await shop(INFO, { token: old.accessToken, timestamp })).error).toBe(
    'invalid_acceess_token',
  );
  expect((await shop(INFO, { token: fresh.json.access_token, timestamp })).error).toBe('');
});

test('an unknown, an expired and a foreign refresh token are told apart', async () => {
  const { publicly, sandbox } = await openShop();
  const pair = sandbox.issueTokens({ partnerId: PARTNER, shopId: SHOP });
  const refresh = async (refresh_token: string, shop: number) =>
    (await publicly(REFRESH, { body: { refresh_token, partner_id, shop_id: shop } })).error;
  expect(await refresh('nonsense', shop_id)).toBe('error_auth');
  expect(await refresh(pair.refreshToken, 7)).toBe('error_shop_refresh_token');
  sandbox.expireRefreshToken(SHOP);
  expect(await refresh(pair.refreshToken, shop_id)).toBe('refresh_token_expired');
});

test("a main account's first refresh token serves each of its shops once", async () => {
  const { publicly, shop, sandbox } = await openShop();
  sandbox.addShop({ shopId: 46154, region: 'MY' });
  const code = sandbox.issueCode({ partnerId: PARTNER, mainAccountId: 68272 });
  const first = await publicly(EXCHANGE, { body: { code, partner_id, main_account_id: 68272 } });
  expect(first.json.shop_id_list).toEqual([shop_id, 46154]);
  expect(first.json.merchant_id_list).toEqual([]);
  for (const id of [SHOP, '46154']) {
    expect((await shop(INFO, { token: first.json.access_token, shopId: id })).error).toBe('');
  }
  const refresh_token = first.json.refresh_token;
  for (const id of [shop_id, 46154]) {
    const body = { refresh_token, partner_id, shop_id: id };
    expect((await publicly(REFRESH, { body })).json.shop_id).toBe(id);
    expect((await publicly(REFRESH, { body })).error).toBe('error_auth');
  }
});

test('the shops of a partner come in pages', async () => {
  const { publicly, sandbox } = await openShop();
  sandbox.addShop({ shopId: 46154, region: 'MY' });
  sandbox.issueTokens({ partnerId: PARTNER, shopId: 46154 });
  const path = '/api/v2/public/get_shops_by_partner';
  const one = await publicly(path, { query: { page_size: '1', page_no: '1' } });
  const two = await publicly(path, { query: { page_size: '1', page_no: '2' } });
  expect([one.json.more, two.json.more]).toEqual([true, false]);
  expect([one, two].map((page) => page.json.authed_shop_list[0].shop_id)).toEqual([shop_id, 46154]);
  expect(two.json.authed_shop_list[0].expire_time).toBeGreaterThan(Date.now() / 1000);
  expect((await publicly(path, { query: { page_size: '101' } })).error).toBe('error_param');
});
