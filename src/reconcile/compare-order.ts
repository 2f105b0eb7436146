/** Whether what is stored of an order is what its marketplace says now; pure. */
import { isDeepStrictEqual } from 'node:util';
import type { SalesOrder } from '../../connectors/marketplace.ts';
import { digestOf, type SalesLineRow, type SalesOrderRow } from '../database/orders.ts';

export interface StoredOrder {
  readonly order: Pick<
    SalesOrderRow,
    'id' | 'state' | 'digest' | 'document' | 'source_created_at' | 'source_updated_at'
  >;
  readonly lines: readonly Pick<
    SalesLineRow,
    'line_id' | 'sku' | 'quantity' | 'status' | 'phase' | 'state'
  >[];
}

export type OrderVerdict = 'same' | 'stale' | 'not-here' | 'reused' | 'differs' | 'damaged';

export function compareOrder(theirs: SalesOrder, ours: StoredOrder | undefined): OrderVerdict {
  if (!ours) return 'not-here';
  if (ours.order.source_created_at.getTime() !== theirs.createdAt.getTime()) return 'reused';
  // An answer of theirs from before what is stored: theirs is late, not ours.
  if (theirs.updatedAt < ours.order.source_updated_at) return 'stale';
  if (ours.order.digest !== digestOf(theirs)) return 'differs';
  return isSpoiled(theirs, ours) ? 'damaged' : 'same';
}

/** The digest is that of what was read; the rows beside it say something else. */
function isSpoiled(theirs: SalesOrder, ours: StoredOrder): boolean {
  if (!isDeepStrictEqual(plain(theirs), plain(ours.order.document as object))) return true;
  const rows = new Map(ours.lines.map((row) => [row.line_id, row]));
  return theirs.lines.some((line) => {
    const row = rows.get(line.lineId);
    return (
      row?.quantity !== line.quantity ||
      row.status !== line.status ||
      row.phase !== line.phase ||
      row.sku !== (line.sku ?? null)
    );
  });
}

/** As stored: without the buyer; and without what may differ though nothing changed. */
function plain(order: object): Record<string, unknown> {
  const {
    buyer: _,
    updatedAt: __,
    ...told
  } = JSON.parse(JSON.stringify(order)) as Record<string, unknown>;
  const lines = (told.lines ?? []) as { lineId: string }[];
  const statuses = (told.statuses ?? []) as string[];
  return {
    ...told,
    lines: lines.toSorted((a, b) => (a.lineId < b.lineId ? -1 : 1)),
    statuses: statuses.toSorted(),
  };
}

/** What differs, in few words: theirs and ours side by side. Names no buyer. */
export function whatDiffers(
  theirs: SalesOrder,
  ours: StoredOrder,
): { readonly theirs: string; readonly ours: string } {
  const there = plain(theirs);
  const here = plain(ours.order.document as object);
  const keys = Object.keys(there).filter((key) => !isDeepStrictEqual(there[key], here[key]));
  if (keys.length === 0) {
    const what = ours.order.digest === digestOf(theirs) ? 'lines' : "the buyer's address";
    return { theirs: `${what} as read now`, ours: `${what} as stored` };
  }
  return { theirs: words(there, keys), ours: words(here, keys) };
}

function words(from: Record<string, unknown>, keys: readonly string[]): string {
  return keys.map((key) => `${key} ${word(key, from[key])}`).join(', ');
}

function word(key: string, value: unknown): string {
  if (key === 'lines' && Array.isArray(value)) {
    return value
      .map(({ lineId, quantity, status }) => `${lineId}: ${quantity} ${status}`)
      .join('; ');
  }
  const text = Array.isArray(value) ? value.join('+') : String(value ?? 'none');
  return text === '[object Object]' ? 'details' : text;
}
