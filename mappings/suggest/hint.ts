/**
 * What a SKU may be bought as, and why somebody could think so. Hints of several kinds for the same
 * goods are joined into one proposal; a person decides.
 * @module
 */

/**
 * - `sure`: the goods were bought or linked as exactly this, or two independent hints agree
 * - `likely`: one good hint
 * - `guess`: worth a look; other goods may be meant
 */
export const CONFIDENCES = ['sure', 'likely', 'guess'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export interface SuggestedSource {
  readonly itemId: string;
  readonly skuId: string;
  /** Units of the source SKU per unit sold. */
  readonly quantity: number;
  readonly priceFen: number | undefined;
}

/** Where a hint comes from: two kinds that agree are worth more than one. */
export type HintKind = 'written' | 'pattern' | 'link' | 'alike' | 'name' | 'bought' | 'price';

export interface Hint {
  readonly kind: HintKind;
  readonly confidence: Confidence;
  /** Several when one SKU is bought as a bundle. */
  readonly sources: readonly SuggestedSource[];
  /** A sentence part for people: what this is concluded from. */
  readonly why: string;
}

export interface Proposal {
  readonly confidence: Confidence;
  readonly sources: readonly SuggestedSource[];
  readonly why: readonly string[];
}

export function weaker(a: Confidence, b: Confidence): Confidence {
  return CONFIDENCES.indexOf(a) > CONFIDENCES.indexOf(b) ? a : b;
}

function stronger(a: Confidence, b: Confidence): Confidence {
  return weaker(a, b) === a ? b : a;
}

/** Joins hints for the same goods, best first; at most `most` are kept. */
export function joinHints(hints: readonly Hint[], most = 5): Proposal[] {
  const groups = Map.groupBy(hints, ({ sources }) => goodsOf(sources));
  const joined = [...groups.values()].map(joinOne);
  const agreed = disputeSure(joined);
  return agreed
    .toSorted(
      (a, b) =>
        CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence) ||
        b.why.length - a.why.length,
    )
    .slice(0, most);
}

/** The same goods in the same quantities; the price is not part of it. */
function goodsOf(sources: readonly SuggestedSource[]): string {
  const parts = sources.map(({ itemId, skuId, quantity }) => [itemId, skuId, quantity].join(' '));
  return JSON.stringify(parts.sort());
}

function joinOne(group: readonly Hint[]): Proposal {
  const best = group.toSorted(
    (a, b) => CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence),
  );
  const kinds = new Set(best.filter(({ confidence }) => confidence !== 'guess').map((h) => h.kind));
  const confidence = best.reduce<Confidence>((so, each) => stronger(so, each.confidence), 'guess');
  const [first, ...rest] = best;
  const sources = (first?.sources ?? []).map((source) => ({
    ...source,
    priceFen: source.priceFen ?? priceIn(rest, source),
  }));
  return {
    confidence: kinds.size > 1 ? 'sure' : confidence,
    sources,
    why: [...new Set(best.map(({ why }) => why))],
  };
}

function priceIn(hints: readonly Hint[], { itemId, skuId }: SuggestedSource): number | undefined {
  return hints
    .flatMap(({ sources }) => sources)
    .find((each) => each.itemId === itemId && each.skuId === skuId && each.priceFen !== undefined)
    ?.priceFen;
}

/** Two that are both sure of different goods cannot both be right: a person must look. */
function disputeSure(proposals: readonly Proposal[]): Proposal[] {
  if (proposals.filter(({ confidence }) => confidence === 'sure').length < 2) return [...proposals];
  return proposals.map((each) =>
    each.confidence === 'sure'
      ? { ...each, confidence: 'likely', why: [...each.why, 'but another hint says otherwise'] }
      : each,
  );
}
