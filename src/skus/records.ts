/** A file's rows as cells with the line each begins on, in batches as they are read. */
import { type CsvError, type Info, type Parser, parse } from 'csv-parse';
import { type Delimiter, holdsFirstLine, layoutOf } from './layout.ts';
import { startingWith } from './pieces.ts';
import { FileRefused } from './refused.ts';
import { utf8Of } from './text.ts';

export interface CsvRecord {
  readonly cells: readonly string[];
  /** The line it begins on, from 1. */
  readonly line: number;
}

export interface RecordBatch {
  readonly delimiter: Delimiter;
  readonly records: readonly CsvRecord[];
  /** Bytes of the file read so far. */
  readonly bytes: number;
}

/** A row is longer only when its quotation mark is never closed: some 500 times a usual one. */
const MOST_ROW_BYTES = 65_536;
/** Rows that are no CSV, after which reading on tells nothing new. */
const MOST_BROKEN = 20;

/** @throws {FileRefused} at the end, or soon, when rows are no CSV: each of them is named. */
export async function* readRecords(source: AsyncIterable<Buffer>): AsyncGenerator<RecordBatch> {
  let file: ReturnType<typeof openParser> | undefined;
  let bytes = 0;
  const counted = counting(source, (count) => {
    bytes = count;
  });
  for await (const piece of startingWith(holdsFirstLine, utf8Of(counted))) {
    let text = piece;
    if (!file) {
      const layout = layoutOf(piece);
      text = piece.subarray(layout.skip);
      file = openParser(layout.delimiter, layout.skip > 0 ? 1 : 0);
    }
    await file.write(text);
    if (file.isHopeless()) throw file.refusal();
    yield { delimiter: file.delimiter, records: file.take(), bytes };
  }
  if (!file) return;
  await file.end();
  if (file.isBroken()) throw file.refusal();
  yield { delimiter: file.delimiter, records: file.take(), bytes };
}

function openParser(delimiter: Delimiter, linesBefore: number) {
  let records: CsvRecord[] = [];
  const broken: CsvError[] = [];
  const lines = countLines(linesBefore);
  const parser: Parser = parse({
    delimiter,
    // All three, or a file that mixes them loses the ends of rows.
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: MOST_ROW_BYTES,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    trim: true,
    on_record: (cells: string[], { lines: at }: Info) => {
      records.push({ cells, line: lines.beginOf(cells, at) });
      // Kept here instead of being passed on one by one: half the time.
      return null;
    },
    on_skip: (error) => {
      if (error) broken.push(error);
      return undefined;
    },
  });
  parser.on('error', (error) => broken.push(error as CsvError));
  return {
    delimiter,
    write: (bytes: Buffer) =>
      new Promise<void>((resolve) => void parser.write(bytes, () => resolve())),
    end: () =>
      new Promise<void>((resolve) => {
        parser.once('close', resolve).once('end', resolve).resume().end();
      }),
    take() {
      const taken = records;
      records = [];
      return taken;
    },
    isBroken: () => broken.length > 0,
    isHopeless: () => broken.length >= MOST_BROKEN || broken.some(isTooLong),
    refusal: () => refusalOf(broken, lines),
  };
}

type Lines = ReturnType<typeof countLines>;

/** The parser tells the line where a row ends, and counts CR LF inside a quoted cell as two. */
function countLines(before: number) {
  let tooMany = -before;
  let last = 0;
  return {
    beginOf(cells: readonly string[], end: number): number {
      let inside = 0;
      if (end > last + 1) {
        for (const cell of cells) {
          const breaks = cell.match(/\r\n|\r|\n/g) ?? [];
          inside += breaks.length;
          tooMany += breaks.filter((text) => text.length === 2).length;
        }
      }
      last = end;
      return end - tooMany - inside;
    },
    /** The last line of the last row that was read. */
    last: () => last - tooMany,
  };
}

function isTooLong({ code }: CsvError): boolean {
  return code === 'CSV_MAX_RECORD_SIZE';
}

/** Where a row begins and ends is not known any more, so neither is what belongs to which SKU. */
function refusalOf(broken: readonly CsvError[], lines: Lines): FileRefused {
  const texts = broken.slice(0, MOST_BROKEN).map((error) => {
    const { code } = error;
    if (isTooLong(error)) {
      return `the row after line ${lines.last()} is longer than ${MOST_ROW_BYTES / 1_024} kB, probably because a quotation mark is not closed`;
    }
    if (String(code) === 'CSV_QUOTE_NOT_CLOSED') {
      return `after line ${lines.last()} a quotation mark is not closed`;
    }
    return `line ${error.lines}: ${error.message}`;
  });
  const more = broken.length >= MOST_BROKEN ? '; perhaps more behind' : '';
  return new FileRefused(
    `is not right CSV, so it is not known which cell belongs to which SKU: ${[...new Set(texts)].join('; ')}${more}. Put a cell that holds a quotation mark into quotation marks, and write the one inside twice`,
  );
}

async function* counting(
  source: AsyncIterable<Buffer>,
  tell: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of source) {
    bytes += piece.length;
    tell(bytes);
    yield piece;
  }
}
