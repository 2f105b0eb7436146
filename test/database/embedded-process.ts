/**
 * A process of its own that uses the embedded PostgreSQL, for tests that kill, race and change users.
 * Run as a program it starts the server of the folder in its argument, prints one line of JSON, and
 * releases it when its standard input ends.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../../src/database/embedded.ts';

export interface User {
  readonly process: ChildProcess;
  readonly url: string;
  readonly port: number;
  readonly dataFolder: string;
  /** What it logged. */
  readonly logged: readonly string[];
  /** Releases and waits for the process to end. */
  release(): Promise<void>;
  /** kill -9, and waits for the process to end. */
  kill(): Promise<void>;
}

const started = new Set<ChildProcess>();

/** Ends what a failed test left. */
export function killLeftUsers(): void {
  for (const child of started) child.kill('SIGKILL');
}

/** Spawns a user without waiting for its server. */
export function spawnUser(
  folder: string,
  options: {
    readonly env?: NodeJS.ProcessEnv;
    readonly uid?: number;
    readonly detached?: boolean;
  } = {},
): ChildProcess {
  const { uid } = options;
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), folder], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: options.env ?? process.env,
    detached: options.detached ?? false,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  started.add(child);
  child.on('exit', () => started.delete(child));
  return child;
}

/**
 * Spawns a user and waits until it has its server.
 * @throws with its error output when it ends before.
 */
export async function startUser(
  folder: string,
  options: Parameters<typeof spawnUser>[1] = {},
): Promise<User> {
  const child = spawnUser(folder, options);
  let errors = '';
  child.stderr?.on('data', (text: Buffer) => {
    errors += text.toString();
  });
  const ended = once(child, 'close');
  if (child.stdout === null) throw new Error('no output');
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line'),
    ended.then(() => Promise.reject(new Error(`the user ended: ${errors}`))),
  ]);
  const answer: { url: string; port: number; dataFolder: string; logged: string[] } =
    JSON.parse(line);
  return {
    ...answer,
    process: child,
    release: async () => {
      child.stdin?.end();
      await ended;
      if (child.exitCode !== 0) throw new Error(`release failed: ${errors}`);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function main(folder: string): Promise<void> {
  const logged: string[] = [];
  const log = (message: string) => logged.push(message);
  const database = await startEmbeddedPostgres({ folder, log, fsync: false });
  const { url, port, dataFolder } = database;
  process.stdout.write(`${JSON.stringify({ url, port, dataFolder, logged })}\n`);
  for await (const _ of process.stdin);
  await database.release();
}

if (import.meta.main) await main(process.argv[2] ?? '');
