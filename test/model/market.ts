/** A shop's port over the world's orders. */
import { Malformed, Rejected, Unavailable } from '../../connectors/errors.ts';
import type {
  Marketplace,
  NextStep,
  OrdersRead,
  Package,
  SalesOrder,
  ShipRequest,
  ShipResult,
} from '../../connectors/marketplace.ts';
import { guard, readFate } from './agent.ts';
import type { Process } from './process.ts';
import { spendCall } from './spend.ts';
import { DAY, SECOND } from './times.ts';
import { watchShip } from './watch.ts';
import type { MarketLine, MarketOrder, StoreName, World } from './world.ts';

/** A late promise shows within this: less than what the service waits before it makes it again. */
const LATE_PROMISE = 40 * SECOND;

const MOST_LAG = 10 * SECOND;

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
        watch: () => watchShip(world, order, request, window),
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

/** Update times are whole seconds, as both marketplaces give them. */
function stamp(order: MarketOrder): Date {
  return new Date(Math.floor(order.updatedAt / 1_000) * 1_000);
}

function serve(world: World, order: MarketOrder, isStale: boolean): SalesOrder {
  // A copy that lags behind does so by seconds.
  const lags = isStale && world.clock.at < order.updatedAt + MOST_LAG;
  const view = (lags && order.before) || salesOrder(order);
  if (lags && order.before) world.count('an older state was read');
  order.served = { at: world.clock.at, order: view };
  const isBuyable = view.lines.every(
    (line) => line.phase === 'buyable' || line.phase === 'cancelled',
  );
  if (isBuyable) order.servedBuyableAt ??= world.clock.at;
  return view;
}

function salesOrder(order: MarketOrder): SalesOrder {
  return {
    orderId: order.id,
    orderNumber: order.id,
    createdAt: new Date(Math.floor(order.createdAt / 1_000) * 1_000),
    updatedAt: stamp(order),
    currency: order.store === 'lz' ? 'SGD' : 'MYR',
    total: '100.00',
    cashOnDelivery: false,
    notOurs: undefined,
    buyer: {
      name: 'B***',
      phone: '***',
      country: undefined,
      state: undefined,
      city: undefined,
      district: undefined,
      zip: undefined,
      address: '***',
      masked: true,
    },
    statuses: [...new Set(order.lines.map((line) => line.phase))],
    lines: order.lines.map((line) => ({
      lineId: line.id,
      sku: line.sku,
      productId: undefined,
      name: 'thing',
      variation: undefined,
      quantity: line.quantity,
      unitPrice: '50.00',
      status: line.phase,
      phase: line.phase,
      fulfilment: 'seller',
      packageId: order.steps.includes('pack') ? `p${order.id}` : undefined,
      trackingNumber: order.number,
      carrier: undefined,
      shipBy: new Date(order.createdAt + 7 * DAY),
      shippingGroup: 'one',
    })),
  };
}

function packagesOf(order: MarketOrder): Package[] {
  const living = order.lines.filter(
    (line) => line.phase !== 'cancelled' && line.phase !== 'waiting',
  );
  const isMade = order.steps.length > 0;
  if (living.length === 0 && !isMade) return [];
  const isTwoSteps = order.shipping === 'two-steps' || order.shipping === 'tell';
  const phases = new Set(living.map((line) => line.phase));
  const next = nextOf(order);
  const isOver = living.length === 0;
  const phase = isOver
    ? 'cancelled'
    : phases.has('delivered')
      ? 'delivered'
      : phases.has('shipped')
        ? 'shipped'
        : next === undefined || next === 'tell-number'
          ? 'arranged'
          : 'waiting';
  const isSellers = order.shipping === 'tell' || order.shipping === 'own-number';
  const isOpen = phase === 'waiting' || (phase === 'arranged' && next === 'tell-number');
  return [
    {
      packageId: isTwoSteps && !order.steps.includes('pack') ? undefined : `p${order.id}`,
      lines: (isOver ? order.lines : living).map(({ id, quantity }) => ({ lineId: id, quantity })),
      status: phase,
      phase,
      numberOwner: isSellers ? 'seller' : 'marketplace',
      ownerReason: order.shipping,
      next: isOpen ? next : undefined,
      needsNumber: next === 'tell-number' || order.shipping === 'own-number',
      blocked: phases.has('cancelling') ? 'the buyer asked to cancel' : undefined,
      trackingNumber: order.number,
      carrier: undefined,
      shipBy: undefined,
    },
  ];
}

