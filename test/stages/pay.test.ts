/** Paying: only what the agent's books say is payable, only within the cap, and only once. */
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../connectors/sandbox.ts';
import { CUP, CUP_SKU, type Harness, openHarness, POT } from './harness.ts';

function capped(dailyCap: string) {
  return { stores: { 'tea-sg': { purchase: { dailyCap, pay: { auto: true } } } } };
}

const BY_HAND = { stores: { 'tea-sg': { purchase: { pay: { auto: false } } } } };

async function placed(h: Harness, line = CUP): Promise<string> {
  const number = h.orderLazada([line]);
  await h.pull('tea-sg');
  await h.waitForState(number, 'placed');
  return number;
}

function failNextPayment(h: Harness, fault: Fault) {
  h.pandapon.shell.addFault({ operation: 'payOrder', fault });
}

const payCalls = (h: Harness) => h.calls('pandapon', 'payOrder');

describe('not paid', () => {
  test('while the agent is still building the purchase', async () => {
    const h = await openHarness({ pandapon: { buildMs: 120_000 } });
    const number = await placed(h);
    await h.elapse(60_000);
    expect(payCalls(h)).toBe(0);
    await h.waitForState(number, 'paid');
    expect(h.pandapon.order(number)?.timesPaid).toBe(1);
  });

  test('while a line is being built though the order says that it waits for payment', async () => {
    const h = await openHarness({ pandapon: { buildMs: 120_000, buildingStatus: 0 } });
    const number = await placed(h);
    await h.elapse(60_000);
    expect(payCalls(h)).toBe(0);
    await h.waitForState(number, 'paid');
  });

  test('when a line was refused inside the accepted order', async () => {
    const h = await openHarness();
    h.pandapon.refuseSku(CUP_SKU, '50012', '商品不可采购');
    const number = h.orderLazada([CUP, POT]);
    await h.pull('tea-sg');
    await h.elapse(60_000);
    expect(await h.holdTexts(number)).toEqual([
      expect.stringMatching(`^line-refused: .*${CUP_SKU}.*50012`),
    ]);
    expect(payCalls(h)).toBe(0);
  });

  test('when the agent asks more than the drift allows', async () => {
    const h = await openHarness();
    h.pandapon.raisePrice(CUP_SKU, 200);
    const number = await placed(h);
    await h.elapse(60_000);
    expect(await h.holds(number)).toEqual(['price-raised']);
    expect(payCalls(h)).toBe(0);
  });

  test('when the buyer cancelled since the order was placed', async () => {
    const h = await openHarness({ pandapon: { buildMs: 30_000 } });
    const number = await placed(h);
    h.lazada.buyerCancels(number);
    await h.elapse(60_000);
    await h.waitForState(number, 'cancelled');
    expect(payCalls(h)).toBe(0);
  });
});

test('a price within the drift is paid as the agent asks it', async () => {
  const h = await openHarness();
  h.pandapon.raisePrice(CUP_SKU, 50);
  const number = await placed(h);
  await h.waitForState(number, 'paid');
  expect(h.pandapon.order(number)).toMatchObject({ timesPaid: 1, chargedFen: 1300 });
});

test('a price that comes down again clears its hold, and is paid', async () => {
  const h = await openHarness();
  h.pandapon.raisePrice(CUP_SKU, 200);
  const number = await placed(h);
  await h.elapse(60_000);
  h.pandapon.setPrice(number, CUP_SKU, 1250);
  await h.waitForState(number, 'paid');
  expect(await h.holds(number)).toEqual([]);
});

describe("the account's cap for the day", () => {
  test('two payments that race for its last part: one is paid, one is held', async () => {
    const h = await openHarness(capped('20.00'));
    const numbers = [h.orderLazada([CUP]), h.orderLazada([CUP])];
    await h.pull('tea-sg');
    for (const number of numbers) await h.waitForState(number, 'placed');
    await h.listNow();
    await h.jobs.clear();
    await Promise.all(numbers.map((number) => h.advance(number)));
    const states = await Promise.all(
      numbers.map(async (number) => (await h.summary(number)).state),
    );
    expect(states.toSorted()).toEqual(['held', 'paid']);
    expect(h.pandapon.counters().payments).toBe(1);
  });

  test('an order over what is left is held, and paid on the next day in China', async () => {
    const h = await openHarness(capped('20.00'));
    const first = await placed(h);
    await h.waitForState(first, 'paid');
    const second = await placed(h);
    await h.elapse(20_000);
    expect(await h.holds(second)).toEqual(['daily-cap']);
    h.advanceClock(24 * 3_600_000);
    await h.waitForState(second, 'paid');
    expect(await h.holds(second)).toEqual([]);
    const days = await h.core.db.selectFrom('spend').select('reserved_fen').execute();
    expect(days).toEqual([{ reserved_fen: '1250' }, { reserved_fen: '1250' }]);
  });

  test('an order above the whole cap is held and never paid by itself', async () => {
    const h = await openHarness(capped('10.00'));
    const number = await placed(h);
    await h.waitForState(number, 'held');
    expect(await h.holds(number)).toEqual(['daily-cap']);
    h.advanceClock(24 * 3_600_000);
    await h.elapse(60_000);
    expect(await h.holds(number)).toEqual(['daily-cap']);
    expect(payCalls(h)).toBe(0);
  });
});

