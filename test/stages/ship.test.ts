/** The write-back: who owns the tracking number, when a promise is made, and what a lost answer does. */

import { describe, expect, test } from 'vitest';
import type { Fault } from '../../connectors/sandbox.ts';
import { openLabel } from '../../src/stages/label.ts';
import {
  CUP,
  CUP_MY,
  CUP_SKU,
  type Harness,
  type HarnessOptions,
  type LazadaLine,
  openHarness,
  POT_MY,
  POT_SKU,
} from './harness.ts';

type Trigger = 'paid' | 'sent' | 'received';

async function paidLazada(h: Harness, lines: readonly LazadaLine[] = [CUP]): Promise<string> {
  const number = h.orderLazada(lines);
  await h.pull('tea-sg');
  await h.waitForState(number, 'paid');
  return number;
}

async function paidShopee(h: Harness, more: object = {}, lines = [CUP_MY]): Promise<string> {
  const number = h.orderShopee(lines, more);
  await h.pull('tea-my');
  await h.waitForState(number, 'paid');
  return number;
}

/** The supplier sends everything, and the account's next listing tells. */
async function send(h: Harness, number: string): Promise<void> {
  h.pandapon.send(number);
  await h.listNow();
  await h.run();
}

const lazadaPackages = (h: Harness, number: string) =>
  h.lazada.books().packages.filter((pkg) => pkg.orderId === number);
const shopeePackages = (h: Harness, number: string) =>
  h.shopee.books().orders[number]?.packages ?? [];
const mailNos = (h: Harness, number: string) =>
  h.pandapon.order(number)?.lines.flatMap((line) => line.mailNos) ?? [];

function shipping(ship: object): HarnessOptions {
  return { stores: { 'tea-sg': { ship }, 'tea-my': { ship } } };
}

describe('the marketplace assigns the number', () => {
  test('Lazada: packed, made ready to ship, label kept, warehouse told, done when delivered', async () => {
    const h = await openHarness();
    const number = await paidLazada(h, [{ ...CUP, quantity: 3 }]);
    await send(h, number);
    await h.waitForState(number, 'shipped');

    const [pkg, ...others] = lazadaPackages(h, number);
    expect(others).toEqual([]);
    expect(pkg).toMatchObject({ status: 'ready_to_ship', told: [] });
    expect(pkg?.orderItemIds).toHaveLength(3);
    const summary = await h.summary(number);
    expect(summary).toMatchObject({ trackingNumber: pkg?.trackingNumber, numberBy: 'marketplace' });
    const [kept] = await h.core.db.selectFrom('label').selectAll().execute();
    const label = await openLabel(h.core, kept?.package_id ?? '');
    expect(
      Buffer.from(label?.bytes ?? [])
        .subarray(0, 4)
        .toString(),
    ).toBe('%PDF');
    expect(kept?.sealed).not.toContain(Buffer.from('%PDF').toString('base64').slice(0, 5));
    expect(h.pandapon.order(number)?.warehouseUpdates).toMatchObject([
      { warehouseAddress: `write ${pkg?.trackingNumber} on ${number}` },
    ]);

    h.lazada.shipOut(number);
    await h.pull('tea-sg');
    expect((await h.summary(number)).state).toBe('shipped');
    h.lazada.deliver(number);
    await h.pull('tea-sg');
    await h.waitForState(number, 'done');
  });

  test.each(['dropoff', 'pickup', 'dropoff_or_pickup', 'dropoff_with_branch'])(
    'Shopee %s: arranged once, label kept, done when completed',
    async (channel) => {
      // The one branch that the simulated channel offers.
      const options = { dropoffBranchId: '7711' };
      const h = await openHarness({ stores: { 'tea-my': { options } } });
      const number = await paidShopee(h, { channel });
      expect(shopeePackages(h, number)).toMatchObject([{ arranged: 0 }]);
      await send(h, number);
      await h.waitForState(number, 'shipped');
      const [pkg] = shopeePackages(h, number);
      expect(pkg).toMatchObject({ arranged: 1, numberBy: 'shopee' });
      expect(await h.summary(number)).toMatchObject({
        trackingNumber: pkg?.trackingNumber,
        numberBy: 'marketplace',
      });
      expect(await h.core.db.selectFrom('label').selectAll().execute()).toHaveLength(1);

      h.shopee.pickUp(number);
      h.shopee.deliver(number);
      h.shopee.complete(number);
      await h.pull('tea-my');
      await h.waitForState(number, 'done');
    },
  );

  test('Shopee, two packages: each arranged, each with its own number', async () => {
    const h = await openHarness();
    const number = await paidShopee(h, { split: 2 }, [{ ...CUP_MY, quantity: 2 }]);
    await send(h, number);
    await h.waitForState(number, 'shipped');
    const packages = shopeePackages(h, number);
    expect(packages.map((pkg) => pkg.arranged)).toEqual([1, 1]);
    const numbers = packages.map((pkg) => String(pkg.trackingNumber));
    expect((await h.summary(number)).trackingNumber?.split(', ').toSorted()).toEqual(
      numbers.toSorted(),
    );
  });

  test("Shopee, shipped by a person before the goods were sent: not taken for ours, whatever Lazada's steps are set to", async () => {
    const h = await openHarness(shipping({ pack: 'paid', arrange: 'sent' }));
    const number = await paidShopee(h);
    h.shopee.pickUp(number);
    await h.push('tea-my', number);
    expect((await h.snapshot(number)).packages).toEqual([]);
    expect((await h.summary(number)).state).toBe('paid');
  });

  test('a number and a label that come later are waited for', async () => {
    const h = await openHarness();
    h.shopee.setSwitches({ number: { delayMs: 0, reads: 2 }, document: { delayMs: 0, reads: 3 } });
    const number = await paidShopee(h);
    await send(h, number);
    expect((await h.summary(number)).state).toBe('shipping');
    await h.waitForState(number, 'shipped');
    expect(shopeePackages(h, number)).toMatchObject([{ arranged: 1 }]);
    expect(await h.core.db.selectFrom('label').selectAll().execute()).toHaveLength(1);
  });
});

