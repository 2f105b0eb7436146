/** Between the calls: a process that dies after each thing it commits, and what is told meanwhile. */
import { describe, expect, test } from 'vitest';
import { enterNumber } from '../../src/commands/tracking.ts';
import type { Tx } from '../../src/database/connect.ts';
import type { PurchaseRow } from '../../src/snapshot.ts';
import { listAccount } from '../../src/stages/list.ts';
import { pullStore, readOrder } from '../../src/stages/pull.ts';
import { wakeAfterStart } from '../../src/sweep.ts';
import { movePackage, movePurchase } from '../../src/transition.ts';
import {
  ACCOUNT,
  CUP,
  CUP_MY,
  CUP_SKU,
  type Harness,
  openHarness,
  POT,
  POT_SKU,
} from '../stages/harness.ts';
import { diesAt, diesAtWork, nextProcess } from './dying.ts';

/** Walks an order to its end by processes that each die after one commit; returns the states it was left in. */
async function walkDying(h: Harness, number: string, act: (state: string) => void) {
  const left = new Set<string>();
  for (let processes = 0; processes < 80; processes += 1) {
    const { order, purchase, packages } = await h.snapshot(number);
    left.add(`order ${order.state}`);
    if (purchase) left.add(`purchase ${purchase.state}`);
    for (const each of packages) left.add(`package ${each.state}`);
    if (order.state === 'done') return left;
    act((await h.summary(number)).state);
    h.advanceClock(30_000);
    await h.listNow();
    await h.pullNow('tea-sg');
    await h.jobs.clear();
    // Not always at the first: looking at the packages alone commits something each time.
    const dying = diesAtWork(h, 1 + (processes % 3));
    await Promise.race([h.advance(number, dying.service), dying.dead]);
  }
  throw new Error(`it never came to its end; it was left in ${[...left].join(', ')}`);
}

test('a process that dies after each thing it commits: the next goes on, nothing is done twice', async () => {
  const h = await openHarness();
  const number = h.orderLazada([CUP, { sku: 'GIFT-CARD', price: '0.00' }]);
  await h.pullNow('tea-sg');
  const done = new Set<string>();
  const left = await walkDying(h, number, (state) => {
    if (done.has(state)) return;
    if (state === 'paid') h.pandapon.send(number);
    else if (state === 'shipped') {
      h.lazada.shipOut(number);
      h.lazada.deliver(number);
    } else return;
    done.add(state);
  });
  const states = ['pulled', 'waiting', 'open', 'done'].map((state) => `order ${state}`);
  const ours = ['placed', 'paid', 'sent'].map((state) => `purchase ${state}`);
  const packages = ['shipping', 'shipped', 'delivered'].map((state) => `package ${state}`);
  for (const state of [...states, ...ours, ...packages]) expect(left).toContain(state);
  expect(h.boughtAtAgent(number)).toBe(1);
  expect(h.pandapon.order(number)?.timesPaid).toBe(1);
  const [order] = h.lazada.books().orders;
  expect(order?.items.map((item) => item.timesPacked).toSorted()).toEqual([1, 1]);
  expect(h.lazada.books().packages).toMatchObject([{ rtsCalls: { accepted: 1 } }]);
  expect(await h.core.db.selectFrom('label').selectAll().execute()).toHaveLength(1);
  expect((await h.events(number)).filter((kind) => kind === 'parcels-found')).toHaveLength(1);
});

test('each change of a purchase or a package leaves its order due, until somebody has gone on with it', async () => {
  const h = await openHarness({ stores: { 'tea-sg': { ship: { pack: 'paid' } } } });
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  await h.waitForState(number, 'paid');
  const atRest = await h.snapshot(number);
  const [pkg] = atRest.packages;
  if (!atRest.purchase || !pkg) throw new Error('it is bought and packed');
  const step = { now: h.clock.now(), actor: 'test', event: 'moved' };
  const due = async () => (await h.snapshot(number)).order.due_at;
  for (const move of [
    (tx: Tx) => movePurchase(tx, atRest.purchase as PurchaseRow, ['paid'], 'sent', step),
    (tx: Tx) => movePackage(tx, pkg, ['shipping'], 'waiting', step),
  ]) {
    await h.core.db.updateTable('sales_order').set({ due_at: null }).execute();
    await h.core.db.transaction().execute(move);
    expect(await due()).toEqual(step.now);
  }
});

