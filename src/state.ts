/** What a person sees as "the order's state": derived from the three machines by one function. */
import type { PackageState, PurchaseState, SalesOrderState } from './database/schema.ts';

export interface StateFacts {
  readonly order: SalesOrderState;
  readonly purchase: PurchaseState | null;
  readonly packages: readonly PackageState[];
  readonly held: boolean;
}

export type ShownState = SalesOrderState | PurchaseState | 'shipping' | 'shipped' | 'delivered';

/** The furthest thing that is true; `held` before it when somebody has to look. */
export function shownState({ order, purchase, packages, held }: StateFacts): ShownState {
  if (order !== 'open' && order !== 'cancelling') return order;
  if (held) return 'held';
  if (order === 'cancelling') return order;
  const live = packages.filter((state) => state !== 'cancelled' && state !== 'ignored');
  if (live.length > 0) {
    if (live.every((state) => state === 'delivered')) return 'delivered';
    if (live.every((state) => state === 'shipped' || state === 'delivered')) return 'shipped';
    if (live.some((state) => state === 'shipping') && purchase === 'sent') return 'shipping';
  }
  return purchase ?? order;
}
