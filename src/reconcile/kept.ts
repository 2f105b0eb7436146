/** The last re-scan of each store and account, kept: for people, and for the next start. */
import type { Db } from '../database/connect.ts';
import type { Difference, Reconciliation, Subject } from './difference.ts';

/** More differences of one re-scan are counted, not kept. */
const MOST_KEPT = 1_000;

export async function keepReconciliation(db: Db, result: Reconciliation): Promise<void> {
  const { subject, differences } = result;
  const forPeople = differences.filter((each) => each.outcome === 'for-a-person');
  const others = differences.filter((each) => each.outcome !== 'for-a-person');
  const facts = {
    began_at: result.beganAt,
    ended_at: result.endedAt,
    days: result.days,
    compared: result.compared,
    fresh: result.fresh,
    by_hand: result.byHand,
    skipped: result.skipped ?? null,
    repaired: result.repaired,
    remaining: result.left,
    differences: JSON.stringify([...forPeople, ...others].slice(0, MOST_KEPT)),
  };
  await db
    .insertInto('reconciliation')
    .values({ ...subject, known_since: result.beganAt, ...facts })
    .onConflict((conflict) => conflict.columns(['kind', 'name']).doUpdateSet(facts))
    .execute();
}

/** Since when the subject counts as looked at; from now, where it is new. */
export async function lastLooked(db: Db, subject: Subject, now: Date): Promise<Date> {
  await db
    .insertInto('reconciliation')
    .values({ ...subject, known_since: now, differences: '[]' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await db
    .selectFrom('reconciliation')
    .select(['known_since', 'began_at'])
    .where('kind', '=', subject.kind)
    .where('name', '=', subject.name)
    .executeTakeFirstOrThrow();
  return row.began_at ?? row.known_since;
}

/** Of these subjects, those that have been compared. */
export async function readReconciliations(
  db: Db,
  subjects: readonly Subject[],
): Promise<Reconciliation[]> {
  const wanted = new Map(subjects.map((each, place) => [`${each.kind} ${each.name}`, place]));
  const placeOf = ({ kind, name }: Subject) => wanted.get(`${kind} ${name}`) ?? -1;
  const rows = await db.selectFrom('reconciliation').selectAll().execute();
  return rows
    .flatMap((row) => {
      const subject = { kind: row.kind, name: row.name };
      if (placeOf(subject) < 0 || !row.began_at || !row.ended_at || row.days === null) return [];
      return [
        {
          subject,
          days: row.days,
          beganAt: row.began_at,
          endedAt: row.ended_at,
          compared: row.compared,
          fresh: row.fresh,
          byHand: row.by_hand,
          skipped: row.skipped ?? undefined,
          repaired: row.repaired,
          left: row.remaining,
          differences: row.differences as Difference[],
        },
      ];
    })
    .toSorted((a, b) => placeOf(a.subject) - placeOf(b.subject));
}