test('an order whose jobs are all lost goes its whole way by the sweep alone', async () => {
  const h = await openHarness();
  const number = h.orderLazada([CUP]);
  await h.pullNow('tea-sg');
  const revive = async () => {
    await h.jobs.clear();
    await h.elapse(60_000);
    await h.sweepNow();
    // Until the next loss; what is only seen by a listing needs one.
    await h.elapse(h.settings.timings.agentPoll);
  };
  for (let losses = 0; (await h.summary(number)).state !== 'paid'; losses += 1) {
    expect(losses).toBeLessThan(10);
    await revive();
  }
  h.pandapon.send(number);
  await h.listNow();
  for (let losses = 0; (await h.summary(number)).state !== 'shipped'; losses += 1) {
    expect(losses).toBeLessThan(10);
    await revive();
  }
  expect(h.boughtAtAgent(number)).toBe(1);
});

test('a held order whose cause is gone goes on after a restart', async () => {
  const h = await openHarness({ stores: { 'tea-sg': { budget: { largestOrder: '10.00' } } } });
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  expect((await h.summary(number)).state).toBe('held');
  await h.jobs.clear();
  await h.reopen({});
  await wakeAfterStart(h.service);
  await h.sweepNow();
  await h.waitForState(number, 'paid');
});

test('parcels whose arrival was stored by a process that died then are still known to have arrived', async () => {
  const h = await openHarness({
    stores: { 'tea-sg': { ship: { pack: 'received', readyToShip: 'received' } } },
  });
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  await h.waitForState(number, 'paid');
  h.pandapon.send(number);
  await h.listNow();
  await h.run();
  h.pandapon.addTrace(number, CUP_SKU, 'SIGNED', '已签收');
  for (let processes = 0; processes < 6; processes += 1) {
    h.advanceClock(60_000);
    await h.jobs.clear();
    const dying = diesAtWork(h, 1, processes % 2 === 0 ? 'before' : 'after');
    await Promise.race([h.advance(number, dying.service), dying.dead]);
  }
  await nextProcess(h);
  await h.waitForState(number, 'shipped');
  expect((await h.snapshot(number)).purchase?.received_at).not.toBeNull();
});

test('a package that came back is over, also when the process dies as it sees that', async () => {
  const h = await openHarness();
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  await h.waitForState(number, 'paid');
  h.pandapon.send(number);
  await h.listNow();
  await h.run();
  await h.waitForState(number, 'shipped');
  h.lazada.setStatus(number, 'returned');
  await h.pullNow('tea-sg');
  await h.jobs.clear();
  const { service, dead } = diesAtWork(h);
  await Promise.race([h.advance(number, service), dead]);
  expect((await h.snapshot(number)).packages).toMatchObject([{ state: 'cancelled' }]);
  await nextProcess(h);
  await h.waitForState(number, 'done');
});

describe('a purchase of two lines that are sent apart', () => {
  test('loses no parcel to a process that dies between them', async () => {
    const h = await openHarness({ stores: { 'tea-sg': { tracking: { parcels: 'last' } } } });
    const number = h.orderLazada([CUP, POT]);
    await h.pull('tea-sg');
    await h.waitForState(number, 'paid');
    h.pandapon.sendLine(number, POT_SKU);
    h.pandapon.sendLine(number, CUP_SKU);
    await h.listNow();
    for (let processes = 0; processes < 4; processes += 1) {
      h.advanceClock(60_000);
      await h.jobs.clear();
      const dying = diesAt(h, { agent: 'parcels' }, processes % 2 === 0 ? 'before' : 'after');
      await Promise.race([h.advance(number, dying.service), dying.dead]);
    }
    expect((await h.snapshot(number)).parcels).toEqual([]);
    await nextProcess(h);
    await h.waitForState(number, 'shipped');
    expect((await h.snapshot(number)).parcels).toHaveLength(2);
  });
});