describe('the seller supplies the number', () => {
  test("Lazada, delivered by the seller: the supplier's number is told", async () => {
    const h = await openHarness();
    const number = await paidLazada(h, [{ ...CUP, deliveryOptionSof: true }]);
    await send(h, number);
    await h.waitForState(number, 'shipped');
    const [mailNo] = mailNos(h, number);
    expect(lazadaPackages(h, number)[0]?.told).toMatchObject([{ trackingNumber: mailNo }]);
    expect(await h.summary(number)).toMatchObject({ trackingNumber: mailNo, numberBy: 'seller' });
  });

  test.each([
    { channel: 'non_integrated' },
    { channel: 'non_integrated', numberField: 'tracking_number' },
    { channel: 'dropoff_with_number' },
  ])("Shopee $channel $numberField: the supplier's number is told", async (more) => {
    const h = await openHarness();
    const number = await paidShopee(h, more);
    await send(h, number);
    await h.waitForState(number, 'shipped');
    const [mailNo] = mailNos(h, number);
    expect(shopeePackages(h, number)).toMatchObject([
      { arranged: 1, numberBy: 'seller', trackingNumber: mailNo },
    ]);
    expect(await h.summary(number)).toMatchObject({ trackingNumber: mailNo, numberBy: 'seller' });
  });

  test('the number that the supplier gives late is waited for', async () => {
    const h = await openHarness({ pandapon: { trackingMs: 120_000 } });
    const number = await paidShopee(h, { channel: 'non_integrated' });
    await send(h, number);
    expect(shopeePackages(h, number)).toMatchObject([{ arranged: 0 }]);
    await h.waitForState(number, 'shipped');
    expect(shopeePackages(h, number)).toMatchObject([
      { arranged: 1, trackingNumber: mailNos(h, number)[0] },
    ]);
  });

  test.each(['abroad', 'manual'])('with the leg %s, a person is asked for it', async (leg) => {
    const h = await openHarness({ stores: { 'tea-my': { tracking: { leg } } } });
    const number = await paidShopee(h, { channel: 'non_integrated' });
    await send(h, number);
    expect(await h.holds(number)).toEqual(['number-wanted']);
    expect(shopeePackages(h, number)).toMatchObject([{ arranged: 0 }]);
  });
});

