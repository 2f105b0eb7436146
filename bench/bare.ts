/**
 * The bare script: the same connectors make the smallest number of calls (minimum.ts) for the same
 * orders, as many at a time as the service's workers take, and store nothing. What the service needs
 * beyond it is the price of its promises: rows, jobs, events, transactions.
 * @module
 */
import type { Agent, AgentOrder } from '../connectors/agent.ts';
import type { SendWindow } from '../connectors/call.ts';
import type { Marketplace, SalesOrder } from '../connectors/marketplace.ts';
import { planOrder } from '../mappings/plan.ts';
import { loadSettings, type Settings, type Store } from '../src/config.ts';
import { agents, marketplaces } from '../src/registry.ts';
import { answerParent, usage } from './child.ts';
import { STORES } from './settings.ts';

/** Four workers take eight orders each (src/queue.ts). */
const AT_ONCE = 32;

export interface Tokens {
  readonly lazada: string;
  readonly shopee: string;
}

interface Source {
  readonly store: Store;
  readonly marketplace: Marketplace;
}

interface Bought {
  readonly marketplace: Marketplace;
  readonly order: SalesOrder;
  readonly placed: AgentOrder;
}

answerParent({ usage, run }, async () => {});

/** Returns the seconds it took until `count` orders were seen delivered. */
async function run(tokens: Tokens, count: number): Promise<number> {
  const settings = loadSettings(process.env);
  const agent = connectAgent(settings);
  const stores = [
    connectStore(settings, STORES.lazada, tokens.lazada),
    connectStore(settings, STORES.shopee, tokens.shopee),
  ];
  const began = performance.now();
  const listed: (Source & { order: SalesOrder })[] = [];
  for (const { store, marketplace } of stores) {
    for (const order of await pullAll(store, marketplace)) {
      listed.push({ store, marketplace, order });
    }
  }
  await listAgent(agent);
  const bought = await inTurn(listed, ({ store, marketplace, order }) =>
    place(agent, store, marketplace, order),
  );
  await listAgent(agent);
  const paid = await inTurn(bought, (each) => pay(agent, each));
  await listAgent(agent);
  await inTurn(paid, (each) => ship(agent, each));
  for (let delivered = 0; delivered < count; ) {
    delivered = 0;
    for (const { store, marketplace } of stores) {
      const orders = await pullAll(store, marketplace);
      delivered += orders.filter(({ lines }) =>
        lines.every(({ phase }) => phase === 'delivered'),
      ).length;
    }
  }
  return (performance.now() - began) / 1_000;
}

function connectAgent(settings: Settings): Agent {
  const account = settings.accounts.get('pandapon/main');
  const agent = account && agents.get(account.agent)?.connect(account.settings, {});
  if (!agent) throw new Error('accounts.pandapon.main is not set');
  return agent;
}

function connectStore(settings: Settings, name: string, token: string): Source {
  const store = settings.stores.get(name);
  if (!store) throw new Error(`there is no stores/${name}.yaml`);
  const { marketplace: system, app, country, sellerId, options } = store.settings;
  const marketplace = marketplaces
    .get(system)
    ?.connect(
      settings.apps.get(`${system}/${app}`)?.settings,
      { country, sellerId },
      options,
      { current: async () => token, renew: async () => {} },
      {},
    );
  if (!marketplace) throw new Error(`there is no ${system}`);
  return { store, marketplace };
}

async function pullAll(store: Store, marketplace: Marketplace): Promise<SalesOrder[]> {
  const orders: SalesOrder[] = [];
  const pages = marketplace.pull({
    from: store.settings.start,
    until: new Date(),
    changed: async (rows) => rows.map((row) => row.orderId),
  });
  for await (const page of pages) orders.push(...page.orders);
  return orders;
}

async function listAgent(agent: Agent): Promise<void> {
  const now = Date.now();
  await agent.list({ from: new Date(now - 86_400_000), until: new Date(now + 86_400_000) });
}

async function place(
  agent: Agent,
  store: Store,
  marketplace: Marketplace,
  listed: SalesOrder,
): Promise<Bought> {
  const order = await look(marketplace, listed);
  const plan = planOrder({
    order,
    store: store.settings,
    storeName: store.name,
    storeCurrency: store.currency,
    links: [],
  });
  if (plan.kind !== 'purchase') throw new Error(`order ${order.orderId} is not bought`);
  const placed = await agent.place(agent.placeBody(plan.draft), sendNow());
  return { marketplace, order, placed };
}

async function pay(agent: Agent, { marketplace, order, placed }: Bought): Promise<Bought> {
  const { agentOrderId, orderNo } = placed;
  const shown = await agent.read(agentOrderId);
  if (shown?.phase !== 'unpaid') throw new Error(`order ${orderNo} is ${shown?.phase}`);
  await look(marketplace, order);
  await agent.pay({ agentOrderId, orderNo }, sendNow());
  // The lines' ids for their logistics appear only after placing.
  return { marketplace, order, placed: shown };
}

async function ship(agent: Agent, { marketplace, order, placed }: Bought): Promise<void> {
  for (const { subPurchaseOrderId } of placed.lines) {
    if (subPurchaseOrderId !== undefined) await agent.parcels(subPurchaseOrderId);
  }
  let seen = await look(marketplace, order);
  let [pkg] = await marketplace.readPackages(seen);
  while (pkg?.next !== undefined) {
    const { next } = pkg;
    const request = await marketplace.prepareShip(seen, pkg, undefined);
    await marketplace.ship(request, sendNow());
    if (next === 'ready-to-ship') break;
    // Packed: a fresh look before the next promise. Arranged: only the number is asked for.
    if (next === 'pack') seen = await look(marketplace, order);
    [pkg] = await marketplace.readPackages(seen);
  }
  if (!pkg) throw new Error(`order ${order.orderId} has no package`);
  await marketplace.readLabel(order, pkg);
  await agent.updateWarehouse({
    agentOrderId: placed.agentOrderId,
    warehouseName: 'Hangzhou',
    warehouseAddress: `write ${pkg.trackingNumber} on ${order.orderNumber}`,
  });
}

async function look(marketplace: Marketplace, { orderId }: SalesOrder): Promise<SalesOrder> {
  const [order] = (await marketplace.readOrders([orderId])).orders;
  if (!order) throw new Error(`order ${orderId} was not read`);
  return order;
}

function sendNow(): SendWindow {
  const signedAt = new Date();
  return { signedAt, sendBefore: new Date(signedAt.getTime() + 10_000) };
}

/** Does all, `AT_ONCE` at a time. */
async function inTurn<T, R>(all: readonly T[], act: (each: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const rest = all.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const each of rest) results.push(await act(each));
    }),
  );
  return results;
}
