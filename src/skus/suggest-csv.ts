/**
 * Proposals as a file that `ponbridge skus import` reads. Each SKU has its best proposal only: were
 * two of one SKU accepted, they would be bought together. Rows without a yes are not imported.
 * @module
 */
import { stringify } from 'csv-stringify/sync';
import { guardFormula, guardText } from '../../mappings/spreadsheet-text.ts';
import { linkScope } from '../../mappings/suggest/effect.ts';
import type { Service } from '../service.ts';
import { storeOf } from '../service.ts';
import type { Suggestion } from './suggest.ts';
import { effectText, sourcesText } from './suggest-text.ts';

const COLUMNS = [
  'accept',
  'sku',
  'itemId',
  'skuId',
  'quantity',
  'price',
  'store',
  'confidence',
  'name',
  'why',
] as const;

export interface SuggestionFile {
  readonly csv: string;
  readonly rows: number;
}

/** With a byte order mark: without it Excel reads names in the machine's own alphabet. */
export function toCsv(service: Service, suggestions: readonly Suggestion[]): SuggestionFile {
  const rows = suggestions.flatMap((suggestion) => rowsOf(service, suggestion));
  return { csv: `\uFEFF${COLUMNS.join(',')}\n${stringify(rows)}`, rows: rows.length };
}

function rowsOf(service: Service, { sku, store, name, proposals }: Suggestion): string[][] {
  const [best, ...others] = proposals;
  if (!best) return [];
  const scope = linkScope(storeOf(service, store).settings.lines, store) ?? '';
  const bundle =
    best.sources.length > 1
      ? [`a bundle of ${best.sources.length} rows: accept all of them or none`]
      : [];
  const else_ = others.map((each) => `or (${each.confidence}): ${sourcesText(each.sources)}`);
  const why = [...bundle, effectText(best), ...best.why, ...else_].join('; ');
  return best.sources.map(({ itemId, skuId, quantity, priceFen }) => [
    '',
    guardText(sku),
    guardText(itemId),
    guardText(skuId),
    String(quantity),
    priceFen === undefined ? '' : (priceFen / 100).toFixed(2),
    scope,
    best.confidence,
    guardFormula(oneLine(name)),
    guardFormula(oneLine(why)),
  ]);
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}
