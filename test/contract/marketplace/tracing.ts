import { expect, test } from 'vitest';
import type { Package } from '../../../connectors/marketplace.ts';
import type { MarketplaceAdapter } from '../marketplace-fixture.ts';
import { look, walk } from './walk.ts';

export function tracing({ start, traits }: MarketplaceAdapter): void {
  test.each(traits.steps)('before %s a package has no history', async (step) => {
    const fixture = await start();
    const { order, packages } = await walk(fixture, fixture.putOrder(), step);
    expect(packages.map(({ next }) => next)).toEqual([step]);
    expect(await fixture.connect().readTrace(order, packages[0] as Package)).toEqual([]);
  });

  test('the history grows with the journey, oldest first', async () => {
    const fixture = await start();
    const store = fixture.connect();
    const orderId = fixture.putOrder();
    await walk(fixture, orderId);
    const arranged = await look(store, orderId);
    const first = await store.readTrace(arranged.order, arranged.packages[0] as Package);
    expect(first).toHaveLength(1);
    fixture.shipOut(orderId);
    fixture.deliver(orderId);
    const { order, packages } = await look(store, orderId);
    const events = await store.readTrace(order, packages[0] as Package);
    expect(events).toHaveLength(3);
    expect(events[0]).toEqual(first[0]);
    expect(events.at(-1)?.text).toMatch(/delivered/i);
    expect(events.every(({ status, text }) => status && text)).toBe(true);
    const times = events.map(({ at }) => at?.getTime() ?? Number.NaN);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.abs((times[0] ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test("of an order's two packages each has its own history", async () => {
    const fixture = await start();
    const store = fixture.connect();
    const orderId = fixture.putOrder({ kind: 'two-packages' });
    await walk(fixture, orderId);
    const { order, packages } = await look(store, orderId);
    for (const pkg of packages) expect(await store.readTrace(order, pkg)).toHaveLength(1);
  });
}
