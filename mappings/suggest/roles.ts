/**
 * Which of two ids is the item and which the SKU, and whether a bare number is a price in fen or in
 * yuan. Decided for all SKUs of one form together, by evidence; without any it stays open.
 * @module
 */
import type { Form } from './form.ts';
import type { KnownSources } from './known.ts';
import { canBeItem, fenOf } from './pieces.ts';

export type Order = 'item-first' | 'sku-first';

export interface OrderFound {
  /** Undefined: nothing tells, or hints contradict each other. */
  readonly order: Order | undefined;
  readonly why: string;
}

export interface UnitFound {
  readonly unit: 'fen' | 'yuan' | undefined;
  readonly why: string;
}

/** One voice for an order; `pattern` is what other stores' rules say of a SKU. */
export type OrderVote = { readonly order: Order; readonly why: string };

/** A cost below this share of the sale price, or above all of it, is not believed to be the price. */
const LEAST_COST_SHARE = 0.05;

export function findOrder(
  forms: readonly Form[],
  known: KnownSources,
  pattern: (form: Form) => OrderVote | undefined,
): OrderFound {
  const votes = forms.flatMap((form) => [
    ...knownVotes(form, known),
    ...one(pattern(form)),
    ...labelVotes(form),
  ]);
  const fallback = forms.flatMap(lengthVotes);
  const [first] = votes.length > 0 ? votes : fallback;
  if (!first) {
    return { order: undefined, why: 'which of the two numbers is the item is unsure' };
  }
  const against = votes.find(({ order }) => order !== first.order);
  if (against) {
    return {
      order: undefined,
      why: `which of the two numbers is the item is unsure: ${first.why}, but ${against.why}`,
    };
  }
  return first;
}

function one<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

function knownVotes({ ids: [first, second] }: Form, known: KnownSources): OrderVote[] {
  const votes: OrderVote[] = [];
  const vote = (order: Order, what: string, where: string | undefined) => {
    if (where !== undefined) votes.push({ order, why: `${what} is ${where}` });
  };
  const items = (id: string) => known.withItem(id)[0]?.where;
  const skus = (id: string) => known.withSku(id)[0]?.where;
  vote('item-first', `itemId ${first.text}`, items(first.text));
  vote('item-first', `skuId ${second.text}`, skus(second.text));
  vote('sku-first', `itemId ${second.text}`, items(second.text));
  vote('sku-first', `skuId ${first.text}`, skus(first.text));
  return votes;
}

/** "SKU" at the very start names the whole text, not the number behind it. */
function labelVotes({ ids: [first, second], tokens }: Form): OrderVote[] {
  const why = 'the SKU itself calls them so';
  if (first.label === 'item' || second.label === 'sku') {
    if (first.label !== 'sku' && second.label !== 'item') return [{ order: 'item-first', why }];
  }
  const start = tokens.findIndex((token) => 'slot' in token);
  const opensWithSku = first.label === 'sku' && start <= 2 && second.label === undefined;
  if (second.label === 'item' || (first.label === 'sku' && !opensWithSku)) {
    return [{ order: 'sku-first', why }];
  }
  return [];
}

function lengthVotes({ ids: [first, second] }: Form): OrderVote[] {
  if (canBeItem(first.text) === canBeItem(second.text)) return [];
  const short = canBeItem(first.text) ? second : first;
  return [
    {
      order: short === second ? 'item-first' : 'sku-first',
      why: `${short.text} is too short for an item id`,
    },
  ];
}

export interface PricedForm {
  readonly form: Form;
  /** The least one unit was sold for, in fen. */
  readonly saleFen: number | undefined;
}

/** @param order of the ids, to find the source's known price */
export function findUnit(
  forms: readonly PricedForm[],
  known: KnownSources,
  order: Order | undefined,
): UnitFound {
  const votes = forms.flatMap(({ form, saleFen }) => unitVotes(form, saleFen, known, order));
  // A price that is known outweighs what a sale price makes plausible.
  const strong = votes.filter((vote) => vote.strong);
  const counted = strong.length > 0 ? strong : votes;
  const [first] = counted;
  const number = forms.find(({ form }) => form.number !== undefined)?.form.number ?? '';
  if (!first || counted.some(({ unit }) => unit !== first.unit)) {
    return { unit: undefined, why: `what the number ${number} means is unsure` };
  }
  return { unit: first.unit, why: first.why };
}

interface UnitVote {
  readonly unit: 'fen' | 'yuan';
  readonly strong: boolean;
  readonly why: string;
}

function unitVotes(
  { ids: [first, second], number }: Form,
  saleFen: number | undefined,
  known: KnownSources,
  order: Order | undefined,
): UnitVote[] {
  if (number === undefined) return [];
  const amounts = (['fen', 'yuan'] as const).flatMap((unit) => {
    const fen = fenOf(number, unit);
    return fen === undefined ? [] : [{ unit, fen }];
  });
  const [item, sku] = order === 'sku-first' ? [second, first] : [first, second];
  const price = known.price(item.text, sku.text);
  if (price?.priceFen !== undefined) {
    const about = price.priceFen;
    const near = amounts.filter(({ fen }) => fen > about * 0.75 && fen < about * 1.25);
    const why = `as a price it is near that of ${price.where}`;
    return near.map(({ unit }) => ({ unit, strong: true, why }));
  }
  if (saleFen === undefined) return [];
  const plausible = amounts.filter(
    ({ fen }) => fen <= saleFen && fen >= saleFen * LEAST_COST_SHARE,
  );
  const [only] = plausible;
  if (!only || plausible.length > 1) return [];
  return [
    {
      unit: only.unit,
      strong: false,
      why: `${number} is taken for the price in ${only.unit}, because that fits the sale price`,
    },
  ];
}
