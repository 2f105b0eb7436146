/** The file of wrong rows: to be corrected, in a spreadsheet too, and imported as it is. */
import type { FileHandle } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { type LinkColumn, REMARK_COLUMNS } from '../../mappings/sku-links.ts';
import { guardFormula, guardText, unguarded } from '../../mappings/spreadsheet-text.ts';
import type { StagedWrongRow } from '../database/sku-staging.ts';
import { yuanOf } from './cells.ts';
import type { RowFile } from './rows.ts';

const WRITE_AT_ONCE = 1_000;

/**
 * Writes the columns and the delimiter of the file that was read, behind two columns that an import
 * leaves aside: the line, and the reason. They stand in front, where a row with too many values
 * cannot push them away.
 */
export async function writeWrongRows(
  target: FileHandle,
  { columns, delimiter }: RowFile,
  rows: AsyncIterable<StagedWrongRow>,
): Promise<void> {
  // With a mark, or a spreadsheet would not take it for UTF-8.
  let lines: string[][] = [[...REMARK_COLUMNS, ...columns]];
  await target.write('\uFEFF');
  for await (const row of rows) {
    const cells = row.cells === null ? columns.map((name) => cellOf(name, row)) : read(row.cells);
    lines.push([String(row.line), row.error, ...cells.map(guarded)]);
    if (lines.length >= WRITE_AT_ONCE) {
      await target.write(stringify(lines, { delimiter, quoted_match: /\r/ }));
      lines = [];
    }
  }
  await target.write(stringify(lines, { delimiter, quoted_match: /\r/ }));

  /** Prices stay numbers: a person may reckon with them. */
  function guarded(cell: string, index: number): string {
    const column = columns[index];
    return column === 'price' || column === 'quantity' ? guardFormula(cell) : guardText(cell);
  }
}

function read(cells: string): string[] {
  return (JSON.parse(cells) as string[]).map(unguarded);
}

function cellOf(column: LinkColumn, row: StagedWrongRow): string {
  switch (column) {
    case 'sku':
      return row.sku;
    case 'itemId':
      return row.item_id ?? '';
    case 'skuId':
      return row.sku_id ?? '';
    case 'quantity':
      return String(row.quantity ?? '');
    case 'price':
      return row.price_fen === null ? '' : yuanOf(Number(row.price_fen));
    case 'priceFen':
      return row.price_fen ?? '';
    case 'store':
      return row.store;
  }
}
