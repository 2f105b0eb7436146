import { expect, test } from 'vitest';
import type { Agent } from '../../../connectors/agent.ts';
import type { AgentAdapter, AgentFixture } from '../agent-fixture.ts';
import { openWindow } from '../faults.ts';
import { CUP, POT, place, readPlaced } from './given.ts';

/** A paid order with the ids of its two lines. */
async function paidOrder(fixture: AgentFixture, agent: Agent) {
  const { agentOrderId } = await place(agent);
  const order = await readPlaced(agent, agentOrderId);
  await agent.pay(order, openWindow());
  const idOf = (skuId: string) => {
    const id = order.lines.find((line) => line.skuId === skuId)?.subPurchaseOrderId;
    if (id === undefined) throw new Error(`the line ${skuId} has no id`);
    return id;
  };
  return { agentOrderId, cup: idOf(CUP.skuId), pot: idOf(POT.skuId), fixture };
}

export function parcels({ start }: AgentAdapter): void {
  test('there are none before the goods are sent', async () => {
    const fixture = await start();
    const agent = fixture.connect();
    const { cup } = await paidOrder(fixture, agent);
    expect(await agent.parcels(cup)).toEqual([]);
  });

  test('each line has its own, with number, carrier and newest trace', async () => {
    const fixture = await start();
    const agent = fixture.connect();
    const { agentOrderId, cup, pot } = await paidOrder(fixture, agent);
    fixture.send(agentOrderId);
    const [first] = await agent.parcels(cup);
    const [second] = await agent.parcels(pot);
    expect(first).toMatchObject({ subPurchaseOrderId: cup, delivered: false });
    expect(first?.trackingNumber).toMatch(/\w{6}/);
    expect(first?.carrier).toMatch(/\S/);
    expect(first?.lastTrace).toMatch(/\S/);
    expect(first?.lastTraceAt).toBeInstanceOf(Date);
    expect(second?.trackingNumber).not.toBe(first?.trackingNumber);
    expect((await readPlaced(agent, agentOrderId)).phase).toBe('sent');
  });

  test('one line can come in several', async () => {
    const fixture = await start();
    const agent = fixture.connect();
    const { agentOrderId, cup } = await paidOrder(fixture, agent);
    const numbers = ['YTO', 'ZTO'].map((carrier) =>
      fixture.addParcel(agentOrderId, CUP.skuId, carrier),
    );
    fixture.send(agentOrderId);
    const found = await agent.parcels(cup);
    expect(found.map(({ trackingNumber }) => trackingNumber)).toEqual(numbers);
    expect(found.map(({ carrier }) => carrier)).toEqual(['YTO', 'ZTO']);
  });

  test('one that arrived says so', async () => {
    const fixture = await start();
    const agent = fixture.connect();
    const { agentOrderId, cup, pot } = await paidOrder(fixture, agent);
    fixture.send(agentOrderId);
    await agent.parcels(cup);
    fixture.arrive(agentOrderId, CUP.skuId);
    expect((await agent.parcels(cup)).map(({ delivered }) => delivered)).toEqual([true]);
    expect((await agent.parcels(pot)).map(({ delivered }) => delivered)).toEqual([false]);
  });

  test('the warehouse is told what to write, as often as wanted', async () => {
    const fixture = await start();
    const agent = fixture.connect();
    const { agentOrderId } = await place(agent);
    const notes = ['write A', 'write B "(C)" 号'];
    for (const warehouseAddress of notes) {
      await agent.updateWarehouse({ agentOrderId, warehouseName: '杭州', warehouseAddress });
    }
    expect(fixture.books()[0]?.warehouseUpdates).toMatchObject(
      notes.map((warehouseAddress) => ({ warehouseName: '杭州', warehouseAddress })),
    );
  });
}
