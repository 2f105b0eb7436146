/** What does not happen at the agent is told at its time, once, and its end too. */
import { expect, test } from 'vitest';
import { CUP, CUP_SKU, type Harness, openHarness, POT, POT_SKU } from '../stages/harness.ts';
import { detailOf, everRaised, HOUR, MINUTE, passes, standing } from './passes.ts';

const SOON = {
  stores: {
    'tea-sg': { alerts: { unpaid: '1h', unsent: '2h', untracked: '3h' }, ship: { margin: '1m' } },
  },
};

async function look(h: Harness): Promise<void> {
  await h.listNow();
  await h.run();
}

/** A person pays in the agent's console: the same books, another hand. */
async function payInConsole(h: Harness, number: string): Promise<void> {
  const order = h.pandapon.order(number);
  const agent = h.service.connections.agent({ agent: 'pandapon', account: 'main' });
  const signedAt = h.clock.now();
  await agent.pay(
    { agentOrderId: String(order?.orderId), orderNo: String(order?.orderNo) },
    { signedAt, sendBefore: new Date(signedAt.getTime() + 10_000) },
  );
}

test('not paid, not sent, not tracked: each in its time, and over with the next step', async () => {
  const h = await openHarness({
    ...SOON,
    pandapon: { buildMs: 90 * MINUTE, trackingMs: 200 * MINUTE },
  });
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  const { id } = await h.waitForState(number, 'placed');

  await passes(h, 58 * MINUTE);
  expect(await standing(h)).toEqual([]);
  await passes(h, 4 * MINUTE);
  await passes(h, 8 * MINUTE);
  expect(await standing(h)).toEqual([`unpaid order ${id}`]);
  const { purchase } = await h.snapshot(number);
  expect(await detailOf(h, 'unpaid')).toMatch(
    new RegExp(`^placed 20.* UTC: order ${purchase?.order_no} at pandapon/main$`),
  );

  await passes(h, 25 * MINUTE);
  await look(h);
  await h.waitForState(number, 'paid');
  await passes(h, 118 * MINUTE);
  expect(await standing(h)).toEqual([]);
  await passes(h, 4 * MINUTE);
  expect(await standing(h)).toEqual([`unsent order ${id}`]);

  h.pandapon.send(number);
  await look(h);
  expect((await h.snapshot(number)).purchase?.state).toBe('sent');
  await passes(h, 178 * MINUTE);
  expect(await standing(h)).toEqual([]);
  await passes(h, 4 * MINUTE);
  await passes(h, 8 * MINUTE);
  expect(await standing(h)).toEqual([`untracked order ${id}`]);
  expect(await detailOf(h, 'untracked')).toMatch(new RegExp(`^SKU ${CUP_SKU} sent 20.* UTC$`));

  await h.elapse(20 * MINUTE);
  expect((await h.snapshot(number)).parcels).toHaveLength(1);
  await passes(h, 20 * MINUTE);
  expect(await standing(h)).toEqual([]);
  expect(await everRaised(h)).toEqual([
    `unpaid order ${id}`,
    `unsent order ${id}`,
    `untracked order ${id}`,
  ]);
  const lines = await h.core.db.selectFrom('purchase_line').select('untracked_since').execute();
  expect(lines).toEqual([{ untracked_since: null }]);
});

test('of a purchase sent in part, the rest is unsent and the part untracked', async () => {
  const h = await openHarness({ ...SOON, pandapon: { trackingMs: 24 * HOUR } });
  const number = h.orderLazada([CUP, POT]);
  await h.pull('tea-sg');
  const { id } = await h.waitForState(number, 'paid');
  h.pandapon.sendLine(number, CUP_SKU);
  await look(h);
  await passes(h, 4 * HOUR);
  expect(await standing(h)).toEqual([`unsent order ${id}`, `untracked order ${id}`]);
  expect(await detailOf(h, 'unsent')).toMatch(/, 1 of 2 lines sent$/);

  // The other line's news says of this one again that it is sent: its first time counts.
  const said = await detailOf(h, 'untracked');
  h.pandapon.sendLine(number, POT_SKU);
  await look(h);
  await passes(h, 4 * MINUTE);
  expect(await standing(h)).toEqual([`untracked order ${id}`]);
  expect(await detailOf(h, 'untracked')).toBe(said);
});

test('a payment that is not known after its settle time is told, until it is', async () => {
  const h = await openHarness(SOON);
  await passes(h, 20 * MINUTE);
  h.pandapon.shell.addFault({
    operation: 'payOrder',
    fault: { kind: 'error', code: '50000', message: 'system busy' },
  });
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  const { id } = await h.waitForState(number, 'paying');
  const { timings } = h.settings;
  const margin = timings.clockSkew + timings.listingFresh + 2 * timings.settleRead + 5 * MINUTE;
  // The attempt is some seconds old by now.
  await passes(h, timings.settle + margin - MINUTE);
  expect(await standing(h)).toEqual([]);
  await passes(h, 2 * MINUTE);
  expect(await standing(h)).toEqual([`attempt-open order ${id}`]);
  expect(await detailOf(h, 'attempt-open')).toMatch(
    /^pay, try 1, signed 20.* UTC: 50000 .*system busy/,
  );

  // Money is money, whatever became of the order.
  const { db } = h.core;
  await db.updateTable('sales_order').set({ state: 'done' }).where('id', '=', id).execute();
  await passes(h, MINUTE);
  expect(await standing(h)).toEqual([`attempt-open order ${id}`]);
  await db.updateTable('attempt').set({ kind: 'ship' }).where('closed_at', 'is', null).execute();
  await passes(h, MINUTE);
  expect(await standing(h)).toEqual([]);
  await db.updateTable('attempt').set({ kind: 'pay' }).where('kind', '=', 'ship').execute();
  await db.updateTable('sales_order').set({ state: 'open' }).where('id', '=', id).execute();
  await passes(h, MINUTE);

  await payInConsole(h, number);
  await h.retry(number);
  await h.waitForState(number, 'paid');
  await passes(h, MINUTE);
  expect(await standing(h)).not.toContain(`attempt-open order ${id}`);
});
