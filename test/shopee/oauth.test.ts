import { describe, expect, test } from 'vitest';
import { parseJson } from '../../connectors/json.ts';
import { consentLink, shopee } from '../../connectors/shopee/index.ts';
import { accessEnd } from '../../connectors/shopee/oauth.ts';
import { publicBase, sign } from '../../connectors/shopee/sign.ts';
import { appAt, fixture, KEY, PARTNER, type Reply, scripted } from './server.ts';

const NOW = new Date('2026-09-10T00:00:00Z');
const TOKEN = '/api/v2/auth/token/get';
const REFRESH = '/api/v2/auth/access_token/get';
const DAY = 24 * 3_600_000;

function seconds(at: number): number {
  return Math.floor(at / 1000);
}

function shops(list: readonly object[], more = false): Reply {
  return { authed_shop_list: list, more, request_id: 'r' };
}

describe('tokens', () => {
  test('of one shop: flat answer, partner in query and body, ids as integers', async () => {
    const script = await scripted((call) =>
      call.operation === TOKEN ? fixture('samples').tokenOfShop : shops([]),
    );
    const before = Date.now();
    const tokens = await shopee
      .authoriser(appAt(script.url))
      .exchange('c-1', { sellerId: '1051400341536827267' });
    expect(script.calls[0]?.body).toBe(
      `{"code":"c-1","partner_id":${PARTNER},"shop_id":1051400341536827267}`,
    );
    expect(script.calls.map((call) => call.fault)).toEqual([undefined, undefined]);
    expect([...(script.calls[0]?.query.keys() ?? [])].sort()).toEqual([
      'partner_id',
      'sign',
      'timestamp',
    ]);
    expect(tokens).toMatchObject({
      accessToken: '6a55746e61546f707579627656637464',
      refreshToken: '456e416149664b76745a6a794156794a',
      shops: [{ sellerId: '1051400341536827267', country: undefined }],
      // Its end was not listed, so it is not known; the refresh token's own is.
      consentEndsAt: undefined,
      endIsFixed: false,
      sharedByShops: false,
    });
    const validFor = tokens.accessExpiresAt.getTime() - before;
    expect(Math.round(validFor / 1000)).toBeGreaterThanOrEqual(13859);
    expect(validFor).toBeLessThanOrEqual(4 * 3_600_000);
  });

  test('of a main account: all its shops, with country and the earliest end of consent', async () => {
    const soon = seconds(Date.now() + 5 * DAY);
    const script = await scripted((call, nth) => {
      if (call.operation === TOKEN) return fixture('samples').tokenOfMainAccount;
      return nth === 0
        ? shops(
            [
              { shop_id: 33142, region: 'MY', expire_time: soon },
              { shop_id: 1, region: 'TH', expire_time: 5 },
            ],
            true,
          )
        : shops([{ shop_id: '46154', region: 'SG', expire_time: seconds(Date.now() + 300 * DAY) }]);
    });
    const tokens = await shopee
      .authoriser(appAt(script.url))
      .exchange('c', { sellerId: undefined, mainAccountId: '68272' });
    expect(parseJson(script.calls[0]?.body ?? '')).toEqual({
      code: 'c',
      partner_id: 2001887,
      main_account_id: 68272,
    });
    expect(tokens.shops).toEqual([
      { sellerId: '33142', country: 'my' },
      { sellerId: '46154', country: 'sg' },
    ]);
    expect(tokens.refreshExpiresAt).toEqual(new Date(soon * 1000));
    expect(tokens.consentEndsAt).toEqual(new Date(soon * 1000));
    expect(tokens.sharedByShops).toBe(true);
    expect(script.callsOf('get_shops_by_partner').map((call) => call.query.get('page_no'))).toEqual(
      ['1', '2'],
    );
  });

  test('the consent is read before the refresh: nothing stands between new tokens and their storing', async () => {
    const script = await scripted((call) =>
      call.operation === REFRESH
        ? fixture('samples').refreshed
        : { error: 'error_permission', message: '' },
    );
    const tokens = await shopee
      .authoriser(appAt(script.url))
      .refresh('old', { sellerId: '322300222' });
    expect(script.calls.findIndex((call) => call.operation === REFRESH)).toBe(
      script.calls.length - 1,
    );
    expect(script.calls.at(-1)?.body).toBe(
      `{"refresh_token":"old","partner_id":${PARTNER},"shop_id":322300222}`,
    );
    expect(tokens.refreshToken).toBe('516c6b577753554375764a63704d7245');
    const days = ((tokens.refreshExpiresAt?.getTime() ?? 0) - Date.now()) / DAY;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThanOrEqual(30);
  });

  test('a refused refresh token asks for a new consent', async () => {
    const script = await scripted(() => ({
      error: 'error_auth',
      message: 'Invalid refresh_token.',
    }));
    const refreshing = shopee.authoriser(appAt(script.url)).refresh('old', { sellerId: '1' });
    await expect(refreshing).rejects.toMatchObject({ name: 'Rejected', code: 'consent-needed' });
    expect(script.calls.filter((call) => call.operation === REFRESH)).toHaveLength(1);
  });

  test('an answer without tokens is not believed', async () => {
    const script = await scripted(() => ({
      error: '',
      message: '',
      access_token: '',
      refresh_token: '',
    }));
    const refreshing = shopee.authoriser(appAt(script.url)).refresh('old', { sellerId: '1' });
    await expect(refreshing).rejects.toMatchObject({ name: 'Malformed' });
  });

  test.each([
    [13859, 13859],
    [14400, 14400],
    [86400, 14400],
    [0, 14400],
    [seconds(NOW.getTime()) + 600, 600],
    [1_999_999_999, 14400],
  ])('expire_in %i counts as %i seconds', (expireIn, valid) => {
    expect(accessEnd(expireIn, NOW).getTime() - NOW.getTime()).toBe(valid * 1000);
  });
});

