/** The marketplace's packages as rows: found again by their id, or by their lines before they have one. */
import type { Package, ShipResult, ShipStep } from '../../connectors/marketplace.ts';
import type { Tx } from '../database/connect.ts';
import { addEvent } from '../database/events.ts';
import type { Service } from '../service.ts';
import type { PackageRow, Snapshot } from '../snapshot.ts';

export interface SyncedPackage {
  readonly row: PackageRow;
  readonly pkg: Package;
}

/** Stores what the marketplace said of its packages, and pairs each with its row. */
export async function syncPackages(
  service: Service,
  snapshot: Snapshot,
  packages: readonly Package[],
): Promise<SyncedPackage[]> {
  const now = service.clock.now();
  return service.db.transaction().execute(async (tx) => {
    const free = [...snapshot.packages];
    const synced: SyncedPackage[] = [];
    for (const pkg of packages) {
      const at = free.findIndex((row) => isSame(row, pkg));
      const known = at >= 0 ? free.splice(at, 1)[0] : undefined;
      synced.push({ pkg, row: await store(tx, snapshot.order.id, pkg, known, now) });
    }
    return synced;
  });
}

function isSame(row: PackageRow, pkg: Package): boolean {
  if (row.package_id !== null && pkg.packageId !== undefined)
    return row.package_id === pkg.packageId;
  const lines = new Set((row.lines as { lineId: string }[]).map((line) => line.lineId));
  return pkg.lines.some((line) => lines.has(line.lineId));
}

async function store(
  tx: Tx,
  salesOrderId: string,
  pkg: Package,
  known: PackageRow | undefined,
  now: Date,
): Promise<PackageRow> {
  const facts = {
    package_id: pkg.packageId ?? known?.package_id ?? null,
    lines: JSON.stringify(pkg.lines),
    // Who owns the number was found out before the first promise; afterwards a marketplace may not say.
    ...(known && known.steps_done.length > 0
      ? { number_owner: known.number_owner, owner_reason: known.owner_reason }
      : { number_owner: pkg.numberOwner, owner_reason: pkg.ownerReason }),
    ship_by: pkg.shipBy ?? known?.ship_by ?? null,
    ...(pkg.trackingNumber ? { tracking_number: pkg.trackingNumber } : {}),
    ...(pkg.carrier ? { carrier: pkg.carrier } : {}),
  };
  if (known) {
    return tx
      .updateTable('package')
      .set(facts)
      .where('id', '=', known.id)
      .returningAll()
      .executeTakeFirstOrThrow();
  }
  const row = await tx
    .insertInto('package')
    .values({
      ...facts,
      sales_order_id: salesOrderId,
      state: 'waiting',
      next_step: pkg.next ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await addEvent(tx, {
    salesOrderId,
    at: now,
    actor: 'ship',
    kind: 'package-found',
    detail: { package: pkg.packageId, numberOwner: pkg.numberOwner, reason: pkg.ownerReason },
  });
  return row;
}

/** Remembers a promise that was made: the step, and what the marketplace answered. */
export async function notePackage(
  tx: Tx,
  row: PackageRow,
  step: ShipStep,
  result: ShipResult,
  toldNumber: string | undefined,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('package')
    .set({
      steps_done: [...new Set([...row.steps_done, step])],
      next_step: null,
      ...(result.packageId ? { package_id: result.packageId } : {}),
      ...(result.trackingNumber ? { tracking_number: result.trackingNumber } : {}),
      ...(result.carrier ? { carrier: result.carrier } : {}),
      ...(toldNumber ? { told_number: toldNumber } : {}),
    })
    .where('id', '=', row.id)
    .execute();
  await addEvent(tx, {
    salesOrderId: row.sales_order_id,
    at: now,
    actor: 'ship',
    kind: `package-${step}-done`,
    detail: {
      package: result.packageId,
      trackingNumber: result.trackingNumber ?? toldNumber,
      already: result.already,
    },
  });
}
