/** One run: sets the scene, lets it play, judges it, and tidies up. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from '../../bench/child.ts';
import { loadSettings } from '../../src/config.ts';
import { connectStore } from '../../src/consents/connect.ts';
import { removeEmbeddedPostgres } from '../../src/database/embedded.ts';
import { freePort } from '../../src/demo/world.ts';
import { openCore } from '../../src/main.ts';
import type { WorldBooks } from './books.ts';
import { BREAKS } from './breaks.ts';
import { type Look, openLook } from './database.ts';
import { type Duplicates, sendDuplicates } from './duplicates.ts';
import { gather, untilFed, untilOver } from './ending.ts';
import { judge } from './judge.ts';
import { startKiller } from './killer.ts';
import { planMoments } from './moments.ts';
import type { ChaosOptions } from './options.ts';
import { orderAt } from './orders.ts';
import { watchConsents } from './person.ts';
import { type Fleet, type ProcessPlan, startFleet } from './processes.ts';
import { isKept, printReport, type RunFacts } from './report.ts';
import type { WorldOptions } from './sandboxes.ts';
import { type Addresses, makeAccounts, serviceEnvironment, writeSettings } from './settings.ts';

const PROCESSES: readonly ProcessPlan[] = [
  { name: 'web', role: 'web', skewMs: 300, logFails: false },
  { name: 'worker-1', role: 'worker', skewMs: 600, logFails: false },
  { name: 'worker-2', role: 'worker', skewMs: -600, logFails: true },
];
/** Of the time in which orders come in: when every access token ends. */
const TOKENS_END_AT = [0.3, 0.7];

/** @returns whether every promise was kept */
export async function run(options: ChaosOptions): Promise<boolean> {
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
    const scene = { ...evidence, sandboxes, look, say, endsAtOnce: options.break !== undefined };
    await untilFed(scene, beganAt + feedMs, killer.finished);
    await untilOver(scene);
    killer.stop();
    await duplicates.stop();
    for (const timer of expiries) clearTimeout(timer);
    await person.stop();

    const facts: RunFacts = {
      orders: count,
      seconds: (performance.now() - began) / 1_000,
      verdict: judge(await gather(scene)),
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
