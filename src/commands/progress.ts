/** A bar on the terminal, on standard error; nothing where nobody looks. */
import { SingleBar } from 'cli-progress';

export interface Progress {
  update(done: number, rows: number, step: string): void;
  /** Clears the bar; what is printed next stands in its place. */
  stop(): void;
}

const SILENT: Progress = { update() {}, stop() {} };

/** @param total what `done` counts up to */
export function openProgress(total: number): Progress {
  if (!process.stderr.isTTY) return SILENT;
  const bar = new SingleBar({
    format: '{step} |{bar}| {percentage} % | {rows} rows',
    stream: process.stderr,
    clearOnComplete: true,
    barsize: 30,
    fps: 5,
  });
  bar.start(total, 0, { rows: 0, step: 'reading' });
  return {
    update: (done, rows, step) => bar.update(Math.min(done, total), { rows, step }),
    stop: () => bar.stop(),
  };
}
