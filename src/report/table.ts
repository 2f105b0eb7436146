/** Plain tables and times for the terminal: no frames, so that grep and cut work on them. */
import Table from 'cli-table3';

const NOTHING = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

export type Cell = string | number | null | undefined;

/**
 * Columns with a head; an absent value is a dash. Wide characters count as two.
 * @param options `right`: the columns, from 0, that stand on the right: amounts
 */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  { right = [] }: { readonly right?: readonly number[] } = {},
): string {
  const table = new Table({
    head: head.map((name) => name.toUpperCase()),
    colAligns: head.map((_name, index) => (right.includes(index) ? 'right' : 'left')),
    chars: NOTHING,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push(row.map(shown));
  return trimLines(table.toString());
}

/** Names and values below each other; absent values are left out. */
export function facts(rows: readonly (readonly [string, Cell])[]): string[] {
  const known = rows.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}

export function indent(text: string, by = 2): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}

function shown(value: Cell): string {
  return value === null || value === undefined || value === '' ? '-' : String(value);
}

function trimLines(text: string): string {
  return text.replace(/[ \t]+$/gm, '');
}

/** `2026-06-30 08:15:02`, in UTC. */
export function utc(at: Date | null | undefined): string | undefined {
  return at ? at.toISOString().slice(0, 19).replace('T', ' ') : undefined;
}

/** `45 s`, `12 min`, `3 h`, `5 d`: how long ago, roughly. */
export function age(since: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - since.getTime()) / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3_600) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

export function yuan(fen: string | number | null | undefined): string | undefined {
  return fen === null || fen === undefined ? undefined : `${(Number(fen) / 100).toFixed(2)} CNY`;
}

/** Milliseconds as a setting is written: `10 min`. */
export function span(ms: number): string {
  return age(new Date(0), new Date(ms));
}
