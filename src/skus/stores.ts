/** Names of stores in files and options of the SKU links. */

import { nearest } from '../../mappings/near-miss.ts';
import { shorten } from '../../mappings/sku-links.ts';
import type { StoreCheck } from './rows.ts';

const MOST_NAMED = 10;

/** Says, with the nearest name, when a store is none of ours. Answers are kept: rows repeat them. */
export function storeCheck(names: Iterable<string>): StoreCheck {
  const known = new Set(names);
  const said = new Map<string, string>();
  return (store) => {
    if (known.has(store)) return undefined;
    const before = said.get(store);
    if (before !== undefined) return before;
    const text = `"${shorten(store)}" is none of the stores; ${remedy(store, [...known])}`;
    if (said.size < 1_000) said.set(store, text);
    return text;
  };
}

function remedy(store: string, known: readonly string[]): string {
  const near = nearest(store, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (known.length === 0) return 'there is none yet';
  const more = known.length > MOST_NAMED ? `, ... (${known.length} in all)` : '';
  return `there are ${known.slice(0, MOST_NAMED).join(', ')}${more}`;
}
