/**
 * How each order must end: told from what it is, from the plan of faults, and from what no plan can
 * know: when its buyer really cancelled, and which attempts a death kept from being sent.
 * @module
 */
import type { OrderBooks } from './books.ts';
import { type FaultPlan, faultKindOf, hasCode, hasEffect, type System } from './faults.ts';
import type { ChaosOrder } from './orders.ts';

export interface Expected {
  readonly states: readonly string[];
  /** The code of the hold it must stand under; undefined when it must stand under none. */
  readonly hold: string | undefined;
  /** Bought by the service, not by a person. */
  readonly bought: 0 | 1;
  readonly paid: 0 | 1;
  readonly shipped: 0 | 1;
}

/** Attempts whose process died before their call could leave it. */
export interface Unsent {
  readonly place: number;
  readonly pay: number;
  readonly cancel: number;
  readonly ship: number;
}

/** What is sent at most so often by itself. */
const MOST_PLACINGS = 2;
const MOST_CANCELLINGS = 2;
const MOST_SHIPPINGS = 3;

export function expectedEnds(
  order: ChaosOrder,
  plan: FaultPlan,
  books: OrderBooks,
  unsent: Unsent,
): readonly Expected[] {
  switch (order.kind) {
    case 'unmapped':
      return [held('sku-unmapped', 0, 0)];
    case 'bought-without-number':
      return [held('purchase-ambiguous', 0, 0)];
    case 'cancelled-early':
      return [cancelledUnbought];
    default:
  }
  if (books.cancelledAt !== undefined) return cancelledEnds(order, plan, books, unsent);
  const placed = order.kind === 'bought-by-hand' ? undefined : placingFails(order, plan, unsent);
  if (placed) return [held(placed, 0, 0)];
  const bought = order.kind === 'bought-by-hand' ? 0 : 1;
  if (order.kind === 'line-refused') return [held('line-refused', bought, 0)];
  if (order.kind === 'price-raised') return [held('price-raised', bought, 0)];
  if (paymentFails(order, plan, unsent)) return [held('payment-unknown', bought, 0)];
  const done: Expected = { states: ['done'], hold: undefined, bought, paid: 1, shipped: 1 };
  return shippingFails(order, plan, unsent)
    ? [done, { ...held('ship-unknown', bought, 1), shipped: 0 }]
    : [done];
}

const cancelledUnbought: Expected = {
  states: ['cancelled', 'ignored'],
  hold: undefined,
  bought: 0,
  paid: 0,
  shipped: 0,
};

function held(hold: string, bought: 0 | 1, paid: 0 | 1): Expected {
  return { states: ['held', 'open', 'cancelling'], hold, bought, paid, shipped: 0 };
}

/** The hold that a placing ends in, or undefined when it gets through. */
function placingFails(order: ChaosOrder, plan: FaultPlan, unsent: Unsent): string | undefined {
  for (let attempt = 1; attempt <= MOST_PLACINGS - unsent.place; attempt += 1) {
    const kind = faultOn(plan, 'pandapon', 'createOrder', order.number, attempt);
    if (hasEffect(kind)) return undefined;
    // Absent, and it came with a code: a person reads it.
    if (hasCode(kind)) return 'purchase-refused';
  }
  return 'purchase-unsure';
}

/** A payment is sent once, whatever becomes of it. */
function paymentFails(order: ChaosOrder, plan: FaultPlan, unsent: Unsent): boolean {
  return unsent.pay > 0 || !hasEffect(faultOn(plan, 'pandapon', 'payOrder', order.number, 1));
}

function shippingFails(order: ChaosOrder, plan: FaultPlan, unsent: Unsent): boolean {
  const { marketplace } = order.store;
  const operations =
    marketplace === 'lazada' ? ['/order/fulfill/pack', '/order/package/rts'] : ['ship_order'];
  return operations.some((operation) => {
    for (let attempt = 1; attempt <= MOST_SHIPPINGS - unsent.ship; attempt += 1) {
      if (hasEffect(faultOn(plan, marketplace, operation, order.orderId, attempt))) return false;
    }
    return true;
  });
}

/** Any moment of its life can be the one in which it was cancelled: the books say how far it was. */
function cancelledEnds(
  order: ChaosOrder,
  plan: FaultPlan,
  books: OrderBooks,
  unsent: Unsent,
): readonly Expected[] {
  const [purchase] = books.atAgent;
  if (!purchase) return [cancelledUnbought];
  const shipped = (books.atMarketplace?.timesShipped ?? 0) > 0 ? 1 : 0;
  const paid = purchase.timesPaid > 0;
  if (paid) return [{ ...held('cancelled-after-payment', 1, 1), shipped }];
  const refused = cancellingFails(order, plan, unsent);
  const ends: Expected[] = refused
    ? [{ ...held(refused, 1, 0), shipped }]
    : [{ states: ['cancelled'], hold: undefined, bought: 1, paid: 0, shipped }];
  // A payment in doubt comes first: nothing is cancelled that may be paid.
  if (paymentFails(order, plan, unsent)) ends.push({ ...held('payment-unknown', 1, 0), shipped });
  return ends;
}

/** The hold that cancelling an unpaid purchase ends in, or undefined when it gets through. */
function cancellingFails(order: ChaosOrder, plan: FaultPlan, unsent: Unsent): string | undefined {
  for (let attempt = 1; attempt <= MOST_CANCELLINGS - unsent.cancel; attempt += 1) {
    const kind = faultOn(plan, 'pandapon', 'cancelOrder', order.number, attempt);
    if (hasEffect(kind)) return undefined;
    if (hasCode(kind)) return 'cancel-refused';
  }
  return 'cancel-unknown';
}

function faultOn(
  plan: FaultPlan,
  system: System,
  operation: string,
  order: string,
  attempt: number,
) {
  return faultKindOf(plan, { system, operation, order, attempt });
}
