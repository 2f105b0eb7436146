/** The parts that commands are made of. */
import fc from 'fast-check';
import type { Real } from './real.ts';
import type { BookOrder, MarketOrder, World } from './world.ts';

export interface Part {
  readonly name: string;
  /** Whether it can happen now, by the world's books alone. */
  readonly check?: (world: World) => boolean;
  /** What it answers, if it is a text, is counted beside its name. */
  readonly run: (world: World, real: Real) => unknown;
}

export function firstWord({ name }: Part): string {
  return name.split(/[ ,]/)[0] ?? name;
}

export const some = fc.nat(3);
export const pick = <T>(from: readonly T[], at: number): T | undefined =>
  from[at % Math.max(from.length, 1)];

/** A command about one of the orders at the marketplaces. */
export function onOrder(
  name: string,
  run: (order: MarketOrder, world: World, real: Real) => unknown,
): fc.Arbitrary<Part> {
  return some.map((at) => ({
    name: `${name} of order ${at}`,
    check: (world) => world.orders.length > 0,
    run(world, real) {
      const order = pick(world.orders, at);
      return order && run(order, world, real);
    },
  }));
}

export async function idOf(real: Real, order: MarketOrder): Promise<string | undefined> {
  const row = await real.db
    .selectFrom('sales_order')
    .select('id')
    .where('store', '=', order.store)
    .where('order_id', '=', order.id)
    .executeTakeFirst();
  return row?.id;
}

/** A command about one of the agent's orders. */
export function onBook(
  name: string,
  check: (book: BookOrder) => boolean,
  run: (book: BookOrder, world: World) => void,
): fc.Arbitrary<Part> {
  return some.map((at) => ({
    name: `${name} of agent order ${at}`,
    check: (world) => world.books.some(check),
    run(world) {
      const book = pick(world.books.filter(check), at);
      if (book) run(book, world);
    },
  }));
}
