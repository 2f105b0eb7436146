/** Differences between a marketplace's books and ours, made for real, repaired or reported. */
import { expect, test } from 'vitest';
import { readReconciliations } from '../../src/reconcile/kept.ts';
import { CUP, CUP_MY, type Harness, openHarness, type ShopeeLine } from '../stages/harness.ts';
import { hearAll, paid, passUnheard, scan, sent } from './given.ts';

const UNMAPPED = { ...CUP, sku: 'nobody knows it' };

async function paidShopee(h: Harness, lines: ShopeeLine[] = [CUP_MY]): Promise<string> {
  const number = h.orderShopee(lines);
  await h.pull('tea-my');
  await h.waitForState(number, 'paid');
  return number;
}

const orderRow = (h: Harness, number: string) =>
  h.core.db.updateTable('sales_order').where('order_number', '=', number);

test('what no push and no pull brought is taken in, and goes its way', async () => {
  const h = await openHarness();
  const known = await paid(h);
  await hearAll(h);
  const lazada = h.orderLazada([CUP]);
  const shopee = h.orderShopee([CUP_MY]);
  // A pull that was told it had come further than it had.
  const covered = { covered_until: new Date(h.clock.now().getTime() + 3_600_000) };
  await h.core.db.updateTable('cursor').set(covered).execute();
  passUnheard(h);
  await h.pull('tea-sg');
  expect(await scan(h)).toMatchObject({
    lines: [
      expect.stringMatching(`^repaired not-here ${shopee}: .* -> taken in; it is pulled here`),
      expect.stringMatching(`^repaired not-here ${lazada}: .* -> taken in; it is pulled here`),
    ],
  });
  await h.waitForState(lazada, 'paid');
  await h.waitForState(shopee, 'paid');
  expect([known, lazada, shopee].map(h.boughtAtAgent)).toEqual([1, 1, 1]);
  await hearAll(h);
  passUnheard(h);
  expect((await scan(h)).lines).toEqual([]);
});

test('news of a moment ago are taken in without being a difference', async () => {
  const h = await openHarness();
  const number = h.orderLazada([CUP]);
  const { lines, results } = await scan(h);
  expect(lines).toEqual([]);
  expect(results.map((result) => result.fresh)).toEqual([0, 1, 0]);
  await h.waitForState(number, 'paid');
});

test('changed there, and rows changed by hand here: stored anew, and the order goes on', async () => {
  const h = await openHarness();
  const cancelled = h.orderLazada([UNMAPPED]);
  const edited = await paid(h);
  await hearAll(h);
  h.lazada.buyerCancels(cancelled);
  const snapshot = await h.snapshot(edited);
  await h.core.db
    .updateTable('sales_line')
    .set({ quantity: 9 })
    .where('sales_order_id', '=', snapshot.order.id)
    .execute();
  passUnheard(h);
  const found = await scan(h);
  expect(found.find('differs')).toMatchObject({
    orderNumber: cancelled,
    theirs: expect.stringContaining('canceled'),
    ours: expect.stringContaining('pending'),
    outcome: 'repaired',
  });
  expect(found.find('row-damaged')).toMatchObject({ orderNumber: edited, outcome: 'repaired' });
  await h.run();
  expect((await h.summary(cancelled)).state).toBe('cancelled');
  expect((await h.snapshot(edited)).lines.map((line) => line.quantity)).toEqual([1]);
  expect(await h.holds(edited)).toEqual([]);
  passUnheard(h);
  expect((await scan(h)).lines).toEqual([]);
});

