/** A re-scan of a world in which nothing is wrong: it says so, and changes nothing. */
import { expect, test } from 'vitest';
import { CUP, CUP_MY, openHarness, POT } from '../stages/harness.ts';
import { CUP_LINE, paid, passUnheard, scan, sent } from './given.ts';

test('orders in every state, and purchases by hand: no difference, at any time', async () => {
  const h = await openHarness();
  const delivered = await paid(h);
  await sent(h, delivered);
  await h.waitForState(delivered, 'shipped');
  h.lazada.shipOut(delivered);
  h.lazada.deliver(delivered);
  const shipped = h.orderShopee([CUP_MY]);
  const cancelled = h.orderLazada([CUP]);
  h.lazada.buyerCancels(cancelled);
  h.orderLazada([{ ...POT, sku: 'nobody knows it' }]);
  await h.pull('tea-sg');
  await h.pull('tea-my');
  await h.waitForState(delivered, 'done');
  await h.waitForState(shipped, 'paid');
  await sent(h, shipped);
  await h.waitForState(shipped, 'shipped');
  await paid(h);
  h.pandapon.addManualOrder({ lines: [{ ...CUP_LINE, quantity: 7 }] });
  h.pandapon.addManualOrder({
    lines: [CUP_LINE],
    orderSource: 'another shop',
    sellerOrderNumber: '77',
  });

  for (const _ of ['now', 'after an hour', 'once more']) {
    const { lines, results } = await scan(h);
    expect(lines).toEqual([]);
    const counts = results.map(({ subject, compared, byHand }) => [subject.name, compared, byHand]);
    expect(counts).toEqual([
      ['tea-my', 1, 0],
      ['tea-sg', 4, 0],
      ['pandapon/main', 3, 2],
    ]);
    await h.elapse(60 * 60_000);
  }
  passUnheard(h);
  expect((await scan(h)).lines).toEqual([]);
});
