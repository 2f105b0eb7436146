/** What a change of settings would change, in a seller's words. */
import { explainDifference } from '../../mappings/compare-text.ts';
import { plainTable, yuan } from '../report/table.ts';
import type { ComparedOrder, Counts } from './against.ts';
import { besides, type CommonDifference } from './common.ts';
import { marginText } from './row-text.ts';
import type { DaySum, Totals } from './totals.ts';
import { counted } from './totals-text.ts';

const KINDS = {
  'newly-bought': 'newly bought',
  'no-longer-bought': 'no longer bought',
  changed: 'changed',
} as const;

const OUTCOMES = {
  buy: 'to buy',
  held: 'held',
  waits: 'waits',
  nothing: 'nothing to buy',
  bought: 'bought already',
  early: "before the store's start",
} as const;

/**
 * One order: what it is, then a line for each thing that differs. What every purchase shares is left out;
 * undefined when there is nothing else.
 */
export function comparedText(
  each: ComparedOrder,
  common: CommonDifference,
  showReceiver: boolean,
): string | undefined {
  const { before, after, difference } = each;
  const day = before.createdAt.toISOString().slice(0, 10);
  const what = `(${day}, ${before.statuses.join('+')}${each.bought ? ', bought already' : ''})`;
  if (!difference) {
    return `${before.orderNumber}  unchanged: ${OUTCOMES[after.verdict]}  ${what}`;
  }
  const own = besides(difference, common);
  if (!own) return undefined;
  const rows = explainDifference(own, { showReceiver }).map((row) => `    ${row}`);
  return [`${before.orderNumber}  ${KINDS[own.kind]}  ${what}`, ...rows].join('\n');
}

export function countsText({
  unchanged,
  newlyBought,
  noLongerBought,
  changed,
  onlyCommon,
}: Counts): string {
  const only = onlyCommon > 0 ? ` (${onlyCommon} of them only in what every purchase shares)` : '';
  const parts = [
    `${counted(unchanged, 'order')} unchanged`,
    `${newlyBought} newly bought`,
    `${noLongerBought} no longer bought`,
    `${changed} changed${only}`,
  ];
  return `${parts.join(', ')}.`;
}

/** Before and after, row by row; what is 0 on both sides is left out. */
export function changeTable(before: Totals, after: Totals): string {
  const rows: (readonly [string, string, string])[] = [];
  const add = (name: string, pick: (totals: Totals) => string | undefined) => {
    const [was, is] = [pick(before) ?? '-', pick(after) ?? '-'];
    if (was !== is || (was !== '0' && was !== '-')) rows.push([name, was, is]);
  };
  add('orders to buy', ({ together }) => String(together.orders));
  add('cost', ({ together }) => yuan(together.costFen));
  add('sale', ({ together }) => yuan(together.saleFen));
  add('margin', ({ together }) => marginText(together.marginShare));
  add('held', ({ held }) => String(held));
  const codes = [...before.holds, ...after.holds].map(({ code }) => code);
  for (const code of new Set(codes)) {
    add(`  ${code}`, ({ holds }) => String(holds.find((hold) => hold.code === code)?.orders ?? 0));
  }
  add('waits', ({ waits }) => String(waits));
  add('nothing to buy', ({ nothing }) => String(nothing));
  add("before the store's start", ({ early }) => String(early));
  add('highest day (China)', ({ cap }) => cap.highest && dayText(cap.highest));
  add('cap for a day', ({ cap }) => yuan(cap.capFen));
  add('days over the cap', ({ cap }) => String(cap.reached.length));
  return plainTable(
    ['', 'before', 'after', ''],
    rows.map(([name, was, is]) => [name, was, is, was === is ? ' ' : '<-']),
    { right: [1, 2] },
  );
}

/** What differs in the two files, by name: a rule can differ without changing any of these orders. */
export function settingsText(paths: readonly string[], { rows }: CommonDifference): string {
  if (paths.length === 0) return 'The settings are the same.';
  const named = `The settings differ in: ${paths.join(', ')}.`;
  const shared = rows.map((row) => `\n    ${row}`).join('');
  return rows.length > 0 ? `${named}\nIn every purchase:${shared}` : named;
}

function dayText({ day, fen }: DaySum): string {
  return `${day}  ${yuan(fen)}`;
}
