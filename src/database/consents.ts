/** Consents under way: given out with a random state, which comes back once, or ends by itself. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Selectable } from 'kysely';
import { addMs } from '../clock.ts';
import type { Db } from './connect.ts';
import type { ConsentTable } from './schema.ts';

export type ConsentRow = Selectable<ConsentTable>;

/** Long enough for a seller to log in; a Lazada code itself lives 30 minutes. */
export const STATE_LIVES_MS = 30 * 60_000;
/** Rows older than this tell nobody anything. */
const KEEP_MS = 30 * 86_400_000;

export interface NewConsent {
  readonly store: string;
  readonly marketplace: string;
  readonly app: string;
  readonly redirect: string;
  /** How long the state is good. */
  readonly livesMs: number;
}

/** Returns the state: it stands in the link and nowhere else. */
export async function beginConsent(
  db: Db,
  { livesMs, ...facts }: NewConsent,
  now: Date,
): Promise<{ readonly id: string; readonly state: string; readonly expiresAt: Date }> {
  const state = randomBytes(32).toString('base64url');
  const expiresAt = addMs(now, livesMs);
  await db.deleteFrom('consent').where('created_at', '<', addMs(now, -KEEP_MS)).execute();
  const { id } = await db
    .insertInto('consent')
    .values({ ...facts, state_hash: hashOf(state), created_at: now, expires_at: expiresAt })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, state, expiresAt };
}

/**
 * - `mine`: used up now, and the caller's to finish
 * - `used`, `ended`: it was good once
 * - `unknown`: never given out, for another marketplace, or long forgotten
 * - `other-store`: it is for `row.store`, not for the one asked about, and stays as it was
 */
export type Claim =
  | { readonly is: 'unknown' }
  | { readonly is: 'mine' | 'used' | 'ended' | 'other-store'; readonly row: ConsentRow };

/** Takes a state that came back; of several at once one gets it. */
export async function claimConsent(
  db: Db,
  wanted: { readonly marketplace: string; readonly state: string; readonly store?: string },
  now: Date,
): Promise<Claim> {
  const hash = hashOf(wanted.state);
  const row = await db
    .selectFrom('consent')
    .selectAll()
    .where('state_hash', '=', hash)
    .executeTakeFirst();
  if (!row || !sameHash(row.state_hash, hash) || row.marketplace !== wanted.marketplace) {
    return { is: 'unknown' };
  }
  if (wanted.store !== undefined && wanted.store !== row.store) return { is: 'other-store', row };
  const { numUpdatedRows } = await db
    .updateTable('consent')
    .set({ used_at: now })
    .where('id', '=', row.id)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  if (numUpdatedRows === 1n) return { is: 'mine', row };
  const after = (await readConsent(db, row.id)) ?? row;
  return { is: after.used_at ? 'used' : 'ended', row: after };
}

export async function readConsent(db: Db, id: string): Promise<ConsentRow | undefined> {
  return db.selectFrom('consent').selectAll().where('id', '=', id).executeTakeFirst();
}

/** What became of it, for the command that waits. */
export async function endConsent(
  db: Db,
  id: string,
  end: { readonly connected: readonly string[] } | { readonly refused: string },
): Promise<void> {
  const facts =
    'connected' in end
      ? { outcome: 'connected' as const, report: JSON.stringify(end.connected) }
      : { outcome: 'refused' as const, reason: end.refused };
  await db
    .updateTable('consent')
    .set(facts)
    .where('id', '=', id)
    .where('outcome', 'is', null)
    .execute();
}

/**
 * Nobody waits for it any more: it ends now, by whichever clock. False: its answer came in the same moment
 * and is being worked on.
 */
export async function giveUpConsent(db: Db, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('consent')
    .set((row) => ({ expires_at: row.ref('created_at') }))
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

function hashOf(state: string): string {
  return createHash('sha256').update(state).digest('hex');
}

/** The index has found it by its hash already; comparing so leaks nothing either. */
function sameHash(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
