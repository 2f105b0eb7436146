/** When a run is over: every order is where it must end, or nothing moves any more. */
import type { Child } from '../../bench/child.ts';
import type { WorldBooks } from './books.ts';
import type { Look } from './database.ts';
import { type Evidence, isOver, isPast, judge } from './judge.ts';
import { readOwnBooks } from './own-books.ts';
import { TIMES } from './settings.ts';

/** When nothing has changed for so long, what is not at its end will not come to it. */
const STANDSTILL_MS = 75_000;
const LOOK_EVERY_MS = 2_000;
const SAY_EVERY_MS = 10_000;

export interface Scene extends Pick<Evidence, 'orders' | 'plan' | 'hits'> {
  readonly sandboxes: Child;
  readonly look: Look;
  readonly say: (line: string) => void;
  /** A run that must fail has done so with the first broken promise. */
  readonly endsAtOnce: boolean;
}

export async function gather({ sandboxes, look, ...known }: Scene): Promise<Evidence> {
  const books = await sandboxes.ask<WorldBooks>('books');
  return { ...known, books, own: await readOwnBooks(look) };
}

/** Until the last order has come in and the last kill is over. */
export async function untilFed(scene: Scene, until: number, killed: Promise<void>): Promise<void> {
  while (Date.now() < until) {
    await sleep(Math.min(SAY_EVERY_MS, until - Date.now() + 50));
    scene.say(`  ${await statesOf(scene.look)} (of ${scene.orders.length})`);
    if (scene.endsAtOnce && isPast(judge(await gather(scene)))) return;
  }
  await killed;
}

/** Until every order is where it must end, and stays there while a late effect could still show. */
export async function untilOver(scene: Scene): Promise<void> {
  let last = '';
  let changedAt = performance.now();
  for (let saidAt = performance.now(); ; ) {
    const evidence = await gather(scene);
    const verdict = judge(evidence);
    if (scene.endsAtOnce && isPast(verdict)) return;
    if (isOver(verdict)) {
      await sleep(TIMES.settle);
      if (isOver(judge(await gather(scene)))) return;
    }
    const now = summary(evidence);
    if (now !== last) changedAt = performance.now();
    last = now;
    if (performance.now() - changedAt > STANDSTILL_MS) return;
    if (performance.now() - saidAt > SAY_EVERY_MS) {
      saidAt = performance.now();
      scene.say(`  ${await statesOf(scene.look)}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function summary({ own }: Evidence): string {
  return JSON.stringify(
    [...own].map(([number, { state, holds }]) => [number, state, holds]).sort(),
  );
}

async function statesOf(look: Look): Promise<string> {
  const rows = await look.query<{ state: string; count: string }>(
    'select state, count(*) from sales_order group by state order by count(*) desc',
  );
  return rows.map((row) => `${row.state} ${row.count}`).join(', ') || 'nothing yet';
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
