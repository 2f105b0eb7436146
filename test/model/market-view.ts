/** How a shop shows its orders and packages. */
import type { NextStep, Package, SalesOrder } from '../../connectors/marketplace.ts';
import { DAY, SECOND } from './times.ts';
import type { MarketOrder, World } from './world.ts';

const MOST_LAG = 10 * SECOND;

/** Update times are whole seconds, as both marketplaces give them. */
export function stamp(order: MarketOrder): Date {
  return new Date(Math.floor(order.updatedAt / 1_000) * 1_000);
}

export function serve(world: World, order: MarketOrder, isStale: boolean): SalesOrder {
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

export function salesOrder(order: MarketOrder): SalesOrder {
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

export function packagesOf(order: MarketOrder): Package[] {
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

export function nextOf({ shipping, steps }: MarketOrder): NextStep | undefined {
  if (shipping === 'arrange' || shipping === 'own-number') {
    return steps.includes('arrange') ? undefined : 'arrange';
  }
  if (!steps.includes('pack')) return 'pack';
  if (!steps.includes('ready-to-ship')) return 'ready-to-ship';
  // Whether a number was told cannot be read: it is offered as long as the goods are here.
  return shipping === 'tell' ? 'tell-number' : undefined;
}
