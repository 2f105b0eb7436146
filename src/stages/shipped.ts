/** The ends of a package: told, delivered, cancelled, nobody's; and the order's when all have ended. */
import type { Marketplace, Package, SalesOrder } from '../../connectors/marketplace.ts';
import { type Answer, done, later } from '../answer.ts';
import { addMs } from '../clock.ts';
import type { Store } from '../config.ts';
import type { Service } from '../service.ts';
import type { PackageRow, Snapshot } from '../snapshot.ts';
import { moveOrder, movePackage } from '../transition.ts';
import { keepLabel } from './label.ts';
import { tellWarehouse } from './warehouse.ts';

/** Nothing is left to do for it, ever. */
export function isOver(row: PackageRow): boolean {
  return row.state === 'delivered' || row.state === 'cancelled' || row.state === 'ignored';
}

/** Everything was told that can be told; only the arrival is open. */
export function isTold(row: PackageRow): boolean {
  return isOver(row) || row.state === 'shipped';
}

/** Told: the marketplace's own status moves it to delivered, without asking anybody. */
export async function settleShipped(service: Service, snapshot: Snapshot): Promise<Answer> {
  const phases = new Map(snapshot.lines.map((line) => [line.line_id, line.phase]));
  let moved = false;
  for (const row of snapshot.packages.filter((each) => each.state === 'shipped')) {
    const lines = row.lines as { lineId: string }[];
    const ended = lines.every(({ lineId }) =>
      ['delivered', 'closed', 'cancelled'].includes(phases.get(lineId) ?? ''),
    );
    if (lines.length === 0 || !ended) continue;
    // Delivered is said only where the marketplace says it; returned or lost is an end too.
    const arrived = lines.some(({ lineId }) => phases.get(lineId) === 'delivered');
    await service.db.transaction().execute((tx) =>
      movePackage(tx, row, ['shipped'], arrived ? 'delivered' : 'cancelled', {
        now: service.clock.now(),
        actor: 'ship',
        event: arrived ? 'package-delivered' : 'package-cancelled',
      }),
    );
    moved = true;
  }
  return moved ? done : later(undefined, 'told; waits for its arrival');
}

export async function finish(service: Service, snapshot: Snapshot): Promise<Answer> {
  await service.db.transaction().execute((tx) =>
    moveOrder(tx, snapshot.order.id, ['open'], 'done', {
      now: service.clock.now(),
      actor: 'ship',
      event: 'order-done',
    }),
  );
  return done;
}

/** All promises are made: the number, the label and the warehouse's note, then it counts as shipped. */
export async function complete(
  service: Service,
  snapshot: Snapshot,
  store: Store,
  marketplace: Marketplace,
  order: SalesOrder,
  row: PackageRow,
  pkg: Package,
): Promise<Answer> {
  const now = service.clock.now();
  const soon = addMs(now, service.settings.timings.shipPoll);
  const ended = pkg.phase === 'shipped' || pkg.phase === 'delivered';
  if (pkg.phase === 'cancelled') {
    await service.db.transaction().execute((tx) =>
      movePackage(tx, row, ['waiting', 'shipping'], 'cancelled', {
        now,
        actor: 'ship',
        event: 'package-cancelled',
      }),
    );
    return done;
  }
  if (pkg.numberOwner === 'nobody') {
    await service.db.transaction().execute((tx) =>
      movePackage(tx, row, ['waiting', 'shipping'], 'ignored', {
        now,
        actor: 'ship',
        event: 'package-ignored',
        detail: { reason: pkg.ownerReason },
      }),
    );
    return done;
  }
  if (row.number_owner === 'marketplace') {
    if (!pkg.trackingNumber && !ended)
      return later(soon, 'the marketplace has assigned no number yet');
    if (!ended && !(await keepLabel(service, marketplace, order, row, pkg))) {
      return later(soon, 'the label is not ready yet');
    }
  }
  await markShipped(service, snapshot, store, row, pkg);
  return done;
}

/** The step after which nothing is left to promise, by who owns the number. */
function isPromised(row: PackageRow): boolean {
  if (row.steps_done.includes('arrange') || row.steps_done.includes('tell-number')) return true;
  return row.number_owner !== 'seller' && row.steps_done.includes('ready-to-ship');
}

/**
 * Packages of which everything is known already: no promise is left, so nothing has to be read again.
 * True when one was told.
 */
export async function completeKnown(
  service: Service,
  snapshot: Snapshot,
  store: Store,
): Promise<boolean> {
  let told = false;
  for (const row of snapshot.packages) {
    if (row.state !== 'shipping' || !isPromised(row)) continue;
    const open = snapshot.attempts.some(
      (each) => each.package_id === row.id && each.closed_at === null,
    );
    const numberKnown = row.number_owner === 'marketplace' ? row.tracking_number : row.told_number;
    const hasNumber = numberKnown !== null || row.number_owner === 'seller-untold';
    if (open || !hasNumber) continue;
    if (row.number_owner === 'marketplace' && !snapshot.labelled.has(row.id)) continue;
    const { tracking_number: trackingNumber, carrier } = row;
    await markShipped(service, snapshot, store, row, {
      trackingNumber: trackingNumber ?? undefined,
      carrier: carrier ?? undefined,
    });
    told = true;
  }
  return told;
}

async function markShipped(
  service: Service,
  snapshot: Snapshot,
  store: Store,
  row: PackageRow,
  known: Pick<Package, 'trackingNumber' | 'carrier'>,
): Promise<void> {
  await tellWarehouse(service, snapshot, store, row, known.trackingNumber);
  const now = service.clock.now();
  await service.db.transaction().execute((tx) =>
    movePackage(tx, row, ['waiting', 'shipping'], 'shipped', {
      now,
      actor: 'ship',
      event: 'package-shipped',
      detail: {
        trackingNumber: known.trackingNumber ?? row.told_number,
        numberOwner: row.number_owner,
      },
      set: {
        tracking_number: known.trackingNumber ?? row.tracking_number ?? row.told_number,
        carrier: known.carrier ?? row.carrier,
        shipped_at: now,
      },
    }),
  );
}
