/** The battery for PandaPon in both generations of its API, and for Xportcn's address. */
import { expect, test } from 'vitest';
import { draft, place } from './agent/given.ts';
import { agentBattery } from './agent.ts';
import { pandaponTraits, startPandapon } from './pandapon-fixture.ts';

agentBattery('PandaPon v1', { traits: pandaponTraits, start: () => startPandapon('v1') });
agentBattery('PandaPon v2', { traits: pandaponTraits, start: () => startPandapon('v2') });

test('lines and receiver go out as text that holds JSON, quantities and prices as text', async () => {
  const fixture = await startPandapon('v1');
  const body = fixture.connect().placeBody(draft()) as Record<string, unknown>;
  expect(body).toMatchObject({ purchaseAmount: 7300, sellerOrderNumber: '260910KJBHUJDM' });
  expect(JSON.parse(body.orderLineList as string)).toMatchObject([
    { orderLineNo: '1', quantity: '2', price: '1250', currency: 'CNY' },
    { orderLineNo: '2', quantity: '1', price: '4800', currency: 'CNY' },
  ]);
  expect(JSON.parse(body.receiver as string)).toMatchObject({ mobile_phone: '15068763421' });
});

test.each(['v1', 'v2'] as const)(
  "Xportcn's prefix stands before every path (%s)",
  async (generation) => {
    const fixture = await startPandapon(generation, '/api');
    const agent = fixture.connect();
    const { agentOrderId } = await place(agent);
    expect(await agent.read(agentOrderId)).toMatchObject({ agentOrderId });
  },
);
