/** How SKUs are mapped: a pattern proposed from an example SKU, or the table of SKU links, or both. */
import { z } from 'zod';
import { matchSku, parseSkuPattern } from '../../mappings/pattern.ts';
import { answer, type StoreAnswers } from './answers.ts';
import { askText, choose } from './prompts.ts';
import { type Proposal, proposePatterns } from './propose-pattern.ts';

type SkuAnswers = Pick<StoreAnswers, 'skus' | 'pattern' | 'fixedPrice'>;

const TYPE_IT = 'type it';
const OTHER_SKU = 'another SKU';
const LINKS = 'links';

export async function askSkus(): Promise<SkuAnswers> {
  const skus = await choose('What do your SKUs say of what to buy?', [
    { value: 'both', name: 'some hold the source ids, the others are in a table' },
    { value: 'links', name: 'nothing: all are in a table of SKU links (CSV)' },
    {
      value: 'pattern',
      name: 'all hold the source ids, e.g. TB-600126245031041190-5016042822039',
    },
  ]);
  return skus === 'links' ? { skus } : askPattern(skus);
}

async function askPattern(skus: 'pattern' | 'both'): Promise<SkuAnswers> {
  for (;;) {
    const sku = await askText({
      message: 'Type one of your SKUs that holds the source ids:',
      schema: z.string().min(1).max(200),
    });
    const chosen = await choosePattern(sku);
    if (chosen === OTHER_SKU) continue;
    if (chosen === LINKS) return { skus: 'links' };
    const pattern = chosen === TYPE_IT ? await typePattern(sku) : chosen;
    if (/\{(fen|yuan)\}/.test(pattern)) return { skus, pattern };
    const price = await askText({
      message: 'It has no price. One for every SKU, in yuan (empty: choose anew)?',
      schema: answer.fixedPrice,
      optional: true,
    });
    if (price !== '') return { skus, pattern, fixedPrice: price };
  }
}

function choosePattern(sku: string): Promise<string> {
  const proposals = proposePatterns(sku);
  const found = proposals.map((proposal) => ({
    value: proposal.pattern,
    name: proposal.pattern,
    description: explain(proposal),
  }));
  const question =
    proposals.length > 0
      ? 'Which pattern reads it right, as told below?'
      : 'No two source ids are found in it. What now?';
  return choose(question, [
    ...found,
    { value: TYPE_IT, name: 'I type the pattern myself' },
    { value: OTHER_SKU, name: 'try another SKU' },
    { value: LINKS, name: 'no pattern: use the table of SKU links' },
  ]);
}

function explain({ parts }: Proposal): string {
  const price =
    parts.priceFen === undefined ? 'no price' : `${(parts.priceFen / 100).toFixed(2)} CNY a unit`;
  const units = parts.quantity === 1 ? '' : `${parts.quantity} units, `;
  return `item ${parts.itemId}, source SKU ${parts.skuId}, ${units}${price}`;
}

function typePattern(sku: string): Promise<string> {
  return askText({
    message: 'The pattern, of {itemId}, {skuId}, {quantity}, {fen} or {yuan}, {any}:',
    schema: answer.pattern,
    refuse(text) {
      const parsed = parseSkuPattern(text);
      const match = parsed.ok ? matchSku(parsed.pattern, sku) : undefined;
      return match && !match.ok ? `it does not read ${sku}: ${match.reason}` : undefined;
    },
  });
}
