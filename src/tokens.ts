/**
 * Access tokens: handed out from the grant, renewed by one worker at a time.
 *
 * A refresh spends the old pair, so two at once can lose the consent. The lock is the grant's row, held
 * by a transaction around the call. It ends with the connection of a process that is killed, and with
 * the lease (database/session.ts) of one that is frozen or cut off. Such a process may come back with a
 * pair in its hands: it is kept if nobody has kept one since, which the grant's `version` tells.
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import pRetry from 'p-retry';
import type { Logger } from 'pino';
import { Rejected } from '../connectors/errors.ts';
import type { Authoriser, GrantTokens, TokenSource } from '../connectors/marketplace.ts';
import { addMs, type Clock } from './clock.ts';
import type { Store } from './config.ts';
import type { Database, Tx } from './database/connect.ts';
import { type GrantRow, grantOf, openTokens, renewGrant } from './database/grants.ts';
import { clearGrantHolds, holdGrant } from './database/holds.ts';
import type { SecretBox } from './secrets.ts';

/** Renewed this long before the access token ends. */
export const RENEW_AHEAD_MS = 30 * 60_000;
/** A process believes its copy of a token this long, so that a renewal elsewhere is noticed. */
const COPY_MS = 10_000;
/** A refused renewal is tried again after this: it may have been the app's trouble, not the consent's. */
export const REFUSED_MS = 30 * 60_000;
/** Waiting for another process's renewal: longer than the lease of one that died. */
const WAIT_MS = 60_000;
const LOOK_MS = 200;

interface Parts {
  readonly db: Database;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly log: Logger;
  readonly authoriser: (marketplace: string, app: string) => Authoriser;
}

/** What makes a renewal necessary, asked again under the lock. */
interface Need {
  /** Callers with the same one share a renewal. */
  readonly key: string;
  readonly stands: (row: GrantRow) => boolean | Promise<boolean>;
}

export function tokenSource(parts: Parts, store: Store): TokenSource {
  const shop = {
    marketplace: store.settings.marketplace,
    app: store.settings.app,
    country: store.settings.country,
    sellerId: store.settings.sellerId,
  };
  let copy: { token: string; until: Date; grant: GrantRow } | undefined;

  return {
    async current() {
      const now = parts.clock.now();
      if (copy && now < copy.until && now < copy.grant.access_expires_at) return copy.token;
      let grant = await grantOf(parts.db, shop);
      if (!grant) throw await notConnected(parts, store);
      if (grant.access_expires_at <= now) {
        await renewOnce(parts, grant.id, store.settings.sellerId, ended(parts.clock));
        grant = await grantOf(parts.db, shop);
        if (!grant) throw await notConnected(parts, store);
      }
      const { accessToken } = await openTokens(parts.secrets, grant);
      copy = { token: accessToken, until: addMs(now, COPY_MS), grant };
      return accessToken;
    },
    async renew(refused) {
      copy = undefined;
      const grant = await grantOf(parts.db, shop);
      if (!grant) throw await notConnected(parts, store);
      await renewOnce(parts, grant.id, store.settings.sellerId, {
        key: `refused ${refused}`,
        stands: async (row) => (await openTokens(parts.secrets, row)).accessToken === refused,
      });
    },
  };
}

/** The store has no grant yet, or its grant is another app's. */
export class NotConnected extends Error {
  constructor(store: string, why = 'is not connected') {
    super(`store ${store} ${why}; run: ponbridge connect ${store}`);
    this.name = 'NotConnected';
  }
}

async function notConnected(parts: Parts, { name, settings }: Store): Promise<NotConnected> {
  const other = await grantOf(parts.db, {
    marketplace: settings.marketplace,
    country: settings.country,
    sellerId: settings.sellerId,
  });
  if (!other) return new NotConnected(name);
  const why = `is connected for app ${other.app}, and its settings say app ${settings.app}`;
  return new NotConnected(name, why);
}

/** The marketplace does not renew the consent; the grant is held. */
export class ConsentRefused extends Error {
  constructor(marketplace: string, cause?: unknown) {
    super(`${marketplace} refused to renew the seller's consent; connect the store again`, {
      cause,
    });
    this.name = 'ConsentRefused';
  }
}

const underWay = new WeakMap<Database, Map<string, Promise<void>>>();

/**
 * Renews a grant if it needs it. In this process one caller does it for all: a store with an ended token
 * must not fill the pool with waiting transactions.
 */
async function renewOnce(parts: Parts, grantId: string, sellerId: string, need: Need) {
  const running = underWay.get(parts.db) ?? new Map<string, Promise<void>>();
  underWay.set(parts.db, running);
  const key = `${grantId} ${need.key}`;
  const known = running.get(key);
  if (known) return known;
  const mine = renewInTurn(parts, grantId, sellerId, need).finally(() => running.delete(key));
  running.set(key, mine);
  return mine;
}

/**
 * Waits for the lock by looking for it. Waiting inside the database would hold a connection, and those
 * waiting on a machine that vanished would get the lock one after the other, a lease each.
 */
