/** `ponbridge skus import|export`: the table of SKU links as CSV. */
import { open, readFile } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import type { SkuLink } from '../../mappings/sku-links.ts';
import { allLinks } from '../database/sku-links.ts';
import { importLinks, type ReadLinks, readLinks } from '../sku-import.ts';
import type { Context } from './context.ts';
import { settingsOf, withCore } from './core.ts';
import { Problem } from './errors.ts';

export interface ImportOptions {
  /** Only checks the file; needs no database. */
  readonly dryRun?: boolean;
  /** Imports what is right although other rows are wrong. */
  readonly goodRows?: boolean;
}

export async function importSkus(
  context: Context,
  file: string,
  options: ImportOptions,
): Promise<void> {
  const csv = await readCsv(file);
  const settings = settingsOf(context);
  const read = readFileLinks(csv, file, new Set(settings.stores.keys()));
  for (const { line, error } of read.wrong) context.note(`${file}:${line}: ${error}`);
  const good = rows(read.links.length);
  const wrong = rows(read.wrong.length);
  if (read.wrong.length > 0) process.exitCode = 1;
  if (options.dryRun) {
    context.print(`${file}: ${good} right, ${wrong} wrong. Nothing was imported (--dry-run).`);
    return;
  }
  if (read.wrong.length > 0 && !options.goodRows) {
    context.print(
      `${file}: ${good} right, ${wrong} wrong. Nothing was imported. Correct the lines above, or import only the right ones with --good-rows.`,
    );
    return;
  }
  const { released } = await withCore(context, (core) => importLinks(core, csv));
  const left = read.wrong.length > 0 ? `, ${wrong} left out (see above)` : '';
  const freed =
    released === 0
      ? ''
      : ` ${released === 1 ? '1 order that has' : `${released} orders that have`} one of these SKUs and was not bought yet is planned anew.`;
  context.print(`${file}: ${good} imported${left}.${freed}`);
}

function rows(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`;
}

function readFileLinks(csv: string, file: string, stores: ReadonlySet<string>): ReadLinks {
  try {
    return readLinks(csv, stores);
  } catch (error) {
    throw new Problem(`${file}: ${(error as Error).message}. Nothing was imported.`);
  }
}

async function readCsv(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new Problem(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Problem(
      `${file} is not UTF-8. Save it as "CSV UTF-8" (Excel: Save As, CSV UTF-8), then import it again. Nothing was imported.`,
    );
  }
}

const COLUMNS = ['sku', 'itemId', 'skuId', 'quantity', 'price', 'store'] as const;

/** Writes what `import` reads; to standard output without a file. */
export async function exportSkus(context: Context, file: string | undefined): Promise<void> {
  await withCore(context, async (core) => {
    const target = file === undefined ? undefined : await open(file, 'w');
    let count = 0;
    try {
      const write = (text: string) => (target ? target.write(text) : writeOut(text));
      await write(`${COLUMNS.join(',')}\n`);
      for await (const links of allLinks(core.db)) {
        count += links.length;
        await write(stringify(links.map(toRow)));
      }
    } finally {
      await target?.close();
    }
    context.note(
      `${count === 1 ? '1 SKU link' : `${count} SKU links`} exported${file ? ` to ${file}` : ''}.`,
    );
  });
}

function toRow(link: SkuLink): string[] {
  const price = link.priceFen === undefined ? '' : (link.priceFen / 100).toFixed(2);
  return [link.sku, link.itemId, link.skuId, String(link.quantity), price, link.store ?? ''];
}

async function writeOut(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
