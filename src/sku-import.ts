/** SKU links from CSV: the good rows are taken, the wrong ones are all listed with their line. */
import { type CsvError, parse } from 'csv-parse/sync';
import { checkHeader, type LinkColumn, readRow, type SkuLink } from '../mappings/sku-links.ts';
import { ordersHeldForSkus, replaceLinks } from './database/sku-links.ts';
import type { Service } from './service.ts';

export interface WrongRow {
  /** The line the row ends on, from 1. */
  readonly line: number;
  readonly column: string | undefined;
  readonly error: string;
}

export interface ReadLinks {
  /** What can be imported. */
  readonly links: readonly SkuLink[];
  /** Every other row, in the file's order; none is dropped silently. */
  readonly wrong: readonly WrongRow[];
}

/**
 * Reads CSV text: UTF-8 with or without BOM; comma, semicolon or tab. All rows of a SKU stand or fall
 * together: a file says all there is of a SKU, so half of a bundle would be bought as the whole.
 * @param stores names a row's store must be among; unchecked when not given
 * @throws {Error} on a wrong header
 */
export function readLinks(csv: string, stores?: ReadonlySet<string>): ReadLinks {
  const text = csv.replace(/^\uFEFF/, '');
  const header = text.slice(0, text.search(/\r?\n|$/));
  const unreadable: (WrongRow & { readonly raw: string })[] = [];
  const delimiter = delimiterOf(header);
  const rows = parse(text, {
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    trim: true,
    raw: true,
    on_skip: (error: CsvError | undefined, raw: string | undefined) => {
      unreadable.push({
        line: Number(error?.lines ?? 0),
        column: undefined,
        error: `is no CSV: ${error?.message ?? 'it cannot be read'}`,
        raw: raw ?? '',
      });
      return undefined;
    },
  }) as unknown as { record: string[]; info: { lines: number } }[];
  const [first, ...rest] = rows;
  const head = checkHeader(first?.record ?? []);
  if (!head.ok) {
    const errors = head.errors.map(({ error }) => error).join('; ');
    throw new Error(`line 1 must name the columns: ${errors}`);
  }
  const read: ReadRow[] = [];
  const seen = new Map<string, number>();
  for (const { record, info } of rest) {
    const row = readOne(head.columns, record, info.lines, stores);
    const { link } = row;
    if (link && row.error === undefined) {
      const key = [subjectOf(link.store, link.sku), link.itemId, link.skuId].join('\u0000');
      const earlier = seen.get(key);
      if (earlier === undefined) seen.set(key, row.line);
      else {
        read.push({
          ...row,
          column: 'sku',
          error: `links ${link.sku} to the same source SKU as line ${earlier}`,
        });
        continue;
      }
    }
    read.push(row);
  }
  const suspects = unreadable.flatMap(({ raw, line }) =>
    raw.split(/\r?\n/).map((text) => {
      const cells = text.split(delimiter).map((cell) => cell.replaceAll('"', '').trim());
      const named = Object.fromEntries(head.columns.map((name, index) => [name, cells[index]]));
      return [subjectOf(named.store, named.sku), line] as const;
    }),
  );
  return sortOut(read, unreadable, new Map(suspects));
}

function delimiterOf(header: string): string {
  const counts = [',', ';', '\t'].map((sign) => ({ sign, count: header.split(sign).length }));
  return counts.sort((a, b) => b.count - a.count)[0]?.sign ?? ',';
}

interface ReadRow {
  readonly line: number;
  /** Store and SKU it speaks of, as far as they can be read. */
  readonly subject: string;
  readonly link: SkuLink | undefined;
  readonly column: string | undefined;
  readonly error: string | undefined;
}

function subjectOf(store: string | undefined, sku: string | undefined): string {
  return `${store ?? ''}\u0000${sku ?? ''}`;
}

function readOne(
  columns: readonly LinkColumn[],
  record: readonly string[],
  line: number,
  stores: ReadonlySet<string> | undefined,
): ReadRow {
  const named = Object.fromEntries(columns.map((column, index) => [column, record[index] ?? '']));
  const base = { line, subject: subjectOf(named.store, named.sku), link: undefined };
  if (record.length > columns.length) {
    const error = `has ${record.length} values for ${columns.length} columns`;
    return { ...base, column: undefined, error };
  }
  const row = readRow(named, line);
  if (!row.ok) return { ...base, column: row.column, error: row.error };
  const { store } = row.link;
  if (store !== undefined && stores && !stores.has(store)) {
    const error = `column "store" "${store}" is none of the stores: ${[...stores].join(', ')}`;
    return { ...base, column: 'store', error };
  }
  return { ...base, link: row.link, column: undefined, error: undefined };
}

/** @param suspects what rows that are no CSV seem to speak of, with their line */
function sortOut(
  rows: readonly ReadRow[],
  unreadable: readonly WrongRow[],
  suspects: ReadonlyMap<string, number>,
): ReadLinks {
  const spoilt = new Map(suspects);
  for (const row of rows) {
    if (row.error !== undefined && !spoilt.has(row.subject)) spoilt.set(row.subject, row.line);
  }
  const links: SkuLink[] = [];
  const wrong: WrongRow[] = unreadable.map(({ line, column, error }) => ({ line, column, error }));
  for (const { line, column, error, link, subject } of rows) {
    const because = spoilt.get(subject);
    if (error !== undefined) wrong.push({ line, column, error });
    else if (because !== undefined) {
      wrong.push({
        line,
        column: 'sku',
        error: `is right, but line ${because} of the same SKU is wrong, and a SKU's rows belong together`,
      });
    } else if (link) links.push(link);
  }
  return { links, wrong: wrong.sort((a, b) => a.line - b.line) };
}

export interface Imported extends ReadLinks {
  /** Orders that waited for one of these SKUs and are tried again. */
  readonly released: number;
}

/** Imports the good rows of a CSV text, and tries the orders again that waited for them. */
export async function importLinks(service: Service, csv: string): Promise<Imported> {
  const read = readLinks(csv, new Set(service.settings.stores.keys()));
  const now = service.clock.now();
  const released = await service.db.transaction().execute(async (tx) => {
    await replaceLinks(tx, read.links, now);
    const orders = await ordersHeldForSkus(tx, [...new Set(read.links.map((link) => link.sku))]);
    if (orders.length > 0) {
      await tx
        .updateTable('sales_order')
        .set({ state: 'pulled', due_at: now })
        .where('id', 'in', orders)
        .where('state', 'in', ['held', 'planned', 'waiting'])
        .execute();
      const jobs = orders.map((id) => ({ id, by: 'sku-links' }));
      await service.jobs.sendAll(tx, 'order', jobs);
    }
    return orders.length;
  });
  return { ...read, released };
}
