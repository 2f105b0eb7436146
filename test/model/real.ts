/** The service under test: real stages over a real PostgreSQL, each job in a process of its own. */
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import { CallError } from '../../connectors/errors.ts';
import { advance } from '../../src/advance.ts';
import { StaleRow } from '../../src/answer.ts';
import { addMs } from '../../src/clock.ts';
import { Misuse, Problem } from '../../src/commands/errors.ts';
import type { Settings } from '../../src/config.ts';
import type { Database } from '../../src/database/connect.ts';
import type { Tables } from '../../src/database/schema.ts';
import { handleCallback } from '../../src/http/callbacks.ts';
import type { JobData } from '../../src/queue.ts';
import type { SecretBox } from '../../src/secrets.ts';
import type { Service } from '../../src/service.ts';
import { listAccount } from '../../src/stages/list.ts';
import { pullStore, readOrder } from '../../src/stages/pull.ts';
import { wakeAfterStart } from '../../src/sweep.ts';
import { agentPort } from './agent.ts';
import { type ModelClock, modelClock } from './clock.ts';
import { JOB_TABLE, type ModelJob, modelJobs, putBack, takeFirst } from './jobs.ts';
import { marketPort } from './market.ts';
import { type Process, startProcess } from './process.ts';
import { type Choices, PLAIN, settingsFor } from './settings.ts';
import { SECOND } from './times.ts';
import { createWorld, type StoreName, type World } from './world.ts';

/** What the runs share: the connections and the counts. */
export interface Stage {
  readonly pool: pg.Pool;
  /** For the test's own looks; no process of the service uses it. */
  readonly db: Database;
  readonly counts: Map<string, number>;
  /** Empties every table of the service. */
  readonly emptyAll: string;
  stop(): Promise<void>;
}

export async function openStage(databaseUrl: string): Promise<Stage> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 24,
    options: '-c synchronous_commit=off',
  });
  // A server that goes away is told by the query that meets it.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  await sql.raw(JOB_TABLE).execute(db);
  const { rows } = await sql<{ name: string }>`
    select quote_ident(tablename) as name from pg_tables
    where schemaname = 'public' and tablename not like 'kysely%'`.execute(db);
  const tables = rows.map((row) => row.name).join(', ');
  const emptyAll = `truncate ${tables} restart identity cascade`;
  return { pool, db, counts: new Map(), emptyAll, stop: () => db.destroy() };
}

export type Ended = 'done' | 'failed' | 'refused' | 'crashed' | 'asleep';

export interface Real {
  readonly stage: Stage;
  readonly db: Database;
  readonly world: World;
  readonly clock: ModelClock;
  choices: Choices;
  settings: Settings;
  /** The next process dies before this statement. */
  crashAt: number | undefined;
  readonly sleepers: Sleeper[];
  /** What went wrong inside and must not. */
  readonly errors: string[];
  /** Runs something in a process of its own. */
  execute(run: (service: Service) => Promise<unknown>): Promise<Ended>;
  runJob(job: ModelJob): Promise<Ended>;
  /** Lets every due job run, the earliest first, until it is over before. */
  runDue(isOver?: () => boolean): Promise<void>;
  restart(choices: Partial<Choices>): Promise<void>;
  wake(index: number): Promise<void>;
}

interface Sleeper {
  readonly process: Process;
  readonly running: Promise<Ended>;
}

/** More than any few orders need at one moment; beyond it something turns in circles. */
const MOST_JOBS = 200;

const plainSecrets: SecretBox = {
  seal: async (value) => JSON.stringify(value),
  open: async (sealed) => JSON.parse(sealed),
};

