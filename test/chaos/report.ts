/** The run in one table. */
import Table from 'cli-table3';
import type { WorldBooks } from './books.ts';
import { PROMISES, type PromiseName, type Verdict } from './judge.ts';
import type { Losses } from './killer.ts';

export interface RunFacts {
  readonly orders: number;
  readonly seconds: number;
  readonly verdict: Verdict;
  readonly books: WorldBooks;
  readonly injected: Readonly<Record<string, number>>;
  readonly losses: Losses;
  readonly reconnected: readonly string[];
  readonly crashes: readonly string[];
  readonly problems: readonly string[];
}

/** Breaches that are written out; the others are counted. */
const MOST_LISTED = 25;

export function printReport(facts: RunFacts): string {
  const { verdict, books, losses } = facts;
  const table = new Table({ style: { head: [], border: [] }, wordWrap: true, colWidths: [44, 70] });
  table.push(
    ['orders in', String(facts.orders)],
    ['purchases at the agent per order', histogram(verdict.purchases)],
    ...(Object.keys(PROMISES) as PromiseName[]).map((name) => [
      PROMISES[name],
      String(verdict.breaches.filter((each) => each.promise === name).length),
    ]),
    ['ends, all expected', histogram(verdict.ends)],
    ['attempts that a death kept from being sent', String(verdict.unsent)],
    [
      'calls',
      `${books.calls}, of them ${books.faulty} faulty (${percent(books.faulty / books.calls)})`,
    ],
    ['faults by kind', histogram(facts.injected)],
    ['kills', histogram(losses.kills)],
    ['workers frozen for 35 s', String(losses.freezes)],
    ['consents lost and given again', facts.reconnected.join(', ') || '0'],
    ['processes that ended by themselves', facts.crashes.join('; ') || '0'],
    ['killed processes ran again after', spanOf(losses.restarts)],
    ['PostgreSQL answered again after', spanOf(losses.serverRestarts)],
    ['leases of the dead ended after', spanOf(losses.leases)],
    ['the run took', `${facts.seconds.toFixed(0)} s`],
  );
  const lines = [table.toString()];
  for (const breach of verdict.breaches.slice(0, MOST_LISTED)) {
    lines.push(`${PROMISES[breach.promise]}: ${breach.order}: ${breach.detail}`);
  }
  const more = verdict.breaches.length - MOST_LISTED;
  if (more > 0) lines.push(`... and ${more} more`);
  for (const problem of facts.problems) lines.push(`the outside world failed: ${problem}`);
  return lines.join('\n');
}

/** A run in which the outside world itself failed proves nothing. */
export function isKept({ verdict, crashes, problems }: RunFacts): boolean {
  return verdict.breaches.length === 0 && crashes.length === 0 && problems.length === 0;
}

function histogram(counts: Readonly<Record<string, number>>): string {
  const rows = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return rows.map(([name, count]) => `${name}: ${count}`).join(', ') || '0';
}

function spanOf(milliseconds: readonly number[]): string {
  if (milliseconds.length === 0) return '-';
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const seconds = (value: number) => `${(value / 1_000).toFixed(1)} s`;
  return `${seconds(median)} (median), ${seconds(sorted.at(-1) ?? 0)} (longest)`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
