/**
 * Line rules that would read many SKUs at once: one habit of writing SKUs is one rule in the store's
 * file, better than a hundred links. A rule is proposed only with what it reads, tried on each SKU.
 * @module
 */
import { matchSku, parseSkuPattern, type SkuPattern } from '../pattern.ts';
import type { FormToken } from './form.ts';
import { type Confidence, weaker } from './hint.ts';
import { canBeItem, isId } from './pieces.ts';
import type { Order, UnitFound } from './roles.ts';
import { type ReadForm, sourceIn } from './written.ts';

export interface RuleProposal {
  readonly store: string;
  readonly pattern: string;
  readonly confidence: Confidence;
  /** SKUs of the store that it reads, each as its own ids. */
  readonly reads: readonly string[];
  readonly why: string;
  /** What a person must know before putting it in. */
  readonly caution: string | undefined;
  /** The same with item and SKU exchanged, where nothing tells which is which. */
  readonly orElse: string | undefined;
}

/** Fewer SKUs are not yet a habit. */
const LEAST_SKUS = 2;
/** Up to so many different wordings get a rule each; more are `{any}`. */
const MOST_WORDINGS = 2;

/** @param skusOf all SKUs seen in a store's recent orders: those of other goods must not be read */
export function proposeRules(
  forms: readonly ReadForm[],
  skusOf: (store: string) => readonly string[],
): RuleProposal[] {
  return forms.flatMap((read) => {
    const stores = Map.groupBy(read.members, ({ subject }) => subject.store);
    return [...stores].flatMap(([store, members]) =>
      wordings(members).flatMap((part) => proposeOne(store, part, read, skusOf(store)) ?? []),
    );
  });
}

type Members = ReadForm['members'];

function wordings(members: Members): Members[] {
  const exact = [...Map.groupBy(members, ({ form }) => wordsOf(form.tokens)).values()];
  const few = exact.length <= MOST_WORDINGS && exact.every((part) => part.length >= LEAST_SKUS);
  return few ? exact : [members];
}

function wordsOf(tokens: readonly FormToken[]): string {
  return JSON.stringify(tokens.map((token) => ('word' in token ? token.word : '')));
}

function proposeOne(
  store: string,
  members: Members,
  { order, unit }: ReadForm,
  seen: readonly string[],
): RuleProposal | undefined {
  const text = (each: Order) => patternText(members, each, unit.unit);
  const found = order.order ?? usualOrder(members);
  const pattern = text(found);
  const parsed = parseSkuPattern(pattern);
  if (!parsed.ok) return undefined;
  const reads = members
    .filter(({ form }) => {
      const match = matchSku(parsed.pattern, form.sku);
      const own = sourceIn(form, found, unit.unit);
      return (
        match.ok &&
        own !== undefined &&
        match.parts.itemId === own.itemId &&
        match.parts.skuId === own.skuId &&
        match.parts.quantity === own.quantity &&
        match.parts.priceFen === own.priceFen
      );
    })
    .map(({ form }) => form.sku);
  if (reads.length < LEAST_SKUS) return undefined;
  if (misreads(parsed.pattern, seen)) return undefined;
  const fixed = hasFixedWord(parsed.pattern);
  const open = members.some(({ form }) => form.number !== undefined) && unit.unit === undefined;
  const confidence = order.order === undefined ? 'guess' : fixed && !open ? 'likely' : 'guess';
  return {
    store,
    pattern,
    confidence: weaker(confidence, 'likely'),
    reads,
    why: [order.why, ...(open ? [unit.why] : [])].join('; '),
    caution: fixed
      ? undefined
      : 'no word in it is fixed, so it would read any SKU of this form: put it below all other rules',
    orElse: order.order === undefined ? text(other(found)) : undefined,
  };
}

function other(order: Order): Order {
  return order === 'item-first' ? 'sku-first' : 'item-first';
}

/** Where nothing tells, the longer number is shown as the item first: so it is in the reference. */
function usualOrder(members: Members): Order {
  const swapped = members.every(
    ({ form: { ids } }) => !canBeItem(ids[0].text) || ids[0].text.length < ids[1].text.length,
  );
  return swapped ? 'sku-first' : 'item-first';
}

function patternText(members: Members, order: Order, unit: UnitFound['unit']): string {
  const [first] = members;
  if (!first) return '';
  const parts = first.form.tokens.map((token, index) => {
    if ('slot' in token) return `{${partName(token.slot, order, unit)}}`;
    if ('separator' in token) return escapeBraces(token.separator);
    const same = members.every(({ form }) => {
      const theirs = form.tokens[index];
      return theirs !== undefined && 'word' in theirs && theirs.word === token.word;
    });
    return same ? escapeBraces(token.word) : '{any}';
  });
  return parts.join('');
}

function partName(slot: string, order: Order, unit: UnitFound['unit']): string {
  if (slot === 'first') return order === 'item-first' ? 'itemId' : 'skuId';
  if (slot === 'second') return order === 'item-first' ? 'skuId' : 'itemId';
  return slot === 'number' ? (unit ?? 'any') : slot;
}

function escapeBraces(text: string): string {
  return text.replaceAll('{', '{{').replaceAll('}', '}}');
}

function hasFixedWord({ tokens }: SkuPattern): boolean {
  return tokens.some((token) => 'literal' in token && /[\p{L}\p{N}]/u.test(token.literal));
}

/** To a pattern letters are ids too: a wide one reads "MUG-RED" as item MUG. */
function misreads(pattern: SkuPattern, seen: readonly string[]): boolean {
  return seen.some((sku) => {
    const match = matchSku(pattern, sku);
    return match.ok && !(isId(match.parts.itemId) && isId(match.parts.skuId));
  });
}
