/** `ponbridge skus remove`: takes SKU links away. */
import { createReadStream } from 'node:fs';
import { shorten } from '../../mappings/sku-links.ts';
import type { UnlinkedSku } from '../database/sku-diff.ts';
import type { StagedSku } from '../database/sku-staging.ts';
import { type Removed, removeLinks, skusOf } from '../skus/remove.ts';
import { counted, releasedText } from '../skus/summary.ts';
import type { Context } from './context.ts';
import { withCore } from './core.ts';
import { Misuse } from './errors.ts';
import { explainFile, sizeOf } from './skus-file.ts';
import { knownStore } from './skus-store.ts';
import { keepHeapSmall } from './small-heap.ts';

export interface RemoveOptions {
  readonly file?: string;
  readonly store?: string;
  readonly dryRun?: boolean;
}

const NOTHING = 'Nothing was removed.';

export async function removeSkus(
  context: Context,
  skus: readonly string[],
  options: RemoveOptions,
): Promise<void> {
  const { file, store, dryRun } = options;
  if ((file === undefined) === (skus.length === 0)) {
    throw new Misuse('Name the SKUs whose links go, or a CSV file that does with --file.');
  }
  if (file !== undefined && store !== undefined) {
    throw new Misuse("--store is for SKUs named here; a file's rows say their store themselves.");
  }
  keepHeapSmall();
  if (file !== undefined) await sizeOf(file, NOTHING);
  const removed = await withCore(context, async (core) => {
    await knownStore(core, store);
    const named = file === undefined ? listed(skus, store ?? '') : skusOf(createReadStream(file));
    return removeLinks(core, named, { dryRun: dryRun ?? false });
  }).catch((error: unknown) => {
    throw file === undefined ? error : explainFile(error, file, NOTHING);
  });
  report(context, removed, dryRun ?? false);
}

async function* listed(skus: readonly string[], store: string): AsyncGenerator<StagedSku[]> {
  yield skus.map((sku, index) => ({ line: index + 1, store, sku: sku.trim() }));
}

function report(context: Context, removed: Removed, dryRun: boolean): void {
  const { skus, linked, links, unlinked, released } = removed;
  for (const sku of unlinked) context.note(unlinkedText(sku));
  const more = skus - linked - unlinked.length;
  if (more > 0) context.note(`... and ${counted(more, 'more SKU')} without links`);
  const found = `${linked} of ${counted(skus, 'SKU')} ${linked === 1 ? 'has' : 'have'} links`;
  if (linked === 0) process.exitCode = 1;
  if (linked === 0 || dryRun) {
    const would = linked > 0 ? `: ${counted(links, 'link')} would go` : '';
    context.print(`${found}${would}. ${NOTHING}${dryRun ? ' (--dry-run)' : ''}`);
  } else {
    context.print(`${found}: ${counted(links, 'link')} removed.${releasedText(released)}`);
  }
}

function unlinkedText({ sku, store, elsewhere }: UnlinkedSku): string {
  const whose = store === '' ? 'no link shared by all stores' : `no link of store ${store}`;
  const others = elsewhere.map((name) =>
    name === '' ? 'one shared by all stores' : `one of store ${name}`,
  );
  return `${shorten(sku)} has ${whose}${others.length > 0 ? `, but ${others.join(', ')}` : ''}`;
}
