import { expect, test } from 'vitest';
import { Rejected } from '../../../connectors/errors.ts';
import type { Label, Package, SalesOrder } from '../../../connectors/marketplace.ts';
import { openWindow } from '../faults.ts';
import type { MarketplaceAdapter, MarketplaceFixture } from '../marketplace-fixture.ts';
import { eventually } from '../receiver.ts';
import { dueRequest, look, OWN, walk } from './walk.ts';

/** A label can take some reads to be made. */
async function readLabel(
  fixture: MarketplaceFixture,
  order: SalesOrder,
  pkg: Package,
): Promise<Label> {
  const store = fixture.connect();
  return eventually(async () => {
    const label = await store.readLabel(order, pkg);
    if (!label) throw new Error('no label yet');
    return label;
  });
}

export function shipping({ start, traits }: MarketplaceAdapter): void {
  test('a package whose number the marketplace assigns goes to its end: number and label', async () => {
    const fixture = await start();
    const orderId = fixture.putOrder();
    const first = await look(fixture.connect(), orderId);
    expect(first.packages.map((pkg) => [pkg.numberOwner, pkg.needsNumber, pkg.phase])).toEqual([
      ['marketplace', false, 'waiting'],
    ]);
    const { steps, order, packages } = await walk(fixture, orderId);
    expect(steps).toEqual(traits.steps);
    expect(traits.steps.map((step) => fixture.timesDone(orderId, step))).toEqual(
      traits.steps.map(() => 1),
    );
    const [pkg] = packages as [Package];
    expect(packages).toHaveLength(1);
    expect(pkg.phase).toBe('arranged');
    expect(pkg.packageId).toMatch(/\w/);
    expect(fixture.bookedNumbers(orderId)).toEqual([pkg.trackingNumber]);
    expect(pkg.lines.map(({ lineId }) => lineId)).toEqual(order.lines.map(({ lineId }) => lineId));
    const label = await readLabel(fixture, order, pkg);
    expect(label.contentType).toBe('application/pdf');
    expect(Buffer.from(label.bytes).subarray(0, 5).toString('latin1')).toBe('%PDF-');
  });

  test('there is no label before the package is arranged', async () => {
    const fixture = await start();
    const { order, packages } = await look(fixture.connect(), fixture.putOrder());
    expect(await fixture.connect().readLabel(order, packages[0] as Package)).toBeUndefined();
  });

  test("the seller's own number is asked for, told, and stands in the books", async () => {
    const fixture = await start();
    const orderId = fixture.putOrder({ kind: 'own-number' });
    const { packages } = await look(fixture.connect(), orderId);
    expect(packages.map((pkg) => pkg.numberOwner)).toEqual(['seller']);
    const { steps } = await walk(fixture, orderId);
    expect(steps).toEqual(traits.ownNumberSteps);
    expect(fixture.bookedNumbers(orderId)).toEqual([OWN.trackingNumber]);
  });

  test.each(traits.nobodys)(
    'of an order of the kind %s nothing is to be promised',
    async (kind) => {
      const fixture = await start();
      const { order, packages } = await look(fixture.connect(), fixture.putOrder({ kind }));
      expect(order.notOurs).toBeDefined();
      expect(packages.map((pkg) => [pkg.numberOwner, pkg.next])).toEqual(
        packages.map(() => ['nobody', undefined]),
      );
    },
  );

  test('what cannot share a package is shipped in two, each with its own number', async () => {
    const fixture = await start();
    const orderId = fixture.putOrder({ kind: 'two-packages' });
    const first = await look(fixture.connect(), orderId);
    expect(first.packages).toHaveLength(2);
    const { steps, order, packages } = await walk(fixture, orderId);
    expect([...steps].sort()).toEqual([...traits.steps, ...traits.steps].sort());
    const numbers = packages.map((pkg) => pkg.trackingNumber);
    expect(new Set(numbers).size).toBe(2);
    expect([...numbers].sort()).toEqual([...fixture.bookedNumbers(orderId)].sort());
    const units = (lines: readonly { readonly quantity: number }[]) =>
      lines.reduce((sum, { quantity }) => sum + quantity, 0);
    expect(units(packages.flatMap((pkg) => pkg.lines))).toBe(units(order.lines));
  });

  test.each(traits.steps)('%s sent twice happens once', async (step) => {
    const fixture = await start();
    const orderId = fixture.putOrder();
    const request = await dueRequest(fixture, orderId, step);
    const store = fixture.connect();
    const first = await store.ship(request, openWindow());
    expect(first.already).toBe(false);
    const second = await store.ship(request, openWindow()).catch((error: unknown) => error);
    if (!(second instanceof Rejected)) expect(second).toMatchObject({ already: true });
    expect(fixture.timesDone(orderId, step)).toBe(1);
  });

  test('a package that is shipped or delivered has nothing left to promise', async () => {
    const fixture = await start();
    const orderId = fixture.putOrder();
    await walk(fixture, orderId);
    fixture.shipOut(orderId);
    const shipped = await look(fixture.connect(), orderId);
    expect(shipped.packages.map((pkg) => [pkg.phase, pkg.next])).toEqual([['shipped', undefined]]);
    fixture.deliver(orderId);
    const delivered = await look(fixture.connect(), orderId);
    expect(delivered.packages.map((pkg) => [pkg.phase, pkg.next])).toEqual([
      ['delivered', undefined],
    ]);
  });

  test('that a package arrived is never the next step of a package whose carrier tells it', async () => {
    const fixture = await start();
    const orderId = fixture.putOrder();
    await walk(fixture, orderId);
    fixture.shipOut(orderId);
    const store = fixture.connect();
    const { order, packages } = await look(store, orderId);
    const [pkg] = packages as [Package];
    expect(pkg.mayTellDelivered ?? false).toBe(false);
    await expect(store.prepareShip(order, pkg, undefined, 'tell-delivered')).rejects.toBeInstanceOf(
      Rejected,
    );
  });
}
