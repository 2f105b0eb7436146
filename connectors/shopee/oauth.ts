/**
 * A seller's consent and its tokens (shopee.md section 2).
 * @module
 */
import { CallError } from '../errors.ts';
import type { Authoriser, ConsentRedirect, GrantSubject, GrantTokens } from '../marketplace.ts';
import type { Surroundings } from '../surroundings.ts';
import { getAccessToken, getShopsByPartner, refreshAccessToken } from './client/sdk.gen.ts';
import type { TokenAnswer } from './client/types.gen.ts';
import { type Connection, openPartner } from './connection.ts';
import type { ShopeeApp } from './settings.ts';
import { publicBase, sign } from './sign.ts';
import { count, id, instant, text } from './wire.ts';

const ACCESS_MS = 4 * 3_600_000;
const REFRESH_MS = 30 * 24 * 3_600_000;
/** Above this `expire_in` is a point in time: one documented sample is 1767001812. */
const EPOCH_FROM = 1_000_000_000;
const SHOPS_PER_PAGE = 100;
const MOST_PAGES = 100;
/** The signed link must be opened within this (shopee.md 2.1). */
export const SIGNED_LINK_MS = 5 * 60_000;

/**
 * Gets and renews tokens of one app.
 *
 * A main account's first refresh token is shared by its shops (and merchants, whose calls are not used):
 * `exchange` answers it with all shops, and `refresh` is then to be called once for each of them, which
 * gives each a pair of its own.
 */
export function createAuthoriser(app: ShopeeApp, surroundings: Surroundings = {}): Authoriser {
  const connection = openPartner(app, surroundings);
  const partner = { partner_id: app.partnerId };
  return {
    async exchange(code, subject) {
      const body = { code, ...partner, ...exchangeSubject(subject) };
      const { data } = await connection.read('getAccessToken', (call) =>
        getAccessToken({ ...call, body }),
      );
      const listed = (data.shop_id_list ?? []).map(String);
      // A shop account's answer lists nothing: the code was checked against the shop.
      const own = subject.mainAccountId ? [] : [subject.sellerId ?? ''].filter(Boolean);
      const shops = listed.length > 0 ? listed : own;
      const tokens = toTokens(connection.now(), data, shops, await readConsents(connection, shops));
      return { ...tokens, sharedByShops: subject.mainAccountId !== undefined };
    },
    async refresh(refreshToken, subject) {
      const { sellerId } = subject;
      if (!sellerId) throw new TypeError('a refresh needs the shop it is for');
      const body = { refresh_token: refreshToken, ...partner, shop_id: sellerId };
      // First: the new pair, once answered, exists in this process only until it is stored.
      const consents = await readConsents(connection, [sellerId]);
      const { data } = await connection.read('refreshAccessToken', (call) =>
        refreshAccessToken({ ...call, body }),
      );
      return toTokens(connection.now(), data, [sellerId], consents);
    },
  };
}

/**
 * `?code=...&shop_id=...` of a shop account, `?code=...&main_account_id=...` of a main account. Assumed: how
 * a seller who does not agree comes back; the documents do not say.
 */
export function readRedirect(query: URLSearchParams): ConsentRedirect {
  const error = query.get('error') || undefined;
  return {
    state: query.get('state') || undefined,
    code: query.get('code') || undefined,
    subject: {
      sellerId: digits(query.get('shop_id')),
      mainAccountId: digits(query.get('main_account_id')),
    },
    error: error && (query.get('message') || query.get('error_description') || error),
  };
}

function digits(value: string | null): string | undefined {
  return value !== null && /^\d{1,19}$/.test(value) ? value : undefined;
}

/** Exactly one of the two comes back with a consent. */
function exchangeSubject(subject: GrantSubject): { main_account_id: string } | { shop_id: string } {
  if (subject.mainAccountId) return { main_account_id: subject.mainAccountId };
  if (subject.sellerId) return { shop_id: subject.sellerId };
  throw new TypeError('a consent comes back with a shop_id or a main_account_id');
}

function toTokens(
  now: Date,
  answer: TokenAnswer,
  shopIds: readonly string[],
  consents: ReadonlyMap<string, Consent>,
): GrantTokens {
  const ends = [...consents.values()].map((consent) => consent.endsAt?.getTime());
  const known = ends.filter((end) => end !== undefined);
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    accessExpiresAt: accessEnd(count(answer.expire_in), now),
    refreshExpiresAt: new Date(Math.min(now.getTime() + REFRESH_MS, ...known)),
    consentEndsAt: known.length > 0 ? new Date(Math.min(...known)) : undefined,
    endIsFixed: false,
    sharedByShops: false,
    shops: shopIds.map((sellerId) => ({ sellerId, country: consents.get(sellerId)?.country })),
  };
}

/** Never later than the documented 4 hours; 4 hours when the answer does not say. */
export function accessEnd(expireIn: number, now: Date): Date {
  const latest = now.getTime() + ACCESS_MS;
  if (expireIn <= 0) return new Date(latest);
  const stated = expireIn > EPOCH_FROM ? expireIn * 1000 : now.getTime() + expireIn * 1000;
  return new Date(Math.min(stated, latest));
}

interface Consent {
  readonly country: string | undefined;
  readonly endsAt: Date | undefined;
}

/**
 * Country and end of the consents of these shops. The new tokens are worth more than this: when it
 * cannot be read, nothing is known and the next refresh tries again.
 */
async function readConsents(
  connection: Connection,
  shopIds: readonly string[],
): Promise<Map<string, Consent>> {
  const wanted = new Set(shopIds);
  const found = new Map<string, Consent>();
  try {
    for (let page_no = 1; page_no <= MOST_PAGES && found.size < wanted.size; page_no += 1) {
      const query = { page_size: SHOPS_PER_PAGE, page_no };
      const { data } = await connection.read('getShopsByPartner', (call) =>
        getShopsByPartner({ ...call, query }),
      );
      for (const shop of data.authed_shop_list ?? []) {
        const shopId = id(shop.shop_id);
        if (shopId === undefined || !wanted.has(shopId)) continue;
        const country = text(shop.region)?.toLowerCase();
        found.set(shopId, { country, endsAt: instant(shop.expire_time) });
      }
      if (data.more !== true) break;
    }
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
  }
  return found;
}

/**
 * Where a seller is sent to consent. With `consentAddress` set: the current page, which echoes
 * `state`. Without: the older link of the API host, signed and valid for 5 minutes, whose redirect
 * address carries `state` itself. Both come back with `code` and `shop_id` or `main_account_id`.
 */
export function consentLink(app: ShopeeApp, redirectUrl: string, state: string, at: Date): URL {
  if (app.consentAddress) {
    const link = new URL('/auth', app.consentAddress);
    link.searchParams.set('partner_id', app.partnerId);
    link.searchParams.set('auth_type', 'seller');
    link.searchParams.set('redirect_uri', redirectUrl);
    link.searchParams.set('response_type', 'code');
    link.searchParams.set('state', state);
    return link;
  }
  const path = '/api/v2/shop/auth_partner';
  const timestamp = Math.floor(at.getTime() / 1000);
  const redirect = new URL(redirectUrl);
  redirect.searchParams.set('state', state);
  const link = new URL(path, app.address);
  link.searchParams.set('partner_id', app.partnerId);
  link.searchParams.set('timestamp', String(timestamp));
  link.searchParams.set(
    'sign',
    sign(app.partnerKey, publicBase({ partnerId: app.partnerId, path, timestamp })),
  );
  link.searchParams.set('redirect', redirect.href);
  return link;
}