test('the end of the consent is that of the authorisation, however long the refresh token lives', async () => {
  const end = seconds(Date.now() + 300 * DAY);
  const script = await scripted((call) =>
    call.operation === REFRESH
      ? fixture('samples').refreshed
      : shops([{ shop_id: 322300222, region: 'MY', expire_time: end }]),
  );
  const tokens = await shopee
    .authoriser(appAt(script.url))
    .refresh('old', { sellerId: '322300222' });
  expect(tokens.consentEndsAt).toEqual(new Date(end * 1000));
  expect((tokens.refreshExpiresAt?.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(30 * DAY);
  expect(tokens.sharedByShops).toBe(false);
});

test.each([
  ['?code=c&shop_id=12&state=s', { sellerId: '12', mainAccountId: undefined }],
  ['?code=c&main_account_id=34&state=s', { sellerId: undefined, mainAccountId: '34' }],
  ['?code=c&shop_id=1e9&state=s', { sellerId: undefined, mainAccountId: undefined }],
  ['?state=s&code=c', { sellerId: undefined, mainAccountId: undefined }],
])('a redirect %s is read', (query, subject) => {
  const read = shopee.readRedirect(new URLSearchParams(query));
  expect(read).toEqual({ state: 's', code: 'c', subject, error: undefined });
});

describe('the consent link', () => {
  test('of the API host is signed, and the redirect address carries the state', () => {
    const app = appAt('https://partner.shopeemobile.com');
    const link = consentLink(app, 'https://shop.example/oauth', 's-1', NOW);
    expect(link.origin + link.pathname).toBe(
      'https://partner.shopeemobile.com/api/v2/shop/auth_partner',
    );
    const timestamp = seconds(NOW.getTime());
    const base = publicBase({ partnerId: PARTNER, path: '/api/v2/shop/auth_partner', timestamp });
    expect(Object.fromEntries(link.searchParams)).toEqual({
      partner_id: PARTNER,
      timestamp: String(timestamp),
      sign: sign(KEY, base),
      redirect: 'https://shop.example/oauth?state=s-1',
    });
  });

  test('of the consent page carries the state itself', () => {
    const app = {
      ...appAt('https://partner.shopeemobile.com'),
      consentAddress: 'https://open.shopee.com',
    };
    const link = consentLink(app, 'https://shop.example/oauth', 's-1', NOW);
    expect(link.origin + link.pathname).toBe('https://open.shopee.com/auth');
    expect(Object.fromEntries(link.searchParams)).toEqual({
      partner_id: PARTNER,
      auth_type: 'seller',
      redirect_uri: 'https://shop.example/oauth',
      response_type: 'code',
      state: 's-1',
    });
  });
});
