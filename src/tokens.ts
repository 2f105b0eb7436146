/** Access tokens: handed out from the grant, renewed by one worker at a time under the grant's row lock. */
import pRetry from 'p-retry';
import { Rejected } from '../connectors/errors.ts';
import type { Authoriser, GrantTokens, TokenSource } from '../connectors/marketplace.ts';
import { addMs, type Clock } from './clock.ts';
import type { Store } from './config.ts';
import type { Database } from './database/connect.ts';
import { type GrantRow, grantOf, openTokens, renewGrant } from './database/grants.ts';
import { clearGrantHolds, holdGrant } from './database/holds.ts';
import type { SecretBox } from './secrets.ts';

/** Renewed this long before the access token ends. */
export const RENEW_AHEAD_MS = 30 * 60_000;
/** A process believes its copy of a token this long, so that a renewal elsewhere is noticed. */
const COPY_MS = 10_000;

interface Parts {
  readonly db: Database;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly authoriser: (marketplace: string, app: string) => Authoriser;
}

export function tokenSource(parts: Parts, store: Store): TokenSource {
  const shop = {
    marketplace: store.settings.marketplace,
    country: store.settings.country,
    sellerId: store.settings.sellerId,
  };
  let copy: { token: string; until: Date; grant: GrantRow } | undefined;

  return {
    async current() {
      const now = parts.clock.now();
      if (copy && now < copy.until && now < copy.grant.access_expires_at) return copy.token;
      let grant = await grantOf(parts.db, shop);
      if (!grant) throw new NotConnected(store.name);
      if (grant.access_expires_at <= now) {
        await renewLocked(
          parts,
          grant.id,
          store.settings.sellerId,
          (row) => row.access_expires_at <= parts.clock.now(),
        );
        grant = (await grantOf(parts.db, shop)) ?? grant;
      }
      const { accessToken } = await openTokens(parts.secrets, grant);
      copy = { token: accessToken, until: addMs(now, COPY_MS), grant };
      return accessToken;
    },
    async renew(refused) {
      copy = undefined;
      const grant = await grantOf(parts.db, shop);
      if (!grant) throw new NotConnected(store.name);
      await renewLocked(
        parts,
        grant.id,
        store.settings.sellerId,
        async (row) => (await openTokens(parts.secrets, row)).accessToken === refused,
      );
    },
  };
}

/** The store has no grant yet. */
export class NotConnected extends Error {
  constructor(store: string) {
    super(`store ${store} is not connected; run: ponbridge connect ${store} --code <code>`);
    this.name = 'NotConnected';
  }
}

/**
 * Refreshes a grant if it still needs it once the lock is held: another process may have done it
 * meanwhile. The lock is the row's, so it ends with the connection of a process that dies.
 */
export async function renewLocked(
  parts: Parts,
  grantId: string,
  sellerId: string,
  needed: (row: GrantRow) => boolean | Promise<boolean>,
): Promise<void> {
  let renewed: { readonly row: GrantRow; readonly tokens: GrantTokens } | undefined;
  const renew = () =>
    parts.db.transaction().execute(async (tx) => {
      const row = await tx
        .selectFrom('grant')
        .selectAll()
        .where('id', '=', grantId)
        .forUpdate()
        .executeTakeFirstOrThrow();
      if (!(await needed(row))) return;
      const { refreshToken } = await openTokens(parts.secrets, row);
      const tokens = await parts
        .authoriser(row.marketplace, row.app)
        .refresh(refreshToken, { sellerId });
      renewed = { row, tokens };
      await renewGrant(tx, parts.secrets, row, tokens, parts.clock.now());
    });
  try {
    await renew().catch(async (error: unknown) => {
      if (!renewed) throw error;
      // The old pair is spent and the new one is in this process only: lost, the seller consents anew.
      const { row, tokens } = renewed;
      await pRetry(
        () =>
          parts.db
            .transaction()
            .execute((tx) => renewGrant(tx, parts.secrets, row, tokens, parts.clock.now())),
        { retries: 6, minTimeout: 500 },
      );
    });
    await clearGrantHolds(parts.db, grantId, parts.clock.now());
  } catch (error) {
    if (error instanceof Rejected) {
      await holdGrant(
        parts.db,
        grantId,
        {
          stage: 'tokens',
          code: 'grant-refused',
          detail: `${error.code ?? ''} ${error.message}`.trim(),
        },
        parts.clock.now(),
      );
    }
    throw error;
  }
}

/** Renews every grant that ends soon. Returns how many were tried. */
export async function renewAhead(parts: Parts): Promise<number> {
  const soon = addMs(parts.clock.now(), RENEW_AHEAD_MS);
  const due = await parts.db
    .selectFrom('grant')
    .innerJoin('grant_shop', 'grant_shop.grant_id', 'grant.id')
    .select(['grant.id', 'grant_shop.seller_id'])
    .distinctOn('grant.id')
    .where('grant.access_expires_at', '<', soon)
    .execute();
  for (const { id, seller_id: sellerId } of due) {
    // A refused one is held with its reason; the others go on.
    await renewLocked(parts, id, sellerId, (row) => row.access_expires_at < soon).catch(() => {});
  }
  return due.length;
}
