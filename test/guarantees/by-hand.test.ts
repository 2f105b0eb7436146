/** A seller who bought the same order by hand in the agent's console: never bought again. */
import { describe, expect, test } from 'vitest';
import { adoptOrder } from '../../src/commands/adopt.ts';
import { PANDAPON } from '../../src/demo/settings.ts';
import { CUP, CUP_SKU, type Harness, openHarness, POT_SKU } from '../stages/harness.ts';

const CUP_LINE = { itemId: '600126245031041190', skuId: CUP_SKU, quantity: 1, priceFen: 1250 };
const BY_HAND = { stores: { 'tea-sg': { purchase: { pay: { auto: false } } } } };

function buyByHand(h: Harness, number?: string, line = CUP_LINE) {
  const numbers = number ? { orderSource: 'lazada', sellerOrderNumber: number } : {};
  return h.pandapon.addManualOrder({ lines: [line], ...numbers });
}

async function payInConsole(h: Harness, order: { orderId: string; orderNo: string }) {
  const signedAt = h.clock.now();
  await h.service.connections
    .agent({ agent: 'pandapon', account: 'main' })
    .pay(
      { agentOrderId: order.orderId, orderNo: order.orderNo },
      { signedAt, sendBefore: new Date(signedAt.getTime() + 10_000) },
    );
}

const bought = (h: Harness) => h.calls('pandapon', 'createOrder');

describe('with our number and the same goods', () => {
  test('adopted, and paid as the store pays', async () => {
    const h = await openHarness();
    const number = h.orderLazada([CUP]);
    const { orderId } = buyByHand(h, number);
    await h.pull('tea-sg');
    await h.waitForState(number, 'paid');
    expect((await h.snapshot(number)).purchase?.agent_order_id).toBe(orderId);
    expect(h.pandapon.order(orderId)?.payAttempts).toHaveLength(1);
    expect(bought(h)).toBe(0);
  });

  test('adopted, and left unpaid where a person pays', async () => {
    const h = await openHarness(BY_HAND);
    const number = h.orderLazada([CUP]);
    const order = buyByHand(h, number);
    await h.pull('tea-sg');
    await h.waitForState(number, 'held');
    expect(await h.holds(number)).toEqual(['payment-due']);
    await payInConsole(h, order);
    await h.waitForState(number, 'paid');
    expect(bought(h)).toBe(0);
  });

  test('and paid by hand already: adopted, not paid again, and shipped like any other', async () => {
    const h = await openHarness();
    const number = h.orderLazada([CUP]);
    const order = buyByHand(h, number);
    await payInConsole(h, order);
    await h.pull('tea-sg');
    await h.waitForState(number, 'paid');
    expect(h.pandapon.order(order.orderId)?.timesPaid).toBe(1);
    expect(await h.outcomes(number, 'pay')).toEqual([]);
    h.pandapon.send(order.orderId);
    await h.listNow();
    await h.run();
    await h.waitForState(number, 'shipped');
    expect(bought(h)).toBe(0);
  });

  test('but cancelled by hand: it is no purchase, so the order is bought', async () => {
    const h = await openHarness();
    const number = h.orderLazada([CUP]);
    const { orderId } = buyByHand(h, number);
    h.pandapon.closeOrder(orderId, 'by hand');
    await h.pull('tea-sg');
    await h.waitForState(number, 'paid');
    expect((await h.snapshot(number)).purchase?.agent_order_id).not.toBe(orderId);
    expect(bought(h)).toBe(1);
  });

  test('twice: held, until a person cancels one of them', async () => {
    const h = await openHarness();
    const number = h.orderLazada([CUP]);
    const first = buyByHand(h, number);
    const second = buyByHand(h, number);
    await h.pull('tea-sg');
    await h.elapse(60_000);
    expect(await h.holds(number)).toEqual(['purchase-ambiguous']);
    h.pandapon.closeOrder(second.orderId, 'one too many');
    await h.retry(number);
    await h.waitForState(number, 'paid');
    expect((await h.snapshot(number)).purchase?.agent_order_id).toBe(first.orderId);
    expect(bought(h)).toBe(0);
  });
});

