/** `ponbridge skus import`: SKU links from CSV. */
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join, parse, resolve } from 'node:path';
import { type Imported, importFile } from '../skus/import.ts';
import { counted, importSummary, releasedText } from '../skus/summary.ts';
import { writeWrongRows } from '../skus/wrong-rows.ts';
import type { Context } from './context.ts';
import { withCore } from './core.ts';
import { Misuse, Problem } from './errors.ts';
import { openProgress } from './progress.ts';
import { explainFile, sizeOf } from './skus-file.ts';
import { keepHeapSmall } from './small-heap.ts';

export interface ImportOptions {
  /** Only compares. */
  readonly dryRun?: boolean;
  /** Imports what is right although other rows are wrong. */
  readonly goodRows?: boolean;
  /** Where the wrong rows are written; beside the file unless told. */
  readonly wrongRows?: string;
}

const NOTHING = 'Nothing was imported.';

export async function importSkus(
  context: Context,
  file: string,
  options: ImportOptions,
): Promise<void> {
  keepHeapSmall();
  const bytes = await sizeOf(file, NOTHING);
  if (options.wrongRows !== undefined && resolve(options.wrongRows) === resolve(file)) {
    throw new Misuse('--wrong-rows names the file that is imported; give it another name.');
  }
  let kept: string | undefined;
  const progress = openProgress(bytes);
  const imported = await withCore(context, (core) =>
    importFile(core, createReadStream(file), {
      ...options,
      onProgress: progress.update,
      async keepWrong(layout, rows) {
        const target = await openWrongRows(file, options.wrongRows);
        kept = target.path;
        await write(target, (handle) => writeWrongRows(handle, layout, rows));
      },
    }),
  )
    .catch((error: unknown) => {
      throw explainFile(error, file, NOTHING);
    })
    .finally(progress.stop);
  report(context, file, imported, options, kept);
}

interface WrongRowsTarget {
  readonly path: string;
  readonly handle: FileHandle;
  /** Made just now, so that it may go again. */
  readonly isOurs: boolean;
}

/** One that is there already may hold somebody's corrections: it is kept, and the next name taken. */
async function openWrongRows(file: string, asked: string | undefined): Promise<WrongRowsTarget> {
  const { dir, name, ext } = parse(file);
  for (let number = 1; ; number += 1) {
    const path = asked ?? join(dir, `${name}.wrong${number === 1 ? '' : `-${number}`}${ext}`);
    try {
      return {
        path,
        handle: await open(path, asked === undefined ? 'wx' : 'w'),
        isOurs: asked === undefined,
      };
    } catch (error) {
      if (asked === undefined && (error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw unwritable(path, error);
    }
  }
}

async function write(
  { path, handle, isOurs }: WrongRowsTarget,
  run: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  try {
    await run(handle);
    await handle.close();
  } catch (error) {
    await handle.close().catch(() => {});
    if (isOurs) await rm(path, { force: true });
    throw (error as NodeJS.ErrnoException).syscall === 'write' ? unwritable(path, error) : error;
  }
}

function unwritable(path: string, error: unknown): Problem {
  return new Problem(
    `the wrong rows cannot be written to ${path}: ${(error as Error).message}. ${NOTHING} Make room there, or name another file with --wrong-rows.`,
  );
}

function report(
  context: Context,
  file: string,
  imported: Imported,
  { dryRun }: ImportOptions,
  kept: string | undefined,
): void {
  const { wrong, firstWrong, done, released } = imported;
  for (const { line, error } of firstWrong) context.note(`${file}:${line}: ${error}`);
  if (wrong > firstWrong.length) {
    context.note(`... and ${counted(wrong - firstWrong.length, 'more wrong row')}`);
  }
  if (wrong > 0) process.exitCode = 1;
  const [first = '', ...lines] = importSummary(imported);
  context.print(`${file}: ${first}`);
  for (const line of lines) context.print(line);
  if (dryRun) context.print(`${NOTHING} (--dry-run)`);
  else if (!done) {
    context.print(
      `${NOTHING} The wrong rows, with all rows of their SKUs, are in ${kept}. Correct ${file} and import it again; or import the right rows with --good-rows, correct ${kept} and import that.`,
    );
  } else {
    const left =
      wrong > 0
        ? ` ${counted(wrong, 'row')} left out: correct them in ${kept}, then import that file.`
        : '';
    context.print(`Imported.${left}${releasedText(released)}`);
  }
}
