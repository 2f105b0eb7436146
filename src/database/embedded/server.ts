/**
 * Starting and stopping the server process.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import type { Cluster } from './cluster.ts';
import { textOf } from './error.ts';
import { giveTo, type Owner } from './owner.ts';
import { findPostmaster, isPostmasterOf } from './postmaster.ts';
import { identity, run, serverEnvironment } from './run.ts';

/** A log bigger than this at a start becomes `server.log.1`: at most one older log is kept. */
const LOG_LIMIT_BYTES = 1024 * 1024;

export interface Launch {
  readonly port: number;
  /** Set when the server process ended: what it said. */
  failure: string | undefined;
}

/**
 * Settings are given at each start instead of being written into postgresql.conf once, so that a newer
 * Ponbridge brings its own. PostgreSQL 18's defaults hold for the rest (128 MB shared buffers).
 */
export function serverSettings(port: number, fsync: boolean): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    // A process of the service takes up to 42 (main.ts, queue.ts): room for seven.
    max_connections: '300',
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Many small statements: compiling them or splitting them over processes costs more than it saves,
    // and parallel workers need a /dev/shm that containers keep small (64 MB in Docker).
    jit: 'off',
    max_parallel_workers_per_gather: '0',
    // The server's life only. Statements and error details can hold buyers' data, and the application
    // logs its own errors.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    ...(fsync ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Starts the server process and returns at once; `failure` is set when it ends. */
export async function launch(
  cluster: Cluster,
  owner: Owner | undefined,
  binaries: Binaries,
  options: { readonly fsync: boolean },
): Promise<Launch> {
  const port = await choosePort(await lastPort(cluster));
  const log = await openLog(cluster, owner);
  const before = (await log.stat()).size;
  const child = spawnServer(cluster, serverSettings(port, options.fsync), owner, binaries, log);
  child.unref();
  const started: Launch = { port, failure: undefined };
  child.on('error', (error) => {
    started.failure = textOf(error);
  });
  child.on('exit', async (code) => {
    // On Windows this is pg_ctl, which ends when the server is up.
    if (process.platform === 'win32' && code === 0) return;
    const text = await readFile(cluster.log).catch(() => Buffer.alloc(0));
    started.failure = text.subarray(before).toString('utf8') || `it ended with code ${code}`;
  });
  await log.close();
  return started;
}

/**
 * The server leads a process session of its own, as under `pg_ctl`: Ctrl-C at our terminal must not end
 * it before the service has drained. Not through `pg_ctl start`, which builds a shell command in which a
 * folder name with `$` or a quote breaks, except on Windows, where only `pg_ctl` drops an
 * administrator's rights.
 */
function spawnServer(
  cluster: Cluster,
  settings: readonly string[],
  owner: Owner | undefined,
  binaries: Binaries,
  log: FileHandle,
): ChildProcess {
  const options = {
    ...identity(owner),
    env: serverEnvironment(process.env),
    cwd: binaries.bin,
    detached: true,
    windowsHide: true,
  };
  if (process.platform === 'win32') {
    const args = ['start', '-w', '-D', cluster.data, '-l', cluster.log, '-o', settings.join(' ')];
    return spawn(join(binaries.bin, 'pg_ctl'), args, { ...options, stdio: 'ignore' });
  }
  return spawn(join(binaries.bin, 'postgres'), ['-D', cluster.data, ...settings], {
    ...options,
    stdio: ['ignore', log.fd, log.fd],
  });
}

/**
 * Stops the server on a data folder: connections are ended, data written. Waits for the end of that very
 * process, up to two minutes. (`pg_ctl stop -w` waits for a folder without server, which never comes when
 * somebody starts the next one at once.)
 */
export async function stopServer(
  data: string,
  owner: Owner | undefined,
  binaries: Binaries,
): Promise<void> {
  const postmaster = await findPostmaster(data);
  if (postmaster === undefined) return;
  if (process.platform === 'win32') {
    const args = ['stop', '-D', data, '-m', 'fast', '-w', '-t', '120'];
    await run(join(binaries.bin, 'pg_ctl'), args, owner);
    return;
  }
  try {
    // PostgreSQL's "fast" stop.
    process.kill(postmaster.pid, 'SIGINT');
  } catch {
    return;
  }
  const deadline = Date.now() + 120_000;
  while ((await isPostmasterOf(postmaster.pid, data)) && Date.now() < deadline) await delay(10);
}

/** Keeps the port for the next start, so that addresses written down somewhere stay right. */
export async function keepPort(
  cluster: Cluster,
  owner: Owner | undefined,
  port: number,
): Promise<void> {
  if ((await lastPort(cluster)) === port) return;
  await writeFile(cluster.port, `${port}\n`);
  await giveTo(owner, cluster.port);
}

async function lastPort(cluster: Cluster): Promise<number> {
  const port = Number(await readFile(cluster.port, 'utf8').catch(() => '0'));
  return Number.isInteger(port) && port > 0 && port < 65536 ? port : 0;
}

/** `preferred` when it is free on 127.0.0.1, else a free one. */
async function choosePort(preferred: number): Promise<number> {
  const server = createServer().listen(preferred, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if (preferred === 0) throw error;
    return choosePort(0);
  }
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function openLog(cluster: Cluster, owner: Owner | undefined): Promise<FileHandle> {
  const size = await stat(cluster.log).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_LIMIT_BYTES) await rename(cluster.log, `${cluster.log}.1`).catch(() => {});
  const log = await open(cluster.log, 'a', 0o600);
  await giveTo(owner, cluster.log);
  return log;
}
