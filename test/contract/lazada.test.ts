/** The battery for Lazada, and what of the port only Lazada has. */
import { describe, expect, test } from 'vitest';
import { Rejected, Unknown } from '../../connectors/errors.ts';
import type { Package, ShipRequest } from '../../connectors/marketplace.ts';
import { failure, openWindow, spendFaults, TIMEOUT_MS } from './faults.ts';
import { type LazadaFixture, lazadaTraits, startLazada } from './lazada-fixture.ts';
import { look, walk } from './marketplace/walk.ts';
import { marketplaceBattery } from './marketplace.ts';
import { eventually } from './receiver.ts';

marketplaceBattery('Lazada', { traits: lazadaTraits, start: () => startLazada() });

const SOF_DELIVERED = '/order/package/sof/delivered';

async function deliveredRequest(fixture: LazadaFixture, orderId: string): Promise<ShipRequest> {
  await walk(fixture, orderId);
  const store = fixture.connect();
  const { order, packages } = await look(store, orderId);
  return store.prepareShip(order, packages[0] as Package, undefined, 'tell-delivered');
}

function statusInBooks(fixture: LazadaFixture, orderId: string): string | undefined {
  return fixture.sandbox.books().packages.find((pkg) => pkg.orderId === orderId)?.status;
}

describe('telling Lazada that a seller-delivered package arrived', () => {
  test('is never the next step, is asked for by name, and shows in the package', async () => {
    const fixture = await startLazada();
    const orderId = fixture.putOrder({ kind: 'own-number' });
    const before = await look(fixture.connect(), orderId);
    expect(before.packages.map((pkg) => pkg.mayTellDelivered ?? false)).toEqual([false]);
    const { steps, packages } = await walk(fixture, orderId);
    expect(steps).not.toContain('tell-delivered');
    expect(packages.map((pkg) => pkg.mayTellDelivered)).toEqual([true]);

    const request = await deliveredRequest(fixture, orderId);
    const result = await fixture.connect().ship(request, openWindow());
    expect(result.already).toBe(false);
    expect(statusInBooks(fixture, orderId)).toBe('delivered');
    const after = await look(fixture.connect(), orderId);
    expect(after.packages.map((pkg) => [pkg.phase, pkg.mayTellDelivered ?? false])).toEqual([
      ['delivered', false],
    ]);
  });

  test('a second time is told as done before', async () => {
    const fixture = await startLazada();
    const request = await deliveredRequest(fixture, fixture.putOrder({ kind: 'own-number' }));
    await fixture.connect().ship(request, openWindow());
    expect(await fixture.connect().ship(request, openWindow())).toMatchObject({ already: true });
  });

  test.each(['plain', 'own-number'] as const)(
    'is refused before it is sent for an order of the kind %s that is not that far',
    async (kind) => {
      const fixture = await startLazada();
      const store = fixture.connect();
      const { order, packages } = await look(store, fixture.putOrder({ kind }));
      const [pkg] = packages as [Package];
      const error = await failure(store.prepareShip(order, pkg, undefined, 'tell-delivered'));
      expect(error).toBeInstanceOf(Rejected);
    },
  );

  test.each(spendFaults)('$name: Unknown, and the books tell what is', async (one) => {
    const fixture = await startLazada();
    const orderId = fixture.putOrder({ kind: 'own-number' });
    const request = await deliveredRequest(fixture, orderId);
    fixture.sandbox.shell.addFault({ operation: SOF_DELIVERED, fault: one.fault });
    const store = fixture.connect({ timeoutMs: TIMEOUT_MS });
    expect(await failure(store.ship(request, openWindow()))).toBeInstanceOf(Unknown);
    const expected = one.happened ? 'delivered' : 'ready_to_ship';
    await eventually(() => expect(statusInBooks(fixture, orderId)).toBe(expected));
  });
});

test('a packing of which one order is refused names its lines, and packs nothing else', async () => {
  const fixture = await startLazada();
  const orderId = fixture.putOrder();
  const { order, packages } = await look(fixture.connect(), orderId);
  const store = fixture.connect();
  const [pkg] = packages as [Package];
  const request = await store.prepareShip(order, pkg, undefined);
  const refusal = { code: '700029', message: 'ITEM_MUST_BELONG_SAME_WAREHOUSE' };
  fixture.sandbox.refuseNext({ operation: 'pack', orderId, ...refusal });
  const error = await failure(store.ship(request, openWindow()));
  expect(error).toBeInstanceOf(Rejected);
  expect(error).toMatchObject({ code: '700029' });
  expect(fixture.timesDone(orderId, 'pack')).toBe(0);
});

