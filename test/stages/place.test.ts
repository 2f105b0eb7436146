/** Placing, sentence by sentence of docs/architecture.md: the fresh look, and the intent rule. */
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../connectors/sandbox.ts';
import { freePort } from '../../src/demo/world.ts';
import { CUP, CUP_MY, CUP_SKU, type Harness, openHarness, POT, POT_SKU } from './harness.ts';
import { startTestWorld } from './world.ts';

const CUP_LINE = {
  itemId: '600126245031041190',
  skuId: CUP_SKU,
  quantity: 1,
  priceFen: 1250,
};

/** An order that is on its way already: without one the account's listing shows nothing, and proves nothing. */
async function buyWitness(h: Harness): Promise<string> {
  const witness = h.orderLazada([POT]);
  await h.pull('tea-sg');
  await h.waitForState(witness, 'paid');
  // Newer orders may still be missing from a listing; this one may not.
  await h.elapse(5_000);
  return witness;
}

function failNextPlacing(h: Harness, fault: Fault, times = 1) {
  h.pandapon.shell.addFault({ operation: 'createOrder', fault, times });
}

/** Orders with their delay over and a fresh listing: the next advance places them. */
async function readyToPlace(h: Harness, count = 1): Promise<string[]> {
  const numbers = Array.from({ length: count }, () => h.orderLazada([CUP]));
  await h.pull('tea-sg');
  h.advanceClock(10_000);
  await h.listNow();
  await h.jobs.clear();
  return numbers;
}

const WAITING = { stores: { 'tea-sg': { purchase: { delay: '10s' } } } };

describe('a fresh look before spending', () => {
  test('lines that changed since the plan are planned anew and bought as they are now', async () => {
    const h = await openHarness(WAITING);
    const number = h.orderLazada([CUP, POT]);
    await h.pull('tea-sg');
    const pot = h.lazada.books().orders[0]?.items.find((item) => item.sku === POT.sku);
    h.lazada.buyerCancels(number, [String(pot?.orderItemId)]);
    await h.elapse(15_000);
    await h.waitForState(number, 'paid');
    expect(await h.events(number)).toContain('changed-before-purchase');
    expect(h.pandapon.order(number)?.lines.map((line) => line.skuId)).toEqual([CUP_SKU]);
  });

  test('an order that the buyer cancelled just before the intent is not bought', async () => {
    const h = await openHarness(WAITING);
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    h.lazada.buyerCancels(number);
    await h.elapse(15_000);
    await h.waitForState(number, 'cancelled');
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
    expect(await h.outcomes(number, 'place')).toEqual([]);
  });

  test('an order whose cancellation is asked for is not bought until that is decided', async () => {
    const h = await openHarness(WAITING);
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    h.lazada.requestCancellation(number);
    await h.elapse(60_000);
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
  });

  test('the account is listed before the first placing, and again when the listing is old', async () => {
    const h = await openHarness(WAITING);
    const [number] = (await readyToPlace(h)) as [string];
    h.advanceClock(h.settings.timings.listingFresh + 1_000);
    const before = h.listings();
    await h.advance(number);
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
    await h.run();
    expect(h.listings()).toBe(before + 1);
    await h.waitForState(number, 'placed');
    const operations = h.pandapon.shell.calls.map((call) => call.operation);
    expect(operations.indexOf('listOrders')).toBeLessThan(operations.indexOf('createOrder'));
  });

  test('an order bought by hand with our number is adopted, not bought', async () => {
    const h = await openHarness(WAITING);
    const number = h.orderLazada([CUP]);
    h.pandapon.addManualOrder({
      lines: [CUP_LINE],
      orderSource: 'lazada',
      sellerOrderNumber: number,
    });
    await h.pull('tea-sg');
    await h.waitForState(number, 'paid');
    expect(await h.events(number)).toContain('purchase-adopted');
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
    expect(h.boughtAtAgent(number)).toBe(1);
  });

  test('an order in the books with our number but other goods is ambiguous: held, not bought', async () => {
    const h = await openHarness();
    const number = h.orderLazada([CUP]);
    h.pandapon.addManualOrder({
      lines: [{ ...CUP_LINE, quantity: 2 }],
      orderSource: 'lazada',
      sellerOrderNumber: number,
    });
    await h.pull('tea-sg');
    await h.elapse(60_000);
    expect(await h.holds(number)).toEqual(['purchase-ambiguous']);
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
  });

  test('a row without a number but with exactly these goods is ambiguous: held, not bought', async () => {
    const h = await openHarness();
    const number = h.orderLazada([CUP]);
    h.pandapon.addManualOrder({ lines: [CUP_LINE] });
    await h.pull('tea-sg');
    await h.elapse(60_000);
    expect(await h.holds(number)).toEqual(['purchase-ambiguous']);
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
  });

  test('an order in the books that was cancelled there does not stand in the way', async () => {
    const h = await openHarness();
    const number = h.orderLazada([CUP]);
    const { orderId } = h.pandapon.addManualOrder({
      lines: [CUP_LINE],
      orderSource: 'lazada',
      sellerOrderNumber: number,
    });
    h.pandapon.closeOrder(orderId, 'by hand');
    await h.pull('tea-sg');
    await h.waitForState(number, 'paid');
    expect(h.calls('pandapon', 'createOrder')).toBe(1);
  });
});

