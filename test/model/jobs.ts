/**
 * Jobs by the run's clock, in a table of the same database, so that a job sent in a transaction that is
 * undone is undone with it. A command decides which one runs, runs twice or is lost.
 * @module
 */
import { sql } from 'kysely';
import type { Clock } from '../../src/clock.ts';
import type { Db } from '../../src/database/connect.ts';
import { type JobData, type Jobs, onceKey, type QueueName } from '../../src/queue.ts';

export interface ModelJob {
  readonly id: string;
  readonly queue: QueueName;
  readonly data: JobData[QueueName];
  readonly due_at: Date;
  readonly tries: number;
}

export const JOB_TABLE = `
  create table if not exists model_job (
    id bigint generated always as identity primary key,
    queue text not null,
    once text,
    data jsonb not null,
    due_at timestamptz not null,
    tries integer not null default 0,
    unique (queue, once)
  )`;

export function modelJobs(clock: Clock): Jobs {
  const send: Jobs['send'] = async (db, queue, data, options) => {
    const dueAt = new Date(clock.now().getTime() + (options?.afterMs ?? 0));
    const once = onceKey(queue, data, options?.afterMs ? dueAt : undefined, db) ?? null;
    await sql`
      insert into model_job (queue, once, data, due_at)
      values (${queue}, ${once}, ${JSON.stringify(data)}, ${dueAt})
      on conflict do nothing`.execute(db);
  };
  return {
    send,
    async sendAll(db, queue, all) {
      for (const data of all) await send(db, queue, data);
    },
  };
}

/** Puts a job back whose worker died, or whose run failed; the real queue gives up after twenty. */
export async function putBack(db: Db, job: ModelJob, dueAt: Date): Promise<void> {
  if (job.tries >= 20) return;
  await sql`
    insert into model_job (queue, once, data, due_at, tries)
    values (${job.queue}, null, ${JSON.stringify(job.data)}, ${dueAt}, ${job.tries + 1})`.execute(
    db,
  );
}

/** The jobs that may begin by then, the earliest first. */
export async function dueJobs(db: Db, until: Date): Promise<readonly ModelJob[]> {
  const { rows } = await sql<ModelJob>`
    select id, queue, data, due_at, tries from model_job where due_at <= ${until}
    order by due_at, id`.execute(db);
  return rows;
}

/** Takes the job out; false when somebody else has it. */
export async function takeJob(db: Db, id: string): Promise<boolean> {
  const { rows } = await sql`delete from model_job where id = ${id} returning id`.execute(db);
  return rows.length === 1;
}

/** The earliest job due by then, taken out. */
export async function takeFirst(db: Db, until: Date): Promise<ModelJob | undefined> {
  const { rows } = await sql<ModelJob>`
    delete from model_job
    where id = (select id from model_job where due_at <= ${until} order by due_at, id limit 1)
    returning id, queue, data, due_at, tries`.execute(db);
  return rows[0];
}

export async function nextDue(db: Db): Promise<Date | undefined> {
  const { rows } = await sql<{ due_at: Date | null }>`
    select min(due_at) as due_at from model_job`.execute(db);
  return rows[0]?.due_at ?? undefined;
}
