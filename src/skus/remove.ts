/** Removes all links of SKUs, in one transaction. */

import { unguarded } from '../../mappings/spreadsheet-text.ts';
import {
  compareRemoval,
  type Removal,
  type UnlinkedSku,
  unlinkedSkus,
} from '../database/sku-diff.ts';
import { type StagedSku, stageSkus } from '../database/sku-staging.ts';
import type { Service } from '../service.ts';
import { change, withStaging } from './change.ts';
import { readRecords } from './records.ts';
import { FileRefused } from './refused.ts';
import { headerOf } from './rows.ts';

export interface Removed extends Removal {
  /** The first SKUs that have no link where they were looked for. */
  readonly unlinked: readonly UnlinkedSku[];
  /** Orders that were not bought yet, have one of the SKUs, and are planned anew. */
  readonly released: number;
}

const MOST_UNLINKED = 20;

/** @throws {FileRefused} {LinksBusy} */
export async function removeLinks(
  service: Service,
  skus: AsyncIterable<readonly StagedSku[]>,
  options: { readonly dryRun?: boolean } = {},
): Promise<Removed> {
  return withStaging(service, !options.dryRun, async (db) => {
    for await (const part of skus) await stageSkus(db, part);
    const removal = await compareRemoval(db);
    const unlinked = removal.linked < removal.skus ? await unlinkedSkus(db, MOST_UNLINKED) : [];
    const released = options.dryRun ? 0 : await change(service, db);
    return { ...removal, unlinked, released };
  });
}

/**
 * The SKUs of a file: its column `sku`, and `store`, empty for shared links as in an import. Other
 * columns of SKU links may be there, so that rows of an export can be used as they are.
 * @throws {FileRefused} when one row names no SKU, too: then nothing is removed
 */
export async function* skusOf(source: AsyncIterable<Buffer>): AsyncGenerator<StagedSku[]> {
  let places: { readonly sku: number; readonly store: number } | undefined;
  for await (const { records } of readRecords(source)) {
    let rows = records;
    const [first] = records;
    if (!places && first) {
      const columns = headerOf(first, ['sku']);
      places = { sku: columns.indexOf('sku'), store: columns.indexOf('store') };
      rows = records.slice(1);
    }
    const at = places;
    if (!at) continue;
    yield rows.map(({ cells, line }) => {
      const sku = unguarded(cells[at.sku] ?? '').trim();
      if (sku === '') throw new FileRefused(`names no SKU in line ${line}`);
      return { line, sku, store: (cells[at.store] ?? '').trim() };
    });
  }
  if (!places) throw new FileRefused('is empty');
}
