/** One number for two orders: in two stores at once, and in one store after months. */
import { describe, expect, test } from 'vitest';
import { cancelOrder } from '../../src/commands/cancel.ts';
import { retryOrder } from '../../src/commands/retry.ts';
import { connectStore } from '../../src/consents/connect.ts';
import { LAZADA } from '../../src/demo/settings.ts';
import { pullStore } from '../../src/stages/pull.ts';
import { CUP, type Harness, openHarness, POT } from '../stages/harness.ts';
import { testSettings } from '../stages/settings.ts';

const SECOND = { country: 'my', sellerId: '1000114856' };
const PER_STORE = { sellerOrderNumber: '{store}-{order}' };
const TWO_STORES = {
  stores: { 'tea-sg': PER_STORE },
  moreStores: { 'tea-kl': { ...SECOND, ...PER_STORE, options: { sofStatusUpdate: true } } },
};
const OWN_FLEET = { deliveryOptionSof: true };

describe('the same number in two stores of one agent account', () => {
  test('is refused by the settings while the stores’ numbers would be the same there', async () => {
    const place = {
      addresses: { lazada: 'http://l', shopee: 'http://s', pandapon: 'http://p' },
      databaseUrl: 'postgres://nowhere/x',
      port: 0,
      keys: `k1:${btoa('k'.repeat(32))}`,
    };
    const same = { moreStores: { 'tea-kl': SECOND } };
    await expect(testSettings(place, same)).rejects.toThrow(/put \{store\} into the sellerOrder/);
    await expect(testSettings(place, TWO_STORES)).resolves.toBeTruthy();
  });

  test('with {store} in the number each is bought once, and each gets its own tracking', async () => {
    const h = await openHarness(TWO_STORES);
    h.lazada.addSeller({ ...SECOND, sofStatusUpdate: true });
    const code = h.lazada.issueCode({ appKey: LAZADA.appKey, sellerIds: [SECOND.sellerId] });
    await connectStore(h.service, 'tea-kl', code);
    // Lazada gives both halves of a basket that spans two shops the same id.
    const number = h.orderLazada([{ ...CUP, ...OWN_FLEET }]);
    const line = { ...POT, ...OWN_FLEET, price: '130.00' };
    h.lazada.addOrder({ ...SECOND, orderId: number, lines: [line] });
    await h.pull('tea-sg');
    await pullStore(h.service, 'tea-kl');
    await h.run();
    await h.waitFor(
      async () => (await purchases(h)).every((each) => each.state === 'paid'),
      'paid',
    );
    const before = await purchases(h);
    expect(before.map((each) => `${each.store} ${each.seller_order_number}`)).toEqual([
      `tea-kl tea-kl-${number}`,
      `tea-sg tea-sg-${number}`,
    ]);
    for (const each of before) {
      expect(h.boughtAtAgent(each.seller_order_number)).toBe(1);
      expect(h.pandapon.order(each.seller_order_number)?.timesPaid).toBe(1);
      h.pandapon.send(each.seller_order_number);
    }
    await h.listNow();
    await h.waitFor(
      async () => h.lazada.books().packages.every((pkg) => pkg.told.length > 0),
      'told',
    );
    const { packages } = h.lazada.books();
    expect(packages).toHaveLength(2);
    for (const each of before) {
      const mailNos = h.pandapon.order(each.seller_order_number)?.lines.flatMap((l) => l.mailNos);
      const { rows } = { rows: await h.core.db.selectFrom('package').selectAll().execute() };
      const [row] = rows.filter((pkg) => pkg.sales_order_id === each.sales_order_id);
      const theirs = packages.find((pkg) => pkg.packageId === row?.package_id);
      expect(theirs?.told.map((told) => told.trackingNumber)).toEqual(mailNos);
    }
  });
});

