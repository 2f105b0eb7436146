/** Starts the service's process, talks to it, and keeps what it logs as an error. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { FORGED } from './marks.ts';
import type { Memory } from './service.ts';

export interface ServiceChild {
  readonly pid: number;
  readonly url: string;
  /** How it ended; undefined while it lives. */
  ended(): string | undefined;
  /** Lines at level error and above, and whatever it wrote to standard error; the first hundred. */
  errors(): readonly string[];
  connect(store: string, code: string): Promise<void>;
  /** Gives a state out, as `ponbridge connect` does. */
  begin(store: string, livesMs: number): Promise<Begun>;
  /** No log line may hold these: neither one of the last thousand nor a later one. */
  hide(texts: readonly string[]): void;
  /** Lines that do; the first hundred. */
  leaks(): readonly string[];
  memory(): Promise<Memory>;
  stop(): Promise<void>;
}

export interface Begun {
  readonly id: string;
  readonly state: string;
}

const FILE = fileURLToPath(new URL('service.ts', import.meta.url));
const MOST_ERRORS = 100;
/** Lines that are looked at again when a new secret is told. */
const REMEMBERED = 1_000;

interface Reply {
  readonly number: number;
  readonly result?: unknown;
  readonly error?: string;
}

export async function startServiceChild(
  env: Readonly<Record<string, string>>,
  role: 'web' | 'all',
): Promise<ServiceChild> {
  const child = fork(FILE, [role], {
    env: { PATH: process.env.PATH ?? '', ...env, PONBRIDGE_LOG_LEVEL: 'info' },
    execArgv: ['--expose-gc', '--max-semi-space-size=4'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const errors: string[] = [];
  const keep = (line: string) => errors.length < MOST_ERRORS && errors.push(line);
  const secrets = new Set<string>([FORGED]);
  const leaks: string[] = [];
  const lines: string[] = [];
  const search = (line: string, texts: Iterable<string>) => {
    if (leaks.length < MOST_ERRORS && [...texts].some((text) => line.includes(text)))
      leaks.push(line);
  };
  const take = (line: string) => {
    search(line, secrets);
    lines.push(line);
    if (lines.length > 2 * REMEMBERED) lines.splice(0, REMEMBERED);
  };
  let end: string | undefined;
  const ended = once(child, 'exit').then(([code, signal]) => {
    end = `ended with ${signal ?? code}`;
  });
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      take(line);
      if (!/^\{"level":[1-4]0,/.test(line)) keep(line);
    });
  }
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      take(line);
      keep(line);
    });
  }

  const waiting = new Map<number, (reply: Reply) => void>();
  child.on('message', (reply: Reply) => {
    waiting.get(reply.number)?.(reply);
    waiting.delete(reply.number);
  });
  let last = 0;
  const hear = async <T>(number: number): Promise<T> => {
    const heard = new Promise<Reply>((resolve) => waiting.set(number, resolve));
    const reply = await Promise.race([heard, ended]);
    if (!reply) throw new Error(`the service ${end}:\n${errors.join('\n')}`);
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply.result as T;
  };
  const ask = <T>(method: string, ...args: string[]): Promise<T> => {
    last += 1;
    const number = last;
    if (child.connected) child.send({ number, method, args });
    return hear<T>(number);
  };

  const pid = await hear<number>(0);
  const url = await ask<string>('url');
  return {
    pid,
    url,
    ended: () => end,
    errors: () => errors,
    connect: async (store, code) => void (await ask('connect', store, code)),
    begin: (store, livesMs) => ask<Begun>('begin', store, String(livesMs)),
    hide(texts) {
      const fresh = texts.filter((text) => !secrets.has(text));
      for (const text of fresh) secrets.add(text);
      for (const line of lines) search(line, fresh);
    },
    leaks: () => leaks,
    memory: () => ask<Memory>('memory'),
    async stop() {
      if (end === undefined) await ask('stop').catch(() => {});
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
