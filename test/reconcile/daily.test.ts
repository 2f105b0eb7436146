/** The re-scan by the clock: spread over the day, once for each, whatever restarts. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import { nextTime, reconcileAndAgain, scheduleReconciliations } from '../../src/reconcile/daily.ts';
import { readReconciliations } from '../../src/reconcile/kept.ts';
import { subjectsOf } from '../../src/reconcile/run.ts';
import { problemsOf, SERVICE } from '../config/home.ts';
import { CUP, openHarness } from '../stages/harness.ts';
import { passUnheard } from './given.ts';

const DAY_MS = 86_400_000;
const store = (name: string) => ({ kind: 'store' as const, name });

test('a thousand stores are spread over the day', () => {
  const now = new Date('2026-06-30T12:00:00Z');
  const times = Array.from({ length: 1_000 }, (_, index) =>
    nextTime(store(`store-${index}`), now, now, DAY_MS),
  );
  const hours = Map.groupBy(times, (at) => Math.floor((at.getTime() - now.getTime()) / 3_600_000));
  // The last is the part of a minute by which a re-scan may begin early.
  expect(hours.size).toBeLessThanOrEqual(25);
  expect(Math.max(...[...hours.values()].map((each) => each.length))).toBeLessThan(80);
});

test('a missed one is made up for within an hour', () => {
  const time = fc.integer({ min: 0, max: 10 * DAY_MS });
  fc.assert(
    fc.property(fc.string(), time, time, (name, one, other) => {
      const [last, now] = [Math.min(one, other), Math.max(one, other)];
      const next = nextTime(store(name), new Date(last), new Date(now), DAY_MS).getTime();
      expect(next).toBeGreaterThanOrEqual(now);
      expect(next).toBeLessThanOrEqual(Math.max(last + DAY_MS, now + DAY_MS / 24) + 60_000);
    }),
  );
});

test('restarts move no time', () => {
  const last = new Date('2026-06-30T12:00:00Z');
  const next = nextTime(store('tea-sg'), last, last, DAY_MS);
  for (let at = last.getTime(); at < next.getTime() - 60_000; at += 600_000) {
    expect(nextTime(store('tea-sg'), last, new Date(at), DAY_MS)).toEqual(next);
  }
  expect(nextTime(store('tea-sg'), next, next, DAY_MS).getTime()).toBe(next.getTime() + DAY_MS);
});

test('it repairs, logs each difference, keeps the result, and comes again', async () => {
  const h = await openHarness();
  await h.pull('tea-sg');
  await scheduleReconciliations(h.service);
  await scheduleReconciliations(h.service);
  const waiting = async () =>
    (await h.jobs.waiting()).filter((job) => job.queue === 'reconcile').map((job) => job.data);
  expect(await waiting()).toHaveLength(3);
  const number = h.orderLazada([CUP]);
  passUnheard(h);
  const warn = vi.spyOn(h.service.log, 'warn');
  await reconcileAndAgain(h.service, store('tea-sg'));
  expect(warn).toHaveBeenCalledWith(
    expect.objectContaining({ store: 'tea-sg', order: number, code: 'not-here' }),
    expect.stringContaining('taken in'),
  );
  const kept = await readReconciliations(h.core.db, subjectsOf(h.service));
  expect(kept).toMatchObject([{ subject: store('tea-sg'), compared: 1, repaired: 1, left: 0 }]);
  await reconcileAndAgain(h.service, store('a store whose file is gone'));
  expect(await waiting()).toHaveLength(3);
});

test("a worker carries it out, and the queue keeps the next one's job", async () => {
  const h = await openHarness({ workers: true });
  // Instead of the one that the start has put off to its time of the day.
  await sql`delete from pgboss.job where name = 'reconcile' and data ->> 'name' = 'tea-my'`.execute(
    h.core.db,
  );
  await h.core.jobs.send(h.core.db, 'reconcile', store('tea-my'));
  const waiting = async () => {
    const { rows } = await sql<{ name: string }>`
      select data ->> 'name' as name from pgboss.job
      where name = 'reconcile' and state = 'created' order by 1`.execute(h.core.db);
    return rows.map((row) => row.name);
  };
  await h.waitFor(async () => {
    const kept = await readReconciliations(h.core.db, [store('tea-my')]);
    return kept.length === 1;
  }, 'it is compared');
  await h.waitFor(async () => (await waiting()).length === 3, 'three wait');
  expect(await waiting()).toEqual(['pandapon/main', 'tea-my', 'tea-sg']);
});

test('a period that a missed one would leave a gap in is refused', async () => {
  const reconcile = (every: string, days: number) =>
    problemsOf({ service: `${SERVICE}\nreconcile: { every: ${every}, days: ${days} }\n` });
  expect(await reconcile('36h', 3)).toEqual([]);
  expect(await reconcile('48h', 3)).toEqual([
    expect.objectContaining({ path: 'reconcile.days', message: expect.stringContaining('twice') }),
  ]);
  expect(await reconcile('1s', 3)).toEqual([expect.objectContaining({ path: 'reconcile.every' })]);
});