function nextOf({ shipping, steps }: MarketOrder): NextStep | undefined {
  if (shipping === 'arrange' || shipping === 'own-number') {
    return steps.includes('arrange') ? undefined : 'arrange';
  }
  if (!steps.includes('pack')) return 'pack';
  if (!steps.includes('ready-to-ship')) return 'ready-to-ship';
  // Whether a number was told cannot be read: it is offered as long as the goods are here.
  return shipping === 'tell' ? 'tell-number' : undefined;
}

/** The promise takes effect, however often it is made: the books count. */
function promise(
  world: World,
  order: MarketOrder,
  request: ShipRequest,
  number: string | undefined,
): ShipResult {
  keepBefore(order);
  order.steps.push(request.step);
  if (request.step === 'pack' || request.step === 'arrange') {
    order.number = order.shipping === 'own-number' ? number : `MP${order.id}`;
  }
  if (number !== undefined) order.toldNumber = number;
  touch(world, order);
  return {
    packageId: `p${order.id}`,
    trackingNumber: order.shipping === 'tell' ? undefined : order.number,
    carrier: undefined,
    already: false,
  };
}

function keepBefore(order: MarketOrder) {
  order.before = salesOrder(order);
}

function touch(world: World, order: MarketOrder) {
  order.updatedAt = world.clock.at;
}

function isHere(line: MarketLine): boolean {
  return line.phase === 'waiting' || line.phase === 'buyable' || line.phase === 'cancelling';
}

/** Changes lines in place, as something that happened at the marketplace. False: nothing changed. */
export function atMarket(
  world: World,
  order: MarketOrder,
  what: string,
  change: (line: MarketLine, index: number) => boolean,
): boolean {
  const before = salesOrder(order);
  const changed = order.lines.map(change).some(Boolean);
  if (!changed) return false;
  order.before = before;
  touch(world, order);
  order.history.add(what);
  return true;
}

const setPhase =
  (from: (line: MarketLine) => boolean, to: MarketLine['phase']) => (line: MarketLine) => {
    if (!from(line)) return false;
    line.phase = to;
    return true;
  };

export function cancelAtMarket(world: World, order: MarketOrder): void {
  atMarket(world, order, 'cancelled', setPhase(isHere, 'cancelled'));
}

export function cancelLine(world: World, order: MarketOrder): void {
  atMarket(world, order, 'line-cancelled', (line, index) =>
    index === 0 ? setPhase(isHere, 'cancelled')(line) : false,
  );
}

export function askToCancel(world: World, order: MarketOrder): void {
  atMarket(
    world,
    order,
    'asked',
    setPhase((line) => line.phase === 'buyable', 'cancelling'),
  );
}

export function decideAtMarket(world: World, order: MarketOrder, accept: boolean): void {
  const to = accept ? 'cancelled' : 'buyable';
  atMarket(
    world,
    order,
    accept ? 'cancelled' : 'wish-refused',
    setPhase((line) => line.phase === 'cancelling', to),
  );
}

export function payAtMarket(world: World, order: MarketOrder): void {
  atMarket(
    world,
    order,
    'buyer-paid',
    setPhase((line) => line.phase === 'waiting', 'buyable'),
  );
}

export function changeUnits(world: World, order: MarketOrder): void {
  atMarket(world, order, 'changed', (line, index) => {
    if (index > 0 || !isHere(line)) return false;
    line.quantity = line.quantity === 1 ? 2 : 1;
    return true;
  });
}

/** The carrier picks it up: after our promises, or a person's in the seller centre. */
export function pickUp(world: World, order: MarketOrder, byHand: boolean): void {
  if (!byHand && nextOf(order) !== undefined && nextOf(order) !== 'tell-number') return;
  if (byHand) order.history.add('shipped-by-hand');
  atMarket(
    world,
    order,
    'shipped',
    setPhase((line) => line.phase === 'buyable', 'shipped'),
  );
}

export function deliver(world: World, order: MarketOrder): void {
  atMarket(
    world,
    order,
    'delivered',
    setPhase((line) => line.phase === 'shipped', 'delivered'),
  );
}
