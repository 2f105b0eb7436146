/** Which orders wait for a person's yes: planned, not bought, in a store that buys by hand. */
import type { Settings } from '../config.ts';
import type { OrderSummary } from './orders.ts';

export function needsApproval(
  { stores }: Pick<Settings, 'stores'>,
  row: Pick<OrderSummary, 'store' | 'state' | 'approvedAt'>,
): boolean {
  const store = stores.get(row.store)?.settings;
  return row.state === 'waiting' && row.approvedAt === null && store?.purchase.mode === 'manual';
}