describe('an unknown payment', () => {
  test.each<Fault>([
    { kind: 'lose-answer' },
    { kind: 'html-after', status: 502 },
    { kind: 'error-after', code: '500', message: '系统异常' },
  ])('that happened is found ($kind)', async (fault) => {
    const h = await openHarness();
    failNextPayment(h, fault);
    const number = await placed(h);
    await h.waitForState(number, 'paid');
    expect(await h.outcomes(number, 'pay')).toEqual(['adopted']);
    expect(h.pandapon.order(number)?.payAttempts).toHaveLength(1);
  });

  test.each<Fault>([{ kind: 'reset' }, { kind: 'html', status: 500 }])(
    'that does not show is looked at twice after the settle time, then held, never sent again ($kind)',
    async (fault) => {
      const h = await openHarness();
      failNextPayment(h, fault);
      const number = await placed(h);
      await h.elapse(h.settings.timings.settle);
      expect(await h.holds(number)).toEqual([]);
      await h.waitForState(number, 'held');
      expect(await h.holds(number)).toEqual(['payment-unknown']);
      expect((await h.snapshot(number)).attempts.at(-1)?.looks).toBe(2);

      await h.elapse(600_000);
      await h.sweepNow();
      await h.advance(number);
      expect(payCalls(h)).toBe(1);
      expect(h.pandapon.order(number)?.payAttempts).toHaveLength(0);
    },
  );

  test('clears its hold when a person paid it in the console', async () => {
    const h = await openHarness();
    failNextPayment(h, { kind: 'reset' });
    const number = await placed(h);
    await h.waitForState(number, 'held');
    await payInConsole(h, number);
    await h.waitForState(number, 'paid');
    expect(await h.holds(number)).toEqual([]);
    expect(await h.outcomes(number, 'pay')).toEqual(['adopted']);
    expect(h.pandapon.order(number)?.timesPaid).toBe(1);
  });
});

test('a proven refusal is held with its code, gives back the cap, and is not sent again', async () => {
  const h = await openHarness({ account: { refusalCodes: ['40007'] } });
  failNextPayment(h, { kind: 'error', code: '40007', message: '余额不足' });
  const number = await placed(h);
  await h.waitForState(number, 'held');
  expect(await h.holdTexts(number)).toEqual([expect.stringMatching('^payment-refused: 40007')]);
  const [day] = await h.core.db.selectFrom('spend').select('reserved_fen').execute();
  expect(day?.reserved_fen).toBe('0');
  await h.elapse(600_000);
  await h.advance(number);
  expect(payCalls(h)).toBe(1);
  expect(await h.holds(number)).toEqual(['payment-refused']);
});

test('two processes that pay one order at once pay it once', async () => {
  const h = await openHarness();
  const numbers = Array.from({ length: 8 }, () => h.orderLazada([CUP]));
  await h.pull('tea-sg');
  for (const number of numbers) await h.waitForState(number, 'placed');
  await h.listNow();
  await h.jobs.clear();
  await Promise.all(numbers.flatMap((number) => [1, 2, 3].map(() => h.advance(number))));
  for (const number of numbers) {
    expect(h.pandapon.order(number)?.payAttempts).toHaveLength(1);
  }
});

test('paying by hand: held until it is paid in the console', async () => {
  const h = await openHarness(BY_HAND);
  const number = await placed(h);
  await h.waitForState(number, 'held');
  expect(await h.holds(number)).toEqual(['payment-due']);
  await payInConsole(h, number);
  await h.waitForState(number, 'paid');
  expect(await h.holds(number)).toEqual([]);
  expect(await h.outcomes(number, 'pay')).toEqual([]);
});

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
