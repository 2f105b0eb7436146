/** Rows of a table that come in page by page: its columns keep the widths of what was printed before. */

export interface Column {
  readonly title: string;
  /** Amounts stand on the right. */
  readonly right?: boolean;
  readonly least?: number;
}

const GAP = '  ';

/**
 * Returns what makes the text of the next rows; the first text begins with the head. The last column is
 * not padded, so that it may be as long as it likes. Cells hold ids, dates, amounts: no wide characters.
 */
export function openColumns(columns: readonly Column[]) {
  const widths = columns.map(({ title, least = 0 }) => Math.max(title.length, least));
  let begun = false;
  const line = (cells: readonly string[]) =>
    columns
      .map(({ right }, index) => {
        const cell = cells[index] ?? '';
        if (right) return cell.padStart(widths[index] ?? 0);
        return index === columns.length - 1 ? cell : cell.padEnd(widths[index] ?? 0);
      })
      .join(GAP)
      .trimEnd();
  return (rows: readonly (readonly string[])[]): string[] => {
    for (const row of rows) {
      // The last column's length is nobody's matter.
      for (const [index, cell] of row.slice(0, columns.length - 1).entries()) {
        widths[index] = Math.max(widths[index] ?? 0, cell.length);
      }
    }
    const head = begun ? [] : [line(columns.map(({ title }) => title.toUpperCase()))];
    begun = true;
    return [...head, ...rows.map(line)];
  };
}
