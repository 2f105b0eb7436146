/** What can happen in a run, each as one command that fast-check can take out or keep. */
import fc from 'fast-check';
import { castNet } from '../../src/stages/net.ts';
import { sweep } from '../../src/sweep.ts';
import { crash, fateOfReading, fateOfSpending, forgetful, twoAtOnce, wake } from './by-fault.ts';
import { arrive, buyByHand, closeLine, giveNumbers, raisePrice, set } from './by-hand.ts';
import { adopt, approve, cancel, enter, retry } from './by-operator.ts';
import {
  callback,
  change,
  elapse,
  forward,
  lose,
  pull,
  push,
  runSome,
  runTwice,
} from './by-service.ts';
import {
  askToCancel,
  cancelAtMarket,
  cancelLine,
  changeUnits,
  decideAtMarket,
  deliver,
  payAtMarket,
  pickUp,
} from './market-acts.ts';
import { addOrder, anyOrder } from './orders.ts';
import { firstWord, onBook, onOrder, type Part } from './part.ts';
import type { Real } from './real.ts';
import type { World } from './world.ts';

export type Command = fc.AsyncCommand<World, Real>;

/** After each command the promises are checked by this; set by the property. */
export type AfterEach = (real: Real) => Promise<void>;

export function commandsFor(afterEach: AfterEach): fc.Arbitrary<Command>[] {
  const command = (part: Part): Command => ({
    check: (world) => part.check?.(world) ?? true,
    async run(world, real) {
      const said = await part.run(world, real);
      const word = firstWord(part);
      world.count(`command ${word}`);
      if (typeof said === 'string') world.count(`command ${word}: ${said}`);
      world.settle();
      await afterEach(real);
    },
    toString: () => part.name,
  });
  return parts().map((arbitrary) => arbitrary.map(command));
}

/** The first words of all commands' names. */
export function commandWords(): ReadonlySet<string> {
  const drawn = fc.sample(fc.oneof(...parts()), { numRuns: 5_000, seed: 1 });
  return new Set(drawn.map((part) => firstWord(part)));
}

function parts(): fc.Arbitrary<Part>[] {
  const weighted: readonly (readonly [number, fc.Arbitrary<Part>])[] = [
    [12, fc.constant({ name: 'Work', run: (_world, real) => real.runDue() })],
    [10, elapse],
    [6, forward],
    [8, runSome],
    [2, runTwice],
    [3, lose],
    [3, fc.constant({ name: 'Sweep', run: (_world, real) => real.execute(sweep) })],
    [1, fc.constant({ name: 'Net', run: (_world, real) => real.execute(castNet) })],
    [4, pull],
    [4, push],
    [4, callback],
    [2, fc.constant({ name: 'Restart', run: (_world, real) => real.restart({}) })],
    [3, change],
    [14, fateOfSpending],
    [8, fateOfReading],
    [2, forgetful],
    [5, twoAtOnce],
    [4, crash],
    [3, wake],
    [4, newOrder],
    [2, onOrder('BuyerPays', (order, world) => payAtMarket(world, order))],
    [2, onOrder('BuyerChanges', (order, world) => changeUnits(world, order))],
    [2, onOrder('BuyerCancels', (order, world) => cancelAtMarket(world, order))],
    [1, onOrder('LineCancelled', (order, world) => cancelLine(world, order))],
    [2, onOrder('BuyerAsks', (order, world) => askToCancel(world, order))],
    [1, onOrder('SellerAccepts', (order, world) => decideAtMarket(world, order, true))],
    [2, onOrder('SellerRefuses', (order, world) => decideAtMarket(world, order, false))],
    [3, onOrder('CarrierPicksUp', (order, world) => pickUp(world, order, false))],
    [1, onOrder('ShippedByHand', (order, world) => pickUp(world, order, true))],
    [2, onOrder('Delivered', (order, world) => deliver(world, order))],
    [4, retry],
    [4, approve],
    [3, adopt],
    [2, cancel],
    [2, enter],
    [3, buyByHand],
    [
      2,
      onBook(
        'PaidByHand',
        (book) => book.phase === 'unpaid',
        (book) => set(book, 'paid'),
      ),
    ],
    [
      2,
      onBook(
        'CancelledByHand',
        (book) => book.phase === 'unpaid',
        (book) => set(book, 'cancelled'),
      ),
    ],
    [
      1,
      onBook(
        'Refunded',
        (book) => book.phase === 'paid',
        (book) => set(book, 'cancelled'),
      ),
    ],
    [
      1,
      onBook(
        'FinanceRefuses',
        (book) => book.phase === 'paid',
        (book) => set(book, 'refused'),
      ),
    ],
    [
      6,
      onBook(
        'GoodsSent',
        (book) => book.phase === 'paid',
        (book) => set(book, 'sent'),
      ),
    ],
    [6, onBook('NumbersAppear', (book) => book.phase === 'sent', giveNumbers)],
    [2, onBook('ParcelsArrive', (book) => book.phase === 'sent', arrive)],
    [1, onBook('PriceRaised', (book) => book.phase === 'unpaid', raisePrice)],
    [1, onBook('LineClosed', (book) => book.phase === 'unpaid', closeLine)],
  ];
  return weighted.flatMap(([weight, arbitrary]) => Array.from({ length: weight }, () => arbitrary));
}

const newOrder: fc.Arbitrary<Part> = anyOrder.map((spec) => ({
  name: `NewOrder ${JSON.stringify(spec)}`,
  check: (world) => world.orders.length < 4,
  run: (world) => addOrder(world, spec),
}));
