/** A person's yes to a proposal: linked by the same way as a file's rows, so that orders go on. */
import { stringify } from 'csv-stringify/sync';
import { linksFor } from '../../mappings/suggest/effect.ts';
import type { SuggestedSource } from '../../mappings/suggest/hint.ts';
import { linksOf } from '../database/sku-links.ts';
import { type Service, storeOf } from '../service.ts';
import { importLinks } from './import.ts';
import type { WaitingSku } from './suggest-orders.ts';

export type Accepted =
  | { readonly kind: 'linked'; readonly released: number }
  /** Somebody linked the SKU since the proposal was made; that is not overwritten. */
  | { readonly kind: 'meanwhile' };

export async function acceptProposal(
  service: Service,
  { store, sku, problem }: WaitingSku,
  sources: readonly SuggestedSource[],
): Promise<Accepted> {
  const { settings } = storeOf(service, store);
  const links = linksFor({ settings, storeName: store, sku, sources });
  if (problem === 'unmapped') {
    const scope = new Set(links.map((link) => link.store));
    const there = await linksOf(service.db, store, [sku]);
    if (there.some((link) => scope.has(link.store))) return { kind: 'meanwhile' };
  }
  const rows = links.map((link) => [
    link.sku,
    link.itemId,
    link.skuId,
    link.quantity,
    link.priceFen ?? '',
    link.store ?? '',
  ]);
  const csv = stringify([['sku', 'itemId', 'skuId', 'quantity', 'priceFen', 'store'], ...rows]);
  const { released, wrong } = await importLinks(service, csv);
  const [first] = wrong;
  if (first) throw new Error(`SKU "${sku}" cannot be linked: ${first.error}`);
  return { kind: 'linked', released };
}
