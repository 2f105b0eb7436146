/** `ponbridge skus export`: the table of SKU links as the CSV that `import` reads. */
import { type FileHandle, open } from 'node:fs/promises';
import { connectDatabase } from '../database/connect.ts';
import { type LinksWanted, sortedLinks } from '../database/sku-links.ts';
import { csvOf } from '../skus/export.ts';
import { counted } from '../skus/summary.ts';
import type { Context } from './context.ts';
import { withCore } from './core.ts';
import { Problem } from './errors.ts';
import { knownStore } from './skus-store.ts';
import { keepHeapSmall } from './small-heap.ts';

export interface ExportOptions extends LinksWanted {
  /** For a spreadsheet: with a mark, and ids as text. */
  readonly excel?: boolean;
}

export async function exportSkus(
  context: Context,
  file: string | undefined,
  options: ExportOptions,
): Promise<void> {
  keepHeapSmall();
  await withCore(context, async (core) => {
    await knownStore(core, options.store);
    const target = file === undefined ? undefined : await openTarget(file);
    // Its own: between two parts of it a reader, say `less`, may wait for as long as it likes.
    const db = connectDatabase(core.databaseUrl, { size: 1, silentMs: 0 });
    let count = 0;
    try {
      await db.connection().execute(async (connection) => {
        const links = sortedLinks(connection, options);
        for await (const { text, rows } of csvOf(links, options.excel ?? false)) {
          count += rows;
          await (target ? target.write(text) : writeOut(text));
        }
      });
      await target?.close();
    } catch (error) {
      await target?.close().catch(() => {});
      const { code, syscall } = error as NodeJS.ErrnoException;
      // `export | head` has read what it wanted.
      if (code === 'EPIPE' && file === undefined) return;
      if (syscall !== 'write') throw error;
      throw new Problem(`${file ?? 'the output'} is not whole: ${(error as Error).message}.`);
    } finally {
      await db.destroy();
    }
    context.note(`${counted(count, 'SKU link')} exported${file ? ` to ${file}` : ''}.`);
  });
}

async function openTarget(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'w');
  } catch (error) {
    throw new Problem(`${file} cannot be written: ${(error as Error).message}`);
  }
}

async function writeOut(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
