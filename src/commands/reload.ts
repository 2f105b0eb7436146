/** `ponbridge reload`: every running process reads its settings again, and says what came of it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../database/connect.ts';
import { askForReload, livingProcesses, type ProcessRow } from '../database/processes.ts';
import type { ReloadAnswer } from '../live/live-settings.ts';
import type { Core } from '../main.ts';
import { plainTable } from '../report/table.ts';
import { type Context, printJson } from './context.ts';
import { settingsOf, withCore } from './core.ts';
import { Problem } from './errors.ts';

/** Longer than a process counts as living after it fell silent, and than any reload. */
const WAIT_MS = 30_000;
const LOOK_MS = 200;

export interface ReloadedProcess {
  readonly process: string;
  readonly role: string;
  readonly host: string;
  readonly digest: string;
  /** Undefined: it has not answered. */
  readonly answer: ReloadAnswer | undefined;
}

export async function reload(context: Context, options: { readonly json?: boolean }) {
  // First, so that nobody is asked to read what is wrong.
  settingsOf(context);
  const processes = await withCore(context, (core) => reloadAll(core));
  if (options.json) printJson(context, processes);
  else context.print(reloadText(processes));
  refuseFailed(processes);
}

/**
 * Asks, and waits until each living process has answered. Asked also where none lives: one that is starting
 * may have read the files before, and answers when it is there.
 */
export async function reloadAll({ db }: Pick<Core, 'db'>): Promise<ReloadedProcess[]> {
  const request = await askForReload(db);
  const until = Date.now() + WAIT_MS;
  for (;;) {
    const rows = await livingProcesses(db);
    const silent = rows.filter((row) => BigInt(row.answered) < BigInt(request));
    if (silent.length === 0 || Date.now() > until) {
      return rows.map((row) => toReloaded(row, silent.includes(row) ? undefined : row.answer));
    }
    await delay(LOOK_MS);
  }
}

function toReloaded(row: ProcessRow, answer: ReloadAnswer | null | undefined): ReloadedProcess {
  return {
    process: String(row.pid),
    role: row.role,
    host: row.host,
    digest: row.digest,
    answer: answer ?? undefined,
  };
}

/** Whether any service runs on this database. */
export async function isServed(db: Database): Promise<boolean> {
  return (await livingProcesses(db)).length > 0;
}

export function reloadText(processes: readonly ReloadedProcess[]): string {
  if (processes.length === 0) {
    return 'The settings are right. No service runs on this database: the next start reads them.';
  }
  const head = ['process', 'role', 'host', 'settings', 'what happened'];
  const rows = processes.map((each) => [
    each.process,
    each.role,
    each.host,
    each.digest,
    // The mistakes stand below, whole: there can be many.
    each.answer?.error === undefined ? answerText(each.answer) : 'refused; the former ones stay',
  ]);
  const errors = new Set(processes.flatMap(({ answer }) => answer?.error ?? []));
  return [plainTable(head, rows), ...errors].join('\n\n');
}

export function answerText(answer: ReloadAnswer | undefined): string {
  if (!answer) return 'no answer yet; it reads them when it goes on';
  const { changes } = answer;
  if (!changes) return 'read';
  const parts = [
    list('new', changes.added),
    list('changed', changes.changed),
    list('gone', changes.gone),
    list('paused, because its file is gone while orders live', changes.kept),
    list('settings', changes.service),
    list('with the next start only', changes.restart),
  ].filter((part) => part !== '');
  return parts.join('; ') || 'nothing changed';
}

/** A change of all stores, an app of theirs say, is no reason for a line of a thousand names. */
function list(what: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, 8).join(', ');
  return `${what}: ${shown}${names.length > 8 ? ` and ${names.length - 8} more` : ''}`;
}

/** @throws {Problem} when a process goes on with other settings than the files' */
export function refuseFailed(processes: readonly ReloadedProcess[]): void {
  const failed = processes.filter(({ answer }) => !answer || answer.error !== undefined).length;
  if (failed === 0) return;
  const of = `${failed} of ${processes.length} ${processes.length === 1 ? 'process' : 'processes'}`;
  throw new Problem(
    `${of} did not take the settings over. Look at the files and variables of its machine and at its log, then: ponbridge reload`,
  );
}
