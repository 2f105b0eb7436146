/**
 * Which lines of an order are the store's to buy at all, before any rule looks at a SKU.
 * @module
 */
import type { Fulfilment, OrderLine, SalesOrder } from '../connectors/marketplace.ts';

/** Why a line is not bought; `rule`: a skip rule of the store. */
export type SkipCause =
  | 'cancelled'
  | 'closed'
  | 'shipped'
  | 'delivered'
  | 'not-ours'
  | 'before-start'
  | 'no-units'
  | 'rule';

export interface SkippedLine {
  readonly lineId: string;
  readonly cause: SkipCause;
  /** For people. */
  readonly reason: string;
}

export interface Triage {
  /** Buyable now or, while not paid, later: the lines that rules look at. */
  readonly wanted: readonly OrderLine[];
  readonly skipped: readonly SkippedLine[];
  /** Of a status this program does not know. */
  readonly unknown: readonly OrderLine[];
  /** The marketplace has not decided yet whether they are cancelled. */
  readonly cancelling: readonly OrderLine[];
}

const NOT_OURS: Readonly<Record<Exclude<Fulfilment, 'seller'>, string>> = {
  marketplace: 'the marketplace ships it from its own warehouse',
  digital: 'digital goods: nothing is shipped',
  'store-pickup': "the buyer picks it up in the seller's shop",
};

const OVER = {
  cancelled: 'cancelled',
  closed: 'ended otherwise (returned, lost or failed)',
  shipped: 'already shipped',
  delivered: 'already delivered',
} as const;

export function triage(order: SalesOrder): Triage {
  const wanted: OrderLine[] = [];
  const skipped: SkippedLine[] = [];
  const unknown: OrderLine[] = [];
  const cancelling: OrderLine[] = [];
  for (const line of order.lines) {
    const skip = skipOf(line);
    if (line.phase === 'cancelling') cancelling.push(line);
    else if (skip) skipped.push({ lineId: line.lineId, ...skip });
    else if (line.phase === 'unknown') unknown.push(line);
    else wanted.push(line);
  }
  return { wanted, skipped, unknown, cancelling };
}

function skipOf(line: OrderLine): Omit<SkippedLine, 'lineId'> | undefined {
  const { phase, fulfilment } = line;
  if (phase === 'cancelled') return { cause: phase, reason: OVER[phase] };
  if (fulfilment !== 'seller') return { cause: 'not-ours', reason: NOT_OURS[fulfilment] };
  if (phase === 'closed' || phase === 'shipped' || phase === 'delivered') {
    return { cause: phase, reason: OVER[phase] };
  }
  // `quantity` counts the units wanted now: 0 when all of them were cancelled.
  if (line.quantity === 0) return { cause: 'no-units', reason: 'no unit is wanted any more' };
  return undefined;
}
