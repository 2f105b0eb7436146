import { expect, test } from 'vitest';
import type { LinePhase } from '../../../connectors/marketplace.ts';
import type { MarketplaceAdapter, MarketplaceFixture } from '../marketplace-fixture.ts';
import { readOne } from './reading.ts';
import { walk } from './walk.ts';

type Act = (fixture: MarketplaceFixture) => string | Promise<string>;

const CASES: readonly (readonly [string, LinePhase, Act])[] = [
  ['not paid yet', 'waiting', (fixture) => fixture.putOrder({ kind: 'unpaid' })],
  [
    'paid later',
    'buyable',
    (fixture) => {
      const order = fixture.putOrder({ kind: 'unpaid' });
      fixture.pay(order);
      return order;
    },
  ],
  ['paid', 'buyable', (fixture) => fixture.putOrder()],
  [
    'arranged',
    'buyable',
    async (fixture) => {
      const order = fixture.putOrder();
      await walk(fixture, order);
      return order;
    },
  ],
  [
    'about which the buyer asked to cancel',
    'cancelling',
    (fixture) => {
      const order = fixture.putOrder();
      fixture.askToCancel(order);
      return order;
    },
  ],
  [
    'cancelled by the buyer',
    'cancelled',
    (fixture) => {
      const order = fixture.putOrder();
      fixture.cancelByBuyer(order);
      return order;
    },
  ],
  ['on its way', 'shipped', onItsWay],
  [
    'delivered',
    'delivered',
    async (fixture) => {
      const order = await onItsWay(fixture);
      fixture.deliver(order);
      return order;
    },
  ],
  [
    'in a state nobody documented',
    'unknown',
    (fixture) => {
      const order = fixture.putOrder();
      fixture.setUnknownStatus(order);
      return order;
    },
  ],
];

async function onItsWay(fixture: MarketplaceFixture): Promise<string> {
  const order = fixture.putOrder();
  await walk(fixture, order);
  fixture.shipOut(order);
  return order;
}

export function phases({ start, traits }: MarketplaceAdapter): void {
  test.each(CASES)('an order %s is %s', async (_name, phase, act) => {
    const fixture = await start();
    const order = await readOne(fixture, await act(fixture));
    expect(order.lines.map((line) => line.phase)).toEqual(order.lines.map(() => phase));
    expect(order.notOurs).toBeUndefined();
    expect(order.lines.every((line) => line.fulfilment === 'seller')).toBe(true);
  });

  test('a word that is not known is kept as it came', async () => {
    const fixture = await start();
    const orderId = fixture.putOrder();
    fixture.setUnknownStatus(orderId);
    const order = await readOne(fixture, orderId);
    expect(order.lines[0]?.status).toBe(traits.unknownStatus);
    expect(order.statuses).toContain(traits.unknownStatus);
  });

  test('of a cancelled order no unit is wanted', async () => {
    const fixture = await start();
    const orderId = fixture.putOrder({ lines: [{ sku: 'A', price: '5.00', quantity: 2 }] });
    fixture.cancelByBuyer(orderId);
    const order = await readOne(fixture, orderId);
    expect(order.lines.reduce((sum, line) => sum + line.quantity, 0)).toBe(0);
  });

  test.each(traits.nobodys)('an order of the kind %s is not ours to ship', async (kind, who) => {
    const fixture = await start();
    const order = await readOne(fixture, fixture.putOrder({ kind }));
    expect(order.notOurs).toMatch(/\w/);
    expect(order.lines.map((line) => line.fulfilment)).toEqual(order.lines.map(() => who));
  });

  test.each(['askToCancel', 'cancelByBuyer'] as const)(
    'after %s no package may be shipped',
    async (act) => {
      const fixture = await start();
      const orderId = fixture.putOrder();
      fixture[act](orderId);
      const order = await readOne(fixture, orderId);
      const packages = await fixture.connect().readPackages(order);
      const open = packages.filter((pkg) => pkg.next !== undefined && pkg.blocked === undefined);
      expect(open).toEqual([]);
    },
  );
}