describe('which parcel of several', () => {
  const early = (parcels: string): HarnessOptions => ({
    stores: { 'tea-my': { tracking: { parcels }, ship: { arrange: 'paid' } } },
  });

  async function twoLines(h: Harness): Promise<string> {
    return paidShopee(h, { channel: 'non_integrated' }, [CUP_MY, POT_MY]);
  }

  async function sendLine(h: Harness, number: string, sku: string): Promise<void> {
    h.pandapon.sendLine(number, sku);
    await h.listNow();
    await h.elapse(120_000);
  }

  const told = (h: Harness, number: string) => shopeePackages(h, number)[0]?.trackingNumber;

  test('first: the first number there is', async () => {
    const h = await openHarness(early('first'));
    const number = await twoLines(h);
    await sendLine(h, number, POT_SKU);
    const [first] = mailNos(h, number);
    expect(told(h, number)).toBe(first);
    await sendLine(h, number, CUP_SKU);
    expect(told(h, number)).toBe(first);
  });

  test('last: the newest, once every line has one', async () => {
    const h = await openHarness(early('last'));
    const number = await twoLines(h);
    await sendLine(h, number, POT_SKU);
    const [first] = mailNos(h, number);
    expect(told(h, number)).toBeNull();
    await sendLine(h, number, CUP_SKU);
    expect(mailNos(h, number)).toHaveLength(2);
    expect(mailNos(h, number)).toContain(told(h, number));
    expect(told(h, number)).not.toBe(first);
  });

  test('all-arrived: only once every parcel has arrived', async () => {
    const h = await openHarness(early('all-arrived'));
    const number = await twoLines(h);
    await sendLine(h, number, POT_SKU);
    await sendLine(h, number, CUP_SKU);
    h.pandapon.addTrace(number, POT_SKU, 'SIGNED', '已签收');
    await h.elapse(300_000);
    expect(told(h, number)).toBeNull();
    h.pandapon.addTrace(number, CUP_SKU, 'SIGNED', '已签收');
    await h.elapse(300_000);
    expect(mailNos(h, number)).toContain(told(h, number));
  });
});

describe('nobody tells a number', () => {
  test('Lazada, delivered by the seller without the permission: packed and ready, shown as such', async () => {
    const h = await openHarness({
      sofStatusUpdate: false,
      stores: { 'tea-sg': { options: { sofStatusUpdate: false } } },
    });
    const number = await paidLazada(h, [{ ...CUP, deliveryOptionSof: true }]);
    await send(h, number);
    await h.waitForState(number, 'shipped');
    const [row] = (await h.snapshot(number)).packages;
    expect(row).toMatchObject({ number_owner: 'seller-untold', told_number: null });
    expect(lazadaPackages(h, number)).toMatchObject([{ told: [], rtsCalls: { accepted: 1 } }]);
    h.lazada.deliver(number);
    await h.pull('tea-sg');
    await h.waitForState(number, 'done');
  });

  test.each<{ how: string; line: Partial<LazadaLine> }>([
    { how: 'fulfilled by Lazada', line: { isFbl: true } },
    { how: 'digital', line: { isDigital: true } },
    { how: 'picked up in the shop', line: { pickupInStore: true } },
  ])('Lazada, $how: ignored with its reason, neither bought nor shipped', async ({ line }) => {
    const h = await openHarness();
    const number = h.orderLazada([{ ...CUP, ...line }]);
    await h.pull('tea-sg');
    const summary = await h.waitForState(number, 'ignored');
    expect(summary.reason).toBeTruthy();
    expect(h.boughtAtAgent(number)).toBe(0);
    expect(lazadaPackages(h, number)).toEqual([]);
  });

  test.each([{ fulfilledByShopee: true }, { advancePackage: true }])(
    'Shopee, %o: ignored with its reason, neither bought nor arranged',
    async (more) => {
      const h = await openHarness();
      const number = h.orderShopee([CUP_MY], more);
      await h.pull('tea-my');
      const summary = await h.waitForState(number, 'ignored');
      expect(summary.reason).toBeTruthy();
      expect(h.boughtAtAgent(number)).toBe(0);
      expect(shopeePackages(h, number)).toMatchObject([{ arranged: 0 }]);
    },
  );
});

