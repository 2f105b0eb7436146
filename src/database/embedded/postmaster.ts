/**
 * Whether a server runs on a data folder. PostgreSQL's own `postmaster.pid` is also the lock that keeps
 * two servers off one folder, so no second lock is kept here: of two processes that start at the same
 * time one server wins, and both use it.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { link, readFile, readlink, realpath, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

export interface Postmaster {
  readonly pid: number;
  /** 0 while the server is so young that it has not written it. */
  readonly port: number;
}

/** The server running on a data folder, read from its `postmaster.pid` and checked to be alive. */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const file = join(data, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // Lines: pid, data folder, start time, port, socket folder, address, shared memory, state.
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (await isPostmasterOf(pid, data)) return { pid, port: Number(lines[3] ?? 0) };
  // PostgreSQL recognises a leftover by its dead pid. When the pid now belongs to another process it
  // refuses to start, so then the leftover is removed here.
  if (processExists(pid)) await removeLeftover(file, text);
  return undefined;
}

export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether that process is the live server of that data folder. */
export async function isPostmasterOf(pid: number, data: string): Promise<boolean> {
  if (!processExists(pid)) return false;
  if (process.platform === 'linux') return isPostmasterByProc(pid, data);
  if (process.platform === 'win32') {
    const { output } = await run('tasklist', ['/FI', `PID eq ${pid}`, '/NH', '/FO', 'CSV']);
    return output.toLowerCase().includes('postgres');
  }
  const { output } = await run('/bin/ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return output.includes('postgres') && output.includes(data);
}

async function isPostmasterByProc(pid: number, data: string): Promise<boolean> {
  // "<pid> (<name>) <state> ...": Z is a killed server that nobody has reaped, common in containers.
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [, name, state] = /^\d+ \((.*)\) (\S)/s.exec(status) ?? [];
  if (name !== 'postgres' || state === 'Z' || state === 'X') return false;
  // A server works in its data folder. Unreadable (hardened machine): the name has to do.
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return folder === undefined || folder === (await realpath(data));
}

/** Removes `file` only if it still says `text`: a server may have started since it was read. */
async function removeLeftover(file: string, text: string): Promise<void> {
  const aside = `${file}.${randomBytes(4).toString('hex')}`;
  const moved = await rename(file, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  const now = await readFile(aside, 'utf8').catch(() => text);
  if (now !== text) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}
