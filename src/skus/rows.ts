/** The rows of a SKU link file, in batches as they are read: each is a link, or wrong for a reason. */
import {
  checkHeader,
  type FileColumn,
  LINK_COLUMNS,
  type LinkColumn,
  readRow,
  type SkuLink,
} from '../../mappings/sku-links.ts';
import { unguarded } from '../../mappings/spreadsheet-text.ts';
import { acceptanceOf } from './acceptance.ts';
import type { Delimiter } from './layout.ts';
import { type CsvRecord, type RecordBatch, readRecords } from './records.ts';
import { FileRefused } from './refused.ts';

export interface RightRow {
  /** The line the row begins on, from 1. */
  readonly line: number;
  readonly link: SkuLink;
}

export interface WrongRow {
  readonly line: number;
  readonly error: string;
  /** As the file has them. */
  readonly cells: readonly string[];
  /** The SKUs it may speak of, as far as they can be read. */
  readonly skus: readonly string[];
  /** The store it speaks of, empty for all; undefined: not known either. */
  readonly store: string | undefined;
}

export interface RowBatch {
  readonly right: readonly RightRow[];
  readonly wrong: readonly WrongRow[];
  /** Rows of a file of proposals that nobody accepted. */
  readonly skipped: number;
  /** Bytes of the file read so far. */
  readonly bytes: number;
}

export interface RowFile {
  readonly delimiter: Delimiter;
  /** Without those that an import leaves aside. */
  readonly columns: readonly LinkColumn[];
  readonly batches: AsyncIterable<RowBatch>;
}

/** Says what is wrong with the store a row names; undefined when it is one of ours. */
export type StoreCheck = (store: string) => string | undefined;

/**
 * Reads the header, and then the rows as they are asked for.
 * @throws {FileRefused} for what makes the whole file unreadable, now or while rows are read
 */
export async function openRows(
  source: AsyncIterable<Buffer>,
  check: StoreCheck = () => undefined,
): Promise<RowFile> {
  const batches = readRecords(source);
  for (;;) {
    const next = await batches.next();
    if (next.done) throw new FileRefused('is empty');
    const { delimiter, records } = next.value;
    const [header, ...rest] = records;
    if (!header) continue;
    const columns = headerOf(header);
    const first = { ...next.value, records: rest };
    return {
      delimiter,
      columns: columns.filter(isLinkColumn),
      batches: judged(columns, first, batches, check),
    };
  }
}

async function* judged(
  columns: readonly FileColumn[],
  first: RecordBatch,
  others: AsyncIterable<RecordBatch>,
  check: StoreCheck,
): AsyncGenerator<RowBatch> {
  const judge = judgeOf(columns, check);
  const acceptance = acceptanceOf(columns);
  yield judgeAll(first);
  for await (const batch of others) yield judgeAll(batch);

  function judgeAll({ records, bytes }: RecordBatch): RowBatch {
    const right: RightRow[] = [];
    const wrong: WrongRow[] = [];
    let skipped = 0;
    for (const record of records) {
      const row = acceptance(record, judge(record));
      if (row === undefined) skipped += 1;
      else if ('link' in row) right.push(row);
      else wrong.push(row);
    }
    return { right, wrong, skipped, bytes };
  }
}

/** @throws {FileRefused} */
export function headerOf(
  { cells }: CsvRecord,
  needed?: readonly LinkColumn[],
): readonly FileColumn[] {
  const head = checkHeader(cells, needed);
  if (head.ok) return head.columns;
  const errors = head.errors.map(({ error }) => error).join('; ');
  throw new FileRefused(`must name the columns in its first line: ${errors}`);
}

function isLinkColumn(column: FileColumn): column is LinkColumn {
  return LINK_COLUMNS.some((known) => known === column);
}

function judgeOf(columns: readonly FileColumn[], check: StoreCheck) {
  const places = columns.flatMap((column, index) =>
    isLinkColumn(column) ? [{ column, index }] : [],
  );
  let above: string | undefined;

  return ({ cells, line }: CsvRecord): RightRow | WrongRow => {
    const named: Record<string, string> = {};
    for (const { column, index } of places) named[column] = unguarded(cells[index] ?? '');
    // Of a row without a SKU somebody left out what stands above it already.
    above = named.sku?.trim() || above;
    const skus = above === undefined ? [] : [above];
    if (cells.length > columns.length) {
      const error = `has ${cells.length} values for ${columns.length} columns`;
      const ofFile = [...itsCells(cells), ...cells.slice(columns.length)];
      const all = [...skus, ...unquoted(cells, columns)];
      return { line, error, cells: ofFile, skus: all, store: undefined };
    }
    const row = readRow(named, line);
    if (!row.ok) {
      const unsure = row.column === 'store' || row.column === 'sku';
      const store = unsure ? undefined : (named.store ?? '').trim();
      return { line, error: row.error, cells: itsCells(cells), skus, store };
    }
    const unknown = row.link.store === undefined ? undefined : check(row.link.store);
    if (unknown === undefined) return { line, link: row.link };
    const error = `column "store" ${unknown}`;
    return { line, error, cells: itsCells(cells), skus, store: undefined };
  };

  function itsCells(cells: readonly string[]): string[] {
    return places.map(({ index }) => cells[index] ?? '');
  }
}

/** What the SKU of a row with too many values is when it holds the delimiter and nobody quoted it. */
function unquoted(cells: readonly string[], columns: readonly FileColumn[]): string[] {
  const at = columns.indexOf('sku');
  const extra = cells.length - columns.length;
  return Array.from({ length: Math.min(extra, 10) }, (_, more) => more + 2).flatMap((count) =>
    [',', ';', '\t'].map((sign) => cells.slice(at, at + count).join(sign)),
  );
}
