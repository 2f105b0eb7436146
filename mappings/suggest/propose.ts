/**
 * All that can be proposed for the SKUs that orders wait for, from evidence the caller has fetched.
 * Pure; it links nothing.
 * @module
 */
import { matchSku, parseSkuPattern } from '../pattern.ts';
import type { LineRule } from '../store.ts';
import { alikeHints, type LinkedSku } from './alike.ts';
import { boughtHints, type HandBought, type WaitingOrder } from './bought.ts';
import type { Form } from './form.ts';
import { type Hint, joinHints, type Proposal } from './hint.ts';
import { type KnownSource, type KnownSources, knownSources } from './known.ts';
import { proposeRules, type RuleProposal } from './line-rules.ts';
import { type NamedLine, namedHints, plainName } from './named.ts';
import { isId } from './pieces.ts';
import type { OrderVote } from './roles.ts';
import { type Subject, subjectKey } from './subject.ts';
import { readWritten } from './written.ts';

export interface Evidence {
  /** The line rules of every store. */
  readonly rules: ReadonlyMap<string, readonly LineRule[]>;
  /** SKUs seen in a store's recent orders. */
  readonly seen: ReadonlyMap<string, readonly string[]>;
  readonly known: readonly KnownSource[];
  /** Candidates by the SKU they may be alike to. */
  readonly linked: ReadonlyMap<string, readonly LinkedSku[]>;
  readonly named: readonly NamedLine[];
  readonly orders: readonly WaitingOrder[];
  readonly bought: readonly HandBought[];
  /** By `subjectKey`: what a SKU without price is bought as now. */
  readonly unpriced: ReadonlyMap<string, Hint['sources']>;
}

export interface Proposed {
  readonly rules: readonly RuleProposal[];
  /** Best first, by `subjectKey`; a SKU without proposal has none. */
  readonly proposals: ReadonlyMap<string, readonly Proposal[]>;
}

export function propose(subjects: readonly Subject[], evidence: Evidence): Proposed {
  const known = knownSources(evidence.known);
  const patterns = patternsOf(evidence.rules);
  const written = readWritten(subjects, known, (form) => voteOf(form, patterns));
  const bought = boughtHints(evidence.orders, evidence.bought);
  const named = Map.groupBy(evidence.named, ({ name }) => plainName(name));
  const proposals = new Map<string, readonly Proposal[]>();
  for (const subject of subjects) {
    const key = subjectKey(subject);
    const hints =
      subject.problem === 'unpriced'
        ? priceHints(evidence.unpriced.get(key) ?? [], known)
        : [
            ...(bought.get(key) ?? []),
            ...(written.hints.get(key) ?? []),
            ...patternHints(subject, patterns),
            ...alikeHints(subject.store, subject.sku, evidence.linked.get(subject.sku) ?? []),
            ...namedHints(subject, named.get(plainName(subject.name)) ?? []),
          ].map((hint) => withPrices(hint, known));
    const joined = joinHints(hints);
    if (joined.length > 0) proposals.set(key, joined);
  }
  const rules = [
    ...proposeRules(written.forms, (store) => evidence.seen.get(store) ?? []),
    ...adoptedRules(subjects, patterns),
  ];
  const best = new Map(rules.map((rule) => [`${rule.store} ${rule.pattern}`, rule]));
  return {
    rules: [...best.values()].toSorted((a, b) => b.reads.length - a.reads.length),
    proposals,
  };
}

interface StorePattern {
  readonly store: string;
  readonly text: string;
  read(sku: string): Hint['sources'][number] | undefined;
}

/** Patterns read letters as ids too; taken over from another store only digits are believed. */
function patternsOf(rules: Evidence['rules']): StorePattern[] {
  return [...rules].flatMap(([store, lines]) =>
    lines.flatMap((rule): StorePattern[] => {
      if (!('pattern' in rule)) return [];
      const parsed = parseSkuPattern(rule.pattern);
      if (!parsed.ok) return [];
      const fixed = typeof rule.price === 'object' ? rule.price.fixed : undefined;
      return [
        {
          store,
          text: rule.pattern,
          read(sku) {
            const match = matchSku(parsed.pattern, sku);
            if (!match.ok || !isId(match.parts.itemId) || !isId(match.parts.skuId))
              return undefined;
            const { itemId, skuId, quantity, priceFen } = match.parts;
            return { itemId, skuId, quantity, priceFen: fixed ?? (priceFen || undefined) };
          },
        },
      ];
    }),
  );
}

function voteOf(form: Form, patterns: readonly StorePattern[]): OrderVote | undefined {
  for (const { store, text, read } of patterns) {
    const source = read(form.sku);
    if (!source) continue;
    const order = source.itemId === form.ids[0].text ? 'item-first' : 'sku-first';
    return { order, why: `store ${store} reads it so by its rule "${text}"` };
  }
  return undefined;
}

function patternHints(subject: Subject, patterns: readonly StorePattern[]): Hint[] {
  const seen = new Set<string>();
  return patterns.flatMap(({ store, text, read }): Hint[] => {
    const source = store === subject.store || seen.has(text) ? undefined : read(subject.sku);
    if (!source) return [];
    seen.add(text);
    const why = `the rule "${text}" of store ${store} reads the SKU so`;
    return [{ kind: 'pattern', confidence: 'likely', sources: [source], why }];
  });
}

/** A pattern that another store has already, for the SKUs of this one that it reads. */
function adoptedRules(
  subjects: readonly Subject[],
  patterns: readonly StorePattern[],
): RuleProposal[] {
  const unmapped = subjects.filter(({ problem }) => problem === 'unmapped');
  const stores = Map.groupBy(unmapped, ({ store }) => store);
  return [...stores].flatMap(([store, of]) =>
    patterns.flatMap((pattern): RuleProposal[] => {
      if (pattern.store === store) return [];
      const reads = of.filter(({ sku }) => pattern.read(sku)).map(({ sku }) => sku);
      if (reads.length === 0) return [];
      const why = `store ${pattern.store} has this rule`;
      const { text } = pattern;
      const rest = { caution: undefined, orElse: undefined };
      return [{ store, pattern: text, confidence: 'likely', reads, why, ...rest }];
    }),
  );
}

/** A price known of these very goods; without one the hint stays without. */
function withPrices(hint: Hint, known: KnownSources): Hint {
  const found = pricesFor(hint.sources, known);
  if (found.length === 0) return hint;
  const why = `${hint.why}; ${priceWhy(found)}`;
  return { ...hint, sources: priced(hint.sources, known), why };
}

function pricesFor(sources: Hint['sources'], known: KnownSources): KnownSource[] {
  return sources.flatMap(({ itemId, skuId, priceFen }) =>
    priceFen === undefined ? (known.price(itemId, skuId) ?? []) : [],
  );
}

function priceWhy(found: readonly KnownSource[]): string {
  const where = [...new Set(found.map((each) => each.where))].join(', ');
  return `the price is known: these goods are ${where}`;
}

function priced(sources: Hint['sources'], known: KnownSources): Hint['sources'] {
  return sources.map((source) => ({
    ...source,
    priceFen: source.priceFen ?? known.price(source.itemId, source.skuId)?.priceFen,
  }));
}

function priceHints(sources: Hint['sources'], known: KnownSources): Hint[] {
  const found = pricesFor(sources, known);
  const missing = sources.filter(({ priceFen }) => priceFen === undefined);
  if (sources.length === 0 || found.length < missing.length) return [];
  const why = priceWhy(found);
  return [{ kind: 'price', confidence: 'likely', sources: priced(sources, known), why }];
}
