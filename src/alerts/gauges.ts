/**
 * What stands now, for Prometheus: read from the database when it is asked for. A database that does
 * not answer costs these numbers only; the counters of this process are told all the same.
 * @module
 */
import { sql } from 'kysely';
import { type CollectFunction, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { Settings } from '../config.ts';
import type { Database } from '../database/connect.ts';
import { livingProcesses } from '../database/processes.ts';
import { HOLD_CODES } from '../holds.ts';
import { ALERT_CODES } from './texts.ts';

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  readonly settings: Settings;
  /** How long a scrape waits for the database; 3 s unless told. */
  readonly answerWithinMs?: number;
}

/** Prometheus gives a scrape 10 s unless told; what is known by then should be with it. */
const ANSWER_WITHIN_MS = 3_000;

export function addGauges(registry: Registry, parts: Parts): void {
  const { db, answerWithinMs = ANSWER_WITHIN_MS } = parts;
  const registers = [registry];
  new Gauge({
    name: 'ponbridge_database_up',
    help: '1 when the database answered this scrape; with 0, what is read from it is absent',
    registers,
    collect: collecting(answerWithinMs, async () => {
      await sql`select 1`.execute(db);
      return [{ labels: {}, value: 1 }];
    }),
  });
  new Gauge({
    name: 'ponbridge_alerts',
    help: 'Open alerts',
    labelNames: ['code'],
    registers,
    collect: collecting(answerWithinMs, () => openByCode(db, 'alert', ALERT_CODES)),
  });
  new Gauge({
    name: 'ponbridge_holds',
    help: 'Open holds',
    labelNames: ['code'],
    registers,
    collect: collecting(answerWithinMs, () => openByCode(db, 'hold', HOLD_CODES)),
  });
  new Gauge({
    name: 'ponbridge_pull_age_seconds',
    help: 'Seconds since the last successful pull of a store, or since it was first seen',
    labelNames: ['store'],
    registers,
    collect: collecting(answerWithinMs, () => pullAges(parts)),
  });
  new Gauge({
    name: 'ponbridge_processes',
    help: 'Processes that are running, by role and by the settings they go by: two digests differ in settings',
    labelNames: ['role', 'digest'],
    registers,
    collect: collecting(answerWithinMs, () => processesBySettings(db)),
  });
}

async function processesBySettings(db: Database): Promise<Sample[]> {
  const counts = new Map<string, Sample>();
  for (const { role, digest } of await livingProcesses(db)) {
    const key = `${role} ${digest}`;
    counts.set(key, { labels: { role, digest }, value: (counts.get(key)?.value ?? 0) + 1 });
  }
  return [...counts.values()];
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A read that hangs is left running, and no second one is begun beside it. */
function collecting(
  withinMs: number,
  read: () => Promise<readonly Sample[]>,
): CollectFunction<Gauge> {
  let running: Promise<readonly Sample[]> | undefined;
  return async function collect(this: Gauge) {
    running ??= read().finally(() => {
      running = undefined;
    });
    const samples = await inTime(withinMs, running).catch(() => []);
    // Numbers of an earlier scrape would look like news.
    this.reset();
    for (const { labels, value } of samples) this.set(labels, value);
  };
}

async function inTime<T>(withinMs: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('the database is slow')), withinMs);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

/** Known codes are there with 0, so that a rule can compare; codes of another version are added. */
async function openByCode(
  db: Database,
  table: 'alert' | 'hold',
  codes: readonly string[],
): Promise<Sample[]> {
  const rows = await db
    .selectFrom(table)
    .select((row) => ['code', row.fn.countAll<string>().as('open')])
    .where('cleared_at', 'is', null)
    .groupBy('code')
    .execute();
  const open = new Map([
    ...codes.map((code) => [code, 0] as const),
    ...rows.map((row) => [row.code, Number(row.open)] as const),
  ]);
  return [...open].map(([code, value]) => ({ labels: { code }, value }));
}

/** Of the stores that are to be pulled. */
async function pullAges({ db, clock, settings }: Parts): Promise<Sample[]> {
  if (!settings.polling) return [];
  const rows = await db
    .selectFrom('store')
    .leftJoin('cursor', 'cursor.store', 'store.name')
    .select((row) => [
      'store.name',
      row.fn.coalesce('cursor.last_success_at', 'store.first_seen_at').as('since'),
    ])
    .execute();
  const now = clock.now().getTime();
  return rows
    .filter(({ name }) => settings.stores.get(name)?.settings.paused === false)
    .map(({ name, since }) => ({
      labels: { store: name },
      value: Math.max(0, (now - since.getTime()) / 1_000),
    }));
}
