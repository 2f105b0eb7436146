/**
 * `npm run chaos -- --orders N --kills K --seed S`: the service as real processes on a real PostgreSQL,
 * against the simulators in a process of their own, while calls fail, messages are lost and processes
 * are killed. At the end the simulators' own books are read: exit code 1 when any promise is broken.
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from '../../bench/child.ts';
import { loadSettings } from '../../src/config.ts';
import { connectStore } from '../../src/connect.ts';
import { removeEmbeddedPostgres } from '../../src/database/embedded.ts';
import { freePort } from '../../src/demo/world.ts';
import { openCore } from '../../src/main.ts';
import type { WorldBooks } from './books.ts';
import { BREAKS } from './breaks.ts';
import { type Look, openLook } from './database.ts';
import { type Duplicates, sendDuplicates } from './duplicates.ts';
import { type Evidence, isOver, judge } from './judge.ts';
import { startKiller } from './killer.ts';
import { planMoments } from './moments.ts';
import { type ChaosOptions, readOptions } from './options.ts';
import { orderAt } from './orders.ts';
import { readOwnBooks } from './own-books.ts';
import { watchConsents } from './person.ts';
import { type Fleet, type ProcessPlan, startFleet } from './processes.ts';
import { isKept, printReport, type RunFacts } from './report.ts';
import type { WorldOptions } from './sandboxes.ts';
import {
  type Addresses,
  makeAccounts,
  serviceEnvironment,
  TIMES,
  writeSettings,
} from './settings.ts';

const PROCESSES: readonly ProcessPlan[] = [
  { name: 'web', role: 'web', skewMs: 300, logFails: false },
  { name: 'worker-1', role: 'worker', skewMs: 600, logFails: false },
  { name: 'worker-2', role: 'worker', skewMs: -600, logFails: true },
];
/** Of the time in which orders come in: when every access token ends. */
const TOKENS_END_AT = [0.3, 0.7];
/** When nothing has changed for so long, what is not at its end will not come to it. */
const STANDSTILL_MS = 75_000;

const options = read();
const isFine = await run(options);
process.exit(isFine ? 0 : 1);

function read(): ChaosOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

