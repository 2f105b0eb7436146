/** Everything stored about one sales order, read together: what stages decide by. */
import { type Selectable, sql } from 'kysely';
import type { Db } from './database/connect.ts';
import type { Hold } from './database/holds.ts';
import type { SalesLineRow, SalesOrderRow } from './database/orders.ts';
import type {
  AgentOrderTable,
  AllocationTable,
  AttemptTable,
  PackageTable,
  ParcelTable,
  PurchaseLineTable,
  PurchaseTable,
} from './database/schema.ts';

export type PurchaseRow = Selectable<PurchaseTable>;
export type PurchaseLineRow = Selectable<PurchaseLineTable>;
export type PackageRow = Selectable<PackageTable>;
export type AgentOrderRow = Selectable<AgentOrderTable>;
export type ParcelRow = Selectable<ParcelTable>;
export type AttemptRow = Selectable<AttemptTable>;

export interface Snapshot {
  readonly order: SalesOrderRow;
  readonly lines: readonly SalesLineRow[];
  readonly purchase: PurchaseRow | undefined;
  readonly purchaseLines: readonly PurchaseLineRow[];
  /** The sales lines that something was bought for, by id, with their units when it was. */
  readonly bought: ReadonlyMap<string, number>;
  readonly packages: readonly PackageRow[];
  readonly parcels: readonly ParcelRow[];
  /** What the agent's books said last of the purchase. */
  readonly agentOrder: AgentOrderRow | undefined;
  /** Ids of the packages whose label is kept. */
  readonly labelled: ReadonlySet<string>;
  /** All attempts, oldest first; an open one has no `closed_at`. */
  readonly attempts: readonly AttemptRow[];
  readonly holds: readonly Hold[];
}

/**
 * Reads it in one statement, so in one moment: stages load it some twenty times in an order's life, and
 * nine statements each were most of the service's work.
 */
export async function readSnapshot(db: Db, id: string): Promise<Snapshot | undefined> {
  const { rows } = await sql<Loaded>`
    select to_json(o) as "order",
      ${rowsOf('sales_line')} as lines,
      ${rowsOf('hold')} as holds,
      ${rowsOf('attempt')} as attempts,
      ${rowsOf('package')} as packages,
      to_json(p) as purchase,
      to_json(a) as "agentOrder",
      ${sql`(select coalesce(json_agg(x.package_id::text), '[]') from label x
        join package k on k.id = x.package_id where k.sales_order_id = o.id)`} as labelled,
      ${sql`(select coalesce(json_agg(x order by x.id), '[]') from purchase_line x where x.purchase_id = p.id)`} as "purchaseLines",
      ${sql`(select coalesce(json_agg(x order by x.id), '[]') from parcel x where x.purchase_id = p.id)`} as parcels,
      ${sql`(select coalesce(json_agg(y), '[]') from allocation y
        join purchase_line x on x.id = y.purchase_line_id where x.purchase_id = p.id)`} as allocations
    from sales_order o
    left join lateral (
      -- One taken back on another account may stand beside it: the living one counts.
      select * from purchase where sales_order_id = o.id
      order by state = 'cancelled', part desc, id desc limit 1
    ) p on true
    left join agent_order a
      on a.agent = p.agent and a.account = p.account and a.agent_order_id = p.agent_order_id
    where o.id = ${id}`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  const allocations = row.allocations.map((each) => reviveRow<AllocationRow>(each));
  return {
    order: reviveRow(row.order),
    lines: row.lines.map((each) => reviveRow<SalesLineRow>(each)),
    purchase: row.purchase ? reviveRow(row.purchase) : undefined,
    purchaseLines: row.purchaseLines.map((each) => reviveRow<PurchaseLineRow>(each)),
    bought: new Map(allocations.map((each) => [each.sales_line_id, each.units])),
    packages: row.purchase ? row.packages.map((each) => reviveRow<PackageRow>(each)) : [],
    parcels: row.parcels.map((each) => reviveRow<ParcelRow>(each)),
    agentOrder: row.agentOrder ? reviveRow(row.agentOrder) : undefined,
    labelled: new Set(row.labelled),
    attempts: row.attempts.map((each) => reviveRow<AttemptRow>(each)),
    holds: row.holds
      .map((each) => reviveRow<Hold>(each))
      .filter((each) => each.cleared_at === null),
  };
}

type AllocationRow = Selectable<AllocationTable>;
type Raw = Record<string, unknown>;

interface Loaded {
  readonly order: Raw;
  readonly purchase: Raw | null;
  readonly lines: readonly Raw[];
  readonly holds: readonly Raw[];
  readonly attempts: readonly Raw[];
  readonly packages: readonly Raw[];
  readonly purchaseLines: readonly Raw[];
  readonly parcels: readonly Raw[];
  readonly agentOrder: Raw | null;
  readonly labelled: readonly string[];
  readonly allocations: readonly Raw[];
}

/** The rows of a table that belong to the order, oldest first. */
function rowsOf(table: 'sales_line' | 'hold' | 'attempt' | 'package') {
  return sql`(select coalesce(json_agg(x order by x.id), '[]') from ${sql.table(table)} x where x.sales_order_id = o.id)`;
}

/** As the driver would give it: `bigint` columns as text, times as dates. JSON columns stay as they are. */
function reviveRow<T>(raw: Raw): T {
  const row: Raw = {};
  for (const [key, value] of Object.entries(raw)) {
    if (typeof value === 'number' && isBigint(key)) row[key] = String(value);
    else if (typeof value === 'string' && isTime(key)) row[key] = new Date(value);
    else row[key] = value;
  }
  return row as T;
}

/** Ids and amounts in fen are the tables' only `bigint` columns; both stay below 2^53 for good. */
function isBigint(key: string): boolean {
  return key === 'id' || key.endsWith('_id') || key.endsWith('_fen');
}

function isTime(key: string): boolean {
  return key.endsWith('_at') || key === 'ship_by' || key === 'send_before';
}

/** The attempt of a kind that is still open: sent, or about to be, with its result not known. */
export function openAttempt(
  snapshot: Snapshot,
  kind: AttemptRow['kind'],
  packageId?: string,
): AttemptRow | undefined {
  return snapshot.attempts.find(
    (attempt) =>
      attempt.kind === kind &&
      attempt.closed_at === null &&
      (packageId === undefined || attempt.package_id === packageId),
  );
}
