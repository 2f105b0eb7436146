/** Where each state can lead: never backwards but where nothing came of a call. */
import type { PackageState, PurchaseState, SalesOrderState } from '../../src/database/schema.ts';

/** Where a state can lead, in any number of steps. */
export const ORDER_AFTER: Readonly<Record<SalesOrderState, readonly SalesOrderState[]>> =
  reach<SalesOrderState>({
    pulled: ['planned', 'held', 'waiting', 'open', 'cancelled', 'ignored'],
    planned: ['pulled', 'held', 'open'],
    held: ['pulled', 'planned', 'waiting', 'open', 'cancelled', 'ignored'],
    waiting: ['pulled', 'held', 'open', 'planned'],
    open: ['waiting', 'cancelling', 'done'],
    cancelling: ['cancelled'],
    done: [],
    cancelled: [],
    ignored: [],
  });

/** Of a purchase whose order at the agent is known. */
export const PURCHASE_AFTER: Readonly<Record<PurchaseState, readonly PurchaseState[]>> =
  reach<PurchaseState>({
    placing: ['placed'],
    // Only a proven refusal, or a call never sent, takes the way back from paying and cancelling.
    placed: ['paying', 'paid', 'sent', 'cancelling', 'cancelled'],
    paying: ['placed', 'paid', 'cancelled'],
    paid: ['sent', 'cancelled'],
    sent: ['cancelled'],
    cancelling: ['placed', 'cancelled'],
    cancelled: [],
  });

export const PACKAGE_AFTER: Readonly<Record<PackageState, readonly PackageState[]>> =
  reach<PackageState>({
    waiting: ['shipping', 'shipped', 'cancelled', 'ignored'],
    shipping: ['waiting', 'shipped', 'cancelled', 'ignored'],
    shipped: ['delivered', 'cancelled'],
    delivered: [],
    cancelled: ['waiting'],
    ignored: [],
  });

function reach<S extends string>(steps: Record<S, readonly S[]>): Record<S, readonly S[]> {
  const found = {} as Record<S, readonly S[]>;
  for (const from of Object.keys(steps) as S[]) {
    const seen = new Set<S>([from]);
    for (const at of seen) for (const to of steps[at]) seen.add(to);
    found[from] = [...seen];
  }
  return found;
}