describe('when a promise is made', () => {
  test.each<{ pack: Trigger; readyToShip: Trigger; at: readonly [number, number, number] }>([
    // Steps made when paid, sent, received: 0 none, 1 packed, 2 ready to ship.
    { pack: 'paid', readyToShip: 'paid', at: [2, 2, 2] },
    { pack: 'paid', readyToShip: 'sent', at: [1, 2, 2] },
    { pack: 'paid', readyToShip: 'received', at: [1, 1, 2] },
    { pack: 'sent', readyToShip: 'sent', at: [0, 2, 2] },
    { pack: 'sent', readyToShip: 'received', at: [0, 1, 2] },
    { pack: 'received', readyToShip: 'received', at: [0, 0, 2] },
  ])('Lazada: pack when $pack, ready to ship when $readyToShip', async ({ at, ...ship }) => {
    const h = await openHarness(shipping(ship));
    const steps = () => {
      const [pkg] = lazadaPackages(h, number);
      return pkg ? (pkg.rtsCalls.accepted > 0 ? 2 : 1) : 0;
    };
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    await h.waitFor(async () => (h.pandapon.order(number)?.timesPaid ?? 0) > 0, 'it is paid');
    await h.elapse(10_000);
    const seen = [steps()];
    await send(h, number);
    await h.elapse(10_000);
    seen.push(steps());
    h.pandapon.addTrace(number, CUP_SKU, 'SIGNED', '已签收');
    await h.elapse(5 * 60_000);
    seen.push(steps());
    expect(seen).toEqual(at);
  });

  test.each<{ arrange: Trigger; at: readonly [number, number, number] }>([
    { arrange: 'paid', at: [1, 1, 1] },
    { arrange: 'sent', at: [0, 1, 1] },
    { arrange: 'received', at: [0, 0, 1] },
  ])('Shopee: arrange when $arrange', async ({ at, arrange }) => {
    const h = await openHarness(shipping({ arrange }));
    const steps = () => shopeePackages(h, number)[0]?.arranged;
    const number = h.orderShopee([CUP_MY]);
    await h.pull('tea-my');
    await h.waitFor(async () => (h.pandapon.order(number)?.timesPaid ?? 0) > 0, 'it is paid');
    await h.elapse(10_000);
    const seen = [steps()];
    await send(h, number);
    await h.elapse(10_000);
    seen.push(steps());
    h.pandapon.addTrace(number, CUP_SKU, 'SIGNED', '已签收');
    await h.elapse(5 * 60_000);
    seen.push(steps());
    expect(seen).toEqual(at);
  });
});

describe('a lost answer', () => {
  const faults: readonly Fault[] = [
    { kind: 'lose-answer' },
    { kind: 'html-after', status: 502 },
    { kind: 'reset' },
  ];

  test.each(faults)('to pack is settled by reading; packed once ($kind)', async (fault) => {
    const h = await openHarness();
    h.lazada.shell.addFault({ operation: '/order/fulfill/pack', fault });
    const number = await paidLazada(h);
    await send(h, number);
    await h.waitForState(number, 'shipped');
    expect(h.lazada.books().orders[0]?.items.map((item) => item.timesPacked)).toEqual([1]);
    expect(lazadaPackages(h, number)).toHaveLength(1);
  });

  test.each(faults)('to ready-to-ship is settled by reading; said once ($kind)', async (fault) => {
    const h = await openHarness();
    h.lazada.shell.addFault({ operation: '/order/package/rts', fault });
    const number = await paidLazada(h);
    await send(h, number);
    await h.waitForState(number, 'shipped');
    expect(lazadaPackages(h, number)).toMatchObject([{ rtsCalls: { accepted: 1 } }]);
  });

  test.each(faults)('to ship_order is settled by reading; arranged once ($kind)', async (fault) => {
    const h = await openHarness();
    h.shopee.shell.addFault({ operation: 'ship_order', fault });
    const number = await paidShopee(h);
    await send(h, number);
    await h.waitForState(number, 'shipped');
    expect(shopeePackages(h, number)).toMatchObject([{ arranged: 1 }]);
  });

  test('to a told number never makes it told twice', async () => {
    const h = await openHarness();
    h.lazada.shell.addFault({
      operation: '/order/package/sof/status/update',
      fault: { kind: 'lose-answer' },
    });
    const number = await paidLazada(h, [{ ...CUP, deliveryOptionSof: true }]);
    await send(h, number);
    await h.elapse(30 * 60_000);
    expect(lazadaPackages(h, number)[0]?.told).toHaveLength(1);
  });

  test('"already shipped" is a success', async () => {
    const h = await openHarness();
    const number = await paidShopee(h);
    // Somebody arranges it in the seller centre between the look and the call.
    h.pandapon.send(number);
    h.shopee.pickUp(number);
    await h.listNow();
    await h.run();
    await h.waitForState(number, 'shipped');
    expect(await h.holds(number)).toEqual([]);
  });
});

