/** `ponbridge label <id>`: writes the labels kept of an order into files, for the warehouse. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openLabel } from '../stages/label.ts';
import type { Context } from './context.ts';
import { withCore } from './core.ts';
import { Problem } from './errors.ts';
import { readOrderSnapshot } from './find-order.ts';

export interface LabelOptions {
  readonly store?: string;
  /** Where the files go; the current folder unless told. */
  readonly out?: string;
}

/** Labels come as PDF, sometimes several in a ZIP. */
const ENDINGS: Readonly<Record<string, string>> = { 'application/zip': 'zip' };

export async function label(context: Context, word: string, options: LabelOptions): Promise<void> {
  await withCore(context, async (core) => {
    const { order, packages } = await readOrderSnapshot(core, word, options.store);
    let written = 0;
    for (const row of packages) {
      const kept = await openLabel(core, row.id);
      if (!kept) continue;
      const ending = ENDINGS[kept.contentType.split(';')[0] ?? ''] ?? 'pdf';
      const file = join(
        options.out ?? '.',
        `${order.order_number}-${row.package_id ?? row.id}.${ending}`,
      );
      // It shows the buyer's name and address: for the owner of the file alone.
      await writeFile(file, kept.bytes, { mode: 0o600 });
      context.print(
        `${file}: package ${row.package_id ?? row.id}, number ${row.tracking_number ?? '-'}`,
      );
      written += 1;
    }
    if (written === 0) {
      throw new Problem(
        `order ${order.order_number} has no label yet: the marketplace makes it once the package is arranged (ship.pack and ship.arrange of the store say when)`,
      );
    }
  });
}
