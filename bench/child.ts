/**
 * Processes of the bench: each part runs in its own, so that its processor time is its own. Questions
 * and answers go over Node's IPC channel.
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Question {
  readonly number: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

interface Reply {
  readonly number: number;
  readonly result?: unknown;
  readonly error?: string;
}

export interface Child {
  /** Calls a method of the child. @throws {Error} with the child's message, or when it has ended. */
  ask<T>(method: string, ...args: unknown[]): Promise<T>;
  /** Asks it to stop; resolves when its process has ended. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Where `--cpu-prof` writes; undefined without profiling. */
  readonly profileTo?: string | undefined;
}

/** Starts one file of this folder as a process; what it prints goes to standard error. */
export function startChild(file: string, options: ChildOptions = {}): Child {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const { profileTo } = options;
  const child = fork(path, [], {
    env: { ...process.env, ...options.env },
    execArgv: [
      // As `npm start` and the `ponbridge` command run the service: half the memory, the same speed.
      '--max-semi-space-size=4',
      ...(profileTo ? ['--cpu-prof', `--cpu-prof-dir=${profileTo}`] : []),
    ],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (e: Error) => void }>();
  const ended = untilEnd(child);
  let last = 0;
  child.on('message', (message) => {
    const { number, result, error } = message as Reply;
    const waiting = open.get(number);
    open.delete(number);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(`${file}: ${error}`));
  });
  void ended.then((why) => {
    for (const { reject } of open.values()) reject(new Error(`${file} has ended (${why})`));
    open.clear();
  });

  return {
    ask<T>(method: string, ...args: unknown[]) {
      last += 1;
      const number = last;
      return new Promise<T>((resolve, reject) => {
        open.set(number, { resolve: resolve as (value: unknown) => void, reject });
        child.send({ number, method, args } satisfies Question, (error) => {
          if (error && open.delete(number)) reject(error);
        });
      });
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

function untilEnd(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
}

type Methods = Readonly<Record<string, (...args: never[]) => unknown>>;

/** In the child: answers the parent's questions; ends with `stop` when the parent lets go. */
export function answerParent(methods: Methods, stop: () => Promise<void>): void {
  process.on('message', (message) => {
    void reply(methods, message as Question);
  });
  process.once('disconnect', () => {
    void stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  // Ctrl-C reaches the whole group; the parent ends its children in order.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
}

async function reply(methods: Methods, { number, method, args }: Question): Promise<void> {
  let answer: Reply;
  try {
    const named = methods[method];
    if (!named) throw new Error(`no method "${method}"`);
    answer = { number, result: await named(...(args as never[])) };
  } catch (error) {
    answer = { number, error: (error as Error).stack ?? String(error) };
  }
  process.send?.(answer);
}

/** Of this process: processor time since its start in ms, and resident memory in bytes. */
export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss() };
}

export interface Usage {
  readonly cpuMs: number;
  readonly rssBytes: number;
}
