/** The ways a trial is told: rows on the terminal, JSON, a file for a spreadsheet. */
import { stringify } from 'csv-stringify/sync';
import { guardFormula, guardText } from '../../mappings/spreadsheet-text.ts';
import { indent } from '../report/table.ts';
import { openColumns } from './columns.ts';
import type { Out } from './out.ts';
import type { TrialRow } from './row.ts';
import { inCurrency, marginText, plainYuan, rowCells, rowColumns } from './row-text.ts';

export interface ToldOrder {
  readonly row: TrialRow;
  /** The request body, where it may be shown. */
  readonly payload: unknown;
}

/** Tells one page after the other. */
export type TellPage = (orders: readonly ToldOrder[]) => Promise<void>;

export function tellRows(out: Out, currency: string): TellPage {
  const next = openColumns(rowColumns(currency));
  return async (orders) => {
    if (orders.length === 0) return;
    const lines = next(orders.map(({ row }) => rowCells(row, currency)));
    // The head, where there is one, comes before the rows.
    const head = lines.slice(0, lines.length - orders.length);
    const rows = lines.slice(head.length).map((line, index) => {
      const payload = orders[index]?.payload;
      return payload === undefined
        ? line
        : `${line}\n${indent(JSON.stringify(payload, null, 2), 4)}`;
    });
    await out.write(`${[...head, ...rows].join('\n')}\n`);
  };
}

export function tellJson(out: Out): TellPage {
  let begun = false;
  return async (orders) => {
    const texts = orders.map((order) => {
      const text = `${begun ? ',' : ''}\n    ${JSON.stringify(rowJson(order))}`;
      begun = true;
      return text;
    });
    await out.write(texts.join(''));
  };
}

/** Unknown amounts are null, so that every order has the same keys. */
export function rowJson({ row, payload }: ToldOrder) {
  const { orderNumber, orderId, createdAt, statuses, verdict, past, holds, lines, bought } = row;
  return {
    orderNumber,
    orderId,
    createdAt,
    statuses,
    verdict,
    past,
    reason: row.reason ?? null,
    holds,
    lines: lines.map((line) => ({ ...line, priceFen: line.priceFen ?? null })),
    costFen: row.costFen ?? null,
    sale: row.sale === undefined ? null : { amount: row.sale, currency: row.currency },
    saleFen: row.saleFen ?? null,
    marginShare: row.marginShare ?? null,
    receiver: row.receiver ?? null,
    bought: bought ?? null,
    payload: payload ?? null,
  };
}

const CSV_HEAD = [
  'order',
  'order id',
  'created',
  'state at the marketplace',
  'verdict',
  'as on its day',
  'why',
  'source lines',
  'cost CNY',
  'sale',
  'currency',
  'sale CNY',
  'margin %',
  'receiver',
  'SKUs without a rule',
];

export function tellCsv(out: Out): TellPage {
  let begun = false;
  return async (orders) => {
    const head = begun ? [] : [CSV_HEAD];
    // A byte order mark, or Excel reads UTF-8 as something else.
    const mark = begun ? '' : '\uFEFF';
    begun = true;
    await out.write(mark + stringify([...head, ...orders.map(({ row }) => csvCells(row))]));
  };
}

/** What others sent is guarded: long numbers keep their digits, and nothing is computed. */
function csvCells(row: TrialRow): (string | number)[] {
  return [
    guardText(row.orderNumber),
    guardText(row.orderId),
    row.createdAt.toISOString(),
    guardFormula(row.statuses.join('+')),
    row.verdict,
    row.past ? 'yes' : 'no',
    guardFormula(row.reason ?? [...new Set(row.holds.map(({ code }) => code))].join(', ')),
    row.lines.length,
    inYuan(row.costFen),
    row.sale === undefined ? '' : inCurrency(row.sale, row.currency),
    guardFormula(row.currency),
    inYuan(row.saleFen),
    row.marginShare === undefined ? '' : marginText(row.marginShare).slice(0, -1),
    row.receiver ?? '',
    guardText([...row.unmapped.keys()].join(' ')),
  ];
}

function inYuan(fen: number | undefined): string {
  return fen === undefined ? '' : plainYuan(fen);
}
