/**
 * Reading every page of a listing whose page size, sort order and filters cannot be relied on.
 * @module
 */
import { rowId } from './order.ts';

export interface WirePage {
  /** `total` as a number; undefined when it is absent or unreadable. */
  readonly total: number | undefined;
  readonly rows: readonly unknown[];
}

export interface AllRows {
  /** Unique rows in order of arrival; of a row met twice, its newer reading. */
  readonly rows: readonly unknown[];
  readonly pages: number;
  /** Why these are not provably all rows; undefined when they are. */
  readonly incompleteReason: string | undefined;
}

/** Pages after which a listing is given up: 50,000 orders at the default page size. */
const MAX_PAGES = 1_000;

/**
 * Asks for pages 1, 2, ... until the unique rows reach `total`, a page is empty, or a page brings
 * nothing new. They are all rows when there are exactly `total` unique ones and `total` stayed the
 * same from the first page to the last. `enough` ends the reading early.
 */
export async function readAllPages(
  fetchPage: (pageNum: number) => Promise<WirePage>,
  enough: (rows: readonly unknown[]) => boolean = () => false,
): Promise<AllRows> {
  const unique = new Map<string, unknown>();
  const totals = new Set<number | undefined>();
  let pages = 0;
  let ended = false;
  while (!ended && pages < MAX_PAGES) {
    pages += 1;
    const { total, rows } = await fetchPage(pages);
    totals.add(total);
    const before = unique.size;
    for (const row of rows) unique.set(keyOf(row), row);
    const nothingNew = unique.size === before;
    ended = nothingNew || (total !== undefined && unique.size >= total) || enough(rows);
  }
  const incompleteReason = ended
    ? whyIncomplete(unique.size, [...totals])
    : `still more rows after ${MAX_PAGES} pages`;
  return { rows: [...unique.values()], pages, incompleteReason };
}

function whyIncomplete(rows: number, totals: readonly (number | undefined)[]): string | undefined {
  if (totals.includes(undefined)) return 'a page did not say how many rows there are';
  if (totals.length > 1) return `the number of rows changed while reading: ${totals.join(', ')}`;
  if (rows === totals[0]) return undefined;
  return `${rows} different rows read of ${totals[0]}`;
}

/** A row without an id counts as itself, so that it neither vanishes nor is counted twice. */
function keyOf(row: unknown): string {
  return rowId(row) ?? `row ${JSON.stringify(row)}`;
}