test('with our number but other goods: held, until a person links it', async () => {
  const h = await openHarness();
  const number = h.orderLazada([CUP]);
  const { orderId } = buyByHand(h, number, { ...CUP_LINE, skuId: POT_SKU });
  await h.pull('tea-sg');
  await h.elapse(60_000);
  expect(await h.holds(number)).toEqual(['purchase-ambiguous']);
  await adoptOrder(h.service, await h.snapshot(number), orderId);
  await h.run();
  expect((await h.snapshot(number)).purchase?.agent_order_id).toBe(orderId);
  // Other goods than planned are a person's to pay.
  expect(await h.holds(number)).toEqual(['lines-differ']);
  expect(bought(h)).toBe(0);
});

describe('without a number but with exactly these goods', () => {
  test('held, until a person links it', async () => {
    const h = await openHarness();
    const number = h.orderLazada([CUP]);
    const { orderId } = buyByHand(h);
    await h.pull('tea-sg');
    await h.elapse(60_000);
    expect(await h.holds(number)).toEqual(['purchase-ambiguous']);
    await adoptOrder(h.service, await h.snapshot(number), orderId);
    await h.waitForState(number, 'paid');
    expect(bought(h)).toBe(0);
  });

  test('held, until a person cancels it in the console: then the order is bought', async () => {
    const h = await openHarness();
    const number = h.orderLazada([CUP]);
    const { orderId } = buyByHand(h);
    await h.pull('tea-sg');
    await h.elapse(60_000);
    expect(await h.holds(number)).toEqual(['purchase-ambiguous']);
    h.pandapon.closeOrder(orderId, 'by hand');
    await h.retry(number);
    await h.waitForState(number, 'paid');
    expect(bought(h)).toBe(1);
  });

  test('after an unknown placing: beside a cancelled one with our number the living one is adopted', async () => {
    const h = await openHarness();
    const number = h.orderLazada([CUP]);
    const { orderId } = buyByHand(h, number);
    h.pandapon.closeOrder(orderId, 'by hand');
    h.pandapon.shell.addFault({ operation: 'createOrder', fault: { kind: 'lose-answer' } });
    await h.pull('tea-sg');
    await h.waitForState(number, 'paid');
    expect(await h.outcomes(number, 'place')).toEqual(['adopted']);
    expect((await h.snapshot(number)).purchase?.agent_order_id).not.toBe(orderId);
    expect(bought(h)).toBe(1);
  });

  test('after an unknown placing: cancelled by a person, it no longer holds the order', async () => {
    const h = await openHarness();
    const witness = h.orderLazada([{ ...CUP, quantity: 3 }]);
    await h.pull('tea-sg');
    await h.waitForState(witness, 'paid');
    await h.elapse(5_000);
    h.pandapon.shell.addFault({ operation: 'createOrder', fault: { kind: 'reset' } });
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    const { orderId } = buyByHand(h);
    await h.elapse(60_000);
    expect(await h.holds(number)).toEqual(['purchase-ambiguous']);
    h.pandapon.closeOrder(orderId, 'by hand');
    await h.waitForState(number, 'paid');
    expect(h.boughtAtAgent(number)).toBe(1);
  });
});

test('bought in between, after the order was read and before the intent: found by the listing of that moment', async () => {
  const h = await openHarness({ stores: { 'tea-sg': { purchase: { delay: '10m' } } } });
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  await h.elapse(9 * 60_000);
  const { orderId } = buyByHand(h, number);
  await h.waitForState(number, 'paid');
  expect((await h.snapshot(number)).purchase?.agent_order_id).toBe(orderId);
  expect(bought(h)).toBe(0);
});

test('bought on an account that the store does not buy on: nobody can see it, so the order is bought', async () => {
  const h = await openHarness();
  const number = h.orderLazada([CUP]);
  const elsewhere = {
    ...PANDAPON,
    accessKey: 'another-login-of-the-seller',
    userId: '2100007341299',
  };
  h.pandapon.addAccount(elsewhere);
  h.pandapon.addManualOrder({
    lines: [CUP_LINE],
    orderSource: 'lazada',
    sellerOrderNumber: number,
    accessKey: elsewhere.accessKey,
  });
  await h.pull('tea-sg');
  await h.waitForState(number, 'paid');
  expect(bought(h)).toBe(1);
});
