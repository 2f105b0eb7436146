/** The service's processes: started, killed, frozen, and started again whenever they end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync, type WriteStream } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('./service.ts', import.meta.url));
/** Every write to it fails as on a full disk; Linux has it. */
const FULL_DISK = '/dev/full';
/** A process that does not run by then is broken. */
const START_WITHIN_MS = 60_000;
const MOST_CRASHES = 5;

export interface ProcessPlan {
  readonly name: string;
  readonly role: 'web' | 'worker';
  /** How far its clock is ahead, ms. */
  readonly skewMs: number;
  /** Every second life of it cannot write its log. */
  readonly logFails: boolean;
}

export interface Fleet {
  readonly processes: readonly ServiceProcess[];
  /** Processes that ended without being told to. */
  readonly crashes: readonly string[];
  /** The worker that owns a TCP port of this machine; undefined when none does (any more). */
  ownerOf(port: number): Promise<ServiceProcess | undefined>;
  stop(): Promise<void>;
}

export interface ServiceProcess {
  readonly name: string;
  readonly role: 'web' | 'worker';
  readonly pid: number;
  /** kill -9; it is started again by itself. Resolves with how long it took until it ran again, ms. */
  kill(): Promise<number>;
  /** Stops it for a while in whatever it is doing. */
  freeze(ms: number): Promise<void>;
}

export interface FleetOptions {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly break: string | undefined;
}

export async function startFleet(
  plans: readonly ProcessPlan[],
  options: FleetOptions,
): Promise<Fleet> {
  const crashes: string[] = [];
  const processes = plans.map((plan) => makeProcess(plan, options, crashes));
  await Promise.all(processes.map((each) => each.start()));
  return {
    processes,
    crashes,
    async ownerOf(port) {
      const inode = await inodeOf(port);
      if (inode === undefined) return undefined;
      for (const each of processes) if (await holds(each.pid, inode)) return each;
      return undefined;
    },
    async stop() {
      await Promise.all(processes.map((each) => each.end()));
    },
  };
}

interface Managed extends ServiceProcess {
  start(): Promise<void>;
  end(): Promise<void>;
}

function makeProcess(plan: ProcessPlan, options: FleetOptions, crashes: string[]): Managed {
  const log = createWriteStream(join(options.home, `${plan.name}.log`), { flags: 'a' });
  let child: ChildProcess | undefined;
  let lives = 0;
  let isEnding = false;
  let isKilled = false;

  const start = async () => {
    lives += 1;
    isKilled = false;
    const started = launch(plan, options, lives);
    child = started;
    keepLog(started, log);
    const ended = new Promise<void>((resolve) => started.once('exit', () => resolve()));
    started.once('exit', (code, signal) => {
      if (isEnding || isKilled) return;
      crashes.push(`${plan.name} ended by itself: ${signal ?? code}`);
      // What ends whenever it is started is not started for ever.
      if (crashes.length < MOST_CRASHES) void start();
    });
    await untilRunning(started, ended, plan.name);
  };

  return {
    name: plan.name,
    role: plan.role,
    get pid() {
      return child?.pid ?? 0;
    },
    start,
    async kill() {
      const began = performance.now();
      const dying = child;
      if (!dying || isEnding) return 0;
      isKilled = true;
      const ended = new Promise((resolve) => dying.once('exit', resolve));
      dying.kill('SIGKILL');
      await ended;
      await start();
      return performance.now() - began;
    },
    async freeze(ms) {
      const frozen = child;
      frozen?.kill('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, ms));
      frozen?.kill('SIGCONT');
    },
    async end() {
      isEnding = true;
      const last = child;
      if (!last || last.exitCode !== null || last.signalCode !== null) return;
      const ended = new Promise((resolve) => last.once('exit', resolve));
      last.kill('SIGCONT');
      last.kill('SIGTERM');
      const timer = setTimeout(() => last.kill('SIGKILL'), 30_000);
      await ended;
      clearTimeout(timer);
      log.end();
    },
  };
}

function launch(plan: ProcessPlan, options: FleetOptions, life: number): ChildProcess {
  const isFull = plan.logFails && life % 2 === 0 && existsSync(FULL_DISK);
  const args = ['--role', plan.role, `--skew=${plan.skewMs}`];
  const program = [
    '--max-semi-space-size=4',
    ENTRY,
    ...args,
    ...(options.break ? ['--break', options.break] : []),
  ];
  // The shell opens the full disk for it and is gone.
  return isFull
    ? spawn('/bin/sh', ['-c', `exec "$0" "$@" > ${FULL_DISK}`, process.execPath, ...program], {
        env: { ...process.env, ...options.env },
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      })
    : spawn(process.execPath, program, {
        env: { ...process.env, ...options.env },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
}

function keepLog(child: ChildProcess, log: WriteStream) {
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
}

async function untilRunning(child: ChildProcess, ended: Promise<void>, name: string) {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    new Promise<void>((resolve) => child.once('message', () => resolve())),
    ended,
    new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${name} does not start`)), START_WITHIN_MS);
    }),
  ]);
  clearTimeout(timer);
}

/** Of the socket whose local port it is (Linux). */
async function inodeOf(port: number): Promise<string | undefined> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const table = await readFile('/proc/net/tcp', 'utf8').catch(() => '');
  for (const line of table.split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (fields[1]?.endsWith(`:${hex}`)) return fields[9];
  }
  return undefined;
}

async function holds(pid: number, inode: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const files = await readdir(folder).catch(() => []);
  for (const file of files) {
    const target = await readlink(join(folder, file)).catch(() => '');
    if (target === `socket:[${inode}]`) return true;
  }
  return false;
}