test('what only a person can clear up is reported, each time, until it is', async () => {
  const h = await openHarness();
  const [broken, unknown, ended, reused] = Array.from({ length: 4 }, () =>
    h.orderLazada([UNMAPPED]),
  ) as [string, string, string, string];
  await h.pull('tea-sg');
  await h.pull('tea-my');
  h.lazada.breakOrder(broken);
  h.lazada.setUpdatedAt(broken, h.clock.now().getTime());
  await orderRow(h, unknown).set({ order_id: '7007', order_number: '7007' }).execute();
  await orderRow(h, ended).set({ state: 'done' }).execute();
  await orderRow(h, reused)
    .set({ source_created_at: new Date('2026-01-02') })
    .execute();
  passUnheard(h);

  const found = await scan(h);
  expect(found.find('unreadable')).toMatchObject({ orderNumber: broken, outcome: 'for-a-person' });
  expect(found.find('unknown-there')).toMatchObject({ orderNumber: '7007' });
  expect(found.find('ended-here')).toMatchObject({ orderNumber: ended, ours: 'done' });
  expect(found.find('number-reused')).toMatchObject({ orderNumber: reused });
  expect(found.find('not-here')).toMatchObject({ orderNumber: unknown, outcome: 'repaired' });
  expect(found.lines).toHaveLength(5);
  expect(found.results[1]).toMatchObject({ repaired: 1, left: 4 });
  await h.run();
  expect(await h.holds(reused)).toContain('number-reused');

  passUnheard(h);
  const again = (await scan(h)).results[1];
  expect(again).toMatchObject({ repaired: 0, left: 4 });
  const kept = await readReconciliations(h.core.db, [{ kind: 'store', name: 'tea-sg' }]);
  expect(kept).toEqual([again]);
});

test('promises: taken over by the ship stage where it can, else reported', async () => {
  const h = await openHarness({ stores: { 'tea-my': { ship: { pack: 'sent' } } } });
  const forgotten = await paidShopee(h);
  const byHand = await paidShopee(h);
  const failed = await paidShopee(h);
  const renumbered = await paid(h);
  for (const number of [forgotten, failed, renumbered]) await sent(h, number);
  for (const number of [forgotten, failed, renumbered]) await h.waitForState(number, 'shipped');
  const packageOf = async (number: string) => String((await h.snapshot(number)).packages[0]?.id);
  // As in a database from before it was arranged.
  await h.core.db
    .updateTable('package')
    .set({ state: 'waiting', steps_done: [] })
    .where('id', '=', await packageOf(forgotten))
    .execute();
  h.shopee.pickUp(byHand);
  h.shopee.pickUp(failed);
  h.shopee.failPickup(failed);
  await h.core.db
    .updateTable('package')
    .set({ tracking_number: 'OLD1' })
    .where('id', '=', await packageOf(renumbered))
    .execute();
  await h.jobs.clear();
  await hearAll(h);
  passUnheard(h);

  const found = await scan(h);
  const line = (number: string) => found.lines.filter((each) => each.includes(` ${number}: `));
  expect(line(forgotten)).toEqual([
    expect.stringMatching(/^repaired shipped-there .* its job is sent; the ship stage takes it/),
  ]);
  expect(line(byHand)).toEqual([
    expect.stringMatching(/^for-a-person shipped-there .* Somebody shipped other goods\. Purchase/),
  ]);
  expect(line(failed)).toEqual([expect.stringMatching(/^for-a-person not-arranged /)]);
  expect(line(renumbered)).toEqual([
    expect.stringMatching(/^for-a-person tracking-differs .* \/ OLD1 -> Tell the warehouse/),
  ]);
  expect(found.lines).toHaveLength(4);
  await h.waitForState(forgotten, 'shipped');
  expect(h.shopee.books().orders[forgotten]?.packages).toMatchObject([{ arranged: 1 }]);
  passUnheard(h);
  expect((await scan(h)).results.map((result) => [result.repaired, result.left])).toEqual([
    [0, 2],
    [0, 1],
    [0, 0],
  ]);
});

test('a store that cannot be listed is said so; the others are compared', async () => {
  const h = await openHarness({ stores: { 'tea-my': { paused: true } } });
  h.lazada.shell.addFault({
    operation: '/orders/get',
    fault: { kind: 'error', code: 'SystemError', message: 'no such luck' },
    times: 100,
  });
  const found = await scan(h);
  expect(found.results[0]).toMatchObject({ skipped: 'paused', left: 0 });
  expect(found.find('not-compared')).toMatchObject({
    theirs: expect.stringContaining('no such luck'),
    outcome: 'for-a-person',
  });
  expect(found.results[2]).toMatchObject({ subject: { kind: 'account' }, left: 0 });
});
