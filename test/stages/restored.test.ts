/** A database put back to an earlier moment: nothing is bought, paid or shipped a second time. */
import { expect, inject, onTestFinished, test } from 'vitest';
import { copyDatabase, dropDatabase } from '../database-server.ts';
import { passUnheard, scan } from '../reconcile/given.ts';
import { ACCOUNT, CUP, CUP_MY, type Harness, openHarness, POT } from './harness.ts';

/** A backup of now; it goes with the test. */
async function backUp(h: Harness): Promise<string> {
  const serverUrl = inject('databaseUrl');
  const copy = await copyDatabase(serverUrl, h.databaseUrl);
  onTestFinished(() => dropDatabase(serverUrl, copy));
  return copy;
}

/** What the outside systems' own books say was done for an order. */
function books(h: Harness, number: string) {
  const orders = h.pandapon.books().orders.filter((each) => each.sellerOrderNumber === number);
  const arranged = h.shopee.books().orders[number]?.packages.map((pkg) => pkg.arranged);
  const packages = h.lazada.books().packages.filter((pkg) => pkg.orderId === number);
  return {
    bought: orders.length,
    paid: orders.reduce((sum, each) => sum + each.timesPaid, 0),
    shipped: arranged?.reduce((sum, each) => sum + each, 0) ?? packages.length,
  };
}

const ONCE = { bought: 1, paid: 1, shipped: 1 };

test('a backup of a moment ago, restored after the original went on to the end', {
  timeout: 90_000,
}, async () => {
  const options = {
    // So long that the backup's listing would still be fresh after the restore.
    timings: { listingFresh: '3h' },
    stores: { 'tea-sg': { purchase: { delay: '30s' } } },
  };
  const h = await openHarness(options);
  const lazada = async (state?: 'paid' | 'placed') => {
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    if (state) await h.waitForState(number, state);
    return number;
  };
  // From the far end, so that none goes further than meant.
  const told = await lazada('paid');
  h.pandapon.send(told);
  await h.listNow();
  await h.waitForState(told, 'shipped');
  const packed = await lazada('paid');
  const paid = h.orderShopee([CUP_MY]);
  await h.pull('tea-my');
  await h.waitForState(paid, 'paid');
  h.pandapon.setTimings({ buildMs: 60_000 });
  const placed = await lazada('placed');
  // From here on no job runs by itself.
  const placing = h.orderLazada([CUP]);
  await h.pullNow('tea-sg');
  await h.advance(placing);
  h.advanceClock(31_000);
  h.pandapon.shell.addFault({ operation: 'createOrder', fault: { kind: 'lose-answer' } });
  await h.advance(placing);
  const waiting = h.orderLazada([POT]);
  await h.pullNow('tea-sg');
  await h.advance(waiting);
  await h.listNow();
  const all = [told, packed, paid, placed, placing, waiting];
  const states = async () => Promise.all(all.map(async (each) => (await h.summary(each)).state));
  expect(await states()).toEqual(['shipped', 'paid', 'paid', 'placed', 'placing', 'waiting']);
  expect((await h.snapshot(packed)).packages).toMatchObject([{ steps_done: ['pack'] }]);
  expect(await h.outcomes(placing, 'place')).toEqual(['open']);

  const copy = await backUp(h);
  await h.reopen();
  const later = h.orderLazada([POT]);
  await h.pull('tea-sg');
  all.push(later);
  for (const number of all) {
    await h.waitFor(async () => books(h, number).paid === 1, `${number} is paid`);
    if (number !== told) h.pandapon.send(number);
  }
  await h.listNow();
  for (const number of all) await h.waitForState(number, 'shipped');
  expect(all.map((number) => books(h, number))).toEqual(all.map(() => ONCE));

  passUnheard(h);
  await h.reopen(options, copy);
  all.pop();
  expect(await states()).toEqual(['shipped', 'paid', 'paid', 'placed', 'placing', 'waiting']);
  all.push(later);
  // `ponbridge reconcile`: everything is put right by itself.
  const { lines } = await scan(h);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(line).toMatch(/^repaired /);
  for (const number of all) await h.waitForState(number, 'shipped', 6 * 3_600_000);
  expect(all.map((number) => books(h, number))).toEqual(all.map(() => ONCE));
  for (const number of [placing, waiting, later]) {
    expect(await h.events(number)).toContain('purchase-adopted');
  }
  for (const number of all) expect(await h.holds(number)).toEqual([]);
});

test('a listing from before this process began is asked for again; a newer one of another counts', async () => {
  const h = await openHarness({ stores: { 'tea-sg': { purchase: { delay: '10s' } } } });
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  h.advanceClock(10_000);
  await h.listNow();
  await h.jobs.clear();
  // A worker that began after that listing, beside the one that made it.
  h.advanceClock(1_000);
  const young = { startedAt: h.clock.now() };
  await h.advance(number, young);
  expect(h.calls('pandapon', 'createOrder')).toBe(0);
  const asked = (await h.jobs.waiting()).filter((job) => job.queue === 'listing');
  expect(asked.map((job) => job.data)).toContainEqual(
    expect.objectContaining({ ...ACCOUNT, notBefore: young.startedAt.toISOString() }),
  );
  await h.listNow();
  await h.jobs.clear();
  await h.advance(number, young);
  expect(h.boughtAtAgent(number)).toBe(1);
});
