/**
 * pg-boss: which work runs on which queue. Jobs are sent inside the transaction of the change that
 * makes them needed, so that none is lost and none runs for a change that was undone.
 *
 * An order has ONE queue: one job carries it through as many stages as can be done now, instead of a
 * job for each step. Each transition is committed by itself and the row says what is due (`due_at`),
 * so a crash loses nothing: the job's heartbeat lapses and another worker goes on, or the sweep finds
 * the row. It saves about two thirds of the queue's statements and, on the way from a push to the
 * purchase, a wake-up per step.
 *
 * pg-boss's defaults do not fit (two retries, 15 minutes to expiry, heartbeat and NOTIFY off). The
 * stages decide about retries themselves (answer.ts), so a job is repeated only when its worker died.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { fromKysely, type Job, PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Db } from './database/connect.ts';
import { type SessionLimits, sessionConfig } from './database/session.ts';
import type { ListingPurpose } from './stages/list.ts';

/** What each queue's jobs carry. */
export interface JobData {
  /** Advance one order. `look` names the owner whose word must be read afresh. */
  order: { readonly id: string; readonly look?: 'agent' | 'marketplace'; readonly by?: string };
  /** Read one order of a store from its marketplace, after a push. */
  read: { readonly store: string; readonly orderId: string; readonly by: string };
  /** Pull a store's updated orders. */
  pull: { readonly store: string };
  /** List an account's orders, unless that was done since `notBefore` reaching back to `from`. */
  listing: {
    readonly agent: string;
    readonly account: string;
    readonly purpose: ListingPurpose;
    readonly notBefore: string;
    readonly from: string;
  };
  /** Follow the ids a callback named. */
  callback: { readonly inboxId: string; readonly agent: string; readonly account: string };
  /** Renew grants before they end. */
  tokens: Record<string, never>;
  /** Fetch what pushes and pulls missed. */
  net: Record<string, never>;
  /** Find what has no job. */
  sweep: Record<string, never>;
  /** Compare a store or an agent account with the outside. */
  reconcile: { readonly kind: 'store' | 'account'; readonly name: string };
}

export type QueueName = keyof JobData;

interface QueueSettings {
  /** Jobs of one group run one after the other in a process. */
  readonly group: (data: never) => string;
  /**
   * At most one waiting job per key; further ones are dropped. Undefined: all are kept. `startAt` is
   * set for a job that waits for its time.
   */
  readonly once?: (data: never, startAt: Date | undefined) => string;
  readonly batch: number;
  readonly workers: number;
  /** Jobs of one group run one at a time on all processes together, not only in each. */
  readonly alone?: boolean;
  /** Seconds between looks for deferred jobs. */
  readonly poll: number;
  /** Seconds after which a running job counts as lost; 600 unless told. */
  readonly expire?: number;
}

type Queues = {
  readonly [Q in QueueName]: Omit<QueueSettings, 'group' | 'once'> & {
    readonly group: (data: JobData[Q]) => string;
    readonly once?: (data: JobData[Q], startAt: Date | undefined) => string;
  };
};

const readKey = (data: JobData['read']) => `${data.store}:${data.orderId}`;
const subjectOf = (data: JobData['reconcile']) => `${data.kind} ${data.name}`;
const accountOf = (data: JobData['listing']) => `${data.agent}/${data.account}`;

/**
 * A job that has not begun will read all that was committed before it was asked for again, so a second
 * one adds nothing: without this, each listing doubles the queue of a backlog. Jobs that wait for their
 * time hold nobody up.
 */
function orderKey({ id, look }: JobData['order'], startAt: Date | undefined): string {
  return startAt ? `${id} ${startAt.getTime()}` : `${id} ${look ?? 'now'}`;
}

/** Jobs sent in one statement. */
const MOST_AT_ONCE = 1_000;

const queues: Queues = {
  // Small batches: a batch is as slow as its slowest call outside. 300 orders with every tenth call
  // faulty took 103 s in batches of eight by four, and 78 s like this; without faults it is no slower.
  order: { group: (data) => data.id, once: orderKey, alone: true, batch: 2, workers: 12, poll: 1 },
  read: { group: readKey, once: readKey, batch: 8, workers: 2, poll: 2 },
  pull: {
    group: (data) => data.store,
    once: (data) => data.store,
    alone: true,
    batch: 1,
    workers: 2,
    poll: 1,
  },
  listing: {
    group: accountOf,
    once: (data) => `${accountOf(data)}:${data.purpose}`,
    batch: 1,
    workers: 2,
    poll: 1,
  },
  // A repeat of the message names the same ids.
  callback: {
    group: (data) => data.inboxId,
    once: (data) => data.inboxId,
    batch: 8,
    workers: 2,
    poll: 2,
  },
  tokens: {
    group: () => 'tokens',
    once: () => 'tokens',
    alone: true,
    batch: 1,
    workers: 1,
    poll: 5,
  },
  net: { group: () => 'net', once: () => 'net', alone: true, batch: 1, workers: 1, poll: 5 },
  sweep: { group: () => 'sweep', once: () => 'sweep', alone: true, batch: 1, workers: 1, poll: 1 },
  reconcile: {
    group: subjectOf,
    once: subjectOf,
    alone: true,
    batch: 1,
    workers: 2,
    poll: 30,
    // A large store is read in full, at the pace of its limit.
    expire: 6 * 3_600,
  },
};

/**
 * Of the waiting jobs of a queue with the same key, one is kept; undefined: all are.
 *
 * An order's job sent within a transaction stands for itself alone: one that waits already may begin,
 * and end, before the transaction's changes can be seen.
 */
