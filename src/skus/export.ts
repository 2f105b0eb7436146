/** SKU links as CSV text: `import` of it changes nothing. */
import { stringify } from 'csv-stringify/sync';
import type { SkuLink } from '../../mappings/sku-links.ts';
import { guardFormula, guardText } from '../../mappings/spreadsheet-text.ts';
import { EXPORT_COLUMNS, exportCells } from './cells.ts';

export interface CsvPart {
  readonly text: string;
  /** Without the header. */
  readonly rows: number;
}

/**
 * @param excel with a byte order mark, and SKUs and ids so that a spreadsheet leaves them as they are.
 *   Without it only those are guarded that a spreadsheet would compute (spreadsheet-text.ts).
 */
export async function* csvOf(
  links: AsyncIterable<readonly SkuLink[]>,
  excel: boolean,
): AsyncGenerator<CsvPart> {
  const guard = excel ? guardText : guardFormula;
  yield { text: `${excel ? '\uFEFF' : ''}${EXPORT_COLUMNS.join(',')}\n`, rows: 0 };
  for await (const part of links) {
    const rows = part.map((link) => exportCells(link, guard));
    // A break of Mac OS 9 (CR alone) ends a row as well, which the library leaves unquoted.
    yield { text: stringify(rows, { quoted_match: /\r/ }), rows: part.length };
  }
}
