/** What really happened to each order, by the simulators' own books; plain JSON for the driver. */
import type { BookedCall } from '../../connectors/sandbox.ts';
import type { Messengers } from './messages.ts';
import { type ChaosOrder, reference } from './orders.ts';

export interface OrderBooks {
  readonly index: number;
  /** At the agent; those a person bought by hand are told apart. */
  readonly atAgent: readonly AgentBook[];
  readonly atMarketplace: MarketplaceBook | undefined;
  /** When the buyer really cancelled, ms. */
  readonly cancelledAt: number | undefined;
  /** Calls that reached the agent, by operation, with the fault that hit each. */
  readonly calls: Readonly<Record<string, readonly (string | null)[]>>;
  /** Reads of this order alone at its marketplace that were answered well, ms. */
  readonly readAt: readonly number[];
}

export interface AgentBook {
  readonly orderId: string;
  readonly manual: boolean;
  readonly createdAt: number;
  readonly timesPaid: number;
  readonly chargedFen: number;
  readonly cancelled: boolean;
  readonly mailNos: readonly string[];
  /** What the warehouse was told last. */
  readonly note: string | undefined;
}

export interface MarketplaceBook {
  readonly statuses: readonly string[];
  /** How often the same goods were arranged, packed or made ready; the largest of them. */
  readonly timesShipped: number;
  readonly trackingNumbers: readonly string[];
  readonly delivered: boolean;
}

export interface WorldBooks {
  readonly orders: readonly OrderBooks[];
  /** Orders at the agent that belong to none of the run's. */
  readonly strangers: readonly string[];
  readonly calls: number;
  readonly faulty: number;
}

interface World extends Messengers {
  readonly cancelledAt: ReadonlyMap<number, number>;
}

const SPENDS = new Set([
  'createOrder',
  'payOrder',
  'cancelOrder',
  'ship_order',
  '/order/fulfill/pack',
  '/order/package/rts',
]);
const READS = new Set(['/orders/items/get', 'get_order_detail']);

export function readBooks(world: World, orders: readonly ChaosOrder[]): WorldBooks {
  const { lazada, shopee, pandapon, cancelledAt } = world;
  const bought = new Map<string, AgentBook[]>();
  const createdAt = new Map<string, number>();
  for (const order of pandapon.books().orders) {
    const key = order.sellerOrderNumber ?? '';
    const at = Date.parse(`${order.createTime.replace(' ', 'T')}+08:00`);
    createdAt.set(order.orderId, at);
    bought.set(key, [
      ...(bought.get(key) ?? []),
      {
        orderId: order.orderId,
        manual: order.manual,
        createdAt: at,
        timesPaid: order.timesPaid,
        chargedFen: order.chargedFen,
        cancelled: order.cancelled,
        mailNos: order.lines.flatMap((line) => line.mailNos),
        note: order.warehouseUpdates.at(-1)?.warehouseAddress,
      },
    ]);
  }
  const atLazada = lazadaBooks(world);
  const atShopee = shopee.books().orders;
  const calls = callsByOrder(world);
  const all = [lazada, shopee, pandapon].flatMap(({ shell }) => shell.calls);
  const numbers = new Set(orders.map((order) => order.number));
  return {
    orders: orders.map((order) => {
      const marketplace = order.store.marketplace;
      return {
        index: order.index,
        atAgent: bought.get(order.number) ?? [],
        atMarketplace:
          marketplace === 'lazada'
            ? atLazada.get(reference(order))
            : shopeeBook(atShopee[order.orderId]),
        cancelledAt: cancelledAt.get(order.index),
        calls: {
          ...calls.spends.get(`pandapon ${order.number}`),
          ...calls.spends.get(`${marketplace} ${order.orderId}`),
        },
        readAt: calls.reads.get(`${marketplace} ${order.orderId}`) ?? [],
      };
    }),
    strangers: [...bought.keys()].filter((number) => number !== '' && !numbers.has(number)),
    calls: all.length,
    faulty: all.filter((call) => call.fault !== undefined).length,
  };
}

function lazadaBooks({ lazada }: World): Map<string, MarketplaceBook> {
  const { orders, packages } = lazada.books();
  const byOrder = Map.groupBy(
    packages,
    ({ country, sellerId, orderId }) => `${country}/${sellerId}/${orderId}`,
  );
  return new Map(
    orders.map((order) => {
      const key = `${order.country}/${order.sellerId}/${order.orderId}`;
      const own = byOrder.get(key) ?? [];
      const counts = [
        ...order.items.map((item) => item.timesPacked),
        ...own.map((each) => each.rtsCalls.accepted),
      ];
      return [
        key,
        {
          statuses: order.statuses,
          timesShipped: Math.max(0, ...counts),
          trackingNumbers: own.map((each) => each.trackingNumber).filter((text) => text !== ''),
          delivered: order.statuses.includes('delivered'),
        },
      ];
    }),
  );
}

type ShopeeOrders = ReturnType<Messengers['shopee']['books']>['orders'];

function shopeeBook(order: ShopeeOrders[string] | undefined): MarketplaceBook | undefined {
  if (!order) return undefined;
  return {
    statuses: [order.status],
    timesShipped: Math.max(0, ...order.packages.map((each) => each.arranged)),
    trackingNumbers: order.packages.flatMap((each) => each.trackingNumber ?? []),
    delivered: order.status === 'COMPLETED',
  };
}

function callsByOrder(world: World) {
  const spends = new Map<string, Record<string, (string | null)[]>>();
  const reads = new Map<string, number[]>();
  for (const [system, { shell }] of [
    ['lazada', world.lazada],
    ['shopee', world.shopee],
    ['pandapon', world.pandapon],
  ] as const) {
    for (const call of shell.calls) {
      if (call.order === undefined) continue;
      const key = `${system} ${call.order}`;
      if (READS.has(call.operation) && isAnswered(call))
        reads.set(key, [...(reads.get(key) ?? []), call.at]);
      if (!SPENDS.has(call.operation)) continue;
      const own = spends.get(key) ?? {};
      own[call.operation] = [...(own[call.operation] ?? []), call.fault ?? null];
      spends.set(key, own);
    }
  }
  return { spends, reads };
}

function isAnswered(call: BookedCall): boolean {
  return call.fault === undefined;
}
