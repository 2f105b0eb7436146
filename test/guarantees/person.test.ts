/** What a person may do while the result of a call is not known: look, and nothing that could repeat it. */
import { describe, expect, test } from 'vitest';
import { adoptOrder } from '../../src/commands/adopt.ts';
import { approveOrder } from '../../src/commands/approve.ts';
import { cancelOrder } from '../../src/commands/cancel.ts';
import { retryOrder } from '../../src/commands/retry.ts';
import { enterNumber } from '../../src/commands/tracking.ts';
import { CUP, CUP_SKU, type Harness, openHarness, POT } from '../stages/harness.ts';
import { advanceUntilDead, diesAt } from './dying.ts';

const OPTIONS = {
  stores: {
    'tea-sg': {
      purchase: { mode: 'manual' },
      ship: { pack: 'sent', readyToShip: 'sent' },
      tracking: { leg: 'manual' },
    },
  },
} as const;

const CALL = { place: 'createOrder', pay: 'payOrder', ship: '/order/fulfill/pack' } as const;
type Kind = keyof typeof CALL;

/** An order whose call of this kind got no answer and had no effect: its attempt stays open. */
async function withOpen(h: Harness, kind: Kind): Promise<string> {
  const witness = h.orderLazada([POT]);
  await h.pull('tea-sg');
  await h.approve(witness);
  await h.waitForState(witness, 'paid');
  await h.elapse(5_000);
  const system = kind === 'ship' ? h.lazada : h.pandapon;
  const number = h.orderLazada([{ ...CUP, deliveryOptionSof: true }]);
  await h.pull('tea-sg');
  system.shell.addFault({ operation: CALL[kind], fault: { kind: 'reset' } });
  await h.approve(number);
  if (kind === 'ship') {
    await h.waitForState(number, 'paid');
    h.pandapon.send(number);
    await h.listNow();
    await h.run();
  } else {
    await h.waitFor(async () => (await h.outcomes(number, kind)).length > 0, `the ${kind}`);
  }
  expect(await h.outcomes(number, kind)).toEqual(['open']);
  return number;
}

const callsOf = (h: Harness, kind: Kind) =>
  h.calls(kind === 'ship' ? 'lazada' : 'pandapon', CALL[kind]);

describe.each<Kind>(['place', 'pay', 'ship'])('while a %s is open', (kind) => {
  test('retry looks and sends nothing; approve, cancel, adopt and tracking are refused', async () => {
    const h = await openHarness(OPTIONS);
    const number = await withOpen(h, kind);
    const before = callsOf(h, kind);

    const { id } = await h.summary(number);
    for (let times = 0; times < 3; times += 1) {
      expect((await retryOrder(h.service, id)).open).toBe(kind);
      await h.run();
    }
    const now = () => h.snapshot(number);
    await expect(approveOrder(h.service, await now())).rejects.toThrow(/does not wait/);
    await expect(
      cancelOrder(h.service, await now(), { reason: 'out-of-stock', force: true }),
    ).rejects.toThrow(`open attempt (${kind})`);
    await expect(adoptOrder(h.service, await now(), 'no such order')).rejects.toThrow(
      kind === 'place' ? /knows no order/ : /is linked to the agent's order/,
    );
    const given = { number: 'YT9900112233', carrier: undefined };
    await expect(enterNumber(h.service, await now(), given)).rejects.toThrow(
      kind === 'ship' ? /is being shipped in this moment/ : /has no package yet/,
    );

    expect(callsOf(h, kind)).toBe(before);
    expect(await h.outcomes(number, kind)).toEqual(['open']);
    expect(h.calls('lazada', '/order/reverse/cancel/create')).toBe(0);
    const approvals = (await h.events(number)).filter((each) => each === 'operator-approved');
    expect(approvals).toHaveLength(1);
  });
});

test('adopt while the purchase is just being sent is refused; afterwards it closes the open attempt', async () => {
  const h = await openHarness();
  const number = h.orderLazada([CUP]);
  await h.pullNow('tea-sg');
  await h.listNow();
  await h.jobs.clear();
  await advanceUntilDead(h, number, diesAt(h, { agent: 'place' }, 'after'));
  const { orderId } = h.pandapon.order(number) ?? {};
  await expect(adoptOrder(h.service, await h.snapshot(number), String(orderId))).rejects.toThrow(
    /is being bought in this moment/,
  );
  h.advanceClock(60_000);
  await adoptOrder(h.service, await h.snapshot(number), String(orderId));
  expect(await h.outcomes(number, 'place')).toEqual(['adopted']);
  await h.waitForState(number, 'paid');
  expect(h.boughtAtAgent(number)).toBe(1);
});

test('an agent order can be the purchase of one order only', async () => {
  const h = await openHarness();
  const [one, other] = [h.orderLazada([CUP]), h.orderLazada([{ ...CUP, quantity: 2 }])];
  await h.pull('tea-sg');
  await h.waitForState(one, 'paid');
  await h.waitForState(other, 'paid');
  const third = h.orderLazada([{ ...CUP, quantity: 3 }]);
  await h.pullNow('tea-sg');
  await h.jobs.clear();
  const { orderId } = h.pandapon.order(one) ?? {};
  await expect(adoptOrder(h.service, await h.snapshot(third), String(orderId))).rejects.toThrow(
    `is the purchase of order ${one}`,
  );
  expect(h.pandapon.order(one)?.lines.map((line) => line.skuId)).toEqual([CUP_SKU]);
});

test('a retry in mode auto is no approval: switched to manual before it is bought, the order waits for one', async () => {
  const auto = { stores: { 'tea-sg': { purchase: { mode: 'auto', delay: '1h' } } } } as const;
  const h = await openHarness(auto);
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  await h.retry(number);

  await h.reopen(OPTIONS);
  await h.elapse(2 * 3_600_000);
  expect((await h.snapshot(number)).order).toMatchObject({ state: 'waiting', approved_at: null });
  expect(callsOf(h, 'place')).toBe(0);
  await h.approve(number);
  await h.waitForState(number, 'paid');
});
