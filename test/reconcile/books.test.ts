/** Our own books: open attempts, dead ends, the day's cap, and the way back from an agent's number. */
import { expect, test } from 'vitest';
import { chinaDay } from '../../src/clock.ts';
import type { Store } from '../../src/config.ts';
import { readNumber } from '../../src/reconcile/numbered.ts';
import { openHarness, POT } from '../stages/harness.ts';
import { hearAll, paid, passUnheard, scan } from './given.ts';

test('a purchase whose answer was lost and whose job is gone is settled by the next job', async () => {
  const h = await openHarness({ pandapon: { listingLagMs: 20_000 } });
  await paid(h);
  const lost = h.orderLazada([POT]);
  // Bought, and not shown yet: as it would be at a kill.
  h.pandapon.shell.addFault({ operation: 'createOrder', fault: { kind: 'lose-answer' } });
  await h.pull('tea-sg');
  expect(await h.outcomes(lost, 'place')).toEqual(['open']);
  await h.jobs.clear();
  passUnheard(h);
  const found = await scan(h);
  expect(found.find('attempt-open')).toMatchObject({ orderNumber: lost, outcome: 'repaired' });
  expect(found.find('bought-unlinked')).toMatchObject({
    orderNumber: lost,
    done: expect.stringContaining('the settle stage adopts it'),
  });
  await h.waitForState(lost, 'paid');
  expect(await h.outcomes(lost, 'place')).toEqual(['adopted']);
  await hearAll(h);
  passUnheard(h);
  expect((await scan(h)).lines).toEqual([]);
});

test("the day's reserved amount is counted anew, and a dead end is reported", async () => {
  const h = await openHarness();
  const first = await paid(h);
  await paid(h);
  await hearAll(h);
  const day = chinaDay(h.clock.now());
  await h.core.db.updateTable('spend').set({ reserved_fen: 1 }).execute();
  await h.core.db
    .updateTable('purchase')
    .set({ state: 'paying' })
    .where('order_no', '=', String(h.pandapon.order(first)?.orderNo))
    .execute();
  const found = await scan(h);
  expect(found.find('spend-differs')).toMatchObject({
    theirs: `payments sent on ${day}: 25.00 CNY`,
    ours: 'reserved: 0.01 CNY',
    outcome: 'repaired',
  });
  expect(found.find('stranded')).toMatchObject({ orderNumber: first, outcome: 'for-a-person' });
  const spend = await h.core.db.selectFrom('spend').select('reserved_fen').execute();
  expect(spend).toEqual([{ reserved_fen: '2500' }]);
  expect((await scan(h)).lines).toEqual([expect.stringContaining('stranded')]);
});

test.each([
  ['{order}', '42', { order: '42' }],
  ['{store}-{order}', 'tea-42', { order: '42' }],
  ['{store}-{order}', 'pot-42', undefined],
  ['{orderId}/{order}.{order}', '7/8.8', { orderId: '7', order: '8' }],
  ['{orderId}/{order}.{order}', '7/8.9', undefined],
  ['({seller}) {order}', '(1000) 4.2', { order: '4.2' }],
])('the template %s reads %s as %o', (sellerOrderNumber, number, words) => {
  const settings = { sellerOrderNumber, country: 'sg', sellerId: '1000' };
  const store = { name: 'tea', settings } as unknown as Store;
  const read = readNumber(number, store);
  expect(read && { ...read }).toEqual(words);
});
