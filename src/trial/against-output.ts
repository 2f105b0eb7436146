/** The ways a comparison is told: blocks on the terminal, JSON, a file for a spreadsheet. */
import { stringify } from 'csv-stringify/sync';
import { explainDifference } from '../../mappings/compare-text.ts';
import { guardFormula, guardText } from '../../mappings/spreadsheet-text.ts';
import { indent } from '../report/table.ts';
import { type ComparedOrder, withoutReceiver } from './against.ts';
import { comparedText } from './against-text.ts';
import type { CommonDifference } from './common.ts';
import type { Out } from './out.ts';
import type { ShowPayloads } from './payload.ts';
import { rowJson } from './recent-output.ts';
import type { TrialRow } from './row.ts';
import { marginText, plainYuan } from './row-text.ts';

export interface ToldDifference extends ComparedOrder {
  /** The request bodies, where they may be shown. */
  readonly payloads: { readonly before: unknown; readonly after: unknown };
}

export type TellDifferences = (orders: readonly ToldDifference[]) => Promise<void>;

export function tellDifferences(
  out: Out,
  common: CommonDifference,
  show: ShowPayloads,
): TellDifferences {
  return async (orders) => {
    const blocks = orders.map((each) => {
      const text = comparedText(each, common, maySeeReceiver(each, show));
      if (text === undefined) return '';
      return `${[text, ...bodies(each)].join('\n')}\n\n`;
    });
    await out.write(blocks.join(''));
  };
}

function bodies({ payloads }: ToldDifference): string[] {
  return (['before', 'after'] as const).flatMap((side) => {
    const body = payloads[side];
    if (body === undefined) return [];
    return [indent(`request body, ${side}\n${JSON.stringify(body, null, 2)}`, 4)];
  });
}

export function tellDifferencesJson(out: Out, show: ShowPayloads): TellDifferences {
  let begun = false;
  return async (orders) => {
    const texts = orders.map((each) => {
      const { before, after, bought, difference, payloads } = each;
      const shown =
        difference && !maySeeReceiver(each, show) ? withoutReceiver(difference) : difference;
      const text = JSON.stringify({
        orderNumber: before.orderNumber,
        orderId: before.orderId,
        bought,
        difference: shown ?? null,
        before: rowJson({ row: before, payload: payloads.before }),
        after: rowJson({ row: after, payload: payloads.after }),
      });
      const comma = begun ? ',' : '';
      begun = true;
      return `${comma}\n    ${text}`;
    });
    await out.write(texts.join(''));
  };
}

const CSV_HEAD = [
  'order',
  'order id',
  'created',
  'difference',
  'verdict before',
  'verdict after',
  'cost CNY before',
  'cost CNY after',
  'margin % before',
  'margin % after',
  'what differs',
];

export function tellDifferencesCsv(out: Out): TellDifferences {
  let begun = false;
  return async (orders) => {
    const head = begun ? [] : [CSV_HEAD];
    const mark = begun ? '' : '\uFEFF';
    begun = true;
    await out.write(mark + stringify([...head, ...orders.map(csvCells)]));
  };
}

function csvCells(each: ToldDifference): string[] {
  const { before, after, difference } = each;
  const rows = difference
    ? explainDifference(difference, { showReceiver: maySeeReceiver(each, 'none') })
    : [];
  return [
    guardText(before.orderNumber),
    guardText(before.orderId),
    before.createdAt.toISOString(),
    difference?.kind ?? 'unchanged',
    before.verdict,
    after.verdict,
    ...[before, after].map(costText),
    ...[before, after].map(marginCell),
    guardFormula(rows.map((row) => row.replace(/ {2,}/, ': ')).join('\n')),
  ];
}

function costText({ costFen }: TrialRow): string {
  return costFen === undefined ? '' : plainYuan(costFen);
}

function marginCell({ marginShare }: TrialRow): string {
  return marginShare === undefined ? '' : marginText(marginShare).slice(0, -1);
}

/** A warehouse's address stands in the settings; a buyer's is shown only when asked for. */
function maySeeReceiver({ before, after }: ComparedOrder, show: ShowPayloads): boolean {
  if (show === 'all') return true;
  return before.receiver !== 'buyer' && after.receiver !== 'buyer';
}
