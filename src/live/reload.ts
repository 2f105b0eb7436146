/**
 * Reads the settings again in a running process. Wrong ones leave those before in force; right ones
 * replace them at once, and what they concern is set going: pulls, intervals, orders that waited.
 * @module
 */
import pRetry from 'p-retry';
import { type Settings, SettingsError } from '../config.ts';
import { accountProblems } from '../database/account-problems.ts';
import { livingStores, registerStores, shopProblems } from '../database/stores.ts';
import type { Core } from '../main.ts';
import type { JobData, QueueName } from '../queue.ts';
import { scheduleReconciliations } from '../reconcile/daily.ts';
import { subjectsOf } from '../reconcile/run.ts';
import { scheduleNext } from '../stages/list.ts';
import { wakeStores } from '../sweep.ts';
import {
  type NextSettings,
  nextSettings,
  type ReloadAnswer,
  type SettingsChanges,
  touchedStores,
} from './live-settings.ts';

export interface ReloadOptions {
  /** What asked for it, for the log: `SIGHUP`, `ponbridge reload`. */
  readonly by: string;
  /** @throws {SettingsError} when they are wrong */
  readonly read: () => Promise<Settings> | Settings;
  /** Whether this process works: then it sets going what the change concerns. */
  readonly works: boolean;
}

/** Never throws: the service goes on, whatever the files hold. */
export async function reloadSettings(core: Core, options: ReloadOptions): Promise<ReloadAnswer> {
  const { by } = options;
  try {
    const before = core.live.current;
    const read = await options.read();
    const { next, changes } = await prepare(core, read);
    core.live.replace(next, core.clock.now());
    if (before.logLevel !== next.settings.logLevel) core.log.level = next.settings.logLevel;
    tell(core, by, next, changes);
    if (options.works) {
      await setGoing(core, before, changes).catch((error: unknown) =>
        core.log.error({ err: error }, 'what the new settings concern could not be set going'),
      );
    }
    return { by, changes };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    core.log.error(
      { by, problems: error instanceof SettingsError ? error.problems.length : undefined },
      `the settings were not read again, those before stay in force: ${why}`,
    );
    return { by, error: why };
  }
}

/** What can fail comes before anything is replaced. */
async function prepare(core: Core, read: Settings) {
  const { db, live } = core;
  const vanished = [...live.current.stores.keys()].filter((name) => !read.stores.has(name));
  return db.transaction().execute(async (tx) => {
    const problems = [...(await shopProblems(tx, read)), ...(await accountProblems(tx, read))];
    if (problems.length > 0) throw new SettingsError(problems);
    const living = await livingStores(tx, vanished);
    await registerStores(tx, read);
    return nextSettings(live, read, (name) => living.has(name));
  });
}

function tell(core: Core, by: string, { digest }: NextSettings, changes: SettingsChanges): void {
  const { log } = core;
  log.info({ by, digest, ...changes }, 'the settings were read again');
  tellOfKept(core);
  if (changes.restart.length > 0) {
    log.warn({ variables: changes.restart }, 'changed, and in force with the next start only');
  }
}

/** Loud, and again with each reload: whoever lost the file may not know that its orders wait. */
export function tellOfKept({ live, log }: Pick<Core, 'live' | 'log'>): void {
  for (const store of live.kept) {
    log.error(
      { store, code: 'store-file-gone' },
      `stores/${store}.yaml is gone, and its orders live: nothing is pulled, bought or paid for it, what is bought goes on. Put the file back, or: ponbridge remove ${store}`,
    );
  }
}

/** The database can go away in the middle of it: the change is in force, so this has to follow. */
async function setGoing(core: Core, before: Settings, changes: SettingsChanges): Promise<void> {
  const after = core.live.current;
  const touched = touchedStores(before, after, changes);
  await pRetry(
    async () => {
      await wakeStores(core, touched);
      await restartClocks(core, before, touched);
      if (touched.length > 0) await restart(core, 'sweep', {});
    },
    { retries: 5, minTimeout: 500, maxTimeout: 5_000 },
  );
}

/** Jobs that wait for a time which the former settings gave them are sent anew. */
async function restartClocks(core: Core, before: Settings, touched: readonly string[]) {
  const { jobs, db } = core;
  const { timings, reconcile, polling, stores } = core.live.current;
  const isNew = polling && !before.polling;
  if (timings.sweep !== before.timings.sweep) await restart(core, 'sweep', {});
  if (polling && (isNew || timings.net !== before.timings.net)) {
    await jobs.takeBack('net', {});
    await jobs.send(db, 'net', {}, { afterMs: timings.net });
  }
  if (timings !== before.timings) await restartListings(core);
  if (polling) {
    for (const { name, settings } of stores.values()) {
      if ((isNew || touched.includes(name)) && !settings.paused) {
        await restart(core, 'pull', { store: name });
      }
    }
    const isRetimed = reconcile.every !== before.reconcile.every;
    for (const subject of isRetimed ? subjectsOf(core) : []) {
      await jobs.takeBack('reconcile', subject);
    }
    if (isRetimed || isNew || touched.length > 0) await scheduleReconciliations(core);
  }
}

async function restartListings(core: Core) {
  for (const { agent, name: account } of core.live.current.accounts.values()) {
    for (const purpose of ['placing', 'paying', 'following'] as const) {
      const any = { agent, account, purpose, notBefore: '', from: '' };
      await core.jobs.takeBack('listing', any);
    }
    await scheduleNext(core, core.db, { agent, account });
  }
}

async function restart<Q extends QueueName>({ jobs, db }: Core, queue: Q, data: JobData[Q]) {
  await jobs.takeBack(queue, data);
  await jobs.send(db, queue, data);
}
