/** One line for each order of a trial. */
import Big from 'big.js';
import { minorDigits } from '../../connectors/money.ts';
import type { Column } from './columns.ts';
import type { TrialRow } from './row.ts';

/** Fits 100 columns with the verdicts most often seen; the verdict comes last because it may be long. */
export function rowColumns(currency: string): Column[] {
  return [
    { title: 'order', least: 14 },
    { title: 'created' },
    { title: 'state', least: 9 },
    { title: 'skus', right: true },
    { title: 'cost CNY', right: true },
    { title: `sale ${currency}`, right: true },
    { title: 'sale CNY', right: true },
    { title: 'margin', right: true },
    { title: 'verdict' },
  ];
}

export function rowCells(row: TrialRow, currency: string): string[] {
  return [
    row.orderNumber,
    row.createdAt.toISOString().slice(0, 10),
    row.statuses.join('+'),
    row.lines.length > 0 ? String(row.lines.length) : '-',
    plainYuan(row.costFen),
    saleText(row, currency),
    plainYuan(row.saleFen),
    marginText(row.marginShare),
    verdictText(row),
  ];
}

export function verdictText(row: TrialRow): string {
  const codes = [...new Set(row.holds.map(({ code }) => code))].join(', ');
  const then = row.past ? 'then: ' : '';
  switch (row.verdict) {
    case 'buy':
      return `${then}to buy`;
    case 'held':
      return `${then}held: ${codes}`;
    case 'waits':
      return `waits: ${shortReason(row)}${codes ? `; would be held: ${codes}` : ''}`;
    case 'nothing':
      return `${then}nothing: ${shortReason(row)}`;
    case 'bought':
      return 'bought already';
    case 'early':
      return "before the store's start";
  }
}

/** The column says already what kind of reason it is, and a row need not name its order's lines. */
function shortReason({ reason = '' }: TrialRow): string {
  return reason
    .replace(/^(no line to buy|not ready to be bought): /, '')
    .replace(/ \(lines? [^)]*\)$/, '');
}

export function plainYuan(fen: number | undefined): string {
  return fen === undefined ? '-' : (fen / 100).toFixed(2);
}

/** Rounded down, never in favour of buying. */
export function marginText(share: number | undefined): string {
  if (share === undefined) return '-';
  const rounding = share < 0 ? Big.roundUp : Big.roundDown;
  return `${new Big(share).times(100).round(1, rounding).toFixed(1)}%`;
}

/** Decimal text with as many digits as the currency has. */
export function inCurrency(decimal: string, currency: string): string {
  return new Big(decimal).toFixed(minorDigits(currency));
}

function saleText(row: TrialRow, currency: string): string {
  if (row.sale === undefined) return '-';
  const amount = inCurrency(row.sale, row.currency);
  return row.currency === currency ? amount : `${amount} ${row.currency}`;
}
