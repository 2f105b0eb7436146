/** Proposals as a person reads them: what, why, and what it would cost. */
import Big from 'big.js';
import { cny, percent } from '../../mappings/budget.ts';
import type { Proposal, SuggestedSource } from '../../mappings/suggest/hint.ts';
import type { RuleProposal } from '../../mappings/suggest/line-rules.ts';
import type { JudgedProposal, Suggestion, Suggestions } from './suggest.ts';

/** Rows of proposals of one SKU; more can be had with --json. */
const EXAMPLES = 2;
const LONGEST_NAME = 60;

/** Marketplace text on one line: nothing a terminal would obey. */
export function shown(text: string): string {
  const plain = text.replaceAll(/\p{Cc}/gu, ' ').trim();
  return plain.length > LONGEST_NAME ? `${plain.slice(0, LONGEST_NAME)}...` : plain;
}

export function ruleText({ store, ...rule }: RuleProposal): string {
  const examples = rule.reads.slice(0, EXAMPLES).map((sku) => `"${shown(sku)}"`);
  const rows = [
    `stores/${store}.yaml, lines:  (${rule.confidence})`,
    `  - pattern: ${JSON.stringify(rule.pattern)}`,
    `  reads ${count(rule.reads.length, 'SKU')}, e.g. ${examples.join(', ')}`,
    `  because ${rule.why}`,
  ];
  if (rule.orElse !== undefined) {
    rows.push(`  or the other way round: pattern: ${JSON.stringify(rule.orElse)}`);
  }
  if (rule.caution !== undefined) rows.push(`  careful: ${rule.caution}`);
  return rows.join('\n');
}

export function skuHead(suggestion: Suggestion): string {
  const { store, sku, name, variation, problem, units, orders, sale, currency } = suggestion;
  const goods = [name, variation ?? ''].map(shown).filter((text) => text !== '');
  const lacks = problem === 'unpriced' ? 'no price' : 'no source';
  const first = suggestion.orderNumbers[0];
  return `${store}  "${shown(sku)}"  ${goods.join(', ')}\n  ${lacks}: ${count(orders, 'order')} (e.g. ${first}), ${count(units, 'unit')}, sold for ${sale} ${currency}`;
}

export function proposalText(proposal: JudgedProposal, number: number): string {
  const rows = [
    `  ${number}  ${proposal.confidence.padEnd(6)}  ${sourcesText(proposal.sources)}`,
    `       ${effectText(proposal)}`,
    ...proposal.why.map((why) => `       - ${shownWhy(why)}`),
  ];
  return rows.join('\n');
}

/** `itemId 6001, skuId 5016, 2 per unit at 12.50 CNY`; parts of a bundle are joined by "+". */
export function sourcesText(sources: readonly SuggestedSource[]): string {
  return sources
    .map(({ itemId, skuId, quantity, priceFen }) => {
      const price = priceFen === undefined ? 'price not known' : `at ${cny(new Big(priceFen))}`;
      return `itemId ${itemId}, skuId ${skuId}, ${quantity} per unit, ${price}`;
    })
    .join(' + ');
}

export function effectText({ effect }: Pick<JudgedProposal, 'effect'>): string {
  if (effect.blocked !== undefined) return `has no effect yet: ${effect.blocked}`;
  const { costFen, saleFen, marginShare } = effect;
  if (costFen === undefined) {
    return 'its price is not known: orders would wait with price-unknown until it is';
  }
  const sale = saleFen === undefined ? '' : `, sold for ${cny(new Big(saleFen))}`;
  const margin = marginShare === undefined ? '' : `, margin ${percent(new Big(marginShare))}`;
  const held = effect.breaks.length > 0 ? `. Held by the budget: ${effect.breaks.join('; ')}` : '';
  return `one unit costs ${cny(new Big(costFen))}${sale}${margin}${held}`;
}

function shownWhy(why: Proposal['why'][number]): string {
  return why.replaceAll(/\p{Cc}/gu, ' ');
}

/** How much waits, in one sentence. */
export function summary({ suggestions, left, cut, looked }: Suggestions): string {
  const without = suggestions.filter(({ proposals }) => proposals.length === 0).length;
  const more = left > 0 ? ` ${count(left, 'further SKU')} are left for the next run.` : '';
  const older = cut ? ` Only the newest ${looked} orders were looked at.` : '';
  return `${count(suggestions.length, 'SKU')} of ${count(looked, 'order')} not bought yet without source or price, ${suggestions.length - without} with a proposal.${more}${older}`;
}

export function count(number: number, word: string): string {
  return number === 1 ? `1 ${word}` : `${number} ${word}s`;
}
