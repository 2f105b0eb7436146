/** From a pulled order to a purchase or to holds, and who decides when it is bought. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { importLinks } from '../../src/skus/import.ts';
import { CUP, CUP_MY, openHarness, POT } from './harness.ts';

const lazadaStore = (changes: object) => ({ stores: { 'tea-sg': changes } });
const manual = lazadaStore({ purchase: { mode: 'manual' } });

const UNKNOWN = { sku: 'MYSTERY-MUG', price: '22.00' };
const LINK = 'sku,itemId,skuId,quantity,price\nMYSTERY-MUG,600999000333,5016000000999,1,14.20\n';

/** Takes out of the settings what only a warehouse has. */
const noWarehouse = Object.fromEntries(
  ['name', 'mobilePhone', 'state', 'city', 'district', 'address', 'zip'].map((key) => [key, null]),
);

test('an order is held with everything that is wrong with it at once', async () => {
  const h = await openHarness(
    lazadaStore({ receiver: { kind: 'buyer', ...noWarehouse }, sellerOrderNumberLimit: 5 }),
  );
  const number = h.orderLazada([UNKNOWN, { ...CUP, price: '0.10' }], { paymentMethod: 'COD' });
  await h.pull('tea-sg');
  expect((await h.holds(number)).toSorted()).toEqual(
    expect.arrayContaining([
      'cash-on-delivery',
      'order-number-too-long',
      'receiver-masked',
      'sku-unmapped',
    ]),
  );
  expect((await h.summary(number)).state).toBe('held');
});

test('an imported SKU link releases the orders that waited for it, and only those', async () => {
  const h = await openHarness();
  const waiting = [h.orderLazada([UNKNOWN]), h.orderLazada([UNKNOWN, CUP])];
  const other = h.orderLazada([{ sku: 'ANOTHER', price: '22.00' }]);
  await h.pull('tea-sg');
  for (const number of waiting) expect(await h.holds(number)).toEqual(['sku-unmapped']);

  const { released } = await importLinks(h.service, LINK);
  expect(released).toBe(2);
  for (const number of waiting) {
    await h.waitForState(number, 'paid');
    expect(await h.holds(number)).toEqual([]);
    expect(h.boughtAtAgent(number)).toBe(1);
  }
  expect(await h.holds(other)).toEqual(['sku-unmapped']);
  expect(h.boughtAtAgent(other)).toBe(0);
});

test('an order over budget is held and never bought by itself', async () => {
  const h = await openHarness(lazadaStore({ budget: { largestOrder: '10.00' } }));
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  h.advanceClock(3_600_000);
  await h.sweepNow();
  await h.advance(number);
  expect(await h.holds(number)).toEqual(['over-budget']);
  expect(h.calls('pandapon', 'createOrder')).toBe(0);
});

describe('what waits is not bought', () => {
  test('Lazada, unpaid: bought once it is paid', async () => {
    const h = await openHarness();
    const number = h.orderLazada([CUP], { status: 'unpaid' });
    await h.pull('tea-sg');
    await h.elapse(60_000);
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
    h.lazada.pay(number);
    await h.pull('tea-sg');
    await h.waitForState(number, 'paid');
  });

  test('Lazada, an unpaid stage of a pre-sale', async () => {
    const h = await openHarness();
    h.orderLazada([{ ...CUP, preSaleStage: 'unpaid final payment' }]);
    await h.pull('tea-sg');
    await h.elapse(60_000);
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
  });

  test.each(['UNPAID', 'PENDING'])('Shopee, %s: bought once it is ready', async (status) => {
    const h = await openHarness();
    const number = h.orderShopee([CUP_MY], { status });
    await h.pull('tea-my');
    await h.elapse(60_000);
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
    h.shopee.pay(number);
    await h.pull('tea-my');
    await h.waitForState(number, 'paid');
  });

  test('Shopee, INVOICE_PENDING', async () => {
    const h = await openHarness();
    const number = h.orderShopee([CUP_MY]);
    h.shopee.setStatus(number, 'INVOICE_PENDING');
    await h.pull('tea-my');
    await h.elapse(60_000);
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
  });

  test('a status that nobody knows: held', async () => {
    const h = await openHarness();
    const number = h.orderShopee([CUP_MY]);
    h.shopee.setStatus(number, 'SOMETHING_NEW');
    await h.pull('tea-my');
    expect(await h.holds(number)).toEqual(['status-unknown']);
  });
});

test.each(['repacked', 'packed', 'ready_to_ship'])('Lazada, %s: bought', async (status) => {
  const h = await openHarness();
  const number = h.orderLazada([CUP]);
  h.lazada.setStatus(number, status);
  await h.pull('tea-sg');
  await h.waitForState(number, 'placed');
});

