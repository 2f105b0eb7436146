/**
 * Consent codes and tokens (shopee.md 2): issuing, spending and expiring them.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { nowSeconds, type World } from './world.ts';

/** Seconds: a code 10 minutes, an access token 4 h, a refresh token 30 days, a consent 365 days. */
const CODE_SECONDS = 600;
export const ACCESS_SECONDS = 14_400;
const REFRESH_SECONDS = 30 * 86_400;
const CONSENT_SECONDS = 365 * 86_400;
/** After a refresh the previous access token stays valid this long (2.3). */
const OVERLAP_SECONDS = 300;

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds. */
  readonly expireIn: number;
}

export function issueCode(
  world: World,
  consent: {
    readonly partnerId: string;
    readonly shopId: string | undefined;
    readonly mainAccountId: string | undefined;
    readonly shopIds: readonly string[];
  },
): string {
  for (const shopId of consent.shopIds) authorise(world, consent.partnerId, shopId);
  const code = secret();
  world.codes.set(code, { ...consent, expiresAt: nowSeconds(world) + CODE_SECONDS });
  return code;
}

export function issuePair(world: World, partnerId: string, shopIds: readonly string[]): TokenPair {
  const now = nowSeconds(world);
  for (const shopId of shopIds) authorise(world, partnerId, shopId);
  const accessToken = secret();
  const refreshToken = secret();
  world.accessTokens.set(accessToken, {
    partnerId,
    expiresAt: new Map(shopIds.map((shopId) => [shopId, now + ACCESS_SECONDS])),
  });
  world.refreshTokens.set(refreshToken, {
    partnerId,
    shopIds,
    usedBy: new Set(),
    accessToken,
    expiresAt: now + REFRESH_SECONDS,
  });
  return { accessToken, refreshToken, expireIn: ACCESS_SECONDS };
}

/** Shortens what is left of the access token that came with a refresh token. */
export function retire(world: World, accessToken: string, shopId: string) {
  const token = world.accessTokens.get(accessToken);
  const left = token?.expiresAt.get(shopId);
  if (token === undefined || left === undefined) return;
  token.expiresAt.set(shopId, Math.min(left, nowSeconds(world) + OVERLAP_SECONDS));
}

export function expireAccessTokens(world: World, shopId: string) {
  for (const token of world.accessTokens.values()) {
    if (token.expiresAt.has(shopId)) token.expiresAt.set(shopId, 0);
  }
}

export function expireRefreshTokens(world: World, shopId: string) {
  for (const token of world.refreshTokens.values()) {
    if (token.shopIds.includes(shopId)) token.expiresAt = 0;
  }
}

function authorise(world: World, partnerId: string, shopId: string) {
  const key = `${partnerId}/${shopId}`;
  if (world.authorisations.has(key)) return;
  const now = nowSeconds(world);
  world.authorisations.set(key, {
    partnerId,
    shopId,
    authTime: now,
    expireTime: now + CONSENT_SECONDS,
  });
}

function secret(): string {
  return randomBytes(16).toString('hex');
}
