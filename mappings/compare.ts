/**
 * Two plans of one order, made with different settings or SKU links: what would be bought otherwise.
 * Pure. What only reads otherwise (which rule decided, the words of a hold) is no difference.
 * @module
 */
import type { Receiver } from '../connectors/agent.ts';
import type { MappingHold } from './holds.ts';
import type { BoughtLine } from './lines.ts';
import type { Findings, Plan } from './plan.ts';
import type { SkippedLine } from './triage.ts';

export interface Change<T> {
  readonly before: T;
  readonly after: T;
}

/** One source SKU of the purchase. */
export interface LineDifference {
  readonly itemId: string;
  readonly skuId: string;
  /** Undefined: not bought on that side. */
  readonly before: BoughtLine | undefined;
  readonly after: BoughtLine | undefined;
}

export interface FieldDifference extends Change<string> {
  readonly field: keyof Receiver;
}

export interface PlanDifference {
  /** `changed`: bought on both sides, or on neither. */
  readonly kind: 'newly-bought' | 'no-longer-bought' | 'changed';
  /** `purchase`, `held`, `wait`, or why nothing is bought, where that changed. */
  readonly outcome?: Change<string>;
  readonly lines: readonly LineDifference[];
  readonly costFen?: Change<number | undefined>;
  readonly saleFen?: Change<number | undefined>;
  readonly marginShare?: Change<number | undefined>;
  readonly receiverKind?: Change<string>;
  readonly receiver: readonly FieldDifference[];
  readonly orderSource?: Change<string>;
  readonly sellerOrderNumber?: Change<string>;
  /** `1, 2` and `1, 1`: how the lines of the request are numbered. */
  readonly lineNumbers?: Change<string>;
  readonly skippedGone: readonly SkippedLine[];
  readonly skippedNew: readonly SkippedLine[];
  readonly holdsGone: readonly MappingHold[];
  readonly holdsNew: readonly MappingHold[];
}

/** Undefined when the same would happen. */
export function comparePlans(before: Plan, after: Plan): PlanDifference | undefined {
  const [was, is] = [findingsOf(before), findingsOf(after)];
  const outcome = changed(outcomeOf(before), outcomeOf(after));
  const found = {
    ...(outcome ? { outcome } : {}),
    ...amounts(was, is),
    ...(was && is ? addressees(was, is) : {}),
    ...numbering(before, after),
  };
  const lists = {
    lines: lineDifferences(was?.bought ?? [], is?.bought ?? []),
    receiver: was && is ? fieldDifferences(was, is) : [],
    skippedGone: without(before.skipped, after.skipped, skipKey),
    skippedNew: without(after.skipped, before.skipped, skipKey),
    holdsGone: without(holdsOf(before), holdsOf(after), holdKey),
    holdsNew: without(holdsOf(after), holdsOf(before), holdKey),
  };
  const differs =
    Object.keys(found).length > 0 || Object.values(lists).some((list) => list.length > 0);
  return differs ? { kind: kindOf(before, after), ...found, ...lists } : undefined;
}

function kindOf(before: Plan, after: Plan): PlanDifference['kind'] {
  if (before.kind === after.kind) return 'changed';
  if (after.kind === 'purchase') return 'newly-bought';
  return before.kind === 'purchase' ? 'no-longer-bought' : 'changed';
}

function findingsOf(plan: Plan): Findings | undefined {
  return plan.kind === 'nothing' ? undefined : plan;
}

function outcomeOf(plan: Plan): string {
  return plan.kind === 'nothing' ? plan.cause : plan.kind;
}

function holdsOf(plan: Plan): readonly MappingHold[] {
  return plan.kind === 'held' || plan.kind === 'wait' ? plan.holds : [];
}

function changed<T>(before: T, after: T): Change<T> | undefined {
  return before === after ? undefined : { before, after };
}

type Picked = 'costFen' | 'saleFen' | 'marginShare';

function amounts(
  was: Findings | undefined,
  is: Findings | undefined,
): Pick<PlanDifference, Picked> {
  const costFen = changed(was?.costFen, is?.costFen);
  const saleFen = changed(was?.saleFen, is?.saleFen);
  const marginShare = changed(was?.marginShare, is?.marginShare);
  return {
    ...(costFen ? { costFen } : {}),
    ...(saleFen ? { saleFen } : {}),
    ...(marginShare ? { marginShare } : {}),
  };
}

function addressees(was: Findings, is: Findings) {
  const receiverKind = changed<string>(was.receiver.kind, is.receiver.kind);
  const orderSource = changed(was.orderSource, is.orderSource);
  const sellerOrderNumber = changed(was.sellerOrderNumber, is.sellerOrderNumber);
  return {
    ...(receiverKind ? { receiverKind } : {}),
    ...(orderSource ? { orderSource } : {}),
    ...(sellerOrderNumber ? { sellerOrderNumber } : {}),
  };
}

/** Only how they are numbered: a purchase of another length shows in its lines. */
function numbering(before: Plan, after: Plan): Pick<PlanDifference, 'lineNumbers'> {
  if (before.kind !== 'purchase' || after.kind !== 'purchase') return {};
  const [was, is] = [before, after].map(({ draft }) =>
    draft.lines.map(({ orderLineNo }) => orderLineNo),
  );
  if (!was || !is || was.length !== is.length) return {};
  const lineNumbers = changed(was.join(', '), is.join(', '));
  return lineNumbers ? { lineNumbers } : {};
}

/** Those of before first, in their order; then the new ones. */
function lineDifferences(
  before: readonly BoughtLine[],
  after: readonly BoughtLine[],
): LineDifference[] {
  const key = ({ itemId, skuId }: BoughtLine) => JSON.stringify([itemId, skuId]);
  const [was, is] = [before, after].map((lines) => new Map(lines.map((line) => [key(line), line])));
  const all = new Map([...before, ...after].map((line) => [key(line), line]));
  return [...all].flatMap(([id, { itemId, skuId }]) => {
    const [one, other] = [was?.get(id), is?.get(id)];
    const same = one?.quantity === other?.quantity && one?.priceFen === other?.priceFen;
    return same ? [] : [{ itemId, skuId, before: one, after: other }];
  });
}

function fieldDifferences(was: Findings, is: Findings): FieldDifference[] {
  return is.receiver.fields.flatMap(({ field }) => {
    const change = changed(was.receiver.receiver[field], is.receiver.receiver[field]);
    return change ? [{ field, ...change }] : [];
  });
}

/** The words of a hold name rules and limits; the same hold in other words is the same. */
function holdKey({ code, lineId }: MappingHold): string {
  return JSON.stringify([code, lineId]);
}

function skipKey({ lineId }: SkippedLine): string {
  return lineId;
}

function without<T>(these: readonly T[], those: readonly T[], key: (each: T) => string): T[] {
  const known = new Set(those.map(key));
  return these.filter((each) => !known.has(key(each)));
}
