/** A seller's consent: the address to ask for it, and the two token calls (lazada.md section 2). @module */
import type { Authoriser, GrantSubject, GrantTokens } from '../marketplace.ts';
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
 * A refresh does not prolong the refresh token: its hard end is the first grant's. Whether the answer of
 * a refresh states the rest or the whole lifetime is not known, so the caller keeps the earlier of the
 * end it knows and the one given here. Assumed: 0 means that only the access token's lifetime is left.
 */
export function toGrant(answer: TokenAnswer, at: Date, subject: GrantSubject): GrantTokens {
  const lifetime = seconds(answer.expires_in, 'expires_in');
  const refreshLifetime = seconds(answer.refresh_expires_in, 'refresh_expires_in');
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    accessExpiresAt: new Date(at.getTime() + lifetime * 1000),
    refreshExpiresAt: new Date(at.getTime() + (refreshLifetime || lifetime) * 1000),
    shops: shopsOf(answer, subject),
  };
}

/** Cross-border grants have one row per venture; the list is called two ways. */
function shopsOf(answer: TokenAnswer, subject: GrantSubject): GrantTokens['shops'] {
  const country = text(answer.country)?.toLowerCase();
  const given = answer.country_user_info ?? answer.country_user_info_list ?? [];
  const rows = Array.isArray(given)
    ? given
    : Object.entries(given).map(([key, row]) => ({ ...row, country: row.country ?? key }));
  const shops = rows.flatMap((row) => {
    const sellerId = text(row.seller_id);
    return sellerId === undefined
      ? []
      : [{ sellerId, country: text(row.country)?.toLowerCase() ?? country }];
  });
  if (shops.length > 0 || subject.sellerId === undefined) return shops;
  return [{ sellerId: subject.sellerId, country }];
}

function seconds(value: string | number, field: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0)
    throw new RangeError(`${field} is no number of seconds`);
  return number;
}
