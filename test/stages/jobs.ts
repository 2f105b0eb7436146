/**
 * Jobs by the test's clock. They are kept in a table of the same database, so that a job sent in a
 * transaction that is undone is undone with it, as with pg-boss; but a test takes them out itself, one
 * after the other, and a job of next week needs no week.
 */
import { sql } from 'kysely';
import type { Clock } from '../../src/clock.ts';
import type { Database } from '../../src/database/connect.ts';
import { type JobData, type Jobs, onceKey, type QueueName } from '../../src/queue.ts';

export interface TestJob {
  readonly queue: QueueName;
  readonly data: JobData[QueueName];
  readonly dueAt: Date;
}

export interface TestJobs extends Jobs {
  /** Takes out the job that is due first, if it is due by then. */
  take(until: Date): Promise<TestJob | undefined>;
  waiting(): Promise<readonly TestJob[]>;
  clear(): Promise<void>;
}

interface JobRow {
  readonly queue: QueueName;
  readonly data: JobData[QueueName];
  readonly due_at: Date;
}

export async function openTestJobs(db: Database, clock: Clock): Promise<TestJobs> {
  await sql`
    create table if not exists test_job (
      id bigint generated always as identity primary key,
      queue text not null,
      once text,
      data jsonb not null,
      due_at timestamptz not null,
      unique (queue, once)
    )`.execute(db);

  const send: Jobs['send'] = async (tx, queue, data, options) => {
    const dueAt = new Date(clock.now().getTime() + (options?.afterMs ?? 0));
    const once = onceKey(queue, data, options?.afterMs ? dueAt : undefined, db) ?? null;
    await sql`
      insert into test_job (queue, once, data, due_at)
      values (${queue}, ${once}, ${JSON.stringify(data)}, ${dueAt})
      on conflict do nothing`.execute(tx);
  };
  return {
    send,
    async sendAll(tx, queue, all) {
      for (const data of all) await send(tx, queue, data);
    },
    async take(until) {
      const { rows } = await sql<JobRow>`
        delete from test_job
        where id = (select id from test_job where due_at <= ${until} order by due_at, id limit 1)
        returning queue, data, due_at`.execute(db);
      return rows.map(toJob)[0];
    },
    async waiting() {
      const { rows } = await sql<JobRow>`
        select queue, data, due_at from test_job order by due_at, id`.execute(db);
      return rows.map(toJob);
    },
    async clear() {
      await sql`delete from test_job`.execute(db);
    },
  };
}

function toJob(row: JobRow): TestJob {
  return { queue: row.queue, data: row.data, dueAt: row.due_at };
}
