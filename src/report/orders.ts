/** Orders as people see them: one line each, for the terminal, the demo and later the dashboard. */
import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { PackageState, PurchaseState, SalesOrderState } from '../database/schema.ts';
import { type ShownState, shownState } from '../state.ts';

export interface OrderSummary {
  readonly id: string;
  readonly store: string;
  readonly orderNumber: string;
  readonly createdAt: Date;
  readonly state: ShownState;
  readonly reason: string | null;
  readonly orderSource: string | null;
  readonly sellerOrderNumber: string | null;
  readonly agentOrderNo: string | null;
  /** The numbers told to the marketplace or assigned by it, one per package. */
  readonly trackingNumber: string | null;
  /** Who assigned them: `marketplace` or `seller`. */
  readonly numberBy: string | null;
  readonly holds: readonly string[];
  /** Codes of its open alerts. */
  readonly alerts: readonly string[];
  readonly shipBy: Date | null;
  /** When a person said yes to its plan. */
  readonly approvedAt: Date | null;
}

export interface OrderFilter {
  readonly store?: string | undefined;
  /** A state as shown. */
  readonly state?: string | undefined;
  readonly limit?: number | undefined;
}

/** Newest first. */
export async function summariseOrders(db: Db, filter: OrderFilter = {}): Promise<OrderSummary[]> {
  let query = db
    .selectFrom('sales_order')
    .leftJoin(
      (row) =>
        row
          .selectFrom('purchase')
          .distinctOn('sales_order_id')
          .select(['sales_order_id', 'state', 'order_source', 'seller_order_number', 'order_no'])
          .orderBy('sales_order_id')
          .orderBy('part', 'desc')
          .as('latest'),
      (join) => join.onRef('latest.sales_order_id', '=', 'sales_order.id'),
    )
    .select([
      'sales_order.id',
      'sales_order.store',
      'sales_order.order_number',
      'sales_order.source_created_at',
      'sales_order.state',
      'sales_order.state_reason',
      'sales_order.ship_by',
      'sales_order.approved_at',
      'latest.state as purchase_state',
      'latest.order_source',
      'latest.seller_order_number',
      'latest.order_no',
    ])
    .select((row) => [
      sql<
        PackageState[]
      >`array(select state from package p where p.sales_order_id = ${row.ref('sales_order.id')} order by p.id)`.as(
        'packages',
      ),
      sql<
        string[]
      >`array(select distinct coalesce(p.told_number, p.tracking_number) from package p where p.sales_order_id = ${row.ref('sales_order.id')} and coalesce(p.told_number, p.tracking_number) is not null)`.as(
        'numbers',
      ),
      sql<
        string[]
      >`array(select distinct case when p.told_number is not null then 'seller' else 'marketplace' end from package p where p.sales_order_id = ${row.ref('sales_order.id')} and coalesce(p.told_number, p.tracking_number) is not null)`.as(
        'owners',
      ),
      sql<
        string[]
      >`array(select code from hold h where h.sales_order_id = ${row.ref('sales_order.id')} and h.cleared_at is null order by h.id)`.as(
        'holds',
      ),
      sql<
        string[]
      >`array(select code from alert a where a.sales_order_id = ${row.ref('sales_order.id')} and a.cleared_at is null order by a.id)`.as(
        'alerts',
      ),
    ])
    .orderBy('sales_order.source_created_at', 'desc')
    .orderBy('sales_order.id', 'desc');
  if (filter.store) query = query.where('sales_order.store', '=', filter.store);
  const { state, limit } = filter;
  if (state !== undefined) {
    query = query.where('sales_order.state', 'in', statesShownAs(state));
  }
  // Where the shown state is the order's own, the limit is the database's to keep.
  if (limit !== undefined && (state === undefined || OWN_STATES.has(state))) {
    query = query.limit(limit);
  }
  const rows = await query.execute();
  const all = rows.map((row) => ({
    id: row.id,
    store: row.store,
    orderNumber: row.order_number,
    createdAt: row.source_created_at,
    state: shownState({
      order: row.state as SalesOrderState,
      purchase: row.purchase_state as PurchaseState | null,
      packages: row.packages,
      held: row.holds.length > 0,
    }),
    reason: row.state_reason,
    // A purchase that was taken back never existed at the agent.
    orderSource: row.order_no ? row.order_source : null,
    sellerOrderNumber: row.order_no ? row.seller_order_number : null,
    agentOrderNo: row.order_no,
    trackingNumber: row.numbers.join(', ') || null,
    numberBy: row.owners.join(', ') || null,
    holds: row.holds,
    alerts: row.alerts,
    shipBy: row.ship_by,
    approvedAt: row.approved_at,
  }));
  const wanted = state === undefined ? all : all.filter((row) => row.state === state);
  return limit === undefined ? wanted : wanted.slice(0, limit);
}

/** Shown exactly when the order's own state is this; the others are derived from a live order's parts. */
const OWN_STATES: ReadonlySet<string> = new Set<SalesOrderState>([
  'pulled',
  'planned',
  'waiting',
  'ignored',
  'done',
]);

/** Which of the order's own states can be shown as this one. */
function statesShownAs(shown: string): SalesOrderState[] {
  if (OWN_STATES.has(shown)) return [shown as SalesOrderState];
  const own = shown === 'held' || shown === 'cancelled' ? [shown] : [];
  return ['open', 'cancelling', ...own] as SalesOrderState[];
}