async function run(options: ChaosOptions): Promise<boolean> {
  const began = performance.now();
  const { seed, orders: count } = options;
  const say = (line: string) => console.log(line);
  say(`chaos: ${count} orders, ${options.kills} kills, seed ${seed}`);
  if (options.break) say(`BROKEN ON PURPOSE: ${BREAKS[options.break].off}`);

  const feedMs = (count / options.pace) * 1_000;
  const accounts = makeAccounts(count);
  const plan = { seed, rates: options.rates };
  const moments = planMoments({
    seed,
    orders: count,
    kills: options.kills,
    freezes: options.freezes,
    feedMs,
  });
  const world: WorldOptions = { orders: count, plan, aimed: moments.aimed, feedMs };
  const sandboxes = startChild(new URL('./sandboxes.ts', import.meta.url).href, {
    env: { CHAOS_WORLD: JSON.stringify(world) },
  });
  const home = await mkdtemp(join(tmpdir(), 'ponbridge-chaos-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await writeSettings(home, accounts, await sandboxes.ask<Addresses>('addresses'), url);
  const env = serviceEnvironment(home, port, accounts);

  let fleet: Fleet | undefined;
  let look: Look | undefined;
  let duplicates: Duplicates | undefined;
  let kept = false;
  try {
    const databaseUrl = await prepareDatabase(env, options, sandboxes);
    fleet = await startFleet(PROCESSES, { home, env, break: options.break });
    look = openLook(databaseUrl);
    say(`  ${PROCESSES.length} processes serve ${accounts.length * 3} stores; the orders come in`);

    await sandboxes.ask('speakTo', url);
    await sandboxes.ask('begin');
    const beganAt = Date.now();
    duplicates = await sendDuplicates(databaseUrl, look);
    const person = watchConsents(sandboxes, env, look, say);
    const killer = startKiller({ moments, fleet, look, sandboxes, say, beganAt });
    const expiries = TOKENS_END_AT.map((share) =>
      setTimeout(() => void sandboxes.ask('expireTokens').catch(() => {}), share * feedMs),
    );

    const evidence = {
      orders: Array.from({ length: count }, (_, index) => orderAt(seed, index, accounts)),
      plan,
      hits: killer.losses().hits,
    };
    await untilFed(look, count, beganAt + feedMs, say);
    await killer.finished;
    await untilOver(evidence, sandboxes, look, say);
    killer.stop();
    await duplicates.stop();
    for (const timer of expiries) clearTimeout(timer);
    await person.stop();

    const facts: RunFacts = {
      orders: count,
      seconds: (performance.now() - began) / 1_000,
      verdict: judge(await gather(evidence, sandboxes, look)),
      books: await sandboxes.ask<WorldBooks>('books'),
      injected: {
        ...(await sandboxes.ask<Record<string, number>>('injected')),
        'jobs given twice': duplicates.count(),
      },
      losses: killer.losses(),
      reconnected: person.reconnected,
      crashes: fleet.crashes,
      problems: await sandboxes.ask('problems'),
    };
    kept = isKept(facts);
    say(printReport(facts));
    const repeat = `npm run chaos -- --orders ${count} --kills ${options.kills} --seed ${seed}`;
    say(kept ? `every promise was kept (${repeat})` : `PROMISES WERE BROKEN: ${repeat}`);
    return kept;
  } finally {
    await duplicates?.stop();
    await look?.stop();
    await fleet?.stop();
    await sandboxes.stop();
    await removeEmbeddedPostgres({ folder: join(home, 'data') });
    if (kept && !options.keep) await rm(home, { recursive: true, force: true });
    else say(`the processes' logs are in ${home}`);
  }
}

/** The tables, the guards in them that are to be off, and the consents. */
async function prepareDatabase(
  env: Record<string, string>,
  options: ChaosOptions,
  sandboxes: Child,
): Promise<string> {
  const core = await openCore({ settings: loadSettings({ ...env, PONBRIDGE_LOG_LEVEL: 'error' }) });
  const statements = options.break ? (BREAKS[options.break].sql ?? []) : [];
  const look = openLook(core.databaseUrl);
  for (const statement of statements) await look.query(statement);
  await look.stop();
  for (const store of core.settings.stores.keys()) {
    await connectStore(core, store, await sandboxes.ask<string>('consent', store));
  }
  await core.close();
  return core.databaseUrl;
}

type Known = Pick<Evidence, 'orders' | 'plan' | 'hits'>;

async function gather(known: Known, sandboxes: Child, look: Look): Promise<Evidence> {
  const books = await sandboxes.ask<WorldBooks>('books');
  return { ...known, books, own: await readOwnBooks(look) };
}

async function untilFed(look: Look, count: number, until: number, say: (line: string) => void) {
  while (Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(10_000, until - Date.now() + 50)));
    say(`  ${await statesOf(look)} (of ${count})`);
  }
}

/** Until every order is where it must end, and stays there while a late effect could still show. */
async function untilOver(known: Known, sandboxes: Child, look: Look, say: (line: string) => void) {
  let last = '';
  let changedAt = performance.now();
  for (let looks = 1; ; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const evidence = await gather(known, sandboxes, look);
    if (isOver(evidence)) {
      await new Promise((resolve) => setTimeout(resolve, TIMES.settle));
      if (isOver(await gather(known, sandboxes, look))) return;
    }
    const now = JSON.stringify(
      [...evidence.own].map(([number, own]) => [number, own.state, own.holds]).sort(),
    );
    if (now !== last) changedAt = performance.now();
    last = now;
    if (performance.now() - changedAt > STANDSTILL_MS) return;
    if (looks % 5 === 0) say(`  ${await statesOf(look)}`);
  }
}

async function statesOf(look: Look): Promise<string> {
  const rows = await look.query<{ state: string; count: string }>(
    'select state, count(*) from sales_order group by state order by count(*) desc',
  );
  return rows.map((row) => `${row.state} ${row.count}`).join(', ') || 'nothing yet';
}
