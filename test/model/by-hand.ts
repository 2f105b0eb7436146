/** What people do by hand in the agent's console, and what the agent and its suppliers do. */
import fc from 'fast-check';
import { onOrder, some } from './part.ts';
import { type BookOrder, SOURCES } from './world.ts';

export const buyByHand = fc
  .tuple(some, fc.constantFrom('with its number', 'without a number', 'with other goods'))
  .chain(([, how]) =>
    onOrder(`BuyByHand ${how}`, (order, world) => {
      const id = String(world.nextId());
      const wanted = order.lines.filter((line) => line.sku.startsWith('TB-'));
      const source = how === 'with other goods' ? wanted.slice(0, 1) : wanted;
      if (source.length === 0) return;
      world.books.push({
        id,
        orderNo: `PP${id}`,
        by: 'hand',
        source: how === 'without a number' ? undefined : SOURCES[order.store],
        number: how === 'without a number' ? undefined : order.id,
        madeAt: world.clock.at,
        listedFrom: world.clock.at,
        lines: source.map((line) => {
          const [, itemId = '', skuId = '', fen = ''] = line.sku.split('-');
          return {
            itemId,
            skuId,
            quantity: how === 'with other goods' ? 7 : line.quantity,
            priceFen: Number(fen),
            errorCode: undefined,
            closed: false,
            tracking: undefined,
            arrived: false,
          };
        }),
        amountFen: 1_000,
        phase: 'unpaid',
        paidByUs: 0,
        adoptedFor: undefined,
        served: undefined,
      });
      order.history.add(`by-hand ${how}`);
      return how;
    }),
  );

export function set(book: BookOrder, phase: BookOrder['phase']) {
  book.phase = phase;
}

export function giveNumbers(book: BookOrder) {
  for (const [index, line] of book.lines.entries()) line.tracking ??= `YT${book.id}${index}`;
}

export function arrive(book: BookOrder) {
  for (const line of book.lines) line.arrived = line.tracking !== undefined;
}

export function raisePrice(book: BookOrder) {
  book.amountFen = Math.ceil(book.amountFen * 1.2);
}

export function closeLine(book: BookOrder) {
  const [line] = book.lines;
  if (line) line.closed = true;
}
