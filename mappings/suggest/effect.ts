/** What accepting a proposal would do, found out by the rules of the store themselves. */
import { type BudgetCheck, checkBudget } from '../budget.ts';
import { describeRule, matchRule } from '../rules.ts';
import type { SkuLink } from '../sku-links.ts';
import type { StoreSettings } from '../store.ts';
import type { SuggestedSource } from './hint.ts';

export interface Effect extends Pick<BudgetCheck, 'costFen' | 'saleFen' | 'marginShare'> {
  /** Why the link alone would change nothing, with what to do first. */
  readonly blocked: string | undefined;
  /** Limits of the store's budget that one unit breaks. */
  readonly breaks: readonly string[];
}

export interface EffectInput {
  readonly storeName: string;
  readonly settings: Pick<StoreSettings, 'lines' | 'budget'>;
  readonly storeCurrency: string;
  readonly currency: string;
  /** The least one unit was sold for. */
  readonly unitPrice: string;
  readonly sku: string;
  readonly sources: readonly SuggestedSource[];
}

/** Whose link it has to be, so that a rule of the store reads it: the store's own, unless only shared ones are read. */
export function linkScope(lines: StoreSettings['lines'], storeName: string): string | undefined {
  const reads = lines.flatMap((rule) => ('links' in rule ? [rule.links] : []));
  return reads.length > 0 && reads.every((each) => each === 'shared') ? undefined : storeName;
}

/** The links that accepting it would make. */
export function linksFor(input: Pick<EffectInput, 'sku' | 'sources' | 'storeName' | 'settings'>) {
  const store = linkScope(input.settings.lines, input.storeName);
  return input.sources.map((source): SkuLink => ({ store, sku: input.sku, ...source }));
}

/** Reckoned for one unit at the least price it was sold for. */
export function effectOf(input: EffectInput): Effect {
  const { settings, storeName, sku } = input;
  const links = linksFor(input);
  const nothing = { costFen: undefined, saleFen: undefined, marginShare: undefined, breaks: [] };
  for (const [index, rule] of settings.lines.entries()) {
    const match = matchRule(rule, sku, links, storeName);
    if (match.kind === 'no-match') continue;
    if (!('links' in rule) || match.kind !== 'buy') {
      const blocked = `rule ${index + 1} of the store (${describeRule(rule)}) takes this SKU before any link: put the links rule above it`;
      return { ...nothing, blocked };
    }
    const bought = match.sources.map(({ itemId, skuId, perUnit, priceFen }) => ({
      itemId,
      skuId,
      quantity: perUnit,
      priceFen,
    }));
    const budget = checkBudget({
      bought,
      complete: bought.every(({ priceFen }) => priceFen !== undefined),
      sold: [{ lineId: '1', unitPrice: input.unitPrice, quantity: 1 }],
      currency: input.currency,
      storeCurrency: input.storeCurrency,
      budget: settings.budget,
    });
    const { costFen, saleFen, marginShare, holds } = budget;
    return {
      costFen,
      saleFen,
      marginShare,
      blocked: undefined,
      breaks: holds.map(({ detail }) => detail),
    };
  }
  return {
    ...nothing,
    blocked: 'no rule of the store reads SKU links: add "- links: both" to its lines',
  };
}
