/** What does not happen at a store, an account or with a consent. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectStore } from '../../src/consents/connect.ts';
import { LAZADA, SHOPEE } from '../../src/demo/settings.ts';
import { CUP, type Harness, startHarness } from '../stages/harness.ts';
import { detailOf, everRaised, HOUR, MINUTE, passes, standing } from './passes.ts';

const STORES = { 'tea-sg': { alerts: { noPull: '40m', held: '2h' } }, 'tea-my': {} };
const DAY = 24 * HOUR;

let h: Harness;
beforeAll(async () => {
  h = await startHarness({ stores: STORES });
});
afterAll(() => h?.stop());

/** Pulls of both stores that work. */
async function allPulled(): Promise<void> {
  h.lazada.shell.planFaults(undefined);
  await h.pull('tea-sg');
  await h.pull('tea-my');
  await passes(h, MINUTE);
}

async function failPull(message: string): Promise<void> {
  h.lazada.shell.planFaults(() => ({ kind: 'error', code: '38', message }));
  await expect(h.pullNow('tea-sg')).rejects.toThrow();
}

test('a store whose pulls fail is told after its time, with the error, until one works', async () => {
  await allPulled();
  await passes(h, 38 * MINUTE);
  await failPull('of the first kind');
  expect(await standing(h, 'no-pull')).not.toContain('no-pull store tea-sg');
  await h.pull('tea-my');
  await passes(h, 4 * MINUTE);
  expect(await standing(h, 'no-pull')).toEqual(['no-pull store tea-sg']);
  expect(await detailOf(h, 'no-pull')).toMatch(
    /^last pulled with success: 20.* UTC; .*of the first kind/,
  );
  // Another error is another detail of the same alert.
  await failPull('of the second kind');
  await passes(h, 4 * MINUTE);
  expect(await detailOf(h, 'no-pull')).toContain('of the second kind');
  const raised = await everRaised(h, 'no-pull');
  expect(raised.filter((name) => name === 'no-pull store tea-sg')).toHaveLength(1);
  await allPulled();
  expect(await standing(h, 'no-pull')).toEqual([]);
});

test.each([
  ['a paused store', { stores: { ...STORES, 'tea-sg': { ...STORES['tea-sg'], paused: true } } }],
  [
    'one that starts later',
    { stores: { ...STORES, 'tea-sg': { ...STORES['tea-sg'], start: '2099-01-01' } } },
  ],
  ['any with polling off', { stores: STORES, polling: false }],
])('%s is not expected to be pulled', async (_which, changes) => {
  await allPulled();
  await passes(h, 29 * MINUTE);
  await h.pull('tea-my');
  await passes(h, 12 * MINUTE);
  expect(await standing(h, 'no-pull')).toEqual(['no-pull store tea-sg']);
  await h.reopen(changes);
  await passes(h, MINUTE);
  expect(await standing(h, 'no-pull')).toEqual([]);
  await h.reopen();
});

test('a store that was never pulled counts from when it was first seen', async () => {
  await allPulled();
  const { db } = h.core;
  await db.deleteFrom('cursor').where('store', '=', 'tea-my').execute();
  await db
    .updateTable('store')
    .set({ first_seen_at: h.clock.now() })
    .where('name', '=', 'tea-my')
    .execute();
  const shop = await db
    .deleteFrom('grant_shop')
    .where('marketplace', '=', 'shopee')
    .returningAll()
    .executeTakeFirstOrThrow();
  await expect(h.pullNow('tea-my')).rejects.toThrow('not connected');
  await passes(h, 28 * MINUTE);
  expect(await standing(h, 'no-pull')).toEqual([]);
  await passes(h, 4 * MINUTE);
  expect(await standing(h, 'no-pull')).toEqual(['no-pull store tea-my']);
  expect(await detailOf(h, 'no-pull')).toMatch(
    /^last pulled with success: never; .*ponbridge connect tea-my/,
  );
  await db.insertInto('grant_shop').values(shop).execute();
  await allPulled();
  expect(await standing(h, 'no-pull')).toEqual([]);
});

