/** The three cancellations, and a process that dies at each of their moments (docs/guarantees.md). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cancelOrder } from '../../src/commands/cancel.ts';
import { CUP, CUP_MY, type Harness, startHarness } from '../stages/harness.ts';
import {
  advanceUntilDead,
  type Dying,
  diesAt,
  diesAtCommit,
  nextProcess,
  type Where,
} from './dying.ts';

let h: Harness;

beforeAll(async () => {
  h = await startHarness({
    stores: {
      'tea-sg': { purchase: { pay: { auto: false } } },
      // Not bought before a person says so: the seller can cancel it, and the buyer ask for it.
      'tea-my': { purchase: { mode: 'manual' }, cancel: { buyerWish: 'accept' } },
    },
  });
});

afterAll(() => h?.stop());

interface Case {
  readonly moment: string;
  readonly happened: boolean;
  readonly dying: (where: Where) => Dying;
}

const CASES: readonly Case[] = [
  {
    moment: 'before the intent is committed',
    happened: false,
    dying: () => diesAtCommit(h, 1, 'before'),
  },
  {
    moment: 'intent committed, not sent',
    happened: false,
    dying: (where) => diesAt(h, where, 'before'),
  },
  { moment: 'effect, no answer', happened: true, dying: (where) => diesAt(h, where, 'after') },
  { moment: 'answer, not stored', happened: true, dying: () => diesAtCommit(h, 2, 'before') },
  { moment: 'answer stored', happened: true, dying: () => diesAtCommit(h, 2, 'after') },
];

describe.each(CASES)('$moment', ({ happened, dying, moment }) => {
  const noIntent = moment === 'before the intent is committed';
  const stored = moment === 'answer stored';

  test('cancelling a purchase at the agent: cancelled, and the order with it', async () => {
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    await h.waitForState(number, 'held');
    h.lazada.buyerCancels(number);
    await h.pullNow('tea-sg');
    await h.jobs.clear();
    await advanceUntilDead(h, number, dying({ agent: 'cancel' }));
    expect(h.pandapon.order(number)?.cancelAttempts).toHaveLength(happened ? 1 : 0);
    await nextProcess(h);
    await h.waitForState(number, 'cancelled');
    expect(h.pandapon.order(number)?.cancelAttempts).toHaveLength(1);
    expect(h.pandapon.order(number)?.cancelled).toBe(true);
    const after = happened ? [stored ? 'succeeded' : 'adopted'] : ['absent', 'succeeded'];
    expect(await h.outcomes(number, 'cancel')).toEqual(noIntent ? ['succeeded'] : after);
  });

  test('the seller cancels at the marketplace: cancelled, or not and never bought unasked', async () => {
    const number = h.orderShopee([CUP_MY]);
    await h.pull('tea-my');
    await h.waitForState(number, 'waiting');
    const { service, dead } = dying({ marketplace: 'cancel' });
    const wish = { reason: 'out-of-stock', force: false } as const;
    const end = cancelOrder(service, await h.snapshot(number), wish).then(() => {
      throw new Error('the command lived through it');
    });
    await Promise.race([end, dead]);
    await nextProcess(h);
    await h.elapse(h.settings.timings.settleRead);
    if (!happened) {
      expect((await h.summary(number)).state).toBe(noIntent ? 'waiting' : 'planned');
      await cancelOrder(h.service, await h.snapshot(number), wish);
    }
    await h.pull('tea-my');
    await h.waitForState(number, 'cancelled');
    expect(h.boughtAtAgent(number)).toBe(0);
  });

  test("answering the buyer's wish to cancel: answered once, or a person is asked", async () => {
    const number = h.orderShopee([CUP_MY]);
    await h.pull('tea-my');
    await h.waitForState(number, 'waiting');
    const before = h.calls('shopee', 'handle_buyer_cancellation');
    h.shopee.requestCancellation(number);
    await h.pullNow('tea-my');
    await h.jobs.clear();
    await advanceUntilDead(h, number, dying({ marketplace: 'decideCancellation' }));
    await nextProcess(h);
    await h.elapse(h.settings.timings.settleRead);
    if (!happened && !noIntent) {
      expect(await h.holds(number)).toEqual(['cancellation-asked']);
      return;
    }
    await h.pull('tea-my');
    await h.waitForState(number, 'cancelled');
    expect(h.calls('shopee', 'handle_buyer_cancellation')).toBe(before + 1);
  });
});

test('a wish that the buyer took back in the meantime is not answered', async () => {
  const number = h.orderShopee([CUP_MY]);
  await h.pull('tea-my');
  h.shopee.requestCancellation(number);
  await h.pullNow('tea-my');
  await h.jobs.clear();
  const before = h.calls('shopee', 'handle_buyer_cancellation');
  h.shopee.setStatus(number, 'READY_TO_SHIP');
  await h.advance(number);
  expect(h.calls('shopee', 'handle_buyer_cancellation')).toBe(before);
  expect((await h.summary(number)).state).toBe('waiting');
});

test('a cancellation by command that finds the order changed, and is refused, leaves it to the service', async () => {
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  await h.waitForState(number, 'held');
  h.lazada.buyerCancels(number);
  const wish = { reason: 'out-of-stock', force: false } as const;
  await expect(cancelOrder(h.service, await h.snapshot(number), wish)).rejects.toThrow();
  await h.run();
  await h.waitForState(number, 'cancelled');
});
