/**
 * Codes, access and refresh tokens (lazada.md 2).
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { SandboxAnswer } from '../../sandbox.ts';
import type { Call } from './gate.ts';
import { ok, refused } from './wire.ts';
import { type Grant, type GrantTerms, now, type Seller, type World } from './world.ts';

/** A code is good for 30 minutes and for one exchange. */
const CODE_MS = 30 * 60_000;

export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly refreshExpiresIn: number;
}

/** What a seller's consent comes back with. */
export function issueCode(world: World, terms: GrantTerms): string {
  const code = `0_${terms.appKey}_${randomBytes(15).toString('base64url')}`;
  makeGrant(world, terms); // throws now what the exchange would refuse later
  world.codes.set(code, { terms, expiresAt: now(world) + CODE_MS });
  return code;
}

export function issueTokens(world: World, grant: Grant): IssuedTokens {
  const accessToken = `50000${randomBytes(24).toString('hex')}`;
  const refreshToken = `50001${randomBytes(24).toString('hex')}`;
  const at = now(world);
  world.access.set(accessToken, { grant, expiresAt: at + grant.accessSeconds * 1000 });
  world.refresh.set(refreshToken, { grant, expiresAt: grant.refreshExpiresAt });
  return {
    accessToken,
    refreshToken,
    expiresIn: grant.accessSeconds,
    refreshExpiresIn: Math.max(0, Math.ceil((grant.refreshExpiresAt - at) / 1000)),
  };
}

export function makeGrant(world: World, terms: GrantTerms): Grant {
  if (!world.apps.has(terms.appKey)) throw new Error(`no app "${terms.appKey}"`);
  const sellers = [...world.sellers.values()].filter((s) => terms.sellerIds.includes(s.sellerId));
  for (const id of terms.sellerIds) {
    if (!sellers.some((seller) => seller.sellerId === id)) throw new Error(`no seller "${id}"`);
  }
  const [first] = sellers;
  if (!first) throw new Error('a grant needs a seller');
  const crossBorder = sellers.length > 1 || first.crossBorder;
  return {
    appKey: terms.appKey,
    sellers,
    country: crossBorder ? 'cb' : first.country,
    account: `${first.sellerId}@seller.example`,
    accessSeconds: terms.accessSeconds ?? 864_000,
    refreshExpiresAt: now(world) + (terms.refreshSeconds ?? 4_320_000) * 1000,
  };
}

/** `/auth/token/create`: the list is called `country_user_info`, ids are text. */
export function createToken(world: World, call: Call): SandboxAnswer {
  const code = call.params.get('code') ?? '';
  const found = world.codes.get(code);
  if (!found || found.expiresAt <= now(world) || found.terms.appKey !== call.app.appKey) {
    return refused('InvalidCode', 'Invalid authorization code');
  }
  world.codes.delete(code);
  const grant = makeGrant(world, found.terms);
  return ok({
    ...tokenBody(world, grant),
    country_user_info: grant.sellers.map((seller) => ({
      country: seller.country,
      user_id: seller.userId,
      seller_id: seller.sellerId,
      short_code: shortCode(seller),
    })),
  });
}

/**
 * `/auth/token/refresh`. The list is called `country_user_info_list` here, its countries are upper
 * case and its ids numbers: each was seen somewhere (lazada.md 2), and a client must take them all.
 *
 * Assumed: the previous access and refresh token end at once, which is the harder case for a client;
 * `oldTokensSurvive` simulates the other.
 */
export function refreshToken(world: World, call: Call, oldTokensSurvive: boolean): SandboxAnswer {
  const token = call.params.get('refresh_token') ?? '';
  const found = world.refresh.get(token);
  if (!found || found.expiresAt <= now(world) || found.grant.appKey !== call.app.appKey) {
    return refused('IllegalRefreshToken', 'The specified refresh token is invalid or expired');
  }
  const { grant } = found;
  if (!oldTokensSurvive) {
    world.refresh.delete(token);
    for (const [old, { grant: of }] of world.access) if (of === grant) world.access.delete(old);
  }
  return ok({
    ...tokenBody(world, grant),
    country_user_info_list: grant.sellers.map((seller) => ({
      country: seller.country.toUpperCase(),
      user_id: Number(seller.userId),
      seller_id: Number(seller.sellerId),
      short_code: shortCode(seller),
    })),
  });
}

function tokenBody(world: World, grant: Grant) {
  const tokens = issueTokens(world, grant);
  return {
    access_token: tokens.accessToken,
    country: grant.country,
    refresh_token: tokens.refreshToken,
    account_id: null,
    account_platform: 'seller_center',
    refresh_expires_in: tokens.refreshExpiresIn,
    expires_in: tokens.expiresIn,
    account: grant.account,
  };
}

function shortCode(seller: Seller): string {
  return `${seller.country.toUpperCase()}${seller.sellerId}`;
}
