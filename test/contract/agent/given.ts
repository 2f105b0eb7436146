/** A purchase as the service would place it. */
import type { Agent, AgentOrder, PurchaseDraft } from '../../../connectors/agent.ts';
import { openWindow } from '../faults.ts';

export const CUP = { itemId: '600126245031041190', skuId: '5016042822039', priceFen: 1250 };
export const POT = { itemId: '600129202197070073', skuId: '4860968496626', priceFen: 4800 };

export function draft(change: Partial<PurchaseDraft> = {}): PurchaseDraft {
  return {
    orderSource: 'shopee',
    sellerOrderNumber: '260910KJBHUJDM',
    lines: [
      { orderLineNo: '1', ...CUP, quantity: 2 },
      { orderLineNo: '2', ...POT, quantity: 1 },
    ],
    receiver: {
      name: 'SP tea-my',
      phone: '',
      mobilePhone: '15068763421',
      country: '中国',
      state: '浙江省',
      city: '杭州市',
      district: '余杭区',
      address: '仓前街道 8 号 "(A)"',
      zip: '311121',
    },
    purchaseAmountFen: 2 * CUP.priceFen + POT.priceFen,
    ...change,
  };
}

/** The body as it lies in the attempt's row: plain JSON. */
export function frozenBody(agent: Agent, wish: PurchaseDraft = draft()): unknown {
  return JSON.parse(JSON.stringify(agent.placeBody(wish)));
}

export function place(agent: Agent, wish?: PurchaseDraft): Promise<AgentOrder> {
  return agent.place(frozenBody(agent, wish), openWindow());
}

export async function readPlaced(agent: Agent, agentOrderId: string): Promise<AgentOrder> {
  const order = await agent.read(agentOrderId);
  if (!order) throw new Error(`the agent does not know ${agentOrderId}`);
  return order;
}

/** From an hour ago until soon. */
export function lately() {
  const now = Date.now();
  return { from: new Date(now - 3_600_000), until: new Date(now + 60_000) };
}