describe('what comes in', () => {
  test.each(['before', 'after'] as const)(
    'a pull that dies %s it stored a page: the next one has its orders, once',
    async (moment) => {
      const h = await openHarness();
      const first = h.orderLazada([CUP]);
      // Longer than the overlap: a place stored without its orders would lead past the first for good.
      h.advanceClock(120_000);
      const numbers = [first, h.orderLazada([CUP])];
      const { service, dead } = diesAtWork(h, 1, moment);
      await Promise.race([pullStore(service, 'tea-sg'), dead]);
      const stored = await h.core.db.selectFrom('sales_order').select('id').execute();
      expect(stored).toHaveLength(moment === 'after' ? 2 : 0);
      await h.pull('tea-sg');
      for (const number of numbers) {
        await h.waitForState(number, 'paid');
        const pulled = (await h.events(number)).filter((kind) => kind === 'order-pulled');
        expect(pulled).toHaveLength(1);
        expect(h.boughtAtAgent(number)).toBe(1);
      }
    },
  );

  test.each(['before', 'after'] as const)(
    'a push whose reading died %s it was stored is read again by its job, or by the next pull',
    async (moment) => {
      const h = await openHarness();
      const number = h.orderShopee([CUP_MY]);
      const { service, dead } = diesAtWork(h, 1, moment);
      await Promise.race([readOrder(service, 'tea-my', number, 'push'), dead]);
      // The job is repeated by the queue; without it:
      await h.jobs.clear();
      await h.pull('tea-my');
      await h.sweepNow();
      h.advanceClock(60_000);
      await h.sweepNow();
      await h.waitForState(number, 'paid');
      expect((await h.events(number)).filter((kind) => kind === 'order-pulled')).toHaveLength(1);
    },
  );

  test('a listing that dies before it is stored is made again, and nothing is placed without it', async () => {
    const h = await openHarness();
    const number = h.orderLazada([CUP]);
    await h.pullNow('tea-sg');
    await h.advance(number);
    const { service, dead } = diesAtWork(h, 1, 'before');
    const want = { notBefore: h.clock.now(), from: h.clock.now() };
    await Promise.race([listAccount(service, ACCOUNT, want), dead]);
    await h.advance(number);
    expect(h.boughtAtAgent(number)).toBe(0);
    await nextProcess(h);
    await h.waitForState(number, 'paid');
    expect(h.boughtAtAgent(number)).toBe(1);
  });
});

describe('a number entered by a person', () => {
  test.each(['before', 'after'] as const)(
    'by a command that dies %s its commit: told once, or entered again',
    async (moment) => {
      const h = await openHarness({ stores: { 'tea-my': { tracking: { leg: 'manual' } } } });
      const number = h.orderShopee([CUP_MY], { channel: 'non_integrated' });
      await h.pull('tea-my');
      await h.waitForState(number, 'paid');
      h.pandapon.send(number);
      await h.listNow();
      await h.run();
      expect(await h.holds(number)).toEqual(['number-wanted']);
      const given = { number: 'YT9900112233', carrier: undefined };
      const { service, dead } = diesAtWork(h, 1, moment);
      await Promise.race([enterNumber(service, await h.snapshot(number), given), dead]);
      await nextProcess(h);
      if (moment === 'before') {
        expect(await h.holds(number)).toEqual(['number-wanted']);
        await enterNumber(h.service, await h.snapshot(number), given);
        await h.run();
      }
      await h.waitForState(number, 'shipped');
      expect(h.shopee.books().orders[number]?.packages).toMatchObject([
        { arranged: 1, trackingNumber: given.number },
      ]);
    },
  );
});
