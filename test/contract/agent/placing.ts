import { expect, test } from 'vitest';
import { Unknown } from '../../../connectors/errors.ts';
import type { AgentAdapter } from '../agent-fixture.ts';
import { failure, openWindow } from '../faults.ts';
import { CUP, draft, POT, place, readPlaced } from './given.ts';

export function placing({ start }: AgentAdapter): void {
  test('what was placed stands in the books once, to the letter', async () => {
    const fixture = await start();
    const wish = draft();
    const placed = await place(fixture.connect(), wish);
    const [book, ...others] = fixture.books();
    expect(others).toEqual([]);
    expect(book).toMatchObject({
      agentOrderId: placed.agentOrderId,
      orderNo: placed.orderNo,
      orderSource: wish.orderSource,
      sellerOrderNumber: wish.sellerOrderNumber,
      amountFen: wish.purchaseAmountFen,
    });
    expect(book?.lines).toMatchObject([
      { ...CUP, quantity: 2 },
      { ...POT, quantity: 1 },
    ]);
    expect(Object.values(book?.receiver ?? {})).toEqual(
      expect.arrayContaining([wish.receiver.address, wish.receiver.mobilePhone]),
    );
    expect(placed.lines.map(({ skuId, errorCode }) => [skuId, errorCode])).toEqual([
      [CUP.skuId, undefined],
      [POT.skuId, undefined],
    ]);
  });

  test('its ids are text with all their digits', async () => {
    const fixture = await start();
    const placed = await place(fixture.connect());
    const [book] = fixture.books();
    for (const id of [placed.agentOrderId, placed.orderNo]) expect(id).toMatch(/^\d{15,}$/);
    expect([placed.agentOrderId, placed.orderNo]).toEqual([book?.agentOrderId, book?.orderNo]);
  });

  test('placed twice is bought twice: there is no idempotency to lean on', async () => {
    const fixture = await start();
    const agent = fixture.connect();
    const [first, second] = [await place(agent), await place(agent)];
    expect(first.agentOrderId).not.toBe(second.agentOrderId);
    expect(fixture.books()).toHaveLength(2);
    expect(new Set(fixture.books().map(({ sellerOrderNumber }) => sellerOrderNumber)).size).toBe(1);
  });

  test('a line refused inside an accepted order says so, also when it is read again', async () => {
    const fixture = await start();
    fixture.refuseSku(POT.skuId);
    const agent = fixture.connect();
    const placed = await place(agent);
    const read = await readPlaced(agent, placed.agentOrderId);
    for (const order of [placed, read]) {
      const refused = order.lines.filter(({ errorCode }) => errorCode !== undefined);
      expect(refused.map(({ skuId }) => skuId)).toEqual([POT.skuId]);
      expect(refused[0]?.errorMessage).toMatch(/\S/);
    }
  });

  test('is building, then unpaid with its amount, then paid once', async () => {
    const fixture = await start();
    fixture.keepBuilding(true);
    const agent = fixture.connect();
    const placed = await place(agent);
    expect((await readPlaced(agent, placed.agentOrderId)).phase).toBe('building');
    fixture.keepBuilding(false);
    const unpaid = await readPlaced(agent, placed.agentOrderId);
    expect([unpaid.phase, unpaid.amountFen]).toEqual(['unpaid', draft().purchaseAmountFen]);
    await agent.pay(placed, openWindow());
    expect((await readPlaced(agent, placed.agentOrderId)).phase).toBe('paid');
    const [book] = fixture.books();
    expect([book?.timesPaid, book?.chargedFen]).toEqual([1, draft().purchaseAmountFen]);
  });

  test('a payment that is answered with a code is Unknown, whatever the code says', async () => {
    const fixture = await start();
    const agent = fixture.connect();
    const placed = await place(agent);
    await agent.pay(placed, openWindow());
    expect(await failure(agent.pay(placed, openWindow()))).toBeInstanceOf(Unknown);
    expect(fixture.books()[0]?.timesPaid).toBe(1);
  });

  test('a cancelled order is in the books, and reads as cancelled', async () => {
    const fixture = await start();
    const agent = fixture.connect();
    const placed = await place(agent);
    await agent.cancel(placed, openWindow());
    expect((await readPlaced(agent, placed.agentOrderId)).phase).toBe('cancelled');
    expect(fixture.books()[0]).toMatchObject({ cancelled: true, timesPaid: 0 });
  });

  test('an order whose goods have left cannot be cancelled: Unknown, and it lives on', async () => {
    const fixture = await start();
    const agent = fixture.connect();
    const placed = await place(agent);
    await readPlaced(agent, placed.agentOrderId);
    await agent.pay(placed, openWindow());
    fixture.send(placed.agentOrderId);
    expect(await failure(agent.cancel(placed, openWindow()))).toBeInstanceOf(Unknown);
    expect((await readPlaced(agent, placed.agentOrderId)).phase).toBe('sent');
    expect(fixture.books()[0]?.cancelled).toBe(false);
  });
}
