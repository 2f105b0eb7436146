/** Differences between the agent's books and ours, made for real, repaired or reported. */
import { expect, test } from 'vitest';
import { CUP, openHarness } from '../stages/harness.ts';
import { CUP_LINE, hearAll, paid, passUnheard, scan, sent } from './given.ts';

const byHand = (sellerOrderNumber: string) => ({
  lines: [CUP_LINE],
  orderSource: 'lazada',
  sellerOrderNumber,
});

test('what no callback and no listing told is stored, and follow applies it', async () => {
  const h = await openHarness({
    stores: { 'tea-sg': { purchase: { pay: { auto: false } } } },
  });
  const place = async () => {
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    await h.waitFor(async () => h.boughtAtAgent(number) === 1, 'it is bought');
    return number;
  };
  const [dearer, cancelled, gone] = [await place(), await place(), await place()];
  await hearAll(h);
  h.pandapon.setPrice(dearer, CUP_LINE.skuId, 9_900);
  h.pandapon.closeOrder(cancelled, 'out of stock');
  h.pandapon.showStatus(gone, 5);
  passUnheard(h);

  const found = await scan(h);
  const of = (number: string) => found.lines.filter((each) => each.includes(` ${number}: `));
  expect(of(dearer)).toEqual([
    expect.stringMatching(
      /^repaired purchase-differs .*unpaid, 99\.00 CNY.* \/ placed, 12\.50 CNY/,
    ),
  ]);
  expect(of(cancelled)).toEqual([
    expect.stringMatching(/^repaired purchase-differs .*cancelled.* \/ placed/),
  ]);
  expect(of(gone)).toHaveLength(1);
  await h.run();
  expect(await h.holds(dearer)).toContain('price-raised');
  expect(await h.holds(cancelled)).toContain('purchase-closed');
  expect((await scan(h)).lines).toEqual([]);
});

test('sent there and not here, and a row set back by hand: both go on', async () => {
  const h = await openHarness();
  const unheard = await paid(h);
  const setBack = await paid(h);
  await sent(h, setBack);
  await h.waitForState(setBack, 'shipped');
  const snapshot = await h.snapshot(setBack);
  await h.core.db
    .updateTable('purchase')
    .set({ state: 'placed' })
    .where('id', '=', String(snapshot.purchase?.id))
    .execute();
  await hearAll(h);
  h.pandapon.send(unheard);
  passUnheard(h);
  const found = await scan(h);
  expect(found.lines.toSorted()).toEqual([
    expect.stringMatching(`^repaired purchase-differs ${unheard}: .*sent.* / paid`),
    expect.stringMatching(`^repaired purchase-differs ${setBack}: .*sent.* / placed`),
  ]);
  await h.waitForState(unheard, 'shipped');
  await h.waitForState(setBack, 'shipped');
  expect(h.pandapon.order(setBack)?.timesPaid).toBe(1);
  await hearAll(h);
  passUnheard(h);
  expect((await scan(h)).lines).toEqual([]);
});

test('bought by hand with our number: adopted by the place stage, or linked by a person', async () => {
  const h = await openHarness({ stores: { 'tea-sg': { purchase: { delay: '2h' } } } });
  const [waiting, twice, held] = [
    h.orderLazada([CUP]),
    h.orderLazada([CUP]),
    h.orderLazada([{ ...CUP, sku: '?' }]),
  ];
  await h.pull('tea-sg');
  h.pandapon.addManualOrder(byHand(waiting));
  for (const _ of [1, 2]) h.pandapon.addManualOrder(byHand(twice));
  h.pandapon.addManualOrder(byHand(held));
  passUnheard(h);
  const found = await scan(h);
  const of = (number: string) => found.lines.filter((each) => each.includes(` ${number}: `));
  expect(of(waiting)).toEqual([
    expect.stringMatching(/^repaired bought-unlinked .* the place stage adopts it/),
  ]);
  expect(of(twice)).toEqual([
    expect.stringMatching(/^for-a-person bought-twice .* cancel all but one/),
  ]);
  expect(of(held)).toEqual([
    expect.stringMatching(/^for-a-person bought-unlinked .* Link it: ponbridge adopt/),
  ]);
  await h.elapse(2 * 3_600_000);
  await h.waitForState(waiting, 'paid');
  expect(await h.holds(twice)).toEqual(['purchase-ambiguous']);
  expect(h.calls('pandapon', 'createOrder')).toBe(0);
});

test('money that may be spent twice, or for nothing, is for a person', async () => {
  const h = await openHarness();
  const twice = await paid(h);
  const unpaid = await paid(h);
  const dropped = await paid(h);
  const lost = await paid(h);
  const other = await paid(h);
  const cancelled = h.orderLazada([CUP]);
  h.lazada.buyerCancels(cancelled);
  await hearAll(h);
  h.pandapon.addManualOrder(byHand(twice));
  h.pandapon.addManualOrder(byHand(cancelled));
  h.pandapon.addManualOrder(byHand('4711'));
  h.pandapon.showStatus(unpaid, 0);
  const change = (number: string, set: object) =>
    h.core.db
      .updateTable('purchase')
      .set(set)
      .where('order_no', '=', String(h.pandapon.order(number)?.orderNo))
      .execute();
  const lostNo = h.pandapon.order(lost)?.orderNo;
  await change(dropped, { state: 'cancelled' });
  await change(lost, { agent_order_id: '90001' });
  await change(other, { seller_order_number: 'another' });
  passUnheard(h);

  const found = await scan(h);
  const codes = (number: string) =>
    found.lines.filter((each) => each.includes(` ${number}: `)).map((each) => each.split(' ', 2));
  expect(codes(twice)).toEqual([['for-a-person', 'bought-twice']]);
  expect(codes(cancelled)).toEqual([['for-a-person', 'bought-though-ended']]);
  expect(codes('4711')).toEqual([['for-a-person', 'no-such-order']]);
  expect(codes(unpaid)).toEqual([['for-a-person', 'payment-missing']]);
  expect(codes(dropped)).toEqual([['for-a-person', 'cancelled-here']]);
  expect(codes(lost).toSorted()).toEqual([
    ['for-a-person', 'bought-twice'],
    ['for-a-person', 'purchase-unknown'],
  ]);
  expect(found.find('purchase-unknown').theirs).toBe(`no order ${lostNo}`);
  expect(codes(other)).toEqual([['for-a-person', 'number-differs']]);
  expect(found.find('listing-untrusted').theirs).toContain('without its number');
  expect(found.lines).toHaveLength(9);
  await h.run();
  passUnheard(h);
  expect((await scan(h)).results.at(-1)).toMatchObject({ repaired: 0, left: 9 });
});

test('from an incomplete listing nothing is concluded', async () => {
  const h = await openHarness({ account: { pageSize: 1 } });
  for (const _ of [1, 2]) await paid(h);
  await hearAll(h);
  passUnheard(h);
  h.pandapon.losePage(1);
  const found = await scan(h);
  expect(found.lines).toEqual([expect.stringMatching(/^for-a-person listing-untrusted -/)]);
  h.pandapon.losePage(null);
  expect((await scan(h)).lines).toEqual([]);
});
