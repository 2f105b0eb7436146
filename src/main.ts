/** Starts the service: database, queue, connections, and by its role the workers and the web side. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pRetry from 'p-retry';
import type { Logger } from 'pino';
import { advance } from './advance.ts';
import { addGauges } from './alerts/gauges.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Settings, SettingsError } from './config.ts';
import { createConnections } from './connections.ts';
import { accountProblems } from './database/account-problems.ts';
import { connectDatabase, type Database, migrateDatabase } from './database/connect.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './database/embedded.ts';
import { isDatabaseLost } from './database/lost.ts';
import type { SessionLimits } from './database/session.ts';
import { lostStores, registerStores, shopProblems } from './database/stores.ts';
import { createApp } from './http/app.ts';
import { handleCallback } from './http/callbacks.ts';
import { closeServer, listenOn } from './http/server.ts';
import { encryptionKeys } from './keys.ts';
import { type LiveSettings, liveSettings, type ReloadAnswer } from './live/live-settings.ts';
import { openPresence, type ProcessPresence } from './live/processes.ts';
import { tellOfKept } from './live/reload.ts';
import { openLog } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { type Queue, startQueue } from './queue.ts';
import { reconcileAndAgain, scheduleReconciliations } from './reconcile/daily.ts';
import { createSecretBox } from './secrets.ts';
import type { Connections, Service } from './service.ts';
import { listAccount } from './stages/list.ts';
import { castNet } from './stages/net.ts';
import { pullStore, readOrder } from './stages/pull.ts';
import { sweep, wakeAfterStart } from './sweep.ts';
import { renewAhead } from './tokens.ts';

export type Role = 'web' | 'worker' | 'all';

/** The parts every command needs: the database with its tables, secrets and connections. */
export interface Core extends Service {
  readonly live: LiveSettings;
  readonly jobs: Queue;
  readonly metrics: Metrics;
  /** The database's address, also of one that was started here. */
  readonly databaseUrl: string;
  close(): Promise<void>;
}

export interface CoreOptions {
  readonly settings: Settings;
  readonly log?: Logger;
  readonly clock?: Clock;
  /** For a command: it sends jobs and leaves them, and the queue's upkeep, to the service. */
  readonly sendOnly?: boolean;
  /** Of its connections; for tests that cannot wait as long. */
  readonly limits?: Partial<SessionLimits>;
}

export async function openCore(options: CoreOptions): Promise<Core> {
  const { settings, limits } = options;
  const clock = options.clock ?? systemClock;
  const startedAt = clock.now();
  const log = options.log ?? openLog(settings);
  const secrets = createSecretBox(await encryptionKeys(settings));
  const embedded = settings.databaseUrl ? undefined : await embeddedDatabase(settings, log);
  const databaseUrl = settings.databaseUrl ?? embedded?.url ?? '';
  const isCommand = options.sendOnly ?? false;
  const durable = connectDatabase(databaseUrl, { ...limits, size: isCommand ? 4 : 10 });
  const db = isCommand ? durable : connectDatabase(databaseUrl, { ...limits, lazy: true });
  const closeDatabase = async () => {
    await db.destroy();
    if (durable !== db) await durable.destroy();
    await embedded?.release();
  };
  let jobs: Queue | undefined;
  let live: LiveSettings;
  try {
    await migrateDatabase(db);
    live = await takeIntoForce(db, settings, clock, isCommand);
    if (!isCommand) await tellOfAccounts(db, settings, log);
    jobs = await startQueue({ databaseUrl, log, sendOnly: isCommand, limits });
  } catch (error) {
    await jobs?.stop();
    await closeDatabase();
    throw error;
  }
  const metrics = createMetrics();
  const connections: Connections = createConnections({
    // Renewed tokens must be on the disk before they are used.
    db: durable,
    clock,
    log,
    get settings() {
      return live.current;
    },
    secrets,
    onCall: (report) => metrics.call(report),
  });
  const queue = jobs;
  return {
    db,
    durable,
    clock,
    startedAt,
    log,
    live,
    get settings() {
      return live.current;
    },
    secrets,
    connections,
    jobs: queue,
    metrics,
    databaseUrl,
    async close() {
      await queue.stop();
      await closeDatabase();
    },
  };
}

export interface RunningService {
  readonly core: Core;
  /** Where the web side listens; undefined for a worker. */
  readonly url: string | undefined;
  /** Reads the settings again; wrong ones leave those before in force. */
  reload(by: string): Promise<ReloadAnswer>;
  /** Lets running work end, then closes everything. */
  stop(): Promise<void>;
}

export type StartOptions = CoreOptions & {
  readonly role?: Role;
  /** The settings as their files say now; without it a reload finds those of the start. */
  readonly read?: () => Promise<Settings> | Settings;
};

/** A database that goes away while the service starts, and comes back, only delays it. */
export async function startService(options: StartOptions): Promise<RunningService> {
  // One that was never there is told at once: its address may be wrong.
  let wasThere = options.settings.databaseUrl === undefined;
  return pRetry(
    async () => {
      const core = await openCore(options);
      wasThere = true;
      return startOn(core, options.role ?? 'all', options.read ?? (() => options.settings));
    },
    {
      retries: 6,
      minTimeout: 500,
      maxTimeout: 5_000,
      shouldRetry: ({ error }) => wasThere && isDatabaseLost(error),
    },
  );
}