describe('the intent', () => {
  test('is committed before the call: killed in between, the order is bought exactly once', async () => {
    const h = await openHarness(WAITING);
    await buyWitness(h);
    const [number] = (await readyToPlace(h)) as [string];
    const before = h.calls('pandapon', 'createOrder');
    await killDuring(h, number, () => ({ place: hang }));
    expect(h.calls('pandapon', 'createOrder')).toBe(before);
    expect(await h.outcomes(number, 'place')).toEqual(['open']);

    await h.reopen();
    await h.elapse(60_000);
    await h.sweepNow();
    await h.waitForState(number, 'paid');
    expect(await h.outcomes(number, 'place')).toEqual(['absent', 'succeeded']);
    expect(h.boughtAtAgent(number)).toBe(1);
  });

  test('killed after the call and before its answer was kept, the order is adopted', async () => {
    const h = await openHarness(WAITING);
    const [number] = (await readyToPlace(h)) as [string];
    await killDuring(h, number, (real) => ({
      async place(body, window) {
        await real.place(body, window);
        return hang();
      },
    }));
    await h.reopen();
    await h.elapse(60_000);
    await h.sweepNow();
    await h.waitForState(number, 'paid');
    expect(await h.outcomes(number, 'place')).toEqual(['adopted']);
    expect(h.boughtAtAgent(number)).toBe(1);
  });

  test('while another process may still be sending, nobody settles its attempt', async () => {
    const h = await openHarness(WAITING);
    await buyWitness(h);
    const [number] = (await readyToPlace(h)) as [string];
    await killDuring(h, number, () => ({ place: hang }));
    await h.advance(number);
    expect(await h.outcomes(number, 'place')).toEqual(['open']);
    expect((await h.summary(number)).state).toBe('placing');
  });

  test('a request that was never sent is taken back, and sent afresh', async () => {
    const h = await openHarness(WAITING);
    const [number] = (await readyToPlace(h)) as [string];
    const nobodyListens = h.service.connections.agent({
      agent: 'pandapon',
      account: 'main',
      address: `http://127.0.0.1:${await freePort()}`,
    });
    await h.advance(
      number,
      h.withAgent(() => ({ place: nobodyListens.place })),
    );
    expect(await h.outcomes(number, 'place')).toEqual(['not-sent']);
    expect(await h.events(number)).toContain('purchase-taken-back');
    await h.waitForState(number, 'paid');
    expect(await h.outcomes(number, 'place')).toEqual(['not-sent', 'succeeded']);
    expect(h.boughtAtAgent(number)).toBe(1);
  });

  test('a process that slept past the send window does not send', async () => {
    const h = await openHarness(WAITING);
    const [number] = (await readyToPlace(h)) as [string];
    await h.advance(
      number,
      h.withAgent((real) => ({
        place(body, window) {
          h.advanceClock(h.settings.timings.sendWithin + 1_000);
          return real.place(body, window);
        },
      })),
    );
    expect(h.calls('pandapon', 'createOrder')).toBe(0);
    expect(await h.outcomes(number, 'place')).toEqual(['not-sent']);
  });

  test('two processes that advance one order at once make one attempt', async () => {
    const h = await openHarness(WAITING);
    const numbers = await readyToPlace(h, 12);
    await Promise.all(numbers.flatMap((number) => [1, 2, 3].map(() => h.advance(number))));
    for (const number of numbers) {
      expect(await h.outcomes(number, 'place')).toEqual(['succeeded']);
      expect(h.boughtAtAgent(number)).toBe(1);
    }
    expect(h.calls('pandapon', 'createOrder')).toBe(numbers.length);
  });

  test('keeps account, address, generation, payload and times of the call', async () => {
    const h = await openHarness();
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    await h.waitForState(number, 'placed');
    const [attempt] = (await h.snapshot(number)).attempts;
    expect(attempt).toMatchObject({
      system: 'pandapon',
      credentials: 'main',
      address: h.pandapon.url,
      generation: 'v1',
    });
    expect(await h.core.secrets.open(String(attempt?.payload))).toMatchObject({
      sellerOrderNumber: number,
      purchaseAmount: 1250,
    });
    const { sendWithin, settle } = h.settings.timings;
    const signedAt = Number(attempt?.signed_at);
    expect(Number(attempt?.send_before)).toBe(signedAt + sendWithin);
    expect(Number(attempt?.settle_at)).toBe(signedAt + settle);
  });
});

