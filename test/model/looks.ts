/**
 * What our reads had shown when a call was begun. Between a call's intent and its sending a process can
 * sleep, at most as long as its window; what others read meanwhile it cannot know.
 * @module
 */
import type { BookOrder, MarketOrder, World } from './world.ts';

export interface Looks {
  readonly market: ReadonlyMap<MarketOrder, MarketOrder['served']>;
  readonly agent: ReadonlyMap<BookOrder, BookOrder['served']>;
}

export function looksUntilNow(world: World): Looks {
  return {
    market: new Map(world.orders.map((order) => [order, order.served])),
    agent: new Map(world.books.map((book) => [book, book.served])),
  };
}
