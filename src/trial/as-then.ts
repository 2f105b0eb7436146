/** Orders of the past, planned as on the day they came in: rules are tried on last month's orders. */
import type { LinePhase, SalesOrder } from '../../connectors/marketplace.ts';

/** Somebody shipped these lines, so they were once to be bought. A cancelled one may never have been. */
const PAST: ReadonlySet<LinePhase> = new Set(['shipped', 'delivered', 'closed']);
const OPEN: ReadonlySet<LinePhase> = new Set(['waiting', 'buyable', 'cancelling', 'unknown']);

export interface AsThen {
  readonly order: SalesOrder;
  /** True when lines that are over count as to be bought. */
  readonly past: boolean;
}

/** An order with a line that is still open is left as it is: that is what would be bought now. */
export function asThen(order: SalesOrder): AsThen {
  const isPast = order.lines.some(({ phase }) => PAST.has(phase));
  if (!isPast || order.lines.some(({ phase }) => OPEN.has(phase))) return { order, past: false };
  const lines = order.lines.map((line) =>
    PAST.has(line.phase) ? { ...line, phase: 'buyable' as const } : line,
  );
  return { order: { ...order, lines }, past: true };
}
