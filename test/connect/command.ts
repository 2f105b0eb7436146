/** `ponbridge connect` as a process of its own, which waits. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { vi } from 'vitest';
import { PROGRAM } from '../cli/home.ts';

export interface Command {
  /** Standard output so far: links, and what was connected. */
  out(): string;
  err(): string;
  /** The links printed so far. */
  links(): string[];
  /** Waits for the first link. */
  link(): Promise<string>;
  type(text: string): void;
  interrupt(): void;
  ended(): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
}

export function connecting(env: Readonly<Record<string, string>>, ...args: string[]): Command {
  const { PATH = '' } = process.env;
  const child: ChildProcessWithoutNullStreams = spawn(
    process.execPath,
    [PROGRAM, 'connect', ...args],
    { env: { PATH, ...env } },
  );
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => {
    out += text;
  });
  child.stderr.on('data', (text: Buffer) => {
    err += text;
  });
  const closed = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
  const links = () => out.split('\n').filter((line) => /^https?:/.test(line));
  return {
    out: () => out,
    err: () => err,
    links,
    link: () =>
      vi.waitFor(
        () => {
          const [first] = links();
          // The waiting has begun.
          if (!first || !err.includes('Waiting until')) throw new Error(`no link yet: ${err}`);
          return first;
        },
        { timeout: 20_000, interval: 40 },
      ),
    type: (text) => void child.stdin.write(text),
    interrupt: () => void child.kill('SIGINT'),
    ended: () => closed,
  };
}
