/** A shop's port over the world's orders. */
import { Malformed, Rejected, Unavailable } from '../../connectors/errors.ts';
import type { Marketplace, OrdersRead, ShipResult } from '../../connectors/marketplace.ts';
import { guard, readFate } from './agent.ts';
import {
  askToCancel,
  cancelAtMarket,
  changeUnits,
  decideAtMarket,
  promise,
} from './market-acts.ts';
import { packagesOf, serve, stamp } from './market-view.ts';
import type { Process } from './process.ts';
import { spendCall } from './spend.ts';
import { SECOND } from './times.ts';
import { watchShip } from './watch.ts';
import type { MarketOrder, StoreName, World } from './world.ts';

/** A late promise shows within this: less than what the service waits before it makes it again. */
const LATE_PROMISE = 40 * SECOND;

export function marketPort(world: World, process: Process, store: StoreName): Marketplace {
  const mine = () => world.orders.filter((order) => order.store === store);
  const find = (id: string) => mine().find((order) => order.id === id);

  async function readOrders(ids: readonly string[]): Promise<OrdersRead> {
    const fate = await readFate(world, process, 'market-read');
    world.settle();
    if (fate === 'missing') return { orders: [], broken: [], missing: [...ids] };
    if (fate === 'broken') {
      return { orders: [], broken: ids.map((orderId) => ({ orderId, error: 'odd' })), missing: [] };
    }
    const found = ids.flatMap((id) => find(id) ?? []);
    const orders = found.map((order) => serve(world, order, fate === 'stale'));
    for (const order of found) {
      if (fate === 'then-cancelled') cancelAtMarket(world, order);
      if (fate === 'then-asked') askToCancel(world, order);
      if (fate === 'then-changed') changeUnits(world, order);
    }
    const missing = ids.filter((id) => !find(id));
    return { orders, broken: [], missing };
  }

  async function* pull(options: Parameters<Marketplace['pull']>[0]) {
    const fate = await readFate(world, process, 'pull');
    world.settle();
    const rows = mine().filter(
      (order) => stamp(order) >= options.from && stamp(order) < options.until,
    );
    const half = fate === 'half' ? Math.floor(rows.length / 2) : rows.length;
    const changed = await options.changed(
      rows.map((order) => ({ orderId: order.id, updatedAt: stamp(order) })),
    );
    if (!process.isAlive) return await process.never<never>();
    const wanted = rows.slice(0, half).filter((order) => changed.includes(order.id));
    const read =
      wanted.length === 0
        ? { orders: [], broken: [], missing: [] }
        : await process.through(() => readOrders(wanted.map((order) => order.id)));
    const done = half === rows.length;
    yield { ...read, listed: half, coveredUntil: done ? options.until : options.from };
    if (!done) throw new Unavailable('the second page is out of order', detail('pull'));
  }

  const port: Marketplace = {
    name: store,
    pull,
    readOrders,
    async readPackages(order) {
      await readFate(world, process, 'packages');
      world.settle();
      const found = find(order.orderId);
      return found ? packagesOf(found) : [];
    },
    async prepareShip(order, pkg, own, step) {
      const made = step ?? pkg.next;
      if (!made) throw new Rejected('nothing is to be made', detail('ship'));
      return {
        step: made,
        orderId: order.orderId,
        packageId: pkg.packageId,
        payload: { number: own?.trackingNumber },
      };
    },
    ship: (request, window) => {
      const order = known(find(request.orderId));
      const { number } = request.payload as { number?: string };
      return spendCall<ShipResult>(world, process, {
        kind: 'ship',
        subject: `${order.key} ${request.step}`,
        window,
        longestDelay: LATE_PROMISE,
        watch: (looks) => watchShip(world, looks, order, request, window),
        effect: () => promise(world, order, request, number),
      });
    },
    async readLabel(order) {
      const found = find(order.orderId);
      return found?.number ? { contentType: 'text/plain', bytes: Buffer.from('label') } : undefined;
    },
    readTrace: async () => [],
    async *unarranged() {
      for (const order of mine()) {
        const [pkg] = packagesOf(order);
        if (pkg?.phase === 'waiting') yield { orderId: order.id, packageId: `p${order.id}` };
      }
    },
    async prepareCancel(order) {
      const found = known(find(order.orderId));
      if (!found.lines.some((line) => line.phase === 'waiting' || line.phase === 'buyable')) {
        throw new Rejected('it cannot be cancelled any more', detail('market-cancel'));
      }
      return { orderId: order.orderId, payload: {} };
    },
    cancel: (request, window) => {
      const order = known(find(request.orderId));
      return spendCall<void>(world, process, {
        kind: 'market-cancel',
        subject: order.key,
        window,
        longestDelay: LATE_PROMISE,
        watch: () => {},
        effect: () => cancelAtMarket(world, order),
      });
    },
    decideCancellation: (orderId, accept, window) => {
      const order = known(find(orderId));
      return spendCall<void>(world, process, {
        kind: 'decide',
        subject: order.key,
        window,
        longestDelay: LATE_PROMISE,
        watch: () => {},
        effect: () => decideAtMarket(world, order, accept),
      });
    },
  };
  return guard(port, process);
}

const detail = (operation: string) => ({ system: 'model', operation });

function known(order: MarketOrder | undefined): MarketOrder {
  if (!order) throw new Malformed('no such order', detail('find'));
  return order;
}