test('a refused pack is held with its code and goes on by itself when it is taken', async () => {
  const h = await openHarness();
  const number = h.orderLazada([CUP]);
  h.lazada.refuseNext({
    operation: 'pack',
    orderId: number,
    code: '700031',
    message: 'not allowed now',
  });
  await h.pull('tea-sg');
  await h.waitFor(async () => h.calls('lazada', '/order/fulfill/pack') > 0, 'it is packed');
  expect(await h.holdTexts(number)).toEqual([expect.stringMatching('^ship-refused: pack: 700031')]);
  await h.elapse(10 * 60_000);
  expect(await h.holds(number)).toEqual([]);
  expect(lazadaPackages(h, number)).toHaveLength(1);
});

test('an order being allocated is shipped once that is over', async () => {
  const h = await openHarness();
  const number = await paidShopee(h);
  h.shopee.setAllocating(number, true);
  await send(h, number);
  expect(shopeePackages(h, number)).toMatchObject([{ arranged: 0 }]);
  h.shopee.setAllocating(number, false);
  await h.waitForState(number, 'shipped');
  expect(await h.holds(number)).toEqual([]);
});

describe('an order that is not wanted any more is not shipped', () => {
  test('Lazada, cancelled before it was packed', async () => {
    const h = await openHarness(shipping({ pack: 'sent', readyToShip: 'sent' }));
    const number = await paidLazada(h);
    h.lazada.buyerCancels(number);
    await send(h, number);
    expect(await h.holds(number)).toEqual(['cancelled-after-payment']);
    expect(h.calls('lazada', '/order/fulfill/pack')).toBe(0);
  });

  test('Shopee, cancelled before it was arranged', async () => {
    const h = await openHarness();
    const number = await paidShopee(h);
    h.shopee.buyerCancels(number);
    await send(h, number);
    expect(await h.holds(number)).toEqual(['cancelled-after-payment']);
    expect(h.calls('shopee', 'ship_order')).toBe(0);
  });

  test('Shopee, with a cancellation asked for and not decided', async () => {
    const h = await openHarness();
    const number = await paidShopee(h);
    h.shopee.requestCancellation(number);
    await send(h, number);
    await h.elapse(60_000);
    expect(h.calls('shopee', 'ship_order')).toBe(0);
  });
});

test('a ship-by date that comes near raises an alert, cleared by shipping', async () => {
  const h = await openHarness();
  const alerts = () =>
    h.core.db
      .selectFrom('alert')
      .select(['code', 'store'])
      .where('cleared_at', 'is', null)
      .execute();
  const soon = Math.floor(h.clock.now().getTime() / 1_000) + 30 * 3_600;
  const number = await paidShopee(h, { shipByDate: soon });
  await h.sweepNow();
  expect(await alerts()).toEqual([]);

  h.advanceClock(7 * 3_600_000);
  await h.sweepNow();
  await h.sweepNow();
  expect(await alerts()).toEqual([{ code: 'ship-by-near', store: 'tea-my' }]);

  await send(h, number);
  await h.waitForState(number, 'shipped');
  await h.sweepNow();
  expect(await alerts()).toEqual([]);
});
