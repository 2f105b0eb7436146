/** Facts about the set-up that only traffic tells: how often, first and last. */
import { sql } from 'kysely';
import type { Db } from './connect.ts';

export const NOTED = [
  'push-verified',
  'push-refused',
  'push-probe',
  'callback',
  'callback-probe',
  'callback-refused',
  'nonce',
] as const;
export type NotedFact = (typeof NOTED)[number];

export interface Noted {
  readonly times: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

export async function addNoted(
  db: Db,
  fact: NotedFact,
  subject: string,
  times: number,
  at: Date,
): Promise<void> {
  await db
    .insertInto('noted')
    .values({ fact, subject, times, first_at: at, last_at: at })
    .onConflict((conflict) =>
      conflict.columns(['fact', 'subject']).doUpdateSet((row) => ({
        times: sql<number>`${row.ref('noted.times')} + excluded.times`,
        last_at: sql<Date>`greatest(${row.ref('noted.last_at')}, excluded.last_at)`,
      })),
    )
    .execute();
}

/** By `fact subject`. */
export async function readNoted(db: Db): Promise<ReadonlyMap<string, Noted>> {
  const rows = await db.selectFrom('noted').selectAll().where('fact', '!=', 'nonce').execute();
  return new Map(
    rows.map((row) => [
      `${row.fact} ${row.subject}`,
      { times: Number(row.times), firstAt: row.first_at, lastAt: row.last_at },
    ]),
  );
}

/** A nonce that a doctor left here a moment ago; whoever asks for another learns nothing. */
export async function knowsNonce(db: Db, nonce: string): Promise<boolean> {
  const row = await db
    .selectFrom('noted')
    .select('subject')
    .where('fact', '=', 'nonce')
    .where('subject', '=', nonce)
    .executeTakeFirst();
  return row !== undefined;
}

/** Those of doctors that were ended before they could tidy up go too. */
export async function forgetNonce(db: Db, nonce: string, now: Date): Promise<void> {
  await db
    .deleteFrom('noted')
    .where('fact', '=', 'nonce')
    .where(({ or, eb }) =>
      or([eb('subject', '=', nonce), eb('first_at', '<', new Date(now.getTime() - 600_000))]),
    )
    .execute();
}
