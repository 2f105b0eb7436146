/** PandaPon for the battery: its module against its simulator, in either generation. */
import { onTestFinished } from 'vitest';
import type { AgentModule } from '../../connectors/agent.ts';
import { pandapon } from '../../connectors/pandapon/index.ts';
import {
  DEFAULT_ACCOUNT,
  type OperationName,
  startPandaponSandbox,
} from '../../connectors/pandapon/sandbox/index.ts';
import { POT } from './agent/given.ts';
import type { AgentDoor, AgentFixture, AgentTraits } from './agent-fixture.ts';

export type Generation = 'v1' | 'v2';

export const pandaponTraits: AgentTraits = { pageSize: 20, unknownOrder: '1028257583384757999' };

/** Long enough for any test: an order that is kept building. Milliseconds. */
const LONG_MS = 3_600_000;

function operationsOf(generation: Generation): Readonly<Record<AgentDoor, OperationName>> {
  const isV1 = generation === 'v1';
  return {
    place: 'createOrder',
    pay: 'payOrder',
    cancel: 'cancelOrder',
    list: isV1 ? 'listOrders' : 'listOrdersV2',
    parcels: isV1 ? 'getLogistics' : 'getLogisticsV2',
  };
}

/** Every step of an order's life is taken at once; only suppliers wait to be told. */
export async function startPandapon(generation: Generation, basePath = ''): Promise<AgentFixture> {
  const sandbox = await startPandaponSandbox({
    basePath,
    autoSend: false,
    buildMs: 0,
    financeMs: 0,
    trackingMs: 0,
    cancelMs: 0,
  });
  onTestFinished(() => sandbox.stop());
  const { accessKey, accessSecret, userId } = DEFAULT_ACCOUNT;
  const operations = operationsOf(generation);
  const account = pandapon.accountSchema.parse({
    accessKey,
    accessSecret,
    userId,
    address: sandbox.url,
    generation,
    pageSize: pandaponTraits.pageSize,
  });
  return {
    module: pandapon as unknown as AgentModule,
    connect: (surroundings) => pandapon.connect(account, surroundings),

    books: () =>
      sandbox.books().orders.map((order) => ({
        ...order,
        agentOrderId: order.orderId,
        receiver: { ...order.receiver },
        cancelAttempts: order.cancelAttempts.length,
        lines: order.lines.map((line) => ({
          ...line,
          ids: [line.subPurchaseOrderId, line.taobaoPurchaseId].filter((id) => id !== null),
        })),
      })),
    addManualOrder: (agoMs = 0) =>
      sandbox.addManualOrder({ lines: [{ ...POT, quantity: 1 }], agoMs }).orderId,
    keepBuilding: (on) => sandbox.setTimings({ buildMs: on ? LONG_MS : 0 }),
    refuseSku: (skuId) => sandbox.refuseSku(skuId, 'ITEM_NOT_FOUND', '商品不存在'),
    send: (order) => sandbox.send(order),
    addParcel: (order, skuId, company) => sandbox.addParcel(order, skuId, { company }),
    arrive: (order, skuId) => sandbox.addTrace(order, skuId, 'SIGNED', '已签收'),

    losePage: (page) => sandbox.losePage(page),
    changeTotalWhilePaging: () => sandbox.setSwitches({ changeTotalWhilePaging: true }),
    ignorePeriods: () => sandbox.setSwitches({ ignoreDateFilter: true }),
    lagListing: (ms) => sandbox.setTimings({ listingLagMs: ms }),

    addFault: (door, fault, times = 1) =>
      sandbox.shell.addFault({ operation: operations[door], fault, times }),
    calls: (door) =>
      sandbox.shell.calls.filter(({ operation }) => operation === operations[door]).length,
    stopServer: () => sandbox.shell.stop(),

    sendCallbacksTo: (url) => sandbox.setCallback(url),
    repeatCallbacks: () => sandbox.setCallbackBehaviour({ copies: 2 }),
    async sendProbe() {
      await sandbox.sendProbe();
    },
    happenings: {
      status: (order) => sandbox.send(order),
      price: (order, skuId) => sandbox.setPrice(order, skuId, 999),
      refund: (order, skuId) => sandbox.refund(order, skuId),
    },
  };
}
