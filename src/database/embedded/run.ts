import { spawn } from 'node:child_process';
import { textOf } from './error.ts';
import type { Owner } from './owner.ts';

export interface Outcome {
  /** The exit code; `undefined` when the program could not be started or was ended by a signal. */
  readonly status: number | undefined;
  /** `ENOENT`, `EACCES`, ... when it could not be started. */
  readonly startError: string | undefined;
  /** Standard output and error, mixed. */
  readonly output: string;
}

/**
 * Runs one of PostgreSQL's programs to its end.
 *
 * The root of the file system is its working directory: the program's user may not be able to enter
 * ours, and PostgreSQL's programs complain about a directory they cannot read.
 */
export function run(file: string, args: readonly string[], owner?: Owner): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      ...identity(owner),
      env: serverEnvironment(process.env),
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      resolve({ status: undefined, startError: error.code ?? 'error', output: textOf(error) });
    });
    child.on('close', (code, signal) => {
      const ended = signal === null ? output : `${output}\nended by ${signal}`;
      resolve({ status: code ?? undefined, startError: undefined, output: ended });
    });
  });
}

/** Spawn options that switch the user. Node then drops root's supplementary groups too (setgroups(0)). */
export function identity(owner: Owner | undefined): { uid?: number; gid?: number } {
  // Node wants signed 32-bit numbers, files show unsigned ones (see findNobody).
  return owner === undefined ? {} : { uid: owner.uid | 0, gid: owner.gid | 0 };
}

/** NIX_LD*: on NixOS nothing else lets a foreign program find its loader. */
const KEPT = /^(PATH|SystemRoot|windir|TEMP|TMP|TMPDIR|NIX_LD|NIX_LD_LIBRARY_PATH)$/i;

/**
 * The environment of PostgreSQL's programs: named variables only. Ours holds keys that the server's user
 * could read from the process table, a LANG that initdb would follow, and perhaps PG* variables or an
 * LD_LIBRARY_PATH meant for another PostgreSQL.
 */
export function serverEnvironment(ours: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(ours).filter(([name]) => KEPT.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