test('orders that cannot be read are one alert of their store, until they can', async () => {
  await allPulled();
  const numbers = [1, 2, 3, 4].map(() => h.orderLazada([CUP]));
  for (const number of numbers) h.lazada.breakOrder(number);
  await h.pull('tea-sg');
  await passes(h, 30 * MINUTE);
  await allPulled();
  await passes(h, 28 * MINUTE);
  expect(await standing(h, 'unread')).toEqual([]);
  await passes(h, 4 * MINUTE);
  expect(await standing(h, 'unread')).toEqual(['unread store tea-sg']);
  const detail = await detailOf(h, 'unread');
  expect(detail).toMatch(new RegExp(`^4 orders: ${numbers[0]} \\(.*\\); .*; \\.\\.\\.$`));
  expect(detail).not.toContain(numbers[3]);
  await h.core.db.deleteFrom('unread_order').execute();
  await passes(h, MINUTE);
  expect(await standing(h, 'unread')).toEqual([]);
});

test('an order held for long is told where no ship-by date warns', async () => {
  await allPulled();
  const number = h.orderLazada([{ ...CUP, sku: 'NOBODY-KNOWS' }]);
  const dated = h.orderLazada([{ ...CUP, sku: 'NOBODY-KNOWS' }]);
  await h.pull('tea-sg');
  const { id, holds } = await h.summary(number);
  expect(holds).toEqual(['sku-unmapped']);
  const { db } = h.core;
  await db.updateTable('sales_order').set({ ship_by: null }).where('id', '=', id).execute();
  await passes(h, 100 * MINUTE);
  await allPulled();
  await passes(h, 15 * MINUTE);
  expect(await standing(h, 'held-long')).toEqual([]);
  await passes(h, 8 * MINUTE);
  expect(await standing(h, 'held-long')).toEqual([`held-long order ${id}`]);
  expect(await detailOf(h, 'held-long')).toMatch(/^sku-unmapped since 20.* UTC$/);
  h.lazada.buyerCancels(number);
  h.lazada.buyerCancels(dated);
  await allPulled();
  expect(await standing(h, 'held-long')).toEqual([]);
});

test('an account with purchases on their way that is not listed is told', async () => {
  await allPulled();
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  await h.waitForState(number, 'paid');
  const { began_at } = await h.core.db
    .selectFrom('agent_listing')
    .select('began_at')
    .executeTakeFirstOrThrow();
  await passes(h, began_at.getTime() + 58 * MINUTE - h.clock.now().getTime());
  await allPulled();
  expect(await standing(h, 'no-listing')).toEqual([]);
  await passes(h, 4 * MINUTE);
  expect(await standing(h, 'no-listing')).toEqual(['no-listing account pandapon/main']);
  expect(await detailOf(h, 'no-listing')).toMatch(/^last listed: 20.* UTC; no listing has ended/);
  await h.listNow();
  await passes(h, MINUTE);
  expect(await standing(h, 'no-listing')).toEqual([]);
  // With nothing on its way there is nothing to list for.
  h.pandapon.send(number);
  await h.listNow();
  await h.run();
  h.advanceClock(2 * HOUR);
  await allPulled();
  await passes(h, 15 * MINUTE);
  expect(await standing(h, 'no-listing')).toEqual([]);
});

test("a seller's consent that ends soon is told until it is given anew", async () => {
  await allPulled();
  const { db } = h.core;
  const lasts = (ms: number) =>
    db
      .updateTable('grant')
      .set({ ends_at: new Date(h.clock.now().getTime() + ms) })
      .where('marketplace', '=', 'lazada')
      .execute();
  await lasts(7 * DAY + MINUTE);
  await passes(h, 0);
  expect(await standing(h, 'grant-ending')).toEqual([]);
  await passes(h, 2 * MINUTE);
  const [alert] = await standing(h, 'grant-ending');
  expect(alert).toMatch(/^grant-ending grant \d+$/);
  expect(await detailOf(h, 'grant-ending')).toMatch(/^ends 20.* UTC: tea-sg$/);
  const { appKey, sellerId } = LAZADA;
  await connectStore(h.service, 'tea-sg', h.lazada.issueCode({ appKey, sellerIds: [sellerId] }));
  await passes(h, MINUTE);
  expect(await standing(h, 'grant-ending')).toEqual([]);
  // One for a week stands from its first day, and says why. The refresh token's own 30 days alert nobody.
  const { partnerId, shopId } = SHOPEE;
  const consent = (days: number) => h.shopee.issueCode({ partnerId, shopId, days });
  await connectStore(h.service, 'tea-my', consent(7));
  await passes(h, MINUTE);
  expect(await detailOf(h, 'grant-ending')).toMatch(/, given 20.* UTC for that long only: tea-my$/);
  await connectStore(h.service, 'tea-my', consent(90));
  await passes(h, MINUTE);
  expect(await standing(h, 'grant-ending')).toEqual([]);
});
