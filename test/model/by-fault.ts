/** What goes wrong: fates of calls, deaths, sleep, and two processes at once. */
import fc from 'fast-check';
import { elapseFor } from './by-service.ts';
import { type CallKind, FATES, type Fate } from './fates.ts';
import { idOf, type Part } from './part.ts';
import { MINUTE } from './times.ts';

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

export const fateOfSpending = fateOf(
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

export const fateOfReading = fateOf(
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

/** For a while the listing shows nothing, and says that this is all: longer than it takes to settle. */
export const forgetful: fc.Arbitrary<Part> = fc.constantFrom(9, 20).map((count) => ({
  name: `Forgetful for ${count} listings`,
  run(world) {
    const before = world.fates.get('list') ?? [];
    world.fates.set('list', [...Array.from({ length: count }, (): Fate => 'forgets'), ...before]);
  },
}));

/** Two processes at one order: the first hangs in a call, others look at all orders, then it goes on. */
export const twoAtOnce: fc.Arbitrary<Part> = fc
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

export const crash: fc.Arbitrary<Part> = fc.integer({ min: 1, max: 40 }).map((statement) => ({
  name: `Crash before statement ${statement} of the next process`,
  run(_world, real) {
    real.crashAt = statement;
  },
}));

export const wake: fc.Arbitrary<Part> = fc.nat(3).map((at) => ({
  name: `Wake sleeper ${at}`,
  async run(_world, real) {
    if (real.sleepers.length === 0) return 'none';
    await real.wake(at % real.sleepers.length);
    return 'one';
  },
}));
