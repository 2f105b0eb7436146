/**
 * SKU links from CSV. Rows are staged as they are read, judged and compared together, and then what
 * differs is changed in one transaction: an import is all or nothing, one that is killed changed
 * nothing, and no order ever sees half of it.
 *
 * All rows of a SKU stand or fall together, wherever they stand in the file: the file says all there is
 * of a SKU, so half of a bundle would be bought as the whole.
 * @module
 */
import type { Database } from '../database/connect.ts';
import {
  type Changes,
  changedExamples,
  compareStaged,
  type Difference,
  jumpExamples,
} from '../database/sku-diff.ts';
import {
  judgeTogether,
  type StagedWrongRow,
  stageRight,
  stageWrong,
  wrongRowsAfter,
} from '../database/sku-staging.ts';
import type { Service } from '../service.ts';
import { change, withStaging } from './change.ts';
import { openRows, type RowFile } from './rows.ts';
import { storeCheck } from './stores.ts';

export interface ImportOptions {
  /** Only compares. */
  readonly dryRun?: boolean;
  /** Imports what is right although other rows are wrong. */
  readonly goodRows?: boolean;
  /** Called as the file is read, and with the step that begins after it. */
  readonly onProgress?: (bytes: number, rows: number, step: Step) => void;
  /** Keeps the wrong rows; when it fails, nothing is imported. Not called without any. */
  readonly keepWrong?: (file: RowFile, rows: AsyncIterable<StagedWrongRow>) => Promise<void>;
}

export type Step = 'reading' | 'comparing' | 'changing';

export interface Imported {
  /** What the file changed, or would have. */
  readonly changes: Changes;
  readonly changed: readonly Difference[];
  readonly jumps: readonly Difference[];
  readonly wrong: number;
  /** Rows of a file of proposals that nobody accepted. */
  readonly skipped: number;
  /** The first of them, in the file's order. */
  readonly firstWrong: readonly { readonly line: number; readonly error: string }[];
  readonly done: boolean;
  /** Orders that were not bought yet, have one of the SKUs that changed, and are planned anew. */
  readonly released: number;
}

/** Wrong rows, and changes of each kind, that are shown. */
export const MOST_SHOWN = 20;
export const MOST_EXAMPLES = 5;
const WRONG_AT_ONCE = 2_000;

/**
 * @throws {FileRefused} when the file cannot be read as SKU links at all
 * @throws {LinksBusy} when another import is running
 */
export async function importFile(
  service: Service,
  source: AsyncIterable<Buffer>,
  options: ImportOptions = {},
): Promise<Imported> {
  return withStaging(service, !options.dryRun, async (db) => {
    const file = await openRows(source, storeCheck(service.settings.stores.keys()));
    const { tell, skipped } = await stage(db, file, options);
    tell('comparing');
    const wrong = await judgeTogether(db);
    const firstWrong = wrong > 0 ? await wrongRowsAfter(db, 0, MOST_SHOWN) : [];
    const changes = await compareStaged(db);
    const seen = {
      changes,
      changed: await changedExamples(db, MOST_EXAMPLES),
      jumps: changes.jumps > 0 ? await jumpExamples(db, MOST_EXAMPLES) : [],
      wrong,
      skipped,
      firstWrong,
    };
    if (options.dryRun) return { ...seen, done: false, released: 0 };
    if (wrong > 0) await options.keepWrong?.(file, allWrong(db));
    if (wrong > 0 && !options.goodRows) return { ...seen, done: false, released: 0 };
    tell('changing');
    return { ...seen, done: true, released: await change(service, db) };
  });
}

export interface ImportedText {
  readonly released: Imported['released'];
  /** The first rows that are wrong and were left out. */
  readonly wrong: Imported['firstWrong'];
}

/** Imports the right rows of a CSV text. */
export async function importLinks(service: Service, csv: string): Promise<ImportedText> {
  const { released, firstWrong } = await importFile(service, once(Buffer.from(csv)), {
    goodRows: true,
  });
  return { released, wrong: firstWrong };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function stage(db: Database, file: RowFile, { onProgress }: ImportOptions) {
  let rows = 0;
  let read = 0;
  let skipped = 0;
  for await (const { right, wrong, skipped: left, bytes } of file.batches) {
    await stageRight(db, right);
    await stageWrong(db, wrong);
    rows += right.length + wrong.length + left;
    skipped += left;
    read = bytes;
    onProgress?.(bytes, rows, 'reading');
  }
  return { skipped, tell: (step: Step) => onProgress?.(read, rows, step) };
}

async function* allWrong(db: Database): AsyncGenerator<StagedWrongRow> {
  let line = 0;
  for (;;) {
    const rows = await wrongRowsAfter(db, line, WRONG_AT_ONCE);
    yield* rows;
    line = rows.at(-1)?.line ?? 0;
    if (rows.length < WRONG_AT_ONCE) return;
  }
}
