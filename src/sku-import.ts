/** SKU links from CSV: the good rows are taken, the wrong ones are all listed with their line. */
import { parse } from 'csv-parse/sync';
import { checkHeader, readRow, type SkuLink } from '../mappings/sku-links.ts';
import { ordersHeldForSkus, replaceLinks } from './database/sku-links.ts';
import type { Service } from './service.ts';

export interface WrongRow {
  readonly line: number;
  readonly column: string | undefined;
  readonly error: string;
}

export interface ReadLinks {
  readonly links: readonly SkuLink[];
  readonly wrong: readonly WrongRow[];
}

/** Reads CSV text: UTF-8 with or without BOM; comma, semicolon or tab. @throws {Error} on a wrong header. */
export function readLinks(csv: string): ReadLinks {
  const text = csv.replace(/^\uFEFF/, '');
  const header = text.slice(0, text.search(/\r?\n|$/));
  const delimiter =
    [',', ';', '\t'].sort((a, b) => header.split(b).length - header.split(a).length)[0] ?? ',';
  const rows = parse(text, {
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  }) as unknown as { record: string[]; info: { lines: number } }[];
  const [first, ...rest] = rows;
  const head = checkHeader(first?.record ?? []);
  if (!head.ok) throw new Error(`the first line must name the columns: ${head.errors.join('; ')}`);
  const links: SkuLink[] = [];
  const wrong: WrongRow[] = [];
  const seen = new Map<string, number>();
  for (const { record, info } of rest) {
    const line = info.lines;
    if (record.length > head.columns.length) {
      wrong.push({
        line,
        column: undefined,
        error: `has ${record.length} values for ${head.columns.length} columns`,
      });
      continue;
    }
    const named = Object.fromEntries(
      head.columns.map((column, index) => [column, record[index] ?? '']),
    );
    const row = readRow(named, line);
    if (!row.ok) {
      wrong.push({ line, column: row.column, error: row.error });
      continue;
    }
    const { store, sku, itemId, skuId } = row.link;
    const key = [store ?? '', sku, itemId, skuId].join('\u0000');
    const earlier = seen.get(key);
    if (earlier !== undefined) {
      wrong.push({
        line,
        column: 'sku',
        error: `links ${sku} to the same source SKU as line ${earlier}`,
      });
      continue;
    }
    seen.set(key, line);
    links.push(row.link);
  }
  return { links, wrong };
}

export interface Imported extends ReadLinks {
  /** Orders that waited for one of these SKUs and are tried again. */
  readonly released: number;
}

/** Imports the good rows of a CSV text, and tries the orders again that waited for them. */
export async function importLinks(service: Service, csv: string): Promise<Imported> {
  const read = readLinks(csv);
  const now = service.clock.now();
  const released = await service.db.transaction().execute(async (tx) => {
    await replaceLinks(tx, read.links, now);
    const orders = await ordersHeldForSkus(tx, [...new Set(read.links.map((link) => link.sku))]);
    if (orders.length > 0) {
      await tx
        .updateTable('sales_order')
        .set({ state: 'pulled', due_at: now })
        .where('id', 'in', orders)
        .where('state', 'in', ['held', 'planned', 'waiting'])
        .execute();
      for (const id of orders) await service.jobs.send(tx, 'order', { id, by: 'sku-links' });
    }
    return orders.length;
  });
  return { ...read, released };
}
