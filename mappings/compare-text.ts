/** A difference of two plans as lines of text, for `ponbridge plan --against`. */
import Big from 'big.js';
import { cny, percent } from './budget.ts';
import type { Change, LineDifference, PlanDifference } from './compare.ts';
import type { MappingHold } from './holds.ts';
import type { BoughtLine } from './lines.ts';
import type { SkippedLine } from './triage.ts';

export interface DifferenceTextOptions {
  /** False: a receiver's fields are named, not shown, because they are a buyer's. */
  readonly showReceiver: boolean;
}

const OUTCOMES: Readonly<Record<string, string>> = {
  purchase: 'to buy',
  held: 'held',
  wait: 'waits',
  'not-ours': "nothing: not the seller's to ship",
  'before-start': "nothing: before the store's start",
  'all-skipped': 'nothing: every line is skipped',
};

/** One line for each thing that differs; never empty. */
export function explainDifference(
  difference: PlanDifference,
  { showReceiver }: DifferenceTextOptions,
): string[] {
  const { outcome, costFen, saleFen, marginShare, receiverKind } = difference;
  const { orderSource, sellerOrderNumber, lineNumbers } = difference;
  const rows: [name: string, text: string][] = [];
  const add = (name: string, text: string) => rows.push([name, text]);
  if (outcome)
    add(
      'outcome',
      arrow(outcome, (word) => OUTCOMES[word] ?? word),
    );
  for (const line of difference.lines) add(...lineRow(line));
  if (costFen) add('cost', arrow(costFen, amount));
  if (saleFen) add('sale', arrow(saleFen, amount));
  if (marginShare) add('margin', arrow(marginShare, share));
  if (receiverKind) add('receiver', arrow(receiverKind, String));
  for (const { field, ...change } of difference.receiver) {
    add(field, showReceiver ? arrow(change, quoted) : "changes (a buyer's: shown with --payloads)");
  }
  if (orderSource) add('order source', arrow(orderSource, quoted));
  if (sellerOrderNumber) add('number', arrow(sellerOrderNumber, quoted));
  if (lineNumbers) add('line numbers', arrow(lineNumbers, String));
  for (const skip of difference.skippedGone) add('skip gone', skipText(skip));
  for (const skip of difference.skippedNew) add('skip new', skipText(skip));
  for (const text of holdTexts(difference.holdsGone, about)) add('hold gone', text);
  for (const text of holdTexts(difference.holdsNew, ({ detail }) => detail)) add('hold new', text);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`);
}

function lineRow({ itemId, skuId, before, after }: LineDifference): [string, string] {
  const source = `itemId ${itemId}, skuId ${skuId}`;
  if (before && after) {
    const parts = [];
    if (before.quantity !== after.quantity) {
      parts.push(`${before.quantity} -> ${after.quantity} units`);
    }
    if (before.priceFen !== after.priceFen) {
      parts.push(`${amount(before.priceFen)} -> ${amount(after.priceFen)} a unit`);
    }
    return ['changes', `${source}: ${parts.join(', ')}`];
  }
  const whole = (line: BoughtLine) => `${line.quantity} x ${source} at ${amount(line.priceFen)}`;
  if (after) return ['adds', whole(after)];
  return ['removes', before ? whole(before) : source];
}

function skipText({ lineId, reason }: SkippedLine): string {
  return `line ${lineId}: ${reason}`;
}

/** Rows of one SKU give equal holds: said once, with all their lines. */
function holdTexts(holds: readonly MappingHold[], tell: (hold: MappingHold) => string): string[] {
  const groups = Map.groupBy(holds, (hold) => JSON.stringify([hold.code, tell(hold)]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const lines = group.flatMap(({ lineId }) => lineId ?? []);
    const which = lines.length > 0 ? ` [line ${lines.join(', ')}]` : '';
    return [`${first.code}${which}: ${tell(first)}`];
  });
}

/** Of a hold that is gone it no longer matters why each rule did not fit. */
function about({ sku, detail }: MappingHold): string {
  return sku === undefined ? detail : `SKU "${sku}"`;
}

function arrow<T>({ before, after }: Change<T>, show: (value: T) => string): string {
  return `${show(before)} -> ${show(after)}`;
}

function amount(fen: number | undefined): string {
  return fen === undefined ? 'not known' : cny(new Big(fen));
}

function share(value: number | undefined): string {
  return value === undefined ? 'not known' : percent(new Big(value));
}

function quoted(text: string): string {
  return `"${text}"`;
}
