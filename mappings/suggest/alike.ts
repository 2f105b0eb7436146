/**
 * How near two SKUs are in their writing. Only case, blanks, signs and leading zeros are ways to write
 * the same; another last word is usually another size or colour, which is bought by another skuId.
 * @module
 */
import Fuse from 'fuse.js';
import type { Confidence, Hint } from './hint.ts';

/** A SKU whose source is known: linked, or bought before. */
export interface LinkedSku {
  readonly sku: string;
  /** Undefined: shared by all stores. */
  readonly store: string | undefined;
  /** How its source is known. */
  readonly by: 'link' | 'bought';
  readonly sources: Hint['sources'];
}

export interface Likeness {
  readonly rank: 'equal' | 'spelling' | 'zeros' | 'ending' | 'near';
  readonly why: string;
}

/** What Fuse still counts as near: 0 is equal, 1 has nothing in common. */
const NEAR = 0.25;
/** Texts beyond this differ by more than a slip; Fuse compares 32 characters at a time. */
const LONGEST = 64;
const MOST_NEAR = 3;

/** Undefined when the two have too little in common to speak of. */
export function likeness(sku: string, linked: string): Likeness | undefined {
  if (sku === linked) return { rank: 'equal', why: 'is the same SKU' };
  if (words(sku).length === 0 || words(linked).length === 0) return undefined;
  if (plain(sku) === plain(linked)) {
    return { rank: 'spelling', why: 'differs only in case, blanks or signs' };
  }
  if (withoutZeros(sku) === withoutZeros(linked)) {
    return { rank: 'zeros', why: 'differs only in leading zeros' };
  }
  const ours = words(sku);
  const theirs = words(linked);
  const shared = ours.findIndex((word, index) => word !== theirs[index]);
  const same = shared < 0 ? ours.length : shared;
  if (same === 0 || Math.max(ours.length, theirs.length) - same > 1) return undefined;
  const end = (of: readonly string[]) => of.slice(same).join(' ') || 'nothing';
  return {
    rank: 'ending',
    why: `ends in "${end(theirs)}" instead of "${end(ours)}": that is most likely another size or colour, not the same goods`,
  };
}

/** Between digits a sign counts: "A-1-1" is not "A-11". */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/(?<=\p{N})[^\p{L}\p{N}]+(?=\p{N})/gu, '-')
    .replace(/(?<!\p{N})[^\p{L}\p{N}]+|[^\p{L}\p{N}]+(?!\p{N})/gu, '');
}

/** Words keep apart where they stood apart: "A-01-1" is not "A-011". */
function withoutZeros(text: string): string {
  return words(text)
    .map((word) => word.replace(/(?<!\d)0+(?=\d)/g, ''))
    .join(' ');
}

function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

const CONFIDENCE: Readonly<Record<Likeness['rank'], Confidence>> = {
  equal: 'likely',
  spelling: 'likely',
  zeros: 'likely',
  ending: 'guess',
  near: 'guess',
};

/** @param linked candidates, a few hundred at most */
export function alikeHints(store: string, sku: string, linked: readonly LinkedSku[]): Hint[] {
  const found = linked.flatMap((each) => {
    const like = likeness(sku, each.sku);
    return like ? [{ ...each, ...like }] : [];
  });
  // Endings only where nothing is written the same.
  const same = found.filter(({ rank }) => rank !== 'ending');
  const shown = same.length > 0 ? same : found.slice(0, MOST_NEAR);
  const all = shown.length > 0 ? shown : nearOnes(sku, linked);
  return all.map((each) => ({
    kind: each.rank === 'equal' ? 'link' : 'alike',
    // The same SKU of the same store was bought as this: nothing says it more plainly.
    confidence:
      each.rank === 'equal' && each.by === 'bought' && each.store === store
        ? 'sure'
        : CONFIDENCE[each.rank],
    sources: each.sources,
    why: `${linkText(each, store)} ${each.why}`,
  }));
}

function nearOnes(sku: string, linked: readonly LinkedSku[]): (LinkedSku & Likeness)[] {
  const short = linked.filter((each) => each.sku.length <= LONGEST);
  if (sku.length > LONGEST || short.length === 0) return [];
  const fuse = new Fuse(short, {
    keys: ['sku'],
    threshold: NEAR,
    includeScore: true,
    distance: 16,
  });
  return fuse
    .search(sku, { limit: MOST_NEAR })
    .filter(
      ({ item }) => Math.abs(item.sku.length - sku.length) <= 2 && !digitsDiffer(item.sku, sku),
    )
    .map(({ item }) => ({
      ...item,
      rank: 'near' as const,
      why: 'is spelled nearly like it; perhaps a slip of the pen, perhaps other goods',
    }));
}

/** "MUG-1" and "MUG-2" are a series, not a slip. */
function digitsDiffer(a: string, b: string): boolean {
  return a.replace(/\D/g, '') !== b.replace(/\D/g, '');
}

function linkText({ sku, store, by }: LinkedSku, own: string): string {
  const whose =
    store === undefined ? 'shared by all stores' : store === own ? 'of this store' : `of ${store}`;
  return `the SKU "${sku}" (${by === 'link' ? 'link' : 'bought before by an order'} ${whose})`;
}

/**
 * Case, separators and zeros taken out: SKUs that are written alike have this in common. Cheap for the
 * table too: each further sign costs its search by 500,000 SKUs' letters.
 */
export function coarse(sku: string): string {
  return sku
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replace(new RegExp(`[${COARSE_DROPPED}]`, 'g'), '');
}
/** What `coarse` takes out; the hyphen stands where a class of letters takes it as itself. */
export const COARSE_DROPPED = ' _./0-';

/** Shorter beginnings are shared by too many SKUs to mean anything. */
const LEAST_STEM = 4;
/** Of a SKU in one word, how many letters at its end may be another size or a slip. */
const LAST_LETTERS = 3;

/** The beginning that SKUs of one series share: all but the last word, as it is written. */
export function stemOf(sku: string): string | undefined {
  const last = /^(.*[^\p{L}\p{N}])[\p{L}\p{N}]+$/su.exec(sku)?.[1];
  const stem = last ?? sku.slice(0, -LAST_LETTERS);
  return stem.length >= LEAST_STEM ? stem : undefined;
}
