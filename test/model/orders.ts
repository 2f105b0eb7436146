/** Sales orders as a run can have them. */
import fc from 'fast-check';
import {
  GIFT,
  type MarketOrder,
  type Shipping,
  SKUS,
  type StoreName,
  UNMAPPED,
  type World,
} from './world.ts';

export interface OrderSpec {
  readonly store: StoreName;
  readonly skus: readonly string[];
  readonly quantity: number;
  readonly isPaid: boolean;
  /** At Lazada: does the seller tell a number at the end? At Shopee: with the arranging? */
  readonly ownNumber: boolean;
}

export const anyOrder: fc.Arbitrary<OrderSpec> = fc.record({
  store: fc.constantFrom<StoreName>('lz', 'sp'),
  skus: fc.array(
    fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom(...SKUS) },
      { weight: 1, arbitrary: fc.constant(GIFT) },
      { weight: 1, arbitrary: fc.constant(UNMAPPED) },
    ),
    { minLength: 1, maxLength: 2 },
  ),
  quantity: fc.constantFrom(1, 1, 2),
  isPaid: fc.constantFrom(true, true, true, false),
  ownNumber: fc.constantFrom(false, false, true),
});

export function addOrder(world: World, spec: OrderSpec): MarketOrder {
  // Both shops count from the same number: an order of each carries it.
  const count = world.orders.filter((order) => order.store === spec.store).length;
  const id = String(501 + count);
  const plain = spec.store === 'lz' ? 'two-steps' : 'arrange';
  const own = spec.store === 'lz' ? 'tell' : 'own-number';
  const shipping: Shipping = spec.ownNumber ? own : plain;
  const order: MarketOrder = {
    key: `${spec.store}-${id}`,
    store: spec.store,
    id,
    createdAt: world.clock.at,
    updatedAt: world.clock.at,
    shipping,
    lines: spec.skus.map((sku, index) => ({
      id: `${id}-${index}`,
      sku,
      quantity: index === 0 ? spec.quantity : 1,
      phase: spec.isPaid ? 'buyable' : 'waiting',
    })),
    steps: [],
    number: undefined,
    toldNumber: undefined,
    before: undefined,
    served: undefined,
    servedBuyableAt: undefined,
    approved: new Set(),
    history: new Set(),
  };
  world.orders.push(order);
  return order;
}
