/** The property: no history breaks a promise, and every history comes to an explained end. */
import fc from 'fast-check';
import { checkBooks, checkRows } from './check.ts';
import { commandsFor } from './commands.ts';
import { bringToRest, pullAll } from './ends.ts';
import { addOrder, anyOrder } from './orders.ts';
import { openReal, type Real, type Stage } from './real.ts';
import { type Rows, readRows } from './rows.ts';
import type { Choices } from './settings.ts';
import { CLOCK_SKEW, SECOND } from './times.ts';

/** A promise was broken, or an order was left alone. */
export class Breach extends Error {}

export interface Figures {
  runs: number;
  commands: number;
}

export interface HistoryOptions {
  readonly maxCommands: number;
  readonly replayPath?: string | undefined;
  /** How long a broken history may be made shorter, in ms. */
  readonly shrinkForMs: number;
  /** Hears of the first broken history at once. */
  readonly onBreach?: (what: string) => void;
}

const anyChoices: fc.Arbitrary<Partial<Choices>> = fc.record({
  mode: fc.constantFrom('auto', 'auto', 'auto', 'manual', 'off'),
  autoPay: fc.constantFrom(true, true, true, false),
  delay: fc.constantFrom('0s', '0s', '20m'),
  buyerWish: fc.constantFrom('hold', 'accept', 'reject'),
  parcels: fc.constantFrom('first', 'last', 'all-arrived'),
});

export function historyProperty(stage: Stage, figures: Figures, options: HistoryOptions) {
  let brokenAt: number | undefined;
  const rowsBefore = new WeakMap<Real, Rows>();

  async function afterEach(real: Real): Promise<void> {
    figures.commands += 1;
    await check(real);
  }

  async function check(real: Real): Promise<void> {
    const now = await readRows(real);
    const wrong = [
      ...real.world.breaches,
      ...real.errors,
      ...checkBooks(real),
      ...checkRows(real, rowsBefore.get(real), now),
    ];
    rowsBefore.set(real, now);
    if (wrong.length > 0) throw new Breach([...new Set(wrong)].join('\n'));
  }

  const skew = CLOCK_SKEW - SECOND;
  return fc.asyncProperty(
    fc.record({
      choices: anyChoices,
      agentSkew: fc.constantFrom(0, 0, -skew, skew),
      orders: fc.array(anyOrder, { minLength: 1, maxLength: 2 }),
      isPulled: fc.constantFrom(true, true, false),
    }),
    fc.commands(commandsFor(afterEach), {
      maxCommands: options.maxCommands,
      // Else fast-check would keep histories to about ten commands.
      size: 'max',
      ...(options.replayPath === undefined ? {} : { replayPath: options.replayPath }),
    }),
    async (setup, commands) => {
      if (brokenAt !== undefined && Date.now() > brokenAt + options.shrinkForMs) return;
      const random = seededRandom();
      const real = await openReal(stage, setup.agentSkew, setup.choices);
      const before = Math.random;
      // Waits are spread by chance; here always by the same, so that a history can be run again.
      Math.random = random;
      try {
        for (const spec of setup.orders) addOrder(real.world, spec);
        if (setup.isPulled) await pullAll(real);
        await fc.asyncModelRun(() => ({ model: real.world, real }), commands);
        const wrong = await bringToRest(real, () => check(real));
        if (wrong.length > 0) throw new Breach(wrong.join('\n'));
        figures.runs += 1;
      } catch (thrown) {
        const error = new Breach(`${(thrown as Error).message}\n${await story(real)}`);
        if (brokenAt === undefined) {
          brokenAt = Date.now();
          options.onBreach?.(`${(error as Error).message}\n${describe(setup, commands)}`);
        }
        throw error;
      } finally {
        Math.random = before;
      }
    },
  );
}

/** What our books say that happened, and what was called outside. */
async function story(real: Real): Promise<string> {
  const events = await real.db.selectFrom('event').selectAll().orderBy('id').execute();
  const rows = await real.db
    .selectFrom('sales_order')
    .select(['id', 'store', 'order_id'])
    .execute();
  const lines = rows.map((row) => {
    const its = events
      .filter((each) => each.sales_order_id === row.id)
      .map(
        (each) => `${each.kind}${each.kind === 'held' ? ` ${JSON.stringify(each.detail)}` : ''}`,
      );
    return `${row.store}-${row.order_id}: ${its.join(', ')}`;
  });
  const calls = real.world.calls.map((call) => `${call.kind} ${call.subject} (${call.fate})`);
  return [...lines, `calls: ${calls.join(', ')}`].join('\n');
}

/** A run as a person reads it. */
export function describe(setup: unknown, commands: unknown): string {
  const lines = String(commands).split(/,(?=[A-Z])/);
  return [`The run: ${JSON.stringify(setup)}`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function seededRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
