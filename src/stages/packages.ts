/** The marketplace's packages as rows: found again by their id, or by their lines before they have one. */
import type { Package, ShipResult, ShipStep } from '../../connectors/marketplace.ts';
import { StaleRow } from '../answer.ts';
import type { Tx } from '../database/connect.ts';
import { addEvent } from '../database/events.ts';
import type { Service } from '../service.ts';
import { openAttempt, type PackageRow, type Snapshot } from '../snapshot.ts';
import { movePackage } from '../transition.ts';

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
    await mustBeCurrent(tx, snapshot);
    const free = [...snapshot.packages];
    const take = (at: number) => (at >= 0 ? free.splice(at, 1)[0] : undefined);
    // By id first: of a package packed in part, the rest shares lines with it and has no id yet.
    const byId = packages.map((pkg) => take(free.findIndex((row) => hasIdOf(row, pkg))));
    const synced: SyncedPackage[] = [];
    for (const [index, pkg] of packages.entries()) {
      const known = byId[index] ?? take(free.findIndex((row) => sharesLines(row, pkg)));
      synced.push({ pkg, row: await store(tx, snapshot.order.id, pkg, known, now) });
    }
    if (packages.length > 0) await closeGone(tx, snapshot, free, now);
    return synced;
  });
}

/**
 * Another worker was faster: what was read of the marketplace may be older than its promise, which would
 * then be made again; and a package without an id has no key that would keep the two from a row each.
 */
async function mustBeCurrent(tx: Tx, { order, packages }: Snapshot): Promise<void> {
  const { id } = order;
  await tx.selectFrom('sales_order').select('id').where('id', '=', id).forNoKeyUpdate().execute();
  const rows = await tx
    .selectFrom('package')
    .select(['id', 'package_id', 'steps_done'])
    .where('sales_order_id', '=', id)
    .execute();
  const known = new Map(packages.map((row) => [row.id, progressOf(row)]));
  const isSame = rows.every((row) => known.get(row.id) === progressOf(row));
  if (!isSame || rows.length !== known.size)
    throw new StaleRow(`the packages of sales order ${id}`);
}

function progressOf(row: Pick<PackageRow, 'package_id' | 'steps_done'>): string {
  return [row.package_id, ...row.steps_done].join(' ');
}

function hasIdOf(row: PackageRow, pkg: Package): boolean {
  return row.package_id !== null && row.package_id === pkg.packageId;
}

/** The same before and after it got its id; with two different ids they are two packages. */
function sharesLines(row: PackageRow, pkg: Package): boolean {
  if (row.package_id !== null && pkg.packageId !== undefined) return false;
  const lines = new Set((row.lines as { lineId: string }[]).map((line) => line.lineId));
  return pkg.lines.some((line) => lines.has(line.lineId));
}

/** What the marketplace shows no more, split or packed anew, is not to be waited for. */
async function closeGone(tx: Tx, snapshot: Snapshot, rows: readonly PackageRow[], now: Date) {
  for (const row of rows) {
    // An open promise is settled first.
    if (openAttempt(snapshot, 'ship', row.id)) continue;
    if (row.state !== 'waiting' && row.state !== 'shipping') continue;
    await movePackage(tx, row, ['waiting', 'shipping'], 'cancelled', {
      now,
      actor: 'ship',
      event: 'package-cancelled',
      detail: { package: row.package_id, reason: 'the marketplace shows it no more' },
    });
  }
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
    // Shown again after it was gone.
    ...(known?.state === 'cancelled' && (pkg.phase === 'waiting' || pkg.phase === 'arranged')
      ? { state: 'waiting' as const }
      : {}),
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