async function startOn(
  core: Core,
  role: Role,
  read: NonNullable<StartOptions['read']>,
): Promise<RunningService> {
  const { settings } = core;
  let server: Server | undefined;
  let presence: ProcessPresence | undefined;
  try {
    // First what can fail at once: an address that is in use.
    if (role !== 'worker') {
      addGauges(core.metrics.registry, core);
      server = await listenOn(createApp(core, core.metrics.registry), settings);
    }
    // Before the work: what was asked of the settings since they were read counts from its first moment.
    presence = await openPresence(core, role, read);
    if (role !== 'web') await startWorkers(core);
  } catch (error) {
    await presence?.stop();
    if (server) await closeServer(server);
    // What fails here failed for the same reason.
    await core.close().catch(() => {});
    throw error;
  }
  const url = server && `http://${settings.host}:${(server.address() as AddressInfo).port}`;
  const { digest } = core.live;
  core.log.info({ role, url, stores: settings.stores.size, digest }, 'ponbridge is running');
  tellOfKept(core);
  const { reload, stop: leave } = presence;
  return {
    core,
    url,
    reload,
    async stop() {
      await leave();
      if (server) await closeServer(server);
      await core.close();
    },
  };
}

async function startWorkers(core: Core): Promise<void> {
  const { jobs, settings } = core;
  await jobs.work('order', (job) => advance(core, job));
  await jobs.work('read', (job) => readOrder(core, job.store, job.orderId, job.by));
  await jobs.work('pull', (job) => pullAndAgain(core, job.store));
  await jobs.work('listing', async (job) => {
    await listAccount(core, job, {
      notBefore: new Date(job.notBefore),
      from: new Date(job.from),
      purpose: job.purpose,
    });
  });
  await jobs.work('callback', (job) => handleCallback(core, job));
  await jobs.work('tokens', () => renewAndAgain(core));
  await jobs.work('net', () => castNetAndAgain(core));
  await jobs.work('sweep', () => sweepAndAgain(core));
  await jobs.work('reconcile', (job) => reconcileAndAgain(core, job));
  await wakeAfterStart(core);
  await jobs.send(core.db, 'sweep', {});
  await jobs.send(core.db, 'tokens', {});
  if (settings.polling) await scheduleReconciliations(core);
  if (settings.polling) await jobs.send(core.db, 'net', {}, { afterMs: settings.timings.net });
  if (settings.polling) {
    for (const { name, settings: store } of settings.stores.values()) {
      if (!store.paused) await jobs.send(core.db, 'pull', { store: name });
    }
  }
}

/** Pulls, and sends the next pull whatever happened: a store in trouble is asked again. */
async function pullAndAgain(core: Core, name: string): Promise<void> {
  const store = core.settings.stores.get(name);
  if (!store || store.settings.paused) return;
  try {
    const { listed, read } = await pullStore(core, name);
    core.log.debug({ store: name, listed, read }, 'pulled');
  } catch (error) {
    core.log.warn({ store: name, err: error }, 'a pull failed; it is tried again');
  }
  // Those in force by now: a store may have been paused, or its interval changed, meanwhile.
  const now = core.settings.stores.get(name);
  if (!now || now.settings.paused) return;
  await core.jobs.send(core.db, 'pull', { store: name }, { afterMs: now.settings.poll });
}

async function renewAndAgain(core: Core): Promise<void> {
  // First, so that a failure does not end the chain.
  await core.jobs.send(core.db, 'tokens', {}, { afterMs: 5 * 60_000 });
  await renewAhead({
    db: core.durable,
    secrets: core.secrets,
    clock: core.clock,
    log: core.log,
    authoriser: (marketplace, app) => core.connections.authoriser(marketplace, app),
  });
}

async function castNetAndAgain(core: Core): Promise<void> {
  await core.jobs.send(core.db, 'net', {}, { afterMs: core.settings.timings.net });
  await castNet(core);
}

async function sweepAndAgain(core: Core): Promise<void> {
  await core.jobs.send(core.db, 'sweep', {}, { afterMs: core.settings.timings.sweep });
  await sweep(core);
}

async function embeddedDatabase(settings: Settings, log: Logger): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    folder: settings.dataFolder,
    log: (message) => log.info({ part: 'postgres' }, message),
  });
}

/** @throws {SettingsError} when a file names another shop than the one its orders are of */
async function takeIntoForce(
  db: Database,
  settings: Settings,
  clock: Clock,
  isCommand: boolean,
): Promise<LiveSettings> {
  const problems = await shopProblems(db, settings);
  if (problems.length > 0) throw new SettingsError(problems);
  // A command can be ahead of the service, which still works by the rows as they are.
  await registerStores(db, settings, { missingOnly: isCommand });
  return liveSettings(settings, await lostStores(db, settings), clock.now());
}

/** The service starts all the same: its other purchases must not wait for these. */
async function tellOfAccounts(db: Database, settings: Settings, log: Logger): Promise<void> {
  for (const { path, message } of await accountProblems(db, settings)) {
    log.error({ code: 'account-gone' }, `ponbridge.yaml: ${path} ${message}`);
  }
}
