import { describe, expect, test } from 'vitest';
import { NotSent, Unauthorized, Unknown } from '../../../connectors/errors.ts';
import { failure, openWindow, passedWindow, spendFaults, TIMEOUT_MS } from '../faults.ts';
import type { MarketplaceAdapter } from '../marketplace-fixture.ts';
import { eventually } from '../receiver.ts';
import { dueRequest, look, walk } from './walk.ts';

export function doubts({ start, traits }: MarketplaceAdapter): void {
  describe.each(traits.steps)('%s', (step) => {
    test.each(spendFaults)('$name: Unknown, sent once, and a read tells what is', async (one) => {
      const fixture = await start();
      const orderId = fixture.putOrder();
      const request = await dueRequest(fixture, orderId, step);
      const before = fixture.calls(step);
      fixture.addFault(step, one.fault);
      const store = fixture.connect({ timeoutMs: TIMEOUT_MS });
      expect(await failure(store.ship(request, openWindow()))).toBeInstanceOf(Unknown);
      expect(fixture.calls(step)).toBe(before + 1);

      const times = one.happened ? 1 : 0;
      await eventually(() => expect(fixture.timesDone(orderId, step)).toBe(times));
      const { packages } = await look(fixture.connect(), orderId);
      expect(packages.some((pkg) => pkg.next === step)).toBe(!one.happened);

      await walk(fixture, orderId);
      expect(fixture.timesDone(orderId, step)).toBe(1);
    });

    test('past its time to be sent: NotSent, and nothing happens', async () => {
      const fixture = await start();
      const orderId = fixture.putOrder();
      const request = await dueRequest(fixture, orderId, step);
      const before = fixture.calls(step);
      const error = await failure(fixture.connect().ship(request, passedWindow()));
      expect(error).toBeInstanceOf(NotSent);
      expect(fixture.calls(step)).toBe(before);
      expect(fixture.timesDone(orderId, step)).toBe(0);
    });

    test('with an expired token: Unauthorized, and nothing happens before it is renewed', async () => {
      const fixture = await start();
      const orderId = fixture.putOrder();
      const request = await dueRequest(fixture, orderId, step);
      fixture.expireAccessToken();
      const store = fixture.connect();
      expect(await failure(store.ship(request, openWindow()))).toBeInstanceOf(Unauthorized);
      expect([fixture.timesDone(orderId, step), fixture.grant.renewals]).toEqual([0, 0]);
      await store.readOrders([orderId]);
      await store.ship(request, openWindow());
      expect([fixture.timesDone(orderId, step), fixture.grant.renewals]).toEqual([1, 1]);
    });

    test('nobody listens: NotSent', async () => {
      const fixture = await start();
      const request = await dueRequest(fixture, fixture.putOrder(), step);
      await fixture.stopServer();
      const error = await failure(fixture.connect().ship(request, openWindow()));
      expect(error).toBeInstanceOf(NotSent);
    });
  });
}
