import Big from 'big.js';
import { expect, test } from 'vitest';
import type { SalesOrder } from '../../../connectors/marketplace.ts';
import type { MarketplaceAdapter, MarketplaceFixture } from '../marketplace-fixture.ts';

const LINES = [
  { sku: 'TEA-CUP', price: '0.10', quantity: 3 },
  { sku: 'TEA-POT', price: '1234567.89', quantity: 1 },
];
const DECIMAL = /^\d+(\.\d+)?$/;

/** The one order asked for. */
export async function readOne(fixture: MarketplaceFixture, order: string): Promise<SalesOrder> {
  const { orders, broken, missing } = await fixture.connect().readOrders([order]);
  expect({ broken, missing }).toEqual({ broken: [], missing: [] });
  expect(orders).toHaveLength(1);
  return orders[0] as SalesOrder;
}

export function reading({ start, traits }: MarketplaceAdapter): void {
  test('reads any number of orders, and says which are broken and which are missing', async () => {
    const fixture = await start();
    const good = Array.from({ length: 60 }, () => fixture.putOrder());
    const broken = fixture.putOrder();
    fixture.breakOrder(broken);
    const read = await fixture.connect().readOrders([...good, broken, traits.unknownOrder]);
    expect(read.orders.map(({ orderId }) => orderId).sort()).toEqual([...good].sort());
    expect(read.broken.map(({ orderId }) => orderId)).toEqual([broken]);
    expect(read.missing).toEqual([traits.unknownOrder]);
  });

  test('asked for nothing, reads nothing', async () => {
    const fixture = await start();
    const read = await fixture.connect().readOrders([]);
    expect(read).toEqual({ orders: [], broken: [], missing: [] });
    expect(fixture.calls('read')).toBe(0);
  });

  test('quantities add up, and prices are exact decimal text', async () => {
    const fixture = await start();
    const order = await readOne(fixture, fixture.putOrder({ lines: LINES }));
    for (const { sku, price, quantity } of LINES) {
      const mine = order.lines.filter((line) => line.sku === sku);
      expect(mine.reduce((sum, line) => sum + line.quantity, 0)).toBe(quantity);
      for (const { unitPrice } of mine) {
        expect(unitPrice).toMatch(DECIMAL);
        expect(new Big(unitPrice).eq(price)).toBe(true);
      }
    }
    expect(order.total).toMatch(DECIMAL);
    expect(new Big(order.total).gte('1234568.19')).toBe(true);
    expect(order.currency).toMatch(/^[A-Z]{3}$/);
  });

  test('every id is text, and every line has one of its own', async () => {
    const fixture = await start();
    const orderId = fixture.putOrder({ lines: LINES });
    const order = await readOne(fixture, orderId);
    expect(order.orderId).toBe(orderId);
    expect(order.orderNumber).not.toBe('');
    const ids = order.lines.map(({ lineId }) => lineId);
    expect(ids.every((id) => typeof id === 'string' && id !== '')).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  if (traits.longId !== undefined) {
    test('an id beyond 2^53 keeps its digits', async () => {
      const fixture = await start();
      const order = await readOne(fixture, fixture.putOrder({ longIds: true }));
      expect(JSON.stringify(order.lines[0])).toContain(`"${traits.longId}"`);
    });
  }

  test('times are the instants at which it happened', async () => {
    const fixture = await start();
    const at = new Date('2026-03-04T05:06:07Z');
    const order = await readOne(fixture, fixture.putOrder({ at }));
    expect([order.createdAt, order.updatedAt]).toEqual([at, at]);
  });

  test("a masked buyer is marked as such, and an unmasked one's address is there", async () => {
    const fixture = await start();
    const masked = await readOne(fixture, fixture.putOrder({ masked: true }));
    const open = await readOne(fixture, fixture.putOrder({ masked: false }));
    expect(masked.buyer.masked).toBe(true);
    expect(open.buyer.masked).toBe(false);
    expect(open.buyer.name).toMatch(/\w/);
    expect(open.buyer.phone).toMatch(/\d{6}/);
    expect(open.buyer.address).toMatch(/\w/);
  });
}