export function onceKey<Q extends QueueName>(
  name: Q,
  data: JobData[Q],
  startAt: Date | undefined,
  db: Db,
): string | undefined {
  const key = queues[name].once?.(data, startAt);
  return key !== undefined && name === 'order' && db.isTransaction ? `${key} ${randomUUID()}` : key;
}

/** Sends jobs; pass the transaction that makes the job needed. */
export interface Jobs {
  send<Q extends QueueName>(
    db: Db,
    queue: Q,
    data: JobData[Q],
    options?: { readonly afterMs?: number },
  ): Promise<void>;
  /** The same for many at once, to begin now: a listing can wake a thousand orders. */
  sendAll<Q extends QueueName>(db: Db, queue: Q, all: readonly JobData[Q][]): Promise<void>;
}

export interface Queue extends Jobs {
  /** Takes back the job of the same key that waits for its time, so that another can be sent. */
  takeBack<Q extends QueueName>(queue: Q, data: JobData[Q]): Promise<void>;
  work<Q extends QueueName>(queue: Q, handle: (data: JobData[Q]) => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export interface QueueOptions {
  readonly databaseUrl: string;
  readonly log: Logger;
  /** Only sends: no maintenance and no listening, for commands that end soon. */
  readonly sendOnly?: boolean;
  readonly limits?: Partial<SessionLimits> | undefined;
}

export async function startQueue(options: QueueOptions): Promise<Queue> {
  const boss = new PgBoss({
    // A fetch or an end of a job that a crash takes back only repeats the job.
    ...sessionConfig(options.databaseUrl, { ...options.limits, lazy: true }),
    application_name: 'ponbridge-jobs',
    max: options.sendOnly ? 2 : 10,
    useListenNotify: !options.sendOnly,
    supervise: !options.sendOnly,
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
    schedule: false,
  });
  boss.on('error', (error) => options.log.warn({ err: error }, 'the job queue met an error'));
  await boss.start();
  for (const [name, settings] of Object.entries(queues)) {
    await boss.createQueue(name, {
      policy: 'once' in settings ? 'short' : 'standard',
      notify: true,
      heartbeatSeconds: 15,
      expireInSeconds: settings.expire ?? 600,
      // 1 s, 2 s, ... up to five minutes: about an hour, in which a system outside may come back.
      retryLimit: 20,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 300,
      deleteAfterSeconds: 3_600,
    });
  }

  const running = new Map<string, Promise<unknown>>();
  return {
    async send(db, name, data, sendOptions) {
      const { group } = queues[name];
      const { afterMs } = sendOptions ?? {};
      const startAfter = afterMs ? new Date(Date.now() + afterMs) : undefined;
      const once = onceKey(name, data, startAfter, db);
      await boss.send(name, data, {
        db: fromKysely(db),
        group: { id: group(data) },
        ...(once === undefined ? {} : { singletonKey: once }),
        ...(startAfter ? { startAfter } : {}),
      });
    },
    async sendAll(db, name, all) {
      for (let start = 0; start < all.length; start += MOST_AT_ONCE) {
        const jobs = all.slice(start, start + MOST_AT_ONCE).map((data) => {
          const once = onceKey(name, data, undefined, db);
          const group = { id: queues[name].group(data) };
          return { data, group, ...(once === undefined ? {} : { singletonKey: once }) };
        });
        await boss.insert(name, jobs, { db: fromKysely(db) });
      }
    },
    async takeBack(name, data) {
      const key = queues[name].once?.(data, undefined);
      if (key === undefined) return;
      const waiting = await boss.findJobs(name, { key, queued: true });
      const ids = waiting.map((job) => job.id);
      if (ids.length > 0) await boss.deleteJob(name, ids);
    },
    async work<Q extends QueueName>(name: Q, handle: (data: JobData[Q]) => Promise<void>) {
      const settings = queues[name];
      await boss.work<JobData[Q], unknown>(
        name,
        {
          batchSize: settings.batch,
          localConcurrency: settings.workers,
          // A job skipped for its group is looked for again only at the next poll: too late for what
          // harms nobody when two processes do it at once.
          ...(settings.alone ? { groupConcurrency: 1 } : {}),
          pollingIntervalSeconds: settings.poll,
          notifyPollingIntervalSeconds: settings.poll,
          burstWhenBatchFull: settings.batch > 1,
          perJobResults: true,
        },
        async (jobs: Job<JobData[Q]>[]) =>
          Promise.all(
            jobs.map((job) =>
              inTurn(`${name} ${settings.group(job.data)}`, () => settle(job, handle)),
            ),
          ),
      );
    },
    async stop() {
      await boss.stop({ graceful: true, timeout: 20_000 });
    },
  };

  /**
   * Two fetches at the same moment can each take a job of one group: `groupConcurrency` looks before it
   * takes and nothing locks in between. Within this process the later one waits here.
   */
  async function inTurn<R>(group: string, run: () => Promise<R>): Promise<R> {
    const before = running.get(group);
    const mine = before ? before.then(run) : run();
    running.set(group, mine);
    try {
      return await mine;
    } finally {
      if (running.get(group) === mine) running.delete(group);
    }
  }

  async function settle<D>(job: Job<D>, handle: (data: D) => Promise<void>) {
    try {
      await handle(job.data);
      return { id: job.id, status: 'completed' as const };
    } catch (error) {
      options.log.error(
        { err: error, queue: job.name, job: job.id },
        'a job failed; it is tried again',
      );
      return {
        id: job.id,
        status: 'failed' as const,
        output: { message: (error as Error).message },
      };
    }
  }
}

/** Whether the database answers at all; for health checks. */
export async function ping(db: Db): Promise<void> {
  await sql`select 1`.execute(db);
}
