/** What could be linked for the SKUs that recent orders wait for. Reads only; a person decides. */
import { type Effect, effectOf } from '../../mappings/suggest/effect.ts';
import type { Proposal } from '../../mappings/suggest/hint.ts';
import type { RuleProposal } from '../../mappings/suggest/line-rules.ts';
import { propose } from '../../mappings/suggest/propose.ts';
import { subjectKey } from '../../mappings/suggest/subject.ts';
import type { Service } from '../service.ts';
import { storeOf } from '../service.ts';
import { readAlike } from './suggest-alike.ts';
import { readHandBought, readOrdersOf } from './suggest-bought.ts';
import { idsIn, readBoughtBefore, readKnown, readNamed } from './suggest-known.ts';
import { readWaiting, type WaitingSku, type WaitingSkus } from './suggest-orders.ts';

export interface JudgedProposal extends Proposal {
  readonly effect: Effect;
}

export interface Suggestion extends WaitingSku {
  /** Best first; empty when nothing speaks for anything. */
  readonly proposals: readonly JudgedProposal[];
  /** A proposed line rule would read this SKU. */
  readonly byRule: boolean;
}

export interface Suggestions extends Omit<WaitingSkus, 'skus' | 'seen'> {
  readonly suggestions: readonly Suggestion[];
  readonly rules: readonly RuleProposal[];
  /** SKUs that were left for the next run: those that hold up most orders come first. */
  readonly left: number;
}

/** SKUs that evidence is looked for at once. */
const MOST_SKUS = 1_000;
/** How far back orders count that were bought by hand. */
const BY_HAND_MS = 90 * 86_400_000;

/** @param storeName of all stores when not given */
export async function suggest(
  service: Service,
  since: Date,
  storeName: string | undefined,
): Promise<Suggestions> {
  const { skus: all, seen, ...looked } = await readWaiting(service, since, storeName);
  const skus = all.slice(0, MOST_SKUS);
  const { rules, proposals } = propose(skus, await readEvidence(service, skus, since, seen));
  const byRule = new Set(
    rules.flatMap(({ store, reads, confidence }) =>
      confidence === 'guess' ? [] : reads.map((sku) => subjectKey({ store, sku })),
    ),
  );
  return {
    ...looked,
    left: all.length - skus.length,
    rules,
    suggestions: skus.map((sku) => ({
      ...sku,
      byRule: byRule.has(subjectKey(sku)),
      proposals: (proposals.get(subjectKey(sku)) ?? []).map((proposal) => ({
        ...proposal,
        effect: effectFor(service, sku, proposal.sources),
      })),
    })),
  };
}

/** What a link to these sources would do, by the rules and the budget of the SKU's store. */
export function effectFor(
  service: Service,
  { store: storeName, sku, currency, unitPrice }: WaitingSku,
  sources: Proposal['sources'],
): Effect {
  const { settings, currency: storeCurrency } = storeOf(service, storeName);
  return effectOf({ storeName, settings, storeCurrency, currency, unitPrice, sku, sources });
}

async function readEvidence(
  service: Service,
  skus: readonly WaitingSku[],
  since: Date,
  seen: WaitingSkus['seen'],
) {
  const { db, settings, clock } = service;
  const now = clock.now();
  const unmapped = skus.filter(({ problem }) => problem === 'unmapped');
  const texts = [...new Set(unmapped.map(({ sku }) => sku))];
  const byHandSince = new Date(Math.min(since.getTime(), now.getTime() - BY_HAND_MS));
  const orders = await readOrdersOf(service, texts, byHandSince);
  const bought = await readHandBought(service, orders);
  const names = [...new Set(unmapped.map(({ name }) => name))].filter((name) => name !== '');
  const namedLines = await readNamed(db, names, texts);
  const namedSkus = [...new Set(namedLines.map(({ sku }) => sku))];
  const before = await readBoughtBefore(db, [...texts, ...namedSkus]);
  const linked = await readAlike(db, [...new Set([...texts, ...namedSkus])]);
  const equal = (sku: string) => [
    ...before.filter((each) => each.sku === sku),
    ...(linked.get(sku) ?? []).filter((each) => each.sku === sku),
  ];
  const boughtIds = bought.flatMap(({ lines }) => lines.flatMap(({ skuId }) => skuId ?? []));
  const unpriced = skus.filter(({ problem }) => problem === 'unpriced');
  const unpricedIds = unpriced.flatMap(({ sources }) => sources.map(({ skuId }) => skuId));
  const ids = [...new Set([...idsIn(texts), ...boughtIds, ...unpricedIds])];
  return {
    rules: new Map([...settings.stores].map(([name, store]) => [name, store.settings.lines])),
    seen,
    known: await readKnown(db, ids, now),
    linked: new Map(
      texts.map((sku) => [
        sku,
        [...before.filter((each) => each.sku === sku), ...(linked.get(sku) ?? [])],
      ]),
    ),
    named: namedLines.flatMap((line) => {
      // The line's own store first, then what is shared, then other stores.
      const of = equal(line.sku);
      const best =
        of.find(({ store }) => store === line.store) ?? of.find(({ store }) => store === undefined);
      return best ? [{ ...line, sources: best.sources }] : [];
    }),
    orders,
    bought,
    unpriced: new Map(unpriced.map((each) => [subjectKey(each), each.sources])),
  };
}
