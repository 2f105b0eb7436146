/** What happens at a shop: our promises, the buyer, the seller centre, the carrier. */
import type { ShipRequest, ShipResult } from '../../connectors/marketplace.ts';
import { nextOf, salesOrder } from './market-view.ts';
import type { MarketLine, MarketOrder, World } from './world.ts';

/** The promise takes effect, however often it is made: the books count. */
export function promise(
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
