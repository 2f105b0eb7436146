import { expect, test } from 'vitest';
import { type CallError, Rejected, Throttled, Unavailable } from '../../../connectors/errors.ts';
import { failure } from '../faults.ts';
import type { MarketplaceAdapter } from '../marketplace-fixture.ts';

const WAIT_SECONDS = 7;

export function errors({ start }: MarketplaceAdapter): void {
  test('a refusal carries the code, the words and the id of the request', async () => {
    const fixture = await start();
    const order = fixture.putOrder();
    fixture.addFault('read', { kind: 'error', code: 'NOBODY_KNOWS', message: 'says nobody' }, 5);
    const error = (await failure(fixture.connect().readOrders([order]))) as CallError;
    expect(error).toBeInstanceOf(Rejected);
    expect(error.code?.toUpperCase()).toBe('NOBODY_KNOWS');
    expect(error.message).toContain('says nobody');
    expect(error.requestId).toMatch(/\w{8}/);
    expect(error.system).toBe(fixture.module.name);
    expect(fixture.calls('read')).toBe(1);
  });

  test("too many calls: Throttled until the system's own time", async () => {
    const fixture = await start();
    const order = fixture.putOrder();
    fixture.addFault('read', { kind: 'throttle', seconds: WAIT_SECONDS });
    const asked = Date.now();
    const store = fixture.connect({ retries: 0 });
    const error = (await failure(store.readOrders([order]))) as Throttled;
    expect(error).toBeInstanceOf(Throttled);
    const wait = error.until.getTime() - asked;
    expect(wait).toBeGreaterThanOrEqual(WAIT_SECONDS * 1000);
    expect(wait).toBeLessThan(WAIT_SECONDS * 1000 + (Date.now() - asked) + 1000);
  });

  test.each([
    ['a gateway answers 502 in HTML', { kind: 'html', status: 502 }],
    ['the answer is lost', { kind: 'lose-answer' }],
    ['the answer is cut', { kind: 'cut' }],
    ['the connection is reset', { kind: 'reset' }],
  ] as const)('%s: the read is sent again and succeeds', async (_name, fault) => {
    const fixture = await start();
    const order = fixture.putOrder();
    fixture.addFault('read', fault);
    const { orders } = await fixture.connect().readOrders([order]);
    expect(orders.map(({ orderId }) => orderId)).toEqual([order]);
    expect(fixture.calls('read')).toBe(2);
  });

  test('a gateway that keeps answering 502 is Unavailable in the end', async () => {
    const fixture = await start();
    const order = fixture.putOrder();
    fixture.addFault('read', { kind: 'html', status: 502 }, 9);
    const error = await failure(fixture.connect({ retries: 1 }).readOrders([order]));
    expect(error).toBeInstanceOf(Unavailable);
    expect(fixture.calls('read')).toBe(2);
  });

  test('nobody listens: a read is Unavailable', async () => {
    const fixture = await start();
    await fixture.stopServer();
    const error = await failure(fixture.connect({ retries: 0 }).readOrders(['1']));
    expect(error).toBeInstanceOf(Unavailable);
  });
}
