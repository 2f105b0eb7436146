/** Everything stored about one sales order, read together: what stages decide by. */
import type { Selectable } from 'kysely';
import type { Db } from './database/connect.ts';
import { type Hold, openHolds } from './database/holds.ts';
import { readOrderRow, type SalesLineRow, type SalesOrderRow } from './database/orders.ts';
import type {
  AttemptTable,
  PackageTable,
  ParcelTable,
  PurchaseLineTable,
  PurchaseTable,
} from './database/schema.ts';

export type PurchaseRow = Selectable<PurchaseTable>;
export type PurchaseLineRow = Selectable<PurchaseLineTable>;
export type PackageRow = Selectable<PackageTable>;
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
  /** All attempts, oldest first; an open one has no `closed_at`. */
  readonly attempts: readonly AttemptRow[];
  readonly holds: readonly Hold[];
}

export async function readSnapshot(db: Db, id: string): Promise<Snapshot | undefined> {
  const order = await readOrderRow(db, id);
  if (!order) return undefined;
  const lines = await db
    .selectFrom('sales_line')
    .selectAll()
    .where('sales_order_id', '=', id)
    .orderBy('id')
    .execute();
  const purchase = await db
    .selectFrom('purchase')
    .selectAll()
    .where('sales_order_id', '=', id)
    // One taken back on another account may stand beside it: the living one counts.
    .orderBy((row) => row('state', '=', 'cancelled'))
    .orderBy('part', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const holds = await openHolds(db, id);
  const attempts = await db
    .selectFrom('attempt')
    .selectAll()
    .where('sales_order_id', '=', id)
    .orderBy('id')
    .execute();
  if (!purchase) {
    return {
      order,
      lines,
      purchase,
      purchaseLines: [],
      bought: new Map(),
      packages: [],
      parcels: [],
      attempts,
      holds,
    };
  }
  const purchaseLines = await db
    .selectFrom('purchase_line')
    .selectAll()
    .where('purchase_id', '=', purchase.id)
    .orderBy('id')
    .execute();
  const allocated = await db
    .selectFrom('allocation')
    .innerJoin('purchase_line', 'purchase_line.id', 'allocation.purchase_line_id')
    .select(['allocation.sales_line_id', 'allocation.units'])
    .where('purchase_line.purchase_id', '=', purchase.id)
    .execute();
  const bought = new Map(allocated.map((row) => [row.sales_line_id, row.units]));
  const packages = await db
    .selectFrom('package')
    .selectAll()
    .where('sales_order_id', '=', id)
    .orderBy('id')
    .execute();
  const parcels = await db
    .selectFrom('parcel')
    .selectAll()
    .where('purchase_id', '=', purchase.id)
    .orderBy('id')
    .execute();
  return { order, lines, purchase, purchaseLines, bought, packages, parcels, attempts, holds };
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
