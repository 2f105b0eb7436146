import { describe, expect, test } from 'vitest';
import type { AgentAdapter, AgentFixture } from '../agent-fixture.ts';
import { openWindow } from '../faults.ts';
import { eventually, openReceiver } from '../receiver.ts';
import { CUP, place, readPlaced } from './given.ts';

async function paid(fixture: AgentFixture): Promise<string> {
  const agent = fixture.connect();
  const { agentOrderId } = await place(agent);
  await agent.pay(await readPlaced(agent, agentOrderId), openWindow());
  // Everything that follows from the payment has happened before anybody listens.
  await readPlaced(agent, agentOrderId);
  return agentOrderId;
}

export function callbacks({ start }: AgentAdapter): void {
  describe.each(['status', 'price', 'refund'])(
    'a message about the %s that was really sent',
    (what) => {
      test('names an id by which the order is known', async () => {
        const fixture = await start();
        const agentOrderId = await paid(fixture);
        const { url, next } = await openReceiver();
        fixture.sendCallbacksTo(url);
        fixture.happenings[what]?.(agentOrderId, CUP.skuId);
        const hint = fixture.module.readCallback((await next()).raw);
        expect(hint.messageType).toMatch(/\w/);
        const [book] = fixture.books();
        const known = [
          book?.agentOrderId,
          book?.orderNo,
          ...(book?.lines ?? []).flatMap(({ ids }) => ids),
        ];
        expect(hint.ids.filter((id) => known.includes(id)).length).toBeGreaterThan(0);
      });

      test('has the same key when it is repeated', async () => {
        const fixture = await start();
        const agentOrderId = await paid(fixture);
        const receiver = await openReceiver();
        fixture.repeatCallbacks();
        fixture.sendCallbacksTo(receiver.url);
        fixture.happenings[what]?.(agentOrderId, CUP.skuId);
        await eventually(() => expect(receiver.received).toHaveLength(2));
        const keys = receiver.received.map(
          ({ raw }) => fixture.module.readCallback(raw).messageKey,
        );
        expect(new Set(keys).size).toBe(1);
      });
    },
  );

  test('messages of two happenings have two keys', async () => {
    const fixture = await start();
    const agentOrderId = await paid(fixture);
    const receiver = await openReceiver();
    fixture.sendCallbacksTo(receiver.url);
    for (const what of ['price', 'refund']) fixture.happenings[what]?.(agentOrderId, CUP.skuId);
    await eventually(() => expect(receiver.received).toHaveLength(2));
    const keys = receiver.received.map(({ raw }) => fixture.module.readCallback(raw).messageKey);
    expect(new Set(keys).size).toBe(2);
  });

  test("the console's probe is read without an id", async () => {
    const fixture = await start();
    const { url, next } = await openReceiver();
    fixture.sendCallbacksTo(url);
    await fixture.sendProbe();
    expect(fixture.module.readCallback((await next()).raw).ids).toEqual([]);
  });

  test.each(['no JSON', '[]', '{"messageType":"X"}'])('%j is refused', async (body) => {
    const fixture = await start();
    expect(() => fixture.module.readCallback(Buffer.from(body))).toThrow(Error);
  });
}
