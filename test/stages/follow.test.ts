/** What the agent says of a purchase moves ours; late words never move it back. */
import { describe, expect, test } from 'vitest';
import { CUP, CUP_MY, CUP_SKU, type Harness, openHarness, POT, POT_SKU } from './harness.ts';

async function paid(h: Harness, lines = [CUP]): Promise<string> {
  const number = h.orderLazada(lines);
  await h.pull('tea-sg');
  await h.waitForState(number, 'paid');
  return number;
}

async function look(h: Harness): Promise<void> {
  await h.listNow();
  await h.run();
}

const states = async (h: Harness, number: string) => {
  const { purchase, purchaseLines } = await h.snapshot(number);
  return [purchase?.state, ...purchaseLines.map((line) => line.state)];
};

test('lines that are sent separately are followed one by one, each with its parcel', async () => {
  const h = await openHarness();
  const number = await paid(h, [CUP, POT]);
  h.pandapon.sendLine(number, CUP_SKU);
  await look(h);
  expect((await states(h, number)).slice(1)).toEqual(['sent', 'accepted']);
  expect((await h.snapshot(number)).parcels).toHaveLength(1);
  expect((await h.summary(number)).state).not.toBe('shipped');

  h.pandapon.sendLine(number, POT_SKU);
  await look(h);
  await h.waitForState(number, 'shipped');
  expect(await states(h, number)).toEqual(['sent', 'sent', 'sent']);
  const { parcels } = await h.snapshot(number);
  const mailNos = h.pandapon.order(number)?.lines.flatMap((line) => line.mailNos);
  expect(parcels.map((parcel) => parcel.tracking_number).toSorted()).toEqual(mailNos?.toSorted());
});

test('a line is asked for its tracking until it has a number, and then no more', async () => {
  const h = await openHarness({ pandapon: { trackingMs: 150_000 } });
  const number = await paid(h);
  h.pandapon.send(number);
  await look(h);
  await h.waitFor(async () => (await h.snapshot(number)).parcels.length > 0, 'a number');
  const asked = h.calls('pandapon', 'getLogistics');
  expect(asked).toBeGreaterThan(1);
  await h.elapse(30 * 60_000);
  expect(h.calls('pandapon', 'getLogistics')).toBe(asked);
});

test.each([0, 1, 2])(
  'a late word that shows status %i again moves nothing back',
  async (status) => {
    const h = await openHarness();
    const number = await paid(h);
    h.pandapon.send(number);
    await look(h);
    await h.waitForState(number, 'shipped');
    const before = await states(h, number);
    h.pandapon.showStatus(number, status);
    await look(h);
    await h.elapse(60_000);
    expect(await states(h, number)).toEqual(before);
    expect((await h.summary(number)).state).toBe('shipped');
  },
);

test('an older read of the agent never overwrites a newer one', async () => {
  const h = await openHarness();
  const number = await paid(h);
  const agent = h.service.connections.agent({ agent: 'pandapon', account: 'main' });
  const id = String(h.pandapon.order(number)?.orderId);
  const old = await agent.read(id);
  h.pandapon.send(number);
  await look(h);
  expect((await states(h, number))[0]).toBe('sent');
  const { storeAgentOrders } = await import('../../src/database/agent-orders.ts');
  await storeAgentOrders(
    h.core.db,
    { agent: 'pandapon', account: 'main' },
    old ? [old] : [],
    new Date(h.clock.now().getTime() - 60_000),
  );
  await h.advance(number);
  expect(await states(h, number)).toEqual(['sent', 'sent']);
});

test('a purchase that the agent closed is held', async () => {
  const h = await openHarness();
  const number = await paid(h);
  h.pandapon.closeOrder(number, '卖家缺货');
  await look(h);
  expect(await h.holds(number)).toContain('purchase-closed');
  expect(h.calls('pandapon', 'createOrder')).toBe(1);
});

test('a status that nobody knows is held, and cleared by a known one', async () => {
  const h = await openHarness();
  const number = await paid(h);
  h.pandapon.showStatus(number, 77);
  await look(h);
  expect(await h.holds(number)).toEqual(['agent-status-unknown']);
  h.pandapon.showStatus(number, null);
  await look(h);
  expect(await h.holds(number)).toEqual([]);
});

test('nothing new at the agent wakes nobody', async () => {
  const h = await openHarness();
  const number = await paid(h);
  await look(h);
  const events = await h.events(number);
  const reads = h.calls('lazada', '/order/get');
  for (let times = 0; times < 3; times += 1) {
    h.advanceClock(60_000);
    await h.listNow();
    const due = (await h.jobs.waiting()).filter(
      (job) => 'by' in job.data && job.data.by === 'listing',
    );
    expect(due).toEqual([]);
  }
  expect(await h.events(number)).toEqual(events);
  expect(h.calls('lazada', '/order/get')).toBe(reads);
});

describe('with pushes and callbacks, as a whole service', () => {
  const TIMES = { pandapon: { autoSend: true, buildMs: 100, financeMs: 50, sendMs: 200 } };

  test('with polling off, a callback alone leads from the placing to the write-back', async () => {
    const h = await openHarness({ workers: true, polling: false, ...TIMES });
    const number = h.orderLazada([CUP]);
    await h.waitForState(number, 'shipped');
    expect(h.calls('lazada', '/orders/get')).toBe(0);
    const { attempts } = await h.snapshot(number);
    expect(attempts.map((attempt) => `${attempt.kind} ${attempt.outcome}`)).toEqual([
      'place succeeded',
      'pay succeeded',
      'ship succeeded',
      'ship succeeded',
    ]);
    h.lazada.shipOut(number);
    h.lazada.deliver(number);
    await h.waitForState(number, 'done');
  });

  test('callbacks that come three times and out of order change nothing twice', async () => {
    const h = await openHarness({ workers: true, polling: false, ...TIMES });
    h.pandapon.setCallbackBehaviour({ copies: 3, shuffle: true, shuffleMs: 30 });
    const number = h.orderShopee([CUP_MY]);
    await h.waitForState(number, 'shipped');
    const events = await h.events(number);
    for (const kind of ['purchase-placed', 'purchase-paid', 'purchase-sent', 'package-shipped']) {
      expect(events.filter((event) => event === kind)).toHaveLength(1);
    }
    expect(h.boughtAtAgent(number)).toBe(1);
    expect(h.pandapon.order(number)?.payAttempts).toHaveLength(1);
    expect(h.shopee.books().orders[number]?.packages).toMatchObject([{ arranged: 1 }]);
  });
});