test('a packing that is taken in part names the packed lines and the refused ones', async () => {
  const fixture = await startLazada();
  const lines = [
    { sku: 'A', price: '5.00', quantity: 1 },
    { sku: 'B', price: '6.00', quantity: 1 },
  ];
  const orderId = fixture.putOrder({ lines });
  const store = fixture.connect();
  const { order, packages } = await look(store, orderId);
  const request = await store.prepareShip(order, packages[0] as Package, undefined);
  const [first, second] = order.lines.map(({ lineId }) => lineId) as [string, string];
  // Between the look and the call the buyer cancels one of the two.
  fixture.sandbox.buyerCancels(orderId, [second]);
  const result = await store.ship(request, openWindow());
  expect(result.lines?.map(({ lineId }) => lineId)).toEqual([first]);
  expect(result.lines?.[0]?.trackingNumber).toBe(fixture.bookedNumbers(orderId)[0]);
  expect(result.refused?.map(({ lineId, code }) => [lineId, code])).toEqual([[second, '700026']]);
});

test('Lazada has no list of unarranged packages and no lost pushes', async () => {
  const fixture = await startLazada();
  const store = fixture.connect();
  expect([store.unarranged, fixture.module.lostPushes]).toEqual([undefined, undefined]);
});

test('says which shop the consent is for, and that it is active', async () => {
  const fixture = await startLazada();
  expect(await fixture.connect().readShop?.()).toMatchObject({
    sellerId: fixture.address.sellerId,
    country: 'sg',
    state: 'active',
  });
});

async function pullIds(fixture: LazadaFixture): Promise<string[]> {
  const now = Date.now();
  const found: string[] = [];
  const period = { from: new Date(now - 3_600_000), until: new Date(now + 1000) };
  const changed = async (rows: readonly { readonly orderId: string }[]) =>
    rows.map(({ orderId }) => orderId);
  for await (const page of fixture.connect().pull({ ...period, changed })) {
    found.push(...page.orders.map(({ orderId }) => orderId));
  }
  return found;
}

test('a listing that gives fewer rows than were asked for loses nothing', async () => {
  const fixture = await startLazada();
  fixture.sandbox.setListingLimit(7);
  const at = (index: number) => new Date(Date.now() - 1000 * Math.floor(index / 3) - 60_000);
  const orders = Array.from({ length: 50 }, (_, index) => fixture.putOrder({ at: at(index) }));
  expect((await pullIds(fixture)).sort()).toEqual([...orders].sort());
});

test('more orders in one second than a page holds are each handed over once', async () => {
  const fixture = await startLazada();
  const at = new Date(Math.floor(Date.now() / 1000) * 1000 - 60_000);
  const orders = Array.from({ length: 250 }, () => fixture.putOrder({ at }));
  expect((await pullIds(fixture)).sort()).toEqual([...orders].sort());
});

describe('a cross-border store', () => {
  test('names the provider when it packs, and walks to the end', async () => {
    const fixture = await startLazada({ crossBorder: true, shipmentProvider: 'Cainiao Yiwu' });
    const orderId = fixture.putOrder();
    const store = fixture.connect();
    const { order, packages } = await look(store, orderId);
    expect(order.orderId).toBe(orderId);
    expect(packages).toHaveLength(1);
    const { steps } = await walk(fixture, orderId);
    expect(steps).toEqual(['pack', 'ready-to-ship']);
    expect(fixture.sandbox.books().packages[0]?.provider).toBe('FM50');
  });

  test('that names none of those offered is refused before anything is sent', async () => {
    const fixture = await startLazada({ crossBorder: true, shipmentProvider: 'NOBODY' });
    const store = fixture.connect();
    const { order, packages } = await look(store, fixture.putOrder());
    const error = await failure(store.prepareShip(order, packages[0] as Package, undefined));
    expect(error).toBeInstanceOf(Rejected);
    expect(fixture.calls('pack')).toBe(0);
  });
});
