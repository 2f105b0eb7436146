/** The service as a process of its own, started as a user starts it, so that a test can kill it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export interface ServiceProcess {
  readonly pid: number;
  /** Everything it logged. */
  logged(): string;
  /** kill -9, and waits for the end. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  terminate(): Promise<number | null>;
}

/**
 * Starts it and waits until it says that it runs.
 * @param entry a file to run instead of the command line, with the role as its argument
 * @throws with its output when it ends before.
 */
export async function startServiceProcess(
  env: Readonly<Record<string, string>>,
  role = 'all',
  entry?: string,
): Promise<ServiceProcess> {
  const args = entry === undefined ? [CLI, 'start', '--role', role] : [entry, role];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', ...env, PONBRIDGE_LOG_LEVEL: 'debug' },
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  let logged = '';
  child.stderr.on('data', (text: Buffer) => {
    logged += text.toString();
  });
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      logged += `${line}\n`;
      if (line.includes('"ponbridge is running"')) resolve();
    });
    ended.then((code) => reject(new Error(`the service ended with ${code}: ${logged}`)));
  });
  return {
    pid: child.pid ?? 0,
    logged: () => logged,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async terminate() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