async function renewInTurn(parts: Parts, grantId: string, sellerId: string, need: Need) {
  const until = performance.now() + WAIT_MS;
  while (!(await renewIfFree(parts, grantId, sellerId, need))) {
    if (performance.now() > until) {
      throw new Error(`another process has been renewing grant ${grantId} for over a minute`);
    }
    await delay(LOOK_MS);
  }
}

type Renewed = { readonly row: GrantRow; readonly tokens: GrantTokens };

/** False: another process is at it. True also when the grant is gone: whoever asked looks anew. */
async function renewIfFree(
  parts: Parts,
  grantId: string,
  sellerId: string,
  need: Need,
): Promise<boolean> {
  let renewed: Renewed | undefined;
  let outcome: 'busy' | 'fresh' | 'renewed' | ConsentRefused;
  try {
    outcome = await parts.db.transaction().execute(async (tx) => {
      const row = await tx
        .selectFrom('grant')
        .selectAll()
        .where('id', '=', grantId)
        .forNoKeyUpdate()
        .skipLocked()
        .executeTakeFirst();
      if (!row) return (await isThere(tx, grantId)) ? 'busy' : 'fresh';
      if (!(await need.stands(row))) return 'fresh';
      const now = parts.clock.now();
      if (row.refused_at && now < addMs(row.refused_at, REFUSED_MS)) {
        return new ConsentRefused(row.marketplace);
      }
      const { refreshToken } = await openTokens(parts.secrets, row);
      let tokens: GrantTokens;
      try {
        tokens = await parts
          .authoriser(row.marketplace, row.app)
          .refresh(refreshToken, { sellerId });
      } catch (error) {
        if (!(error instanceof Rejected)) throw error;
        await noteRefusal(parts, tx, row, error);
        return new ConsentRefused(row.marketplace, error);
      }
      renewed = { row, tokens };
      await renewGrant(tx, parts.secrets, row, tokens, parts.clock.now());
      return 'renewed';
    });
  } catch (error) {
    if (!renewed) throw error;
    outcome = (await keepLate(parts, renewed)) ? 'renewed' : 'fresh';
  }
  if (outcome instanceof ConsentRefused) throw outcome;
  if (outcome === 'renewed') await clearGrantHolds(parts.db, grantId, parts.clock.now());
  return outcome !== 'busy';
}

/**
 * The transaction ended before the new pair was kept: the database went away, or this process was
 * frozen for longer than its lease. The old pair is spent and the new one is in this process only: lost,
 * the seller consents anew. Nobody's newer pair is overwritten.
 */
async function keepLate(parts: Parts, { row, tokens }: Renewed): Promise<boolean> {
  const kept = await pRetry(
    () =>
      parts.db
        .transaction()
        .execute((tx) => renewGrant(tx, parts.secrets, row, tokens, parts.clock.now())),
    { retries: 6, minTimeout: 500 },
  );
  parts.log.warn(
    { grant: row.id, kept },
    kept ? 'renewed tokens were kept late' : 'renewed tokens came too late; the newer ones stay',
  );
  return kept;
}

/** A grant replaced by another consent is gone; one that is locked is there. */
async function isThere(tx: Tx, grantId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('grant')
    .select('id')
    .where('id', '=', grantId)
    .executeTakeFirst();
  return row !== undefined;
}

async function noteRefusal(parts: Parts, tx: Tx, row: GrantRow, error: Rejected): Promise<void> {
  const now = parts.clock.now();
  await tx.updateTable('grant').set({ refused_at: now }).where('id', '=', row.id).execute();
  const detail = `${error.code ?? ''} ${error.message}`.trim();
  await holdGrant(tx, row.id, { stage: 'tokens', code: 'grant-refused', detail }, now);
}

/** Renews every grant that ends soon. Returns how many were tried. */
export async function renewAhead(parts: Parts): Promise<number> {
  const soon = addMs(parts.clock.now(), RENEW_AHEAD_MS);
  const due = await parts.db
    .selectFrom('grant')
    .innerJoin('grant_shop', 'grant_shop.grant_id', 'grant.id')
    .select(['grant.id', 'grant_shop.seller_id', 'grant.access_expires_at'])
    .distinctOn('grant.id')
    .where('grant.access_expires_at', '<', soon)
    .execute();
  due.sort((one, other) => one.access_expires_at.getTime() - other.access_expires_at.getTime());
  for (const { id, seller_id: sellerId } of due) {
    // A refused one is held with its reason; the others go on.
    const need = { key: 'ends soon', stands: (row: GrantRow) => row.access_expires_at < soon };
    await renewOnce(parts, id, sellerId, need).catch((error: unknown) => {
      if (error instanceof ConsentRefused) return;
      parts.log.warn({ grant: id, err: error }, 'a grant was not renewed; it is tried again');
    });
  }
  return due.length;
}

/** Renews a grant whose access has ended; after a shared first pair each shop's own comes so. */
export async function renewEnded(parts: Parts, grantId: string): Promise<void> {
  const shop = await parts.db
    .selectFrom('grant_shop')
    .select('seller_id')
    .where('grant_id', '=', grantId)
    .executeTakeFirst();
  if (shop) await renewOnce(parts, grantId, shop.seller_id, ended(parts.clock));
}

function ended(clock: Clock): Need {
  return { key: 'ended', stands: (row) => row.access_expires_at <= clock.now() };
}
