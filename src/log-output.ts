/**
 * Where log lines go, and what happens when they cannot. A log is never worth an order: writing never
 * blocks on a pipe that nobody reads, never throws, and holds a bounded number of bytes back.
 *
 * Lines are written at once, in the caller's own tick, so that a process killed with -9 has its last
 * lines on the disk; pino's asynchronous destination would lose them, and waits for a blocked pipe in a
 * thread that keeps the process from ending (sonic-boom, `flushSync` on exit). Pipes are made
 * non-blocking instead (not on Windows, where a full pipe blocks).
 * @module
 */
import { writeSync } from 'node:fs';

export interface LogOutput {
  write(line: string): void;
  /** Gives what waits a last chance, for at most so many milliseconds. */
  flush(ms: number): void;
}

export interface LogOutputOptions {
  /** Standard output (1, the default) or standard error (2). */
  readonly fd?: number;
  /** Bytes that may wait; lines beyond are lost and counted. Default 256 KiB: about a thousand lines. */
  readonly most?: number;
  /** Writes and returns the number of bytes taken; `fs.writeSync` unless told. */
  readonly put?: (bytes: Buffer) => number;
  /** Told once for each time it cannot be written; on standard error unless told. */
  readonly onBroken?: (why: string) => void;
  /** It can be written again, and so many lines were lost meanwhile. */
  readonly onLost?: (lines: number, why: string) => void;
}

/** How often a log that cannot be written is tried again, in ms. */
const AGAIN_MS = 200;
/** A disk that fills up again and again is not told more often than this. */
const TELL_EVERY_MS = 60_000;

/** How long the end of the process may wait for whoever reads the log, in ms. */
const LAST_CHANCE_MS = 1_000;

let lost = 0;

const waitingOutputs = new Set<LogOutput>();
process.on('exit', () => {
  for (const output of waitingOutputs) output.flush(LAST_CHANCE_MS);
});

/** Lines that this process could not write, since its start. */
export function lostLines(): number {
  return lost;
}

export function openLogOutput(options: LogOutputOptions = {}): LogOutput {
  const { fd = 1, most = 256 * 1024, onBroken = tellOnStandardError } = options;
  const put = options.put ?? ((bytes) => writeSync(fd, bytes));
  guard(fd === 2 ? process.stderr : process.stdout);
  let waiting: Buffer[] = [];
  let size = 0;
  let lostHere = 0;
  let why: string | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  const output: LogOutput = {
    write(line) {
      const bytes = Buffer.from(line);
      if (size > 0 && size + bytes.length > most) {
        lose(1);
        return;
      }
      waiting.push(bytes);
      size += bytes.length;
      // While it cannot be written, one try for each line would be a system call for nothing.
      if (!timer) pump();
    },
    flush(ms) {
      const until = performance.now() + ms;
      if (size > 0) pump();
      while (size > 0 && performance.now() < until) {
        pause(10);
        pump();
      }
    },
  };
  return output;

  /** Writes what can be written now. */
  function pump() {
    clearTimeout(timer);
    timer = undefined;
    while (size > 0) {
      const bytes = waiting.length === 1 ? (waiting[0] ?? Buffer.alloc(0)) : Buffer.concat(waiting);
      let taken: number;
      try {
        taken = put(bytes);
      } catch (error) {
        waiting = [bytes];
        cannot(error as NodeJS.ErrnoException);
        return;
      }
      const rest = bytes.subarray(taken);
      waiting = rest.length > 0 ? [rest] : [];
      size = rest.length;
    }
    recovered();
  }

  function cannot(error: NodeJS.ErrnoException) {
    waitingOutputs.add(output);
    timer = setTimeout(pump, AGAIN_MS);
    // What waits at the end of the process is for `flush`.
    timer.unref();
    // A reader that is merely slow is nothing to tell about, until lines are lost.
    if (error.code !== 'EAGAIN') broken(error.code ?? error.message);
  }

  function lose(lines: number) {
    lost += lines;
    lostHere += lines;
    broken(why ?? 'nobody reads it');
  }

  function broken(reason: string) {
    const isNew = why === undefined;
    why = reason;
    if (!isNew || performance.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = performance.now();
    onBroken(reason);
  }

  function recovered() {
    waitingOutputs.delete(output);
    const [lines, reason] = [lostHere, why];
    lostHere = 0;
    why = undefined;
    if (lines > 0) options.onLost?.(lines, reason ?? '');
  }
}

/**
 * Node makes a pipe non-blocking when it opens its stream, and not before. What others write to that
 * stream must not end the process either.
 */
function guard(stream: NodeJS.WriteStream) {
  if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore);
}

function tellOnStandardError(why: string) {
  // The same full disk or closed pipe may be behind it.
  guard(process.stderr);
  process.stderr.write(
    `The log cannot be written (${why}). The service goes on; lines that do not fit are lost and counted.\n`,
  );
}

function ignore() {}

function pause(ms: number) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
