/** What can happen in a run, each as one command that fast-check can take out or keep. */
import fc from 'fast-check';
import { adoptOrder } from '../../src/commands/adopt.ts';
import { approveOrder } from '../../src/commands/approve.ts';
import { cancelOrder } from '../../src/commands/cancel.ts';
import { retryOrder } from '../../src/commands/retry.ts';
import { enterNumber } from '../../src/commands/tracking.ts';
import { storeMessage } from '../../src/database/inbox.ts';
import { keepPush } from '../../src/push-inbox.ts';
import type { Service } from '../../src/service.ts';
import { readSnapshot, type Snapshot } from '../../src/snapshot.ts';
import { castNet } from '../../src/stages/net.ts';
import { sweep } from '../../src/sweep.ts';
import { type CallKind, FATES, type Fate } from './fates.ts';
import {
  askToCancel,
  cancelAtMarket,
  cancelLine,
  changeUnits,
  decideAtMarket,
  deliver,
  payAtMarket,
  pickUp,
} from './market.ts';
import { dueJobs, type Ended, type Real, takeJob } from './real.ts';
import type { Choices } from './settings.ts';
import { DAY, HOUR, MINUTE, SECOND } from './times.ts';
import {
  type BookOrder,
  GIFT,
  goodsBought,
  goodsOf,
  type MarketOrder,
  type Shipping,
  SKUS,
  SOURCES,
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

export type Command = fc.AsyncCommand<World, Real>;

interface Part {
  readonly name: string;
  /** Whether it can happen now, by the world's books alone. */
  readonly check?: (world: World) => boolean;
  /** What it answers, if it is a text, is counted beside its name. */
  readonly run: (world: World, real: Real) => unknown;
}

/** After each command the promises are checked by this; set by the property. */
export type AfterEach = (real: Real) => Promise<void>;

export function commandsFor(afterEach: AfterEach): fc.Arbitrary<Command>[] {
  const command = (part: Part): Command => ({
    check: (world) => part.check?.(world) ?? true,
    async run(world, real) {
      const said = await part.run(world, real);
      const [word] = part.name.split(' ');
      world.count(`command ${word}`);
      if (typeof said === 'string') world.count(`command ${word}: ${said}`);
      world.settle();
      await afterEach(real);
    },
    toString: () => part.name,
  });
  return parts().map((arbitrary) => arbitrary.map(command));
}

const some = fc.nat(3);
const pick = <T>(from: readonly T[], at: number): T | undefined =>
  from[at % Math.max(from.length, 1)];

/** A command about one of the orders at the marketplaces. */
function onOrder(
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

async function idOf(real: Real, order: MarketOrder): Promise<string | undefined> {
  const row = await real.db
    .selectFrom('sales_order')
    .select('id')
    .where('store', '=', order.store)
    .where('order_id', '=', order.id)
    .executeTakeFirst();
  return row?.id;
}

/** A command about one of the agent's orders. */
function onBook(
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

const elapse: fc.Arbitrary<Part> = fc
  .constantFrom(10 * SECOND, 40 * SECOND, 3 * MINUTE, 6 * MINUTE, 30 * MINUTE)
  .map((ms) => ({
    name: `Elapse ${ms / SECOND} s`,
    async run(_world, real) {
      await elapseFor(real, ms);
    },
  }));

/** Puts the clock from job to job, and lets each run in its turn. */
export async function elapseFor(
  real: Real,
  ms: number,
  isOver: () => boolean = () => false,
): Promise<void> {
  const end = real.clock.at + ms;
  for (let steps = 0; steps < 120; steps += 1) {
    await real.runDue(isOver);
    if (isOver()) return;
    const [next] = await dueJobs(real.db, new Date(end));
    if (!next) break;
    real.clock.forward(next.due_at.getTime() + 1 - real.clock.at);
    real.world.settle();
  }
  real.clock.forward(end - real.clock.at);
}

const forward: fc.Arbitrary<Part> = fc
  .constantFrom(3 * SECOND, 12 * SECOND, 30 * SECOND, 2 * MINUTE, 5 * MINUTE, HOUR, DAY, 3 * DAY)
  .map((ms) => ({
    name: `Forward ${ms / SECOND} s`,
    run: (_world, real) => real.clock.forward(ms),
  }));

const runSome: fc.Arbitrary<Part> = fc.nat(9).map((at) => ({
  name: `RunJob ${at}`,
  async run(_world, real) {
    const job = pick(await dueJobs(real.db, new Date(real.clock.at)), at);
    if (!job || !(await takeJob(real.db, job.id))) return 'none';
    return real.runJob(job);
  },
}));

const runTwice: fc.Arbitrary<Part> = fc.nat(9).map((at) => ({
  name: `RunJobTwice ${at}`,
  async run(_world, real) {
    const job = pick(await dueJobs(real.db, new Date(real.clock.at)), at);
    if (!job || !(await takeJob(real.db, job.id))) return 'none';
    await real.runJob(job);
    return real.runJob(job);
  },
}));

const lose: fc.Arbitrary<Part> = fc.nat(9).map((at) => ({
  name: `LoseJob ${at}`,
  async run(_world, real) {
    const job = pick(await dueJobs(real.db, new Date(real.clock.at + 10 * MINUTE)), at);
    return job && (await takeJob(real.db, job.id)) ? job.queue : 'none';
  },
}));

const pull: fc.Arbitrary<Part> = fc.constantFrom<StoreName>('lz', 'sp').map((store) => ({
  name: `Pull ${store}`,
  run: (_world, real) =>
    real.runJob({ id: '0', queue: 'pull', data: { store }, due_at: new Date(), tries: 20 }),
}));

const push = fc.tuple(some, fc.constantFrom(1, 1, 2)).map(
  ([at, copies]): Part => ({
    name: `Push of order ${at}${copies > 1 ? `, ${copies} times` : ''}`,
    check: (world) => world.orders.length > 0,
    async run(world, real) {
      const order = pick(world.orders, at);
      if (!order) return;
      for (let copy = 0; copy < copies; copy += 1) await pushOf(real, order);
    },
  }),
);

export async function pushOf(real: Real, order: MarketOrder): Promise<void> {
  const isLazada = order.store === 'lz';
  await real.execute((service) =>
    keepPush(service, isLazada ? 'lazada/main' : 'shopee/main', {
      sellerId: isLazada ? '1000' : '2000',
      country: undefined,
      orderId: order.id,
      topic: 'order',
      messageKey: `${order.key} ${order.updatedAt}`,
    }),
  );
}

const callback = fc.tuple(some, fc.constantFrom(1, 1, 2)).map(
  ([at, copies]): Part => ({
    name: `Callback of agent order ${at}${copies > 1 ? `, ${copies} times` : ''}`,
    check: (world) => world.books.length > 0,
    async run(world, real) {
      const book = pick(world.books, at);
      if (!book) return;
      for (let copy = 0; copy < copies; copy += 1) {
        // As the web side stores it: the message and its job in one transaction.
        await real.execute((service) =>
          service.db.transaction().execute(async (tx) => {
            const { id } = await storeMessage(tx, {
              source: 'pandapon/main',
              messageKey: `${book.id} ${book.phase}`,
              topic: 'order',
              hint: { ids: [book.id] },
              receivedAt: service.clock.now(),
            });
            const data = { inboxId: id, agent: 'pandapon', account: 'main' };
            await service.jobs.send(tx, 'callback', data);
          }),
        );
      }
    },
  }),
);

const change: fc.Arbitrary<Part> = fc
  .constantFrom<Partial<Choices>>(
    { mode: 'off' },
    { mode: 'manual' },
    { mode: 'auto' },
    { mode: 'auto' },
    { autoPay: false },
    { autoPay: true },
    { delay: '20m' },
    { delay: '0s' },
    { buyerWish: 'accept' },
    { buyerWish: 'reject' },
    { leg: 'manual' },
    { leg: 'agent' },
    { address: 'b' },
    { address: 'a' },
  )
  .map((changes) => ({
    name: `Settings ${JSON.stringify(changes)}`,
    async run(_world, real) {
      await real.restart(changes);
      return JSON.stringify(changes);
    },
  }));

/** @param times how often in a row it can strike: what is asked again is often answered the same. */
function fateOf(kinds: readonly CallKind[], times: readonly number[]): fc.Arbitrary<Part> {
  return fc
    .tuple(fc.constantFrom(...kinds), fc.constantFrom(...times))
    .chain(([kind, count]) =>
      fc.constantFrom<Fate>(...FATES[kind]).map((fate) => ({ kind, fate, count })),
    )
    .map(({ kind, fate, count }) => ({
      name: `Fate of the next ${count === 1 ? '' : `${count} of `}${kind}: ${fate}`,
      run(world) {
        const before = world.fates.get(kind) ?? [];
        world.fates.set(kind, [...before, ...Array.from({ length: count }, () => fate)]);
      },
    }));
}

const fateOfSpending = fateOf(
  [
    'place',
    'place',
    'place',
    'pay',
    'pay',
    'ship',
    'ship',
    'agent-cancel',
    'market-cancel',
    'decide',
  ],
  [1, 1, 1, 2],
);

const fateOfReading = fateOf(
  [
    'list',
    'list',
    'list',
    'market-read',
    'market-read',
    'agent-read',
    'parcels',
    'pull',
    'packages',
  ],
  [1, 1, 3, 9],
);

/** For a while the listing shows nothing that we placed: longer than it takes to settle. */
const forgetful: fc.Arbitrary<Part> = fc.constantFrom(9, 20).map((count) => ({
  name: `Forgetful for ${count} listings`,
  run(world) {
    const before = world.fates.get('list') ?? [];
    world.fates.set('list', [...Array.from({ length: count }, (): Fate => 'forgets'), ...before]);
  },
}));

/** Two processes at one order: the first hangs in a call, others look at all orders, then it goes on. */
const twoAtOnce: fc.Arbitrary<Part> = fc
  .constantFrom<{ kind: CallKind; fate: Fate }>(
    { kind: 'market-read', fate: 'hang' },
    { kind: 'agent-read', fate: 'hang' },
    { kind: 'packages', fate: 'hang' },
    { kind: 'packages', fate: 'hang' },
    { kind: 'place', fate: 'hang-before' },
    { kind: 'pay', fate: 'hang-before' },
    { kind: 'ship', fate: 'hang-before' },
  )
  .map(({ kind, fate }) => ({
    name: `TwoAtOnce, one hanging in its ${kind}`,
    check: (world) => world.orders.length > 0,
    async run(world, real) {
      const before = world.fates.get(kind) ?? [];
      const asleep = real.sleepers.length;
      world.fates.set(kind, [fate, ...before]);
      await elapseFor(real, 6 * MINUTE, () => real.sleepers.length > asleep);
      if (real.sleepers.length === asleep) return 'none';
      for (const order of world.orders) {
        const id = await idOf(real, order);
        if (id === undefined) continue;
        const data = { id, by: 'test' };
        await real.runJob({ id: '0', queue: 'order', data, due_at: new Date(), tries: 20 });
      }
      await real.wake(asleep);
      return kind;
    },
  }));

const crash: fc.Arbitrary<Part> = fc.integer({ min: 1, max: 40 }).map((statement) => ({
  name: `Crash before statement ${statement} of the next process`,
  run(_world, real) {
    real.crashAt = statement;
  },
}));

const wake: fc.Arbitrary<Part> = fc.nat(3).map((at) => ({
  name: `Wake sleeper ${at}`,
  async run(_world, real) {
    if (real.sleepers.length === 0) return 'none';
    await real.wake(at % real.sleepers.length);
    return 'one';
  },
}));

const newOrder: fc.Arbitrary<Part> = anyOrder.map((spec) => ({
  name: `NewOrder ${JSON.stringify(spec)}`,
  check: (world) => world.orders.length < 4,
  run: (world) => addOrder(world, spec),
}));

/** A command of a person about one order, with what is stored of it. */
function byOperator(
  name: string,
  run: (service: Service, snapshot: Snapshot, order: MarketOrder, world: World) => Promise<unknown>,
): fc.Arbitrary<Part> {
  return onOrder(name, async (order, world, real) => {
    const id = await idOf(real, order);
    if (id === undefined) return 'not pulled yet';
    const ended: Ended = await real.execute(async (service) => {
      const snapshot = await readSnapshot(service.db, id);
      if (snapshot) await run(service, snapshot, order, world);
    });
    return ended;
  });
}

/** The goods of the order as stored: what a person who says yes has before them. */
function goodsStored(snapshot: Snapshot): string {
  return goodsOf(
    snapshot.lines
      .filter((line) => line.phase !== 'cancelled')
      .map((line) => ({ sku: line.sku ?? '', quantity: line.quantity })),
  );
}

/** Noted before: should the process die in it, the yes may stand all the same. */
async function noteApproval(
  snapshot: Snapshot,
  order: MarketOrder,
  run: () => Promise<boolean>,
): Promise<void> {
  const goods = goodsStored(snapshot);
  const isNew = !order.approved.has(goods);
  order.approved.add(goods);
  const stands = await run().catch((error: unknown) => {
    if (isNew) order.approved.delete(goods);
    throw error;
  });
  if (isNew && !stands) order.approved.delete(goods);
}

const retry = byOperator('Retry', (service, snapshot, order) =>
  noteApproval(snapshot, order, async () => {
    const { needsApproval, open } = await retryOrder(service, snapshot.order.id);
    // A retry is a yes to what is planned, but for an order in manual mode that nobody approved.
    return open === undefined && !needsApproval;
  }),
);

const approve = byOperator('Approve', (service, snapshot, order) =>
  noteApproval(snapshot, order, async () => {
    await approveOrder(service, snapshot);
    return true;
  }),
);

const adopt = fc.tuple(some, fc.nat(5)).chain(([, at]) =>
  byOperator(`Adopt agent order ${at} as that`, async (service, snapshot, order, world) => {
    const book = pick(world.books, at);
    if (!book) return;
    // Noted before: should the process die in it, the link may stand all the same.
    const before = book.adoptedFor;
    book.adoptedFor = order.key;
    await adoptOrder(service, snapshot, book.id).catch((error: unknown) => {
      book.adoptedFor = before;
      throw error;
    });
    order.history.add('adopted');
    if (goodsBought(book.lines) !== goodsStored(snapshot)) order.history.add('adopted-other');
  }),
);

const cancel = byOperator('Cancel', async (service, snapshot, order) => {
  order.history.add('cancel-asked');
  await cancelOrder(service, snapshot, { reason: 'out-of-stock', force: true });
});

const enter = byOperator('EnterNumber', async (service, snapshot, order, world) => {
  const number = `HAND${order.id}`;
  // Noted first: with the process's death in between it may stand all the same.
  world.entered.set(order.key, [...(world.entered.get(order.key) ?? []), number]);
  await enterNumber(service, snapshot, { number, carrier: undefined });
});

const buyByHand = fc
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

function set(book: BookOrder, phase: BookOrder['phase']) {
  book.phase = phase;
}

export function giveNumbers(book: BookOrder) {
  for (const [index, line] of book.lines.entries()) line.tracking ??= `YT${book.id}${index}`;
}

export function arrive(book: BookOrder) {
  for (const line of book.lines) line.arrived = line.tracking !== undefined;
}

function raisePrice(book: BookOrder) {
  book.amountFen = Math.ceil(book.amountFen * 1.2);
}

function closeLine(book: BookOrder) {
  const [line] = book.lines;
  if (line) line.closed = true;
}
