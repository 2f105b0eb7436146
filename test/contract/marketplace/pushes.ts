import { expect, test } from 'vitest';
import type { PushHandler } from '../../../connectors/marketplace.ts';
import type { MarketplaceAdapter, MarketplaceFixture } from '../marketplace-fixture.ts';
import { eventually, openReceiver, type Received } from '../receiver.ts';
import { walk } from './walk.ts';

async function open(fixture: MarketplaceFixture) {
  const receiver = await openReceiver();
  fixture.sendPushesTo(receiver.url);
  const handler = fixture.module.pushes(fixture.app({ callbackUrl: receiver.url }));
  return { receiver, handler };
}

function signatureOf(handler: PushHandler, { headers }: Received): string | undefined {
  const value = headers[handler.signatureHeader];
  return typeof value === 'string' ? value : undefined;
}

export function pushes({ start, traits }: MarketplaceAdapter): void {
  test('a push that was really sent is verified, and points at its order', async () => {
    const fixture = await start();
    const { receiver, handler } = await open(fixture);
    const order = fixture.putOrder();
    const message = await receiver.next();
    expect(handler.verify(message.raw, signatureOf(handler, message))).toBe(true);
    expect(handler.isProbe(message.raw)).toBe(false);
    expect(handler.read(message.raw)).toMatchObject({
      topic: 'order',
      orderId: order,
      sellerId: fixture.address.sellerId,
    });
    expect([undefined, fixture.address.country]).toContain(handler.read(message.raw).country);
    expect(handler.answer.status).toBe(200);
  });

  test('a push about a package points at its order', async () => {
    const fixture = await start();
    const { receiver, handler } = await open(fixture);
    const order = fixture.putOrder();
    await walk(fixture, order);
    const message = await receiver.next(({ raw }) => handler.read(raw).topic === 'package');
    expect(handler.verify(message.raw, signatureOf(handler, message))).toBe(true);
    expect(handler.read(message.raw).orderId).toBe(order);
  });

  test('a wrong key, a changed body, another or no signature are refused', async () => {
    const fixture = await start();
    const { receiver, handler } = await open(fixture);
    fixture.putOrder();
    const message = await receiver.next();
    const signature = signatureOf(handler, message);
    const foreign = fixture.module.pushes(
      fixture.app({ callbackUrl: receiver.url, secret: 'another-secret' }),
    );
    expect(foreign.verify(message.raw, signature)).toBe(false);
    const changed = Buffer.from(message.raw);
    const last = changed.length - 2;
    changed[last] = changed.readUInt8(last) ^ 1;
    expect(handler.verify(changed, signature)).toBe(false);
    const spaced = Buffer.from(JSON.stringify(JSON.parse(message.raw.toString()), null, 1));
    expect(handler.verify(spaced, signature)).toBe(false);
    for (const wrong of [undefined, '', `${signature}0`, signature?.slice(0, -1)]) {
      expect(handler.verify(message.raw, wrong)).toBe(false);
    }
  });

  if (traits.signsCallbackUrl) {
    test('a push signed for another callback address is refused', async () => {
      const fixture = await start();
      const { receiver } = await open(fixture);
      fixture.putOrder();
      const message = await receiver.next();
      const elsewhere = fixture.module.pushes(fixture.app({ callbackUrl: `${receiver.url}/` }));
      expect(elsewhere.verify(message.raw, signatureOf(elsewhere, message))).toBe(false);
    });
  }

  test("the console's probe is known as one", async () => {
    const fixture = await start();
    const { receiver, handler } = await open(fixture);
    await fixture.sendProbe();
    expect(handler.isProbe((await receiver.next()).raw)).toBe(true);
  });

  test('repeats of one message have one key, other messages others', async () => {
    const fixture = await start();
    const { receiver, handler } = await open(fixture);
    fixture.repeatPushes();
    const first = fixture.putOrder();
    const second = fixture.putOrder();
    fixture.cancelByBuyer(first);
    const keys = await eventually(() => {
      const hints = receiver.received.map(({ raw }) => handler.read(raw));
      const mine = hints.filter(({ topic }) => topic === 'order');
      expect(mine.filter(({ orderId }) => orderId === first).length).toBe(4);
      expect(mine.filter(({ orderId }) => orderId === second).length).toBe(2);
      return mine.map(({ messageKey }) => messageKey);
    });
    expect(new Set(keys).size).toBe(3);
  });

  test.each(['', 'no JSON', '[]', '{}', '{"data":{}}'])('the body %j is no push', async (body) => {
    const fixture = await start();
    const { handler } = await open(fixture);
    expect(() => handler.read(Buffer.from(body))).toThrow(Error);
    expect(handler.isProbe(Buffer.from(body))).toBe(false);
  });
}
