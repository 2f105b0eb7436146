/**
 * Consent codes and tokens (shopee.md 2): issuing, spending and expiring them.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { nowSeconds, type World } from './world.ts';

/** Seconds: a code 10 minutes, an access token 4 h, a refresh token 30 days. */
const CODE_SECONDS = 600;
export const ACCESS_SECONDS = 14_400;
const REFRESH_SECONDS = 30 * 86_400;
const DAY_SECONDS = 86_400;
/** What a seller can choose on the consent page (2.1). */
export const CONSENT_DAYS = [7, 30, 90, 180, 365] as const;
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
    /** 365 unless told. */
    readonly days?: number | undefined;
  },
): string {
  const { days = 365, ...rest } = consent;
  for (const shopId of consent.shopIds) authorise(world, consent.partnerId, shopId, days);
  const code = secret();
  world.codes.set(code, { ...rest, expiresAt: nowSeconds(world) + CODE_SECONDS });
  return code;
}

export function issuePair(world: World, partnerId: string, shopIds: readonly string[]): TokenPair {
  const now = nowSeconds(world);
  for (const shopId of shopIds) {
    if (!world.authorisations.has(`${partnerId}/${shopId}`))
      authorise(world, partnerId, shopId, 365);
  }
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

/** A new consent of the same shop replaces the one before. */
function authorise(world: World, partnerId: string, shopId: string, days: number) {
  const key = `${partnerId}/${shopId}`;
  const now = nowSeconds(world);
  world.authorisations.set(key, {
    partnerId,
    shopId,
    authTime: now,
    expireTime: now + days * DAY_SECONDS,
  });
}

function secret(): string {
  return randomBytes(16).toString('hex');
}