describe('an unknown placing', () => {
  test.each<Fault>([
    { kind: 'html-after', status: 502 },
    { kind: 'lose-answer' },
    { kind: 'cut' },
    { kind: 'error-after', code: '500', message: '系统异常' },
  ])('that took effect is found in the books and adopted ($kind)', async (fault) => {
    const h = await openHarness();
    failNextPlacing(h, fault);
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    await h.waitForState(number, 'paid');
    expect(await h.outcomes(number, 'place')).toEqual(['adopted']);
    expect(h.boughtAtAgent(number)).toBe(1);
  });

  test.each<Fault>([{ kind: 'html', status: 503 }, { kind: 'reset' }])(
    'that had no effect is sent once more after the settle time ($kind)',
    async (fault) => {
      const h = await openHarness();
      await buyWitness(h);
      failNextPlacing(h, fault);
      const number = h.orderLazada([CUP]);
      await h.pull('tea-sg');
      await h.elapse(h.settings.timings.settle - 1_000);
      expect(await h.outcomes(number, 'place')).toEqual(['open']);
      await h.waitForState(number, 'paid');
      expect(await h.outcomes(number, 'place')).toEqual(['absent', 'succeeded']);
      expect(h.boughtAtAgent(number)).toBe(1);
    },
  );

  test('that shows late in the listing is adopted, not sent again', async () => {
    const h = await openHarness();
    await buyWitness(h);
    failNextPlacing(h, { kind: 'lose-answer' });
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    h.pandapon.setTimings({ listingLagMs: 3_000 });
    await h.waitForState(number, 'paid');
    expect(await h.outcomes(number, 'place')).toEqual(['adopted']);
    expect(h.boughtAtAgent(number)).toBe(1);
  });

  test('that is absent a second time is held, and sent again only when a person approves', async () => {
    const h = await openHarness();
    await buyWitness(h);
    failNextPlacing(h, { kind: 'html', status: 500 }, 2);
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    await h.elapse(60_000);
    expect(await h.holds(number)).toEqual(['purchase-unsure']);
    expect(h.boughtAtAgent(number)).toBe(0);
    expect(await h.outcomes(number, 'place')).toEqual(['absent', 'absent']);

    h.advanceClock(3_600_000);
    await h.sweepNow();
    await h.advance(number);
    expect(await h.outcomes(number, 'place')).toEqual(['absent', 'absent']);

    await h.retry(number);
    await h.waitForState(number, 'paid');
    expect(await h.outcomes(number, 'place')).toEqual(['absent', 'absent', 'succeeded']);
    expect(h.boughtAtAgent(number)).toBe(1);
  });

  test.each<{ readonly code: string; readonly fault: Fault }>([
    { code: '60031', fault: { kind: 'error', code: '60031', message: '商品已下架' } },
    { code: '429', fault: { kind: 'throttle', seconds: 1 } },
  ])(
    'with an error code that stays absent is held with it, never sent again ($code)',
    async ({ code, fault }) => {
      const h = await openHarness();
      await buyWitness(h);
      failNextPlacing(h, fault);
      const number = h.orderLazada([CUP]);
      await h.pull('tea-sg');
      await h.elapse(60_000);
      expect(await h.holdTexts(number)).toEqual([
        expect.stringMatching(`^purchase-refused: ${code} `),
      ]);

      await h.advance(number);
      h.advanceClock(3_600_000);
      await h.sweepNow();
      expect(await h.outcomes(number, 'place')).toEqual(['refused']);
      expect(await h.holds(number)).toEqual(['purchase-refused']);
      expect(h.boughtAtAgent(number)).toBe(0);

      await h.retry(number);
      await h.waitForState(number, 'paid');
      expect(h.boughtAtAgent(number)).toBe(1);
    },
  );

  test('with our number but other goods in the books is held as ambiguous', async () => {
    const h = await openHarness();
    failNextPlacing(h, { kind: 'html', status: 500 });
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    h.pandapon.addManualOrder({
      lines: [{ ...CUP_LINE, skuId: POT_SKU }],
      orderSource: 'lazada',
      sellerOrderNumber: number,
    });
    await h.elapse(60_000);
    expect(await h.holds(number)).toEqual(['purchase-ambiguous']);
    expect(await h.outcomes(number, 'place')).toEqual(['open']);
  });

  test('with a numberless row of the same goods in the books is held, never sent again', async () => {
    const h = await openHarness();
    await buyWitness(h);
    failNextPlacing(h, { kind: 'html', status: 500 });
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    h.pandapon.addManualOrder({ lines: [CUP_LINE] });
    await h.elapse(60_000);
    expect(await h.holds(number)).toEqual(['purchase-ambiguous']);
    expect(h.boughtAtAgent(number)).toBe(0);
  });

  test('only looks, however often it is advanced while its attempt is open', async () => {
    const h = await openHarness();
    await buyWitness(h);
    failNextPlacing(h, { kind: 'html', status: 500 });
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    const before = h.calls('pandapon', 'createOrder');
    for (let times = 0; times < 5; times += 1) {
      await h.retry(number);
      await h.advance(number);
    }
    expect(h.calls('pandapon', 'createOrder')).toBe(before);
    expect(await h.outcomes(number, 'place')).toEqual(['open']);
  });

  test('is settled at the address it was sent to, also after the settings changed', async () => {
    const h = await openHarness(WAITING);
    failNextPlacing(h, { kind: 'lose-answer' });
    const [number] = (await readyToPlace(h)) as [string];
    await h.advance(number);
    expect(await h.outcomes(number, 'place')).toEqual(['open']);
    const elsewhere = await startTestWorld({});
    try {
      elsewhere.setClock(h.clock.offsetMs);
      await h.reopen({ ...WAITING, account: { address: elsewhere.pandapon.url } });
      await h.waitFor(
        async () => (await h.outcomes(number, 'place'))[0] !== 'open',
        'it is settled',
      );
      expect(await h.outcomes(number, 'place')).toEqual(['adopted']);
      expect(elsewhere.pandapon.books().orders).toEqual([]);
      expect(h.boughtAtAgent(number)).toBe(1);
    } finally {
      await elsewhere.stop();
    }
  });

  test('absent at the address it was sent to is not believed once the settings changed', async () => {
    const h = await openHarness();
    failNextPlacing(h, { kind: 'html', status: 500 });
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    const elsewhere = await startTestWorld({});
    try {
      await h.reopen({ account: { address: elsewhere.pandapon.url } });
      h.advanceClock(10 * 60_000);
      elsewhere.setClock(h.clock.offsetMs);
      await h.advance(number);
      expect(await h.holds(number)).toEqual(['listing-untrusted']);
      expect(await h.outcomes(number, 'place')).toEqual(['open']);
    } finally {
      await elsewhere.stop();
    }
  });

  test('of several orders is settled by one listing of the account', async () => {
    const h = await openHarness(WAITING);
    const numbers = await readyToPlace(h, 5);
    failNextPlacing(h, { kind: 'lose-answer' }, 5);
    for (const number of numbers) await h.advance(number);
    const before = h.listings();
    for (const number of numbers) {
      await h.waitFor(
        async () => (await h.outcomes(number, 'place'))[0] === 'adopted',
        'every order is found',
      );
    }
    expect(h.listings()).toBe(before + 1);
  });
});

