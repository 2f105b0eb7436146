import { expect, test } from 'vitest';
import type { AgentAdapter, AgentFixture } from '../agent-fixture.ts';
import { draft, lately, place, readPlaced } from './given.ts';

const MINUTE = 60_000;

function addMany(fixture: AgentFixture, count: number): string[] {
  return Array.from({ length: count }, (_, index) => fixture.addManualOrder(index * 1000));
}

export function listing({ start, traits }: AgentAdapter): void {
  const many = 2 * traits.pageSize + 3;

  test('lists every order of a period, over all pages, and says that it is complete', async () => {
    const fixture = await start();
    const ids = addMany(fixture, many);
    const period = lately();
    const before = Date.now();
    const listed = await fixture.connect().list(period);
    expect(listed).toMatchObject({ ...period, complete: true, incompleteReason: undefined });
    expect(listed.pages).toBeGreaterThanOrEqual(3);
    expect(listed.orders.map(({ agentOrderId }) => agentOrderId).sort()).toEqual([...ids].sort());
    expect(listed.beganAt.getTime()).toBeGreaterThanOrEqual(before);
  });

  test('an account without orders has a complete listing of none', async () => {
    const listed = await (await start()).connect().list(lately());
    expect([listed.orders, listed.complete]).toEqual([[], true]);
  });

  test('shows an order with the numbers it was placed with', async () => {
    const fixture = await start();
    const agent = fixture.connect();
    const placed = await place(agent);
    const { orders } = await agent.list(lately());
    const wish = draft();
    expect(orders).toMatchObject([
      {
        agentOrderId: placed.agentOrderId,
        orderNo: placed.orderNo,
        orderSource: wish.orderSource,
        sellerOrderNumber: wish.sellerOrderNumber,
        lines: wish.lines.map(({ skuId, quantity }) => ({ skuId, quantity })),
      },
    ]);
    expect(Math.abs((orders[0]?.createdAt?.getTime() ?? 0) - Date.now())).toBeLessThan(MINUTE);
  });

  test('a row bought by hand has no number', async () => {
    const fixture = await start();
    fixture.addManualOrder();
    const { orders } = await fixture.connect().list(lately());
    expect(orders.map(({ sellerOrderNumber }) => sellerOrderNumber)).toEqual([undefined]);
  });

  test.each([
    ['honours the period', false],
    ['ignores the period', true],
  ])('leaves out what lies outside the period where the agent %s', async (_name, ignores) => {
    const fixture = await start();
    if (ignores) fixture.ignorePeriods();
    const inside = fixture.addManualOrder(5 * MINUTE);
    fixture.addManualOrder(3 * 24 * 60 * MINUTE);
    const listed = await fixture.connect().list(lately());
    expect(listed.orders.map(({ agentOrderId }) => agentOrderId)).toEqual([inside]);
    expect(listed.complete).toBe(true);
  });

  test.each([1, 2, 3])(
    'a listing whose page %i got lost is not complete, and says why',
    async (page) => {
      const fixture = await start();
      addMany(fixture, many);
      fixture.losePage(page);
      const listed = await fixture.connect().list(lately());
      expect(listed.complete).toBe(false);
      expect(listed.incompleteReason).toMatch(/\d/);
    },
  );

  test('a listing whose total changes while it is read is not complete', async () => {
    const fixture = await start();
    addMany(fixture, many);
    fixture.changeTotalWhilePaging();
    const listed = await fixture.connect().list(lately());
    expect(listed.complete).toBe(false);
    expect(listed.incompleteReason).toMatch(/\d/);
  });

  test('a listing that lags looks complete without the newest: completeness is no liveness', async () => {
    const fixture = await start();
    fixture.lagListing(10 * MINUTE);
    const old = fixture.addManualOrder(20 * MINUTE);
    const agent = fixture.connect();
    await place(agent);
    const listed = await agent.list(lately());
    expect([listed.complete, listed.orders.map(({ agentOrderId }) => agentOrderId)]).toEqual([
      true,
      [old],
    ]);
  });

  test('reads one order by its id among others, and undefined for an id it does not know', async () => {
    const fixture = await start();
    addMany(fixture, 3);
    const agent = fixture.connect();
    const placed = await place(agent);
    const read = await readPlaced(agent, placed.agentOrderId);
    expect(read).toMatchObject({ agentOrderId: placed.agentOrderId, orderNo: placed.orderNo });
    expect(await agent.read(traits.unknownOrder)).toBeUndefined();
  });

  test('lines get the ids by which their logistics are asked', async () => {
    const fixture = await start();
    const agent = fixture.connect();
    const placed = await place(agent);
    const read = await readPlaced(agent, placed.agentOrderId);
    const ids = read.lines.map(({ subPurchaseOrderId }) => subPurchaseOrderId);
    const booked = fixture.books()[0]?.lines.map((line) => line.ids) ?? [];
    ids.forEach((id, index) => {
      expect(booked[index]).toContain(id);
    });
    expect(new Set(ids).size).toBe(2);
  });
}
