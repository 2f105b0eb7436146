/**
 * One line rule against one SKU: does it match, what does it buy, and how is that known.
 * @module
 */
import type { MappingHoldCode } from './holds.ts';
import { matchSku, parseSkuPattern } from './pattern.ts';
import type { SkuLink } from './sku-links.ts';
import type { LineRule } from './store.ts';

/** Where a unit price was found; `unknown`: the rule names a place, and there is none. */
export type PriceFrom = 'link' | 'pattern' | 'fixed' | 'unknown';

/** A source SKU that one unit of the line is bought as. */
export interface RuleSource {
  readonly itemId: string;
  readonly skuId: string;
  /** Units bought per unit sold. */
  readonly perUnit: number;
  readonly priceFen: number | undefined;
  readonly priceFrom: PriceFrom;
}

/**
 * `reason` and `evidence` are sentences for people. A bundle or skip rule that names other SKUs has
 * no reason to give: a store may have hundreds of them.
 */
export type RuleMatch =
  | { readonly kind: 'no-match'; readonly reason: string | undefined }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'buy'; readonly sources: readonly RuleSource[]; readonly evidence: string }
  | { readonly kind: 'hold'; readonly code: MappingHoldCode; readonly detail: string };

type PatternRule = Extract<LineRule, { pattern: string }>;
type LinksRule = Extract<LineRule, { links: string }>;
type BundleRule = Extract<LineRule, { bundle: string }>;
type SkipRule = Extract<LineRule, { skip: string[] }>;

/** A rule in words. */
export function describeRule(rule: LineRule): string {
  if ('pattern' in rule) return `SKU pattern "${rule.pattern}"`;
  if ('bundle' in rule) return `bundle "${rule.bundle}"`;
  if ('skip' in rule) return `skip ${rule.skip.map((sku) => `"${sku}"`).join(', ')}`;
  const whose = {
    store: 'of this store',
    shared: 'shared by all stores',
    both: 'of this store, else shared',
  };
  return `SKU links ${whose[rule.links]}`;
}

/** @param links of any SKU and store; those that do not concern the line are left aside. */
export function matchRule(
  rule: LineRule,
  sku: string,
  links: readonly SkuLink[],
  storeName: string,
): RuleMatch {
  if ('pattern' in rule) return matchPattern(rule, sku);
  if ('bundle' in rule) return matchBundle(rule, sku);
  if ('skip' in rule) return matchSkip(rule, sku);
  return matchLinks(rule, sku, links, storeName);
}

function matchPattern(rule: PatternRule, sku: string): RuleMatch {
  const parsed = parseSkuPattern(rule.pattern);
  if (!parsed.ok) return { kind: 'no-match', reason: parsed.error };
  const match = matchSku(parsed.pattern, sku);
  if (!match.ok) return { kind: 'no-match', reason: match.reason };
  const { itemId, skuId, quantity, priceFen } = match.parts;
  const priced = priceOf(rule.price, 'pattern', priceFen);
  return {
    kind: 'buy',
    sources: [{ itemId, skuId, perUnit: quantity, ...priced }],
    evidence: `read from the SKU: itemId ${itemId}, skuId ${skuId}, quantity ${quantity}`,
  };
}

function matchLinks(
  rule: LinksRule,
  sku: string,
  links: readonly SkuLink[],
  storeName: string,
): RuleMatch {
  const ofSku = links.filter((link) => link.sku.trim() === sku);
  const own = rule.links === 'shared' ? [] : ofSku.filter((link) => link.store === storeName);
  const shared = rule.links === 'store' ? [] : ofSku.filter((link) => link.store === undefined);
  const found = own.length > 0 ? own : shared;
  if (found.length === 0) return { kind: 'no-match', reason: 'no link for this SKU' };
  // The table has no order of its own; sorted, the same links give the same purchase.
  const sorted = found.toSorted((a, b) => compare(a.itemId, b.itemId) || compare(a.skuId, b.skuId));
  const repeated = sorted.find((link, index) => isSameSource(link, sorted[index - 1]));
  if (repeated) {
    const detail = `SKU "${sku}" is linked more than once to itemId ${repeated.itemId}, skuId ${repeated.skuId}`;
    return { kind: 'hold', code: 'link-repeated', detail };
  }
  return {
    kind: 'buy',
    sources: sorted.map((link) => ({
      itemId: link.itemId,
      skuId: link.skuId,
      perUnit: link.quantity,
      ...priceOf(rule.price, 'link', link.priceFen),
    })),
    evidence: `${sorted.length} ${sorted.length === 1 ? 'link' : 'links'} ${own.length > 0 ? 'of this store' : 'shared by all stores'}`,
  };
}

function matchBundle(rule: BundleRule, sku: string): RuleMatch {
  if (rule.bundle.trim() !== sku) return { kind: 'no-match', reason: undefined };
  return {
    kind: 'buy',
    sources: rule.parts.map(({ itemId, skuId, quantity, price }) => ({
      itemId,
      skuId,
      perUnit: quantity,
      ...(price && 'fen' in price ? fixed(price.fen) : fixed(price?.fixed)),
    })),
    evidence: `a bundle of ${rule.parts.length} source SKUs`,
  };
}

function matchSkip(rule: SkipRule, sku: string): RuleMatch {
  return rule.skip.some((glob) => matchesGlob(glob, sku))
    ? { kind: 'skip', reason: rule.reason }
    : { kind: 'no-match', reason: undefined };
}

/** `*` stands for any text, also none. Each fixed piece is taken where it first occurs: one pass. */
export function matchesGlob(glob: string, text: string): boolean {
  const [head = '', ...rest] = glob.split('*');
  const tail = rest.pop();
  if (tail === undefined) return text === head;
  if (!text.startsWith(head)) return false;
  let at = head.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - tail.length >= at && text.endsWith(tail);
}

type Priced = Pick<RuleSource, 'priceFen' | 'priceFrom'>;

function priceOf(
  setting: 'pattern' | 'link' | { readonly fixed: number },
  from: 'pattern' | 'link',
  found: number | undefined,
): Priced {
  if (typeof setting === 'object') return fixed(setting.fixed);
  return known(found, from);
}

function fixed(priceFen: number | undefined): Priced {
  return known(priceFen, 'fixed');
}

/** A price of 0 is no price: the agent's amount 0 means "not known yet" (docs/architecture.md). */
function known(priceFen: number | undefined, from: PriceFrom): Priced {
  const usable = priceFen !== undefined && Number.isSafeInteger(priceFen) && priceFen > 0;
  return usable ? { priceFen, priceFrom: from } : { priceFen: undefined, priceFrom: 'unknown' };
}

function isSameSource(link: SkuLink, other: SkuLink | undefined): boolean {
  return other !== undefined && link.itemId === other.itemId && link.skuId === other.skuId;
}

/** By code units, so that the order does not depend on the machine's language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