test('cash on delivery is bought only where the store says so', async () => {
  const held = await openHarness();
  const refused = held.orderLazada([CUP], { paymentMethod: 'COD' });
  await held.pull('tea-sg');
  expect(await held.holds(refused)).toEqual(['cash-on-delivery']);

  const h = await openHarness(lazadaStore({ purchase: { cashOnDelivery: true } }));
  const number = h.orderLazada([CUP], { paymentMethod: 'COD' });
  await h.pull('tea-sg');
  await h.waitForState(number, 'paid');
});

describe('the purchase mode', () => {
  test('off: planned, nothing is bought', async () => {
    const h = await openHarness(lazadaStore({ purchase: { mode: 'off' } }));
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    await h.elapse(3_600_000);
    await h.sweepNow();
    expect((await h.summary(number)).state).toBe('planned');
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
  });

  test('manual: bought once it is approved', async () => {
    const h = await openHarness(manual);
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    h.advanceClock(3_600_000);
    await h.sweepNow();
    expect((await h.summary(number)).state).toBe('waiting');
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
    await h.approve(number);
    await h.waitForState(number, 'paid');
    expect(h.boughtAtAgent(number)).toBe(1);
  });

  test('manual: an approval is void when the plan changes before the purchase', async () => {
    const h = await openHarness(lazadaStore({ purchase: { mode: 'manual', delay: '60s' } }));
    const number = h.orderLazada([CUP, POT]);
    await h.pull('tea-sg');
    await h.approve(number);
    const pot = h.lazada.books().orders[0]?.items.find((item) => item.sku === POT.sku);
    h.lazada.buyerCancels(number, [String(pot?.orderItemId)]);
    await h.pull('tea-sg');
    await h.elapse(300_000);
    expect((await h.summary(number)).state).toBe('waiting');
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
    await h.approve(number);
    await h.waitForState(number, 'paid');
    expect(h.pandapon.order(number)?.lines).toHaveLength(1);
  });
});

describe('the delay', () => {
  test('is waited for, counted from when the order could be bought', async () => {
    const h = await openHarness(lazadaStore({ purchase: { delay: '30m' } }));
    const number = h.orderLazada([CUP], { status: 'unpaid' });
    await h.pull('tea-sg');
    h.advanceClock(3_600_000);
    h.lazada.pay(number);
    await h.pull('tea-sg');
    await h.elapse(29 * 60_000);
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
    await h.elapse(2 * 60_000);
    expect(h.boughtAtAgent(number)).toBe(1);
  });

  test('a cancellation during it means: never bought', async () => {
    const h = await openHarness(lazadaStore({ purchase: { delay: '30m' } }));
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    h.advanceClock(60_000);
    h.lazada.buyerCancels(number);
    await h.pull('tea-sg');
    await h.waitForState(number, 'cancelled');
    h.advanceClock(3_600_000);
    await h.sweepNow();
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
  });
});

test("the agent's own request example leaves for the agent, JSON-equal", async () => {
  const fixture = (path: string) =>
    readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8');
  const { lines, receiver, budget, purchase } = parse(fixture('seed-example/store.yaml'));
  const h = await openHarness(
    lazadaStore({ start: '2025-01-01', lines, receiver, budget, purchase }),
  );
  const bodies: unknown[] = [];
  const number = h.orderLazada(
    [
      { sku: '600126245031041190-5016042822039-x200-1', price: '1.50' },
      { sku: 'STICKERS-200', price: '1.50' },
    ],
    { orderId: '1' },
  );
  await h.pullNow('tea-sg');
  await h.jobs.clear();
  await h.listNow();
  await h.advance(
    number,
    h.withAgent((real) => ({
      place(body, window) {
        bodies.push(body);
        return real.place(body, window);
      },
    })),
  );
  expect(bodies.map(opened)).toEqual([
    opened(JSON.parse(fixture('pandapon/order-create.request.body'))),
  ]);
  expect(h.pandapon.order('1')?.lines.map((line) => [line.skuId, line.quantity])).toEqual([
    ['5016042822039', 200],
    ['4860968496626', 200],
  ]);
});

/** The body with its strings of JSON opened, so that the order of keys does not count. */
function opened(body: unknown): unknown {
  const { receiver, orderLineList, ...rest } = body as Record<string, string>;
  return {
    ...rest,
    receiver: JSON.parse(receiver ?? ''),
    orderLineList: JSON.parse(orderLineList ?? ''),
  };
}
