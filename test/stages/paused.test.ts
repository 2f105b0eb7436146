/** A paused store: nothing new is bought or paid; what is bought goes on; resumed, all is picked up. */
import { expect, test } from 'vitest';
import { wakeStores } from '../../src/sweep.ts';
import { CUP, type Harness, openHarness } from './harness.ts';

const PAUSED = { stores: { 'tea-sg': { paused: true } } };
const HOUR_MS = 3_600_000;

/** As a reload does, with the settings changed so. */
async function change(h: Harness, changes: Parameters<Harness['reopen']>[0]) {
  await h.reopen(changes);
  await wakeStores(h.service, ['tea-sg']);
  await h.sweepNow();
}

test('what a push brings is read and planned, not bought; resumed, it is bought', async () => {
  const h = await openHarness(PAUSED);
  const number = h.orderLazada([CUP]);
  await h.push('tea-sg', number);
  await h.elapse(2 * HOUR_MS);
  expect((await h.summary(number)).state).toBe('waiting');
  expect(await h.holds(number)).toEqual([]);
  expect(h.boughtAtAgent(number)).toBe(0);
  await change(h, {});
  await h.waitForState(number, 'paid');
  expect(h.boughtAtAgent(number)).toBe(1);
});

test('what is placed is not paid; resumed, it is', async () => {
  const h = await openHarness({ pandapon: { buildMs: 120_000 } });
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  await h.waitForState(number, 'placed');
  await change(h, PAUSED);
  await h.elapse(5 * 60_000);
  expect((await h.summary(number)).state).toBe('placed');
  expect(h.calls('pandapon', 'payOrder')).toBe(0);
  await change(h, {});
  await h.waitForState(number, 'paid');
  expect(h.pandapon.order(number)?.timesPaid).toBe(1);
});

test('what is paid goes on to its end', async () => {
  const h = await openHarness();
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  await h.waitForState(number, 'paid');
  await change(h, PAUSED);
  h.pandapon.send(number);
  await h.waitForState(number, 'shipped');
});

test('a shorter delay counts for the orders that wait already', async () => {
  const h = await openHarness({ stores: { 'tea-sg': { purchase: { delay: '24h' } } } });
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  expect((await h.summary(number)).state).toBe('waiting');
  await change(h, { stores: { 'tea-sg': { purchase: { delay: '1m' } } } });
  await h.waitForState(number, 'paid', 10 * 60_000);
});