describe('a listing is evidence only if it is complete and live', () => {
  const spoil: readonly {
    readonly how: string;
    readonly account?: object;
    readonly spoil: (h: Harness) => void;
    readonly mend: (h: Harness) => void;
  }[] = [
    {
      how: 'a page is lost',
      spoil: (h) => h.pandapon.losePage(1),
      mend: (h) => h.pandapon.losePage(null),
    },
    {
      how: 'the total changes from page to page',
      account: { pageSize: 1 },
      spoil: (h) => h.pandapon.setSwitches({ changeTotalWhilePaging: true }),
      mend: (h) => h.pandapon.setSwitches({ changeTotalWhilePaging: false }),
    },
    {
      how: 'an order known to be there is missing',
      spoil: (h) => h.pandapon.setTimings({ listingLagMs: 3_600_000 }),
      mend: (h) => h.pandapon.setTimings({ listingLagMs: 0 }),
    },
  ];

  test.each(spoil)('when $how, the account is held and nothing is bought', async (each) => {
    const h = await openHarness({ account: each.account ?? {} });
    await buyWitness(h);
    h.orderLazada([CUP]);
    await h.pull('tea-sg');
    await h.elapse(10_000);
    each.spoil(h);
    h.advanceClock(h.settings.timings.listingFresh);
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    await h.elapse(60_000);
    expect(await h.holds(number)).toEqual(['listing-untrusted']);
    expect(await h.accountHolds()).toEqual(['listing-untrusted']);
    expect(h.boughtAtAgent(number)).toBe(0);

    each.mend(h);
    await h.waitForState(number, 'paid');
    expect(await h.accountHolds()).toEqual([]);
    expect(h.boughtAtAgent(number)).toBe(1);
  });

  test.each(spoil)('when $how, an unknown placing is not taken for absent', async (each) => {
    const h = await openHarness({ account: each.account ?? {} });
    await buyWitness(h);
    h.orderLazada([CUP]);
    await h.pull('tea-sg');
    await h.elapse(10_000);
    failNextPlacing(h, { kind: 'html', status: 500 });
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    each.spoil(h);
    await h.elapse(60_000);
    expect(await h.outcomes(number, 'place')).toEqual(['open']);
    expect(await h.holds(number)).toEqual(['listing-untrusted']);

    each.mend(h);
    await h.waitForState(number, 'paid');
    expect(h.boughtAtAgent(number)).toBe(1);
  });

  test('one that shows no order of ours proves nothing about an unknown placing', async () => {
    const h = await openHarness();
    failNextPlacing(h, { kind: 'html', status: 500 });
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    await h.elapse(60_000);
    expect(await h.holds(number)).toEqual(['listing-untrusted']);
    expect(await h.outcomes(number, 'place')).toEqual(['open']);

    await buyWitness(h);
    await h.waitForState(number, 'paid');
    expect(await h.outcomes(number, 'place')).toEqual(['absent', 'succeeded']);
    expect(h.boughtAtAgent(number)).toBe(1);
  });

  test('it reaches back to our last order, however seldom the account buys', async () => {
    const h = await openHarness();
    await buyWitness(h);
    h.advanceClock(10 * 86_400_000);
    failNextPlacing(h, { kind: 'html', status: 500 });
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    await h.waitForState(number, 'paid');
    expect(await h.outcomes(number, 'place')).toEqual(['absent', 'succeeded']);
    expect(await h.events(number)).not.toContain('held');
  });

  test('one with pages smaller than asked for is complete all the same', async () => {
    const h = await openHarness();
    h.pandapon.setSwitches({ maxPageSize: 2 });
    const numbers = Array.from({ length: 5 }, () => h.orderLazada([CUP]));
    await h.pull('tea-sg');
    for (const number of numbers) await h.waitForState(number, 'paid');
    expect(await h.accountHolds()).toEqual([]);
  });
});

