/** A seller's consent: the address to ask for it, and the two token calls (lazada.md section 2). @module */
import type { Authoriser, ConsentRedirect, GrantSubject, GrantTokens } from '../marketplace.ts';
import type { Surroundings } from '../surroundings.ts';
import { createToken, refreshToken } from './client/sdk.gen.ts';
import type { TokenAnswer } from './client/types.gen.ts';
import { type Connection, connectTo } from './connection.ts';
import { operations } from './operations.ts';
import { addressOf, type LazadaApp } from './settings.ts';
import { text } from './wire.ts';

/**
 * Where the seller consents. `redirectUri` must equal the callback registered in the console; `state`
 * comes back as it was. Never with `uuid`, which is an error. The code works once, within 30 minutes.
 */
export function authorizeUrl(
  app: LazadaApp,
  request: { readonly redirectUri: string; readonly state: string },
): string {
  const url = new URL('/oauth/authorize', addressOf(app, 'auth'));
  url.search = new URLSearchParams({
    response_type: 'code',
    force_auth: 'true',
    redirect_uri: request.redirectUri,
    client_id: app.appKey,
    state: request.state,
  }).toString();
  return url.toString();
}

/**
 * `?code=...&state=...`, or `?error=access_denied&error_description=...&state=...`. Assumed: how a seller
 * who does not agree comes back; the documents do not say, so the usual words of OAuth are read.
 */
export function readRedirect(query: URLSearchParams): ConsentRedirect {
  const error = query.get('error') || undefined;
  return {
    state: query.get('state') || undefined,
    code: query.get('code') || undefined,
    subject: { sellerId: undefined },
    error: error && (query.get('error_description') || error),
  };
}

export function createAuthoriser(app: LazadaApp, surroundings: Surroundings = {}): Authoriser {
  const connection = connectTo(app, 'auth', undefined, surroundings);
  return {
    async exchange(code, subject) {
      return take(connection, subject, () =>
        connection.call(operations.createToken, (via) => createToken({ ...via, body: { code } })),
      );
    },
    async refresh(token, subject) {
      return take(connection, subject, () =>
        connection.call(operations.refreshToken, (via) =>
          refreshToken({ ...via, body: { refresh_token: token } }),
        ),
      );
    },
  };
}

/** Lifetimes count from before the call, so that they never end later than Lazada's. */
async function take(
  connection: Connection,
  subject: GrantSubject,
  call: () => Promise<TokenAnswer>,
): Promise<GrantTokens> {
  const began = connection.clock.now();
  return toGrant(await call(), began, subject);
}

/**
 * A refresh does not prolong the refresh token: its hard end is the first grant's, and the consent's.
 * Whether the answer of a refresh states the rest or the whole lifetime is not known, so of the end known
 * before and the one given here the earlier counts (`endIsFixed`). Assumed: a lifetime of 0 means
 * that only the access token's is left.
 */
export function toGrant(answer: TokenAnswer, at: Date, subject: GrantSubject): GrantTokens {
  const lifetime = seconds(answer.expires_in, 'expires_in');
  const refreshLifetime = seconds(answer.refresh_expires_in, 'refresh_expires_in');
  const end = new Date(at.getTime() + (refreshLifetime || lifetime) * 1000);
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    accessExpiresAt: new Date(at.getTime() + lifetime * 1000),
    refreshExpiresAt: end,
    consentEndsAt: end,
    endIsFixed: true,
    sharedByShops: false,
    shops: shopsOf(answer, subject),
  };
}

/** Cross-border grants have one row per venture; the list is called two ways, and is a list or an object. */
function shopsOf(answer: TokenAnswer, subject: GrantSubject): GrantTokens['shops'] {
  const said = text(answer.country)?.toLowerCase();
  // `cb` is no venture: which one a row is for, only the row can say.
  const country = said === 'cb' ? undefined : said;
  const rows = [answer.country_user_info, answer.country_user_info_list].flatMap((given) =>
    Array.isArray(given)
      ? given
      : Object.entries(given ?? {}).map(([key, row]) => ({ ...row, country: row.country ?? key })),
  );
  const shops = new Map<string, { sellerId: string; country: string | undefined }>();
  for (const row of rows) {
    const sellerId = text(row.seller_id);
    if (sellerId === undefined) continue;
    const its = text(row.country)?.toLowerCase() ?? country;
    shops.set(`${its} ${sellerId}`, { sellerId, country: its });
  }
  if (shops.size > 0 || subject.sellerId === undefined) return [...shops.values()];
  return [{ sellerId: subject.sellerId, country }];
}

function seconds(value: string | number, field: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0)
    throw new RangeError(`${field} is no number of seconds`);
  return number;
}
