/** The running processes, and the requests to read the settings again that each of them answers. */
import { type Selectable, sql } from 'kysely';
import type { ReloadAnswer } from '../live/live-settings.ts';
import type { Db } from './connect.ts';
import type { ProcessTable } from './schema.ts';

export type ProcessRow = Selectable<ProcessTable>;

/** A process that was not heard of for this long counts as ended; heartbeats come every 5 s. */
export const SILENT_SECONDS = 20;
/** Rows of processes that were killed are kept this long. */
const KEPT = sql`interval '1 day'`;

export interface ProcessFacts {
  readonly id: string;
  readonly role: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: Date;
  readonly digest: string;
  readonly loadedAt: Date;
}

/**
 * Registers a process that begins, with what it reads by. Requests of the last minutes count as not
 * answered: its files may have been read before they were made.
 */
export async function registerProcess(db: Db, facts: ProcessFacts): Promise<void> {
  await db.deleteFrom('process').where('seen_at', '<', sql<Date>`now() - ${KEPT}`).execute();
  await sql`
    insert into process (id, role, host, pid, started_at, seen_at, digest, loaded_at, answered)
    values (${facts.id}, ${facts.role}, ${facts.host}, ${facts.pid}, ${facts.startedAt}, now(),
      ${facts.digest}, ${facts.loadedAt},
      coalesce((select max(id) from reload where asked_at < now() - interval '10 minutes'), 0))
    on conflict (id) do update set seen_at = now(), digest = excluded.digest,
      loaded_at = excluded.loaded_at`.execute(db);
}

/** False: the row is gone, and the process has to register again. */
export async function beat(db: Db, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('process')
    .set({ seen_at: sql<Date>`now()` })
    .where('id', '=', id)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function forgetProcess(db: Db, id: string): Promise<void> {
  await db.deleteFrom('process').where('id', '=', id).execute();
}

/** The newest request this process has not answered. */
export async function openRequest(db: Db, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('reload')
    .select((each) => each.fn.max('id').as('newest'))
    .where('id', '>', (each) => each.selectFrom('process').select('answered').where('id', '=', id))
    .executeTakeFirst();
  return row?.newest ?? undefined;
}

export interface Answered {
  readonly request: string | undefined;
  readonly answer: ReloadAnswer;
  readonly digest: string;
  readonly loadedAt: Date;
}

export async function noteAnswer(db: Db, id: string, answered: Answered): Promise<void> {
  const { request, answer, digest, loadedAt } = answered;
  await db
    .updateTable('process')
    .set({
      ...(request === undefined ? {} : { answered: request }),
      answer: JSON.stringify(answer),
      last_error: answer.error ?? null,
      digest,
      loaded_at: loadedAt,
      seen_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .execute();
}

/** Asks every process to read its settings again. Returns the request's id. */
export async function askForReload(db: Db): Promise<string> {
  await db.deleteFrom('reload').where('asked_at', '<', sql<Date>`now() - ${KEPT}`).execute();
  const row = await db
    .insertInto('reload')
    .defaultValues()
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Those that were heard of lately, oldest first. */
export async function livingProcesses(db: Db): Promise<ProcessRow[]> {
  return db
    .selectFrom('process')
    .selectAll()
    .where('seen_at', '>', sql<Date>`now() - make_interval(secs => ${SILENT_SECONDS})`)
    .orderBy('started_at')
    .orderBy('id')
    .execute();
}
