/** What the service is moved by: its clock, its jobs, messages, restarts. */
import fc from 'fast-check';
import { storeMessage } from '../../src/database/inbox.ts';
import { keepPush } from '../../src/push-inbox.ts';
import { dueJobs, takeJob } from './jobs.ts';
import { type Part, pick, some } from './part.ts';
import type { Real } from './real.ts';
import type { Choices } from './settings.ts';
import { DAY, HOUR, MINUTE, SECOND } from './times.ts';
import type { MarketOrder, StoreName } from './world.ts';

export const elapse: fc.Arbitrary<Part> = fc
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

export const forward: fc.Arbitrary<Part> = fc
  .constantFrom(3 * SECOND, 12 * SECOND, 30 * SECOND, 2 * MINUTE, 5 * MINUTE, HOUR, DAY, 3 * DAY)
  .map((ms) => ({
    name: `Forward ${ms / SECOND} s`,
    run: (_world, real) => real.clock.forward(ms),
  }));

export const runSome: fc.Arbitrary<Part> = fc.nat(9).map((at) => ({
  name: `RunJob ${at}`,
  async run(_world, real) {
    const job = pick(await dueJobs(real.db, new Date(real.clock.at)), at);
    if (!job || !(await takeJob(real.db, job.id))) return 'none';
    return real.runJob(job);
  },
}));

export const runTwice: fc.Arbitrary<Part> = fc.nat(9).map((at) => ({
  name: `RunJobTwice ${at}`,
  async run(_world, real) {
    const job = pick(await dueJobs(real.db, new Date(real.clock.at)), at);
    if (!job || !(await takeJob(real.db, job.id))) return 'none';
    await real.runJob(job);
    return real.runJob(job);
  },
}));

export const lose: fc.Arbitrary<Part> = fc.nat(9).map((at) => ({
  name: `LoseJob ${at}`,
  async run(_world, real) {
    const job = pick(await dueJobs(real.db, new Date(real.clock.at + 10 * MINUTE)), at);
    return job && (await takeJob(real.db, job.id)) ? job.queue : 'none';
  },
}));

export const pull: fc.Arbitrary<Part> = fc.constantFrom<StoreName>('lz', 'sp').map((store) => ({
  name: `Pull ${store}`,
  run: (_world, real) =>
    real.runJob({ id: '0', queue: 'pull', data: { store }, due_at: new Date(), tries: 20 }),
}));

export const push = fc.tuple(some, fc.constantFrom(1, 1, 2)).map(
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

export const callback = fc.tuple(some, fc.constantFrom(1, 1, 2)).map(
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

export const change: fc.Arbitrary<Part> = fc
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
