/** SKU links of a file, tried in place of the table's for the SKUs they speak of. Imports nothing. */
import { createReadStream } from 'node:fs';
import type { SkuLink } from '../../mappings/sku-links.ts';
import { openRows } from '../skus/rows.ts';
import { storeCheck } from '../skus/stores.ts';
import type { LinkOverlay } from './planner.ts';

export interface LinksFile {
  readonly links: LinkOverlay;
  /** Links of the store, and shared ones. */
  readonly count: number;
  /** Rows that an import would refuse, as `<line>: <error>`. */
  readonly wrong: readonly string[];
}

/**
 * Keeps the store's links in memory: some 400 bytes each.
 * @throws {Error} when it cannot be read as SKU links at all, saying why
 */
export async function readLinksFile(
  path: string,
  store: string,
  stores: Iterable<string>,
): Promise<LinksFile> {
  const links = new Map<string, SkuLink[]>();
  const wrong: string[] = [];
  let count = 0;
  const file = await openRows(createReadStream(path), storeCheck(stores));
  for await (const batch of file.batches) {
    for (const { line, error } of batch.wrong) wrong.push(`${line}: ${error}`);
    for (const { link } of batch.right) {
      if (link.store !== undefined && link.store !== store) continue;
      count += 1;
      const known = links.get(link.sku);
      if (known) known.push(link);
      else links.set(link.sku, [link]);
    }
  }
  return { links, count, wrong };
}
