/** Raising and clearing, whatever the watch: once, at any scale, and not after a pause. */
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { WATCHES, watch, watchStarts } from '../../src/alerts/run.ts';
import { ALERT_CODES } from '../../src/alerts/texts.ts';
import type { Database } from '../../src/database/connect.ts';
import { CUP, type Harness, startHarness } from '../stages/harness.ts';
import { everRaised, HOUR, MINUTE, passes, standing } from './passes.ts';

let h: Harness;
let id: string;
beforeAll(async () => {
  h = await startHarness({
    stores: { 'tea-sg': { alerts: { unsent: '6h' }, ship: { margin: '1m' } } },
  });
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  id = (await h.waitForState(number, 'paid')).id;
});
afterAll(() => h?.stop());

/** The purchase was paid that long ago, and the service has looked all the while. */
async function paidAgo(ms: number): Promise<void> {
  await h.core.db
    .updateTable('purchase')
    .set({ paid_at: new Date(h.clock.now().getTime() - ms) })
    .execute();
}

beforeEach(async () => {
  await paidAgo(0);
  await passes(h, HOUR);
  await h.core.db.deleteFrom('alert').execute();
});

test('every code has its watch', () => {
  expect(WATCHES.map(({ code }) => code).toSorted()).toEqual(ALERT_CODES.toSorted());
});

test('several processes that look at once raise it once', async () => {
  await paidAgo(7 * HOUR);
  await Promise.all([1, 2, 3, 4, 5, 6].map(() => watch(h.service)));
  expect(await everRaised(h)).toEqual([`unsent order ${id}`]);
});

test('it is told once with its raising and once with its end', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const service = { ...h.service, log };
  await paidAgo(7 * HOUR);
  await watch(service);
  await watch(service);
  await paidAgo(5 * HOUR);
  await watch(service);
  await watch(service);
  const about = lines.map((line) => JSON.parse(line)).filter(({ code }) => code === 'unsent');
  expect(about).toMatchObject([
    { level: 40, store: 'tea-sg', order: id, msg: expect.stringMatching(/^paid 20/) },
    { level: 30, store: 'tea-sg', order: id, msg: 'an alert is over' },
  ]);
});

test.each(['done', 'cancelled', 'ignored', 'cancelling'] as const)(
  'an order that is %s is waited for no more',
  async (state) => {
    const move = (to: 'open' | typeof state) =>
      h.core.db.updateTable('sales_order').set({ state: to }).where('id', '=', id).execute();
    const { ship_by } = await h.core.db
      .selectFrom('sales_order')
      .select('ship_by')
      .executeTakeFirstOrThrow();
    await h.core.db.updateTable('sales_order').set({ ship_by: h.clock.now() }).execute();
    await paidAgo(7 * HOUR);
    await watch(h.service);
    expect(await standing(h)).toEqual([`unsent order ${id}`, `ship-by-near order ${id}`]);
    await move(state);
    await watch(h.service);
    expect(await standing(h)).toEqual([]);
    await move('open');
    await h.core.db.updateTable('sales_order').set({ ship_by }).execute();
  },
);

test('each store has its own time', async () => {
  const at = (store: string) =>
    h.core.db.updateTable('sales_order').set({ store }).where('id', '=', id).execute();
  await paidAgo(7 * HOUR);
  await at('tea-my');
  await watch(h.service);
  expect(await standing(h)).toEqual([]);
  await at('tea-sg');
  await watch(h.service);
  expect(await standing(h)).toEqual([`unsent order ${id}`]);
});

test('the sweep looks', async () => {
  await paidAgo(7 * HOUR);
  await h.sweepNow();
  expect(await standing(h)).toEqual([`unsent order ${id}`]);
});

test('after a pause nothing overdue is believed before it could be read; the calendar is', async () => {
  h.advanceClock(12 * HOUR);
  await h.core.db.updateTable('sales_order').set({ ship_by: h.clock.now() }).execute();
  await watch(h.service);
  expect(await standing(h)).toEqual([`ship-by-near order ${id}`]);
  await passes(h, 8 * MINUTE);
  expect(await standing(h, 'unsent')).toEqual([]);
  await passes(h, 4 * MINUTE);
  expect(await standing(h, 'unsent')).toEqual([`unsent order ${id}`]);

  // What stands already stays over the next pause.
  h.advanceClock(HOUR);
  await paidAgo(0);
  await watch(h.service);
  expect(await standing(h, 'unsent')).toEqual([`unsent order ${id}`]);
  await passes(h, 12 * MINUTE);
  expect(await standing(h, 'unsent')).toEqual([]);
  await h.core.db.updateTable('sales_order').set({ ship_by: null }).execute();
});

test('a start counts as a pause; one that repeats over and over does so once an hour', async () => {
  await h.core.db
    .updateTable('watch')
    .set({ resumed_at: new Date(h.clock.now().getTime() - 2 * HOUR) })
    .execute();
  await watchStarts(h.service);
  await paidAgo(7 * HOUR);
  await passes(h, 8 * MINUTE);
  expect(await standing(h)).toEqual([]);
  await watchStarts(h.service);
  await passes(h, 4 * MINUTE);
  expect(await standing(h)).toEqual([`unsent order ${id}`]);
});

test('sweeps that are set to be seldom are no pauses', async () => {
  const { settings } = h;
  const timings = { ...settings.timings, sweep: 20 * MINUTE };
  await paidAgo(7 * HOUR);
  h.advanceClock(HOUR);
  for (const expected of [[], [`unsent order ${id}`]]) {
    h.advanceClock(20 * MINUTE);
    await watch({ ...h.service, settings: { ...settings, timings } });
    expect(await standing(h)).toEqual(expected);
  }
});

test('a watch that fails is said, and stops no other', async () => {
  const { db } = h.core;
  await paidAgo(7 * HOUR);
  await db.schema.alterTable('unread_order').renameTo('gone').execute();
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
  await watch({ ...h.service, log });
  await db.schema.alterTable('gone').renameTo('unread_order').execute();
  expect(lines.map((line) => JSON.parse(line).code)).toEqual(['unread']);
  expect(await standing(h)).toEqual([`unsent order ${id}`]);
});

test('the statements are as many for one order as for many', async () => {
  const count = async () => {
    let statements = 0;
    const db: Database = h.core.db.withPlugin({
      transformQuery: ({ node }) => {
        statements += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    await watch({ ...h.service, db });
    return statements;
  };
  const one = await count();
  await paidAgo(7 * HOUR);
  const numbers = Array.from({ length: 8 }, () => h.orderLazada([CUP]));
  await h.pull('tea-sg');
  for (const number of numbers) await h.waitForState(number, 'paid');
  await paidAgo(7 * HOUR);
  await passes(h, MINUTE);
  await paidAgo(8 * HOUR);
  expect(await count()).toBe(one);
  expect(await standing(h, 'unsent')).toHaveLength(9);
  await paidAgo(0);
  expect(await count()).toBe(one);
  expect(await standing(h, 'unsent')).toEqual([]);
});

test('what ended long ago is forgotten', async () => {
  const ended = { code: 'unsent', store: 'tea-sg', detail: 'long ago' };
  const at = (days: number) => new Date(h.clock.now().getTime() - days * 24 * HOUR);
  await h.core.db
    .insertInto('alert')
    .values([
      { ...ended, sales_order_id: id, raised_at: at(100), cleared_at: at(91) },
      { ...ended, sales_order_id: id, raised_at: at(100), cleared_at: at(89) },
    ])
    .execute();
  await watch(h.service);
  expect(await everRaised(h)).toHaveLength(1);
});