const hang = () => new Promise<never>(() => {});

type Replace = Parameters<Harness['withAgent']>[0];

/** Advances an order in a service that never gets any further than the replaced call. */
async function killDuring(h: Harness, number: string, replace: Replace): Promise<void> {
  let reached: () => void = () => {};
  const atCall = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const service = h.withAgent((real) => {
    const replaced = replace(real);
    return {
      place: async (body, window) => {
        reached();
        return replaced.place ? replaced.place(body, window) : real.place(body, window);
      },
    };
  });
  void h.advance(number, service);
  await atCall;
  await h.waitFor(async () => (await h.outcomes(number, 'place')).length > 0, 'the intent');
}

describe('mode auto where a person pays', () => {
  // A cup costs 12.50: one fits, two do not.
  const CAPPED = {
    stores: {
      'tea-sg': {
        purchase: { mode: 'auto', delay: '10s', dailyCap: '20.00', pay: { auto: false } },
      },
    },
  } as const;

  test('the daily cap holds before it is bought, and two at once do not share its last room', async () => {
    const h = await openHarness(CAPPED);
    const numbers = await readyToPlace(h, 2);
    const codes = async () => {
      const held = await Promise.all(numbers.map((number) => h.holds(number)));
      return held.flat().toSorted().join(' ');
    };
    await Promise.all(numbers.map((number) => h.advance(number)));
    await h.waitFor(
      async () => (await codes()) === 'daily-cap payment-due',
      'one bought, one held',
    );
    expect(h.calls('pandapon', 'createOrder')).toBe(1);
    // Tomorrow in China.
    h.advanceClock(24 * 3_600_000);
    await h.waitFor(async () => (await codes()) === 'payment-due payment-due', 'both bought');
  });

  test('what waits for a person to pay leaves less of the cap to a store that pays by itself', async () => {
    const h = await openHarness({
      stores: {
        'tea-sg': { purchase: { mode: 'auto', dailyCap: '20.00', pay: { auto: false } } },
        'tea-my': { purchase: { mode: 'auto', dailyCap: '20.00', pay: { auto: true } } },
      },
    });
    const byHand = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    await h.waitFor(async () => (await h.holds(byHand)).includes('payment-due'), 'it is placed');
    const bySelf = h.orderShopee([CUP_MY]);
    await h.pull('tea-my');
    await h.waitFor(async () => (await h.holds(bySelf)).includes('daily-cap'), 'the cap');
    expect(h.calls('pandapon', 'payOrder')).toBe(0);
  });
});
