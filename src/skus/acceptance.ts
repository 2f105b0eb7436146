/**
 * Files of proposals (`skus suggest --out`) have a column `accept`: a row without a yes is no link and
 * no mistake. A SKU's rows are bought together, so they are accepted together or not at all.
 * @module
 */
import { type FileColumn, LINK_COLUMNS } from '../../mappings/sku-links.ts';
import type { RightRow, WrongRow } from './rows.ts';

const YES = /^(?:y|yes|x|1|true|ok)$/i;

interface Cells {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Gives the row back, or `undefined` for one that nobody accepted. */
export type Acceptance = (
  record: Cells,
  row: RightRow | WrongRow,
) => RightRow | WrongRow | undefined;

export function acceptanceOf(columns: readonly FileColumn[]): Acceptance {
  const index = columns.indexOf('accept');
  if (index < 0) return (_record, row) => row;
  const first = new Map<string, { readonly accepted: boolean; readonly line: number }>();
  return ({ cells, line }, row) => {
    const accepted = YES.test((cells[index] ?? '').trim());
    if (!('link' in row)) return accepted ? row : undefined;
    const { sku, store } = row.link;
    const key = `${store ?? ''}\u0000${sku}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, { accepted, line });
    if (before === undefined || before.accepted === accepted) return accepted ? row : undefined;
    const error = accepted
      ? `is accepted, but line ${before.line} of the same SKU is not`
      : `is not accepted, but line ${before.line} of the same SKU is`;
    return {
      line,
      error: `${error}; rows of one SKU are bought together: accept all of them or none`,
      cells: columns.flatMap((column, at) => (isOfLink(column) ? [cells[at] ?? ''] : [])),
      skus: [sku],
      store: store ?? '',
    };
  };
}

function isOfLink(column: FileColumn): boolean {
  return LINK_COLUMNS.some((known) => known === column);
}