function purchases(h: Harness) {
  return h.core.db
    .selectFrom('purchase')
    .innerJoin('sales_order', 'sales_order.id', 'purchase.sales_order_id')
    .select(['sales_order.store', 'purchase.state', 'seller_order_number', 'sales_order_id'])
    .orderBy('sales_order.store')
    .execute();
}

describe('a number that the marketplace uses again after months', () => {
  const MONTHS_MS = 100 * 86_400_000;

  /** An order brought somewhere, forgotten by the marketplace, and its id given to another one. */
  async function reuse(h: Harness, bring: (number: string) => Promise<void>): Promise<string> {
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    await bring(number);
    await h.jobs.clear();
    h.advanceClock(MONTHS_MS);
    // Longer than a consent lasts.
    const code = h.lazada.issueCode({ appKey: LAZADA.appKey, sellerIds: [LAZADA.sellerId] });
    await connectStore(h.service, 'tea-sg', code);
    h.lazada.forgetOrder(number);
    h.orderLazada([POT], { orderId: number });
    await h.pull('tea-sg');
    return number;
  }

  async function toItsEnd(h: Harness, number: string) {
    await h.waitForState(number, 'paid');
    h.pandapon.send(number);
    await h.listNow();
    await h.run();
    await h.waitForState(number, 'shipped');
    h.lazada.shipOut(number);
    h.lazada.deliver(number);
    await h.pull('tea-sg');
    await h.waitForState(number, 'done');
  }

  test('the older one done: held, nothing bought, and a person clears it for good', async () => {
    const h = await openHarness();
    let before: unknown;
    const number = await reuse(h, async (done) => {
      await toItsEnd(h, done);
      before = await rowOf(h, done);
    });
    expect(await h.holds(number)).toEqual(['number-reused']);
    expect(await rowOf(h, number)).toEqual(before);
    expect(h.calls('pandapon', 'createOrder')).toBe(1);

    await retryOrder(h.service, (await h.summary(number)).id);
    expect(await h.holds(number)).toEqual([]);
    h.lazada.setUpdatedAt(number, h.clock.now().getTime() + 5_000);
    h.advanceClock(10_000);
    await h.pull('tea-sg');
    expect(await h.holds(number)).toEqual([]);
    const events = await h.events(number);
    expect(events.filter((kind) => kind === 'number-reused')).toHaveLength(1);
    expect(await rowOf(h, number)).toEqual(before);
    expect(h.calls('pandapon', 'createOrder')).toBe(1);
  });

  test('the older one waiting to be bought: never bought by the id of another, and not cancelled either', async () => {
    const h = await openHarness({ stores: { 'tea-sg': { purchase: { delay: '50d' } } } });
    const number = await reuse(h, async () => {});
    expect(await h.holds(number)).toContain('number-reused');
    await h.retry(number);
    await h.elapse(60_000);
    expect(await h.holds(number)).toEqual(['number-reused']);
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
    const wish = { reason: 'out-of-stock', force: false } as const;
    await expect(cancelOrder(h.service, await h.snapshot(number), wish)).rejects.toThrow(
      /gave the id of order \d+ to another order/,
    );
    expect(h.lazada.books().cancellations).toEqual([]);
  });

  test('the older one paid and not shipped: its goods are never shipped as the new one', async () => {
    const h = await openHarness({
      stores: { 'tea-sg': { ship: { pack: 'sent', readyToShip: 'sent' } } },
    });
    const number = await reuse(h, async (paid) => {
      await h.waitForState(paid, 'paid');
    });
    h.pandapon.send(number);
    await h.listNow();
    await h.elapse(60_000);
    expect(await h.holds(number)).toEqual(['number-reused']);
    expect(h.calls('lazada', '/order/fulfill/pack')).toBe(0);
    expect(h.boughtAtAgent(number)).toBe(1);
  });
});

async function rowOf(h: Harness, number: string) {
  const { order, lines, purchase, packages } = await h.snapshot(number);
  return { order, lines, purchase, packages };
}