/** Empties the tables and begins a new world. */
export async function openReal(
  stage: Stage,
  agentSkew: number,
  first: Partial<Choices>,
): Promise<Real> {
  const { db } = stage;
  await sql.raw(stage.emptyAll).execute(db);
  await sql`insert into store (name, marketplace, country, seller_id)
    values ('lz', 'lazada', 'sg', '1000'), ('sp', 'shopee', 'my', '2000')
    on conflict do nothing`.execute(db);
  const clock = modelClock();
  const count = (what: string) => stage.counts.set(what, (stage.counts.get(what) ?? 0) + 1);
  const world = createWorld({ clock, agentSkew, count });
  const jobs = modelJobs(clock);
  const errors: string[] = [];
  const choices = { ...PLAIN, ...first };
  let startedAt = clock.at;

  world.leaningOn = async () => {
    const row = await db.selectFrom('agent_listing').select('began_at').executeTakeFirst();
    return row?.began_at.getTime();
  };

  const log = {
    debug() {},
    info() {},
    warn() {},
    error(facts: { err?: Error; stage?: string }, message: string) {
      if (facts.err && isExpected(facts.err)) return;
      errors.push(`${message}: ${facts.stage ?? ''} ${facts.err?.stack ?? ''}`);
    },
  } as unknown as Logger;

  function serviceOf(process: Process): Service {
    const agent = agentPort(world, process);
    const markets = {
      lz: marketPort(world, process, 'lz'),
      sp: marketPort(world, process, 'sp'),
    };
    return {
      db: process.db,
      durable: process.db,
      clock,
      startedAt: new Date(startedAt),
      log,
      settings: real.settings,
      secrets: plainSecrets,
      connections: {
        marketplace: (store) => markets[store.name as StoreName],
        agent: () => agent,
        authoriser() {
          throw new Error('nobody consents here');
        },
      },
      jobs,
    };
  }

  const real: Real = {
    stage,
    db,
    world,
    clock,
    choices,
    settings: settingsFor(choices),
    crashAt: undefined,
    sleepers: [],
    errors,
    async execute(run) {
      const process = startProcess(stage.pool);
      if (real.crashAt !== undefined) process.crashAt(real.crashAt);
      real.crashAt = undefined;
      const running = run(serviceOf(process)).then(
        (): Ended => 'done',
        (error: Error): Ended => {
          if (error instanceof Problem || error instanceof Misuse) return 'refused';
          if (!isExpected(error)) errors.push(error.stack ?? error.message);
          return 'failed';
        },
      );
      const ended = await Promise.race([running, process.stopped]);
      count(`process ${ended}`);
      if (ended === 'asleep') real.sleepers.push({ process, running });
      return ended;
    },
    async runJob(job) {
      count(`job ${job.queue}`);
      const ended = await real.execute((service) => handle(service, job));
      // Its heartbeat lapses and another worker takes it; a failure waits a little longer each time.
      if (ended === 'crashed') await putBack(db, job, addMs(clock.now(), 15 * SECOND));
      if (ended === 'failed') {
        const wait = Math.min(300, 2 ** job.tries) * SECOND;
        await putBack(db, job, addMs(clock.now(), wait));
      }
      return ended;
    },
    async runDue(isOver = () => false) {
      for (let ran = 0; ran < MOST_JOBS && !isOver(); ran += 1) {
        const job = await takeFirst(db, new Date(clock.at));
        if (!job) return;
        await real.runJob(job);
      }
      if (!isOver()) errors.push(`more than ${MOST_JOBS} jobs were due at once`);
    },
    async restart(changes) {
      real.choices = { ...real.choices, ...changes };
      real.settings = settingsFor(real.choices);
      note();
      startedAt = clock.at;
      // One that dies at its start is started again by whoever keeps it running.
      let ended: Ended;
      do {
        ended = await real.execute((service) => wakeAfterStart(service));
      } while (ended === 'crashed');
    },
    async wake(index) {
      const [sleeper] = real.sleepers.splice(index, 1);
      if (!sleeper) return;
      sleeper.process.wake();
      const ended = await Promise.race([sleeper.running, sleeper.process.stopped]);
      count(`sleeper ${ended}`);
      if (ended === 'asleep') real.sleepers.push(sleeper);
    },
  };

  function note() {
    world.settings = new Map(
      [...real.settings.stores.values()].map((store) => [store.name, store.settings]),
    );
  }
  note();
  return real;
}

async function handle(service: Service, { queue, data }: ModelJob): Promise<void> {
  switch (queue) {
    case 'order':
      return advance(service, data as JobData['order']);
    case 'read': {
      const job = data as JobData['read'];
      return readOrder(service, job.store, job.orderId, job.by);
    }
    case 'pull':
      await pullStore(service, (data as JobData['pull']).store);
      return;
    case 'listing': {
      const job = data as JobData['listing'];
      await listAccount(service, job, {
        notBefore: new Date(job.notBefore),
        from: new Date(job.from),
        purpose: job.purpose,
      });
      return;
    }
    case 'callback':
      return handleCallback(service, data as JobData['callback']);
    default:
  }
}

/** What the world does to us, and races lost: a job or a command may fail by these. */
function isExpected(error: Error): boolean {
  if (error instanceof CallError || error instanceof StaleRow) return true;
  // Two processes at one order: the unique indexes let one of them through.
  if ((error as { code?: unknown }).code === '23505') return true;
  return error.message.startsWith('the order could not be read again');
}
