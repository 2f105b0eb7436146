/** Cancelled at the marketplace after it was bought. */
import { expect, test } from 'vitest';
import type { Fault } from '../../connectors/sandbox.ts';
import { CUP, CUP_MY, type Harness, openHarness } from './harness.ts';

const BY_HAND = {
  stores: {
    'tea-sg': { purchase: { pay: { auto: false } } },
    'tea-my': { purchase: { pay: { auto: false } } },
  },
};

async function placedUnpaid(h: Harness): Promise<string> {
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  await h.waitForState(number, 'held');
  return number;
}

test('an unpaid purchase is cancelled at the agent, and the order is cancelled on both sides', async () => {
  const h = await openHarness(BY_HAND);
  const number = await placedUnpaid(h);
  h.lazada.buyerCancels(number);
  await h.pull('tea-sg');
  await h.waitForState(number, 'cancelled');
  expect(h.pandapon.order(number)?.cancelled).toBe(true);
  expect((await h.snapshot(number)).purchase?.state).toBe('cancelled');
  expect(await h.holds(number)).toEqual([]);
});

test('the same for Shopee', async () => {
  const h = await openHarness(BY_HAND);
  const number = h.orderShopee([CUP_MY]);
  await h.pull('tea-my');
  await h.waitForState(number, 'held');
  h.shopee.buyerCancels(number);
  await h.pull('tea-my');
  await h.waitForState(number, 'cancelled');
  expect(h.pandapon.order(number)?.cancelled).toBe(true);
});

test('the cancelling is over only when the agent shows it', async () => {
  const h = await openHarness({ ...BY_HAND, pandapon: { cancelMs: 10_000 } });
  const number = await placedUnpaid(h);
  h.lazada.buyerCancels(number);
  await h.pull('tea-sg');
  expect((await h.summary(number)).state).toBe('cancelling');
  await h.waitForState(number, 'cancelled');
  expect(h.pandapon.order(number)?.cancelAttempts).toHaveLength(1);
});

test('a paid purchase is not cancelled by itself: held for the refund, and cleared by it', async () => {
  const h = await openHarness();
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  await h.waitForState(number, 'paid');
  h.lazada.buyerCancels(number);
  await h.pull('tea-sg');
  await h.waitForState(number, 'held');
  expect(await h.holds(number)).toEqual(['cancelled-after-payment']);
  expect(h.pandapon.order(number)?.cancelAttempts).toHaveLength(0);

  h.pandapon.closeOrder(number, 'refunded');
  await h.waitForState(number, 'cancelled');
  expect(await h.holds(number)).toEqual([]);
});

test.each<Fault>([{ kind: 'lose-answer' }, { kind: 'html-after', status: 502 }])(
  'a cancelling whose answer was lost is settled by reading ($kind)',
  async (fault) => {
    const h = await openHarness({ ...BY_HAND, pandapon: { cancelMs: 1_000 } });
    const number = await placedUnpaid(h);
    h.pandapon.shell.addFault({ operation: 'cancelOrder', fault });
    h.lazada.buyerCancels(number);
    await h.pull('tea-sg');
    await h.waitForState(number, 'cancelled');
    expect(await h.outcomes(number, 'cancel')).toEqual(['adopted']);
    expect(h.pandapon.order(number)?.cancelAttempts).toHaveLength(1);
  },
);

test('a cancelling that never reached the agent is sent once more', async () => {
  const h = await openHarness(BY_HAND);
  const number = await placedUnpaid(h);
  h.pandapon.shell.addFault({ operation: 'cancelOrder', fault: { kind: 'reset' } });
  h.lazada.buyerCancels(number);
  await h.pull('tea-sg');
  await h.elapse(h.settings.timings.settleRead - 1_000);
  expect(h.calls('pandapon', 'cancelOrder')).toBe(1);
  await h.waitForState(number, 'cancelled');
  expect(await h.outcomes(number, 'cancel')).toEqual(['absent', 'succeeded']);
});

test('a cancelling that is absent a second time is held for a person, not sent a third time', async () => {
  const h = await openHarness(BY_HAND);
  const number = await placedUnpaid(h);
  h.pandapon.shell.addFault({ operation: 'cancelOrder', fault: { kind: 'reset' }, times: 5 });
  h.lazada.buyerCancels(number);
  await h.pull('tea-sg');
  await h.waitForState(number, 'held');
  expect(await h.holds(number)).toEqual(['cancel-unknown']);
  await h.elapse(2 * h.settings.timings.agentPoll + 1_000);
  expect(h.calls('pandapon', 'cancelOrder')).toBe(2);

  h.pandapon.closeOrder(number, 'by hand');
  await h.waitForState(number, 'cancelled');
});

test('a cancelling answered with a code that shows no effect is held with it, not repeated', async () => {
  const h = await openHarness(BY_HAND);
  const number = await placedUnpaid(h);
  const fault: Fault = { kind: 'error', code: '70002', message: '不可取消' };
  h.pandapon.shell.addFault({ operation: 'cancelOrder', fault });
  h.lazada.buyerCancels(number);
  await h.pull('tea-sg');
  await h.waitForState(number, 'held');
  expect(await h.holdTexts(number)).toEqual([expect.stringMatching('^cancel-refused: 70002')]);
  await h.elapse(2 * h.settings.timings.agentPoll + 1_000);
  expect(h.calls('pandapon', 'cancelOrder')).toBe(1);
});

test('cancelled while the purchase was being sent: no error, and it is cancelled at the agent', async () => {
  const h = await openHarness(BY_HAND);
  h.pandapon.shell.addFault({ operation: 'createOrder', fault: { kind: 'lose-answer' } });
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  h.lazada.buyerCancels(number);
  await h.pull('tea-sg');
  await h.waitForState(number, 'cancelled');
  expect(await h.outcomes(number, 'place')).toEqual(['adopted']);
  expect(h.pandapon.order(number)?.cancelled).toBe(true);
});

test('one of two lines cancelled after the purchase: a person decides', async () => {
  const h = await openHarness(BY_HAND);
  const number = h.orderLazada([{ ...CUP, quantity: 2 }]);
  await h.pull('tea-sg');
  await h.waitForState(number, 'held');
  const [item] = h.lazada.books().orders[0]?.items ?? [];
  h.lazada.buyerCancels(number, [String(item?.orderItemId)]);
  await h.pull('tea-sg');
  expect(await h.holds(number)).toContain('changed-after-purchase');
  expect(h.pandapon.order(number)?.cancelled).toBe(false);
});

test('a skipped line cancelled after the purchase changes nothing', async () => {
  const h = await openHarness(BY_HAND);
  const number = h.orderLazada([CUP, { sku: 'GIFT-CARD', price: '0.00' }]);
  await h.pull('tea-sg');
  await h.waitForState(number, 'held');
  const items = h.lazada.books().orders[0]?.items ?? [];
  const gift = items.find((item) => item.sku === 'GIFT-CARD');
  h.lazada.buyerCancels(number, [String(gift?.orderItemId)]);
  await h.pull('tea-sg');
  expect(await h.holds(number)).toEqual(['payment-due']);
});
