import { expect, test } from 'vitest';
import { NotSent, Rejected, Unknown } from '../../../connectors/errors.ts';
import type { CancelRequest } from '../../../connectors/marketplace.ts';
import { failure, openWindow, passedWindow, spendFaults, TIMEOUT_MS } from '../faults.ts';
import type { MarketplaceAdapter, MarketplaceFixture } from '../marketplace-fixture.ts';
import { eventually } from '../receiver.ts';
import { readOne } from './reading.ts';
import { walk } from './walk.ts';

async function prepare(fixture: MarketplaceFixture, orderId: string): Promise<CancelRequest> {
  const order = await readOne(fixture, orderId);
  const request = await fixture.connect().prepareCancel(order, 'out-of-stock');
  return JSON.parse(JSON.stringify(request)) as CancelRequest;
}

export function cancelling({ start, traits }: MarketplaceAdapter): void {
  test('a cancellation by the seller is in the books and shows in the order', async () => {
    const fixture = await start();
    const orderId = fixture.putOrder();
    await fixture.connect().cancel(await prepare(fixture, orderId), openWindow());
    expect(fixture.cancelledBySeller(orderId)).toBe(true);
    const order = await readOne(fixture, orderId);
    expect(order.lines.map(({ phase }) => phase)).toEqual(['cancelled']);
  });

  test('an order on its way cannot be cancelled: Rejected before anything is sent', async () => {
    const fixture = await start();
    const orderId = fixture.putOrder();
    await walk(fixture, orderId);
    fixture.shipOut(orderId);
    expect(await failure(prepare(fixture, orderId))).toBeInstanceOf(Rejected);
    expect(fixture.calls('cancel')).toBe(0);
  });

  test.each(spendFaults)('$name: Unknown, and a read tells what is', async (one) => {
    const fixture = await start();
    const orderId = fixture.putOrder();
    const request = await prepare(fixture, orderId);
    fixture.addFault('cancel', one.fault);
    const store = fixture.connect({ timeoutMs: TIMEOUT_MS });
    expect(await failure(store.cancel(request, openWindow()))).toBeInstanceOf(Unknown);
    expect(fixture.calls('cancel')).toBe(1);
    await eventually(() => expect(fixture.cancelledBySeller(orderId)).toBe(one.happened));
    const order = await readOne(fixture, orderId);
    expect(order.lines[0]?.phase).toBe(one.happened ? 'cancelled' : 'buyable');
  });

  test('past its time to be sent: NotSent, and the order lives on', async () => {
    const fixture = await start();
    const orderId = fixture.putOrder();
    const request = await prepare(fixture, orderId);
    const error = await failure(fixture.connect().cancel(request, passedWindow()));
    expect(error).toBeInstanceOf(NotSent);
    expect([fixture.calls('cancel'), fixture.cancelledBySeller(orderId)]).toEqual([0, false]);
  });

  if (traits.decidesCancellations) {
    test.each([
      [true, 'cancelled'],
      [false, 'buyable'],
    ] as const)("the buyer's wish answered with %s leaves the order %s", async (accept, phase) => {
      const fixture = await start();
      const orderId = fixture.putOrder();
      fixture.askToCancel(orderId);
      await fixture.connect().decideCancellation?.(orderId, accept, openWindow());
      expect((await readOne(fixture, orderId)).lines[0]?.phase).toBe(phase);
    });
  }
}
