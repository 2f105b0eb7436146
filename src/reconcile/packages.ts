/** The promises made to the marketplace: what we told against what it shows. */
import { CallError } from '../../connectors/errors.ts';
import type { Package, SalesOrder } from '../../connectors/marketplace.ts';
import { addMs } from '../clock.ts';
import { type PackageRow, readSnapshot, type Snapshot } from '../snapshot.ts';
import { someTriggerReached } from '../stages/ship-step.ts';
import { isOver } from '../stages/shipped.ts';
import type { StoredOrder } from './compare-order.ts';
import type { Difference } from './difference.ts';
import { notCompared, person, sendUnlessHeld } from './send.ts';
import type { StoreRun } from './stores.ts';

/**
 * Of an open order of the page. Costs the calls of `readPackages` (none at Lazada, up to three at Shopee)
 * where rows and lines alone cannot tell.
 */
export async function comparePackages(
  run: StoreRun,
  order: SalesOrder,
  stored: StoredOrder,
): Promise<void> {
  const { service, findings } = run;
  const { state, id } = stored.order;
  if (state === 'done' || state === 'cancelled') {
    const found = await endedTooEarly(run, order, stored);
    if (found) findings.differences.push(found);
    return;
  }
  if (state !== 'open') return;
  const snapshot = await readSnapshot(service.db, id);
  if (!snapshot?.purchase || !isWorthReading(snapshot, order)) return;
  try {
    for (const pkg of await run.marketplace.readPackages(order)) {
      const found = await comparePackage(run, snapshot, order, pkg);
      if (found) findings.differences.push(found);
    }
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    findings.differences.push({ ...notCompared(error), orderNumber: order.orderNumber });
  }
}

function hasLeft(order: SalesOrder): boolean {
  return order.lines.some((line) => line.phase === 'shipped' || line.phase === 'delivered');
}

function isWorthReading({ packages }: Snapshot, order: SalesOrder): boolean {
  if (packages.length === 0) return hasLeft(order);
  return !packages.every(isOver);
}

async function comparePackage(
  run: StoreRun,
  snapshot: Snapshot,
  order: SalesOrder,
  pkg: Package,
): Promise<Difference | undefined> {
  if (pkg.numberOwner === 'nobody') return undefined;
  const row = rowOf(snapshot, pkg);
  const found = (
    code: Difference['code'],
    sides: { theirs: string; ours: string },
    done: Pick<Difference, 'outcome' | 'done'>,
  ) => ({ code, orderNumber: order.orderNumber, ...sides, ...done });
  const name = pkg.packageId ?? 'without id';
  const theirs = `package ${name}: ${pkg.status}`;
  const ours = `package ${name}: ${row?.state ?? 'none'}`;

  if (row?.state === 'shipped') {
    // What was told a moment ago need not show yet.
    const shows = addMs(run.service.clock.now(), -run.service.settings.timings.settleRead);
    if (pkg.phase === 'waiting' && row.shipped_at !== null && row.shipped_at < shows) {
      const remedy = 'Look at the package in the seller centre, and arrange it there.';
      return found('not-arranged', { theirs, ours }, person(remedy));
    }
    const { tracking_number: number } = row;
    const differs = pkg.trackingNumber !== undefined && number !== pkg.trackingNumber;
    // What is shown for a number of the seller's own may be the marketplace's (Lazada): not compared.
    if (row.number_owner === 'marketplace' && differs) {
      const sides = { theirs: String(pkg.trackingNumber), ours: number ?? 'none' };
      const remedy = `Tell the warehouse the marketplace's number ${pkg.trackingNumber} and send it the new label (seller centre).`;
      return found('tracking-differs', sides, person(remedy));
    }
    return undefined;
  }
  if (row && isOver(row)) return undefined;
  const isSettled = !snapshot.attempts.some(
    (attempt) =>
      attempt.kind === 'ship' && attempt.closed_at === null && attempt.package_id === row?.id,
  );
  const left = pkg.phase === 'shipped' || pkg.phase === 'delivered';
  const arranged = pkg.phase === 'arranged' && !isPromised(row);
  if (!isSettled || !(left || arranged)) return undefined;
  if (row?.state === 'shipping' || someTriggerReached(run.store, snapshot)) {
    const text = 'its job is sent; the ship stage takes it as the marketplace shows it';
    const done = await sendUnlessHeld(run.service, snapshot.order.id, text);
    return found('shipped-there', { theirs, ours }, done);
  }
  // Arranged early: the ship stage finds it so when the goods are that far.
  if (!left) return undefined;
  const remedy = `Somebody shipped other goods. Purchase ${snapshot.purchase?.order_no ?? ''} is ${snapshot.purchase?.state}: cancel it or ask for a refund in the agent's console.`;
  return found('shipped-there', { theirs, ours }, person(remedy));
}

/** By its id; before it has one, by its lines. */
function rowOf({ packages }: Snapshot, pkg: Package): PackageRow | undefined {
  const byId = packages.find((row) => row.package_id !== null && row.package_id === pkg.packageId);
  if (byId) return byId;
  const lines = new Set(pkg.lines.map((line) => line.lineId));
  return packages.find(
    (row) =>
      (row.package_id === null || pkg.packageId === undefined) &&
      (row.lines as { lineId: string }[]).some((line) => lines.has(line.lineId)),
  );
}

/** Our own promise shows: the number or the label is still to come. */
function isPromised(row: PackageRow | undefined): boolean {
  return (row?.steps_done ?? []).some((step) => step !== 'pack');
}

/** Nothing looks at an ended order any more. */
async function endedTooEarly(
  { service }: StoreRun,
  order: SalesOrder,
  { order: row, lines }: StoredOrder,
): Promise<Difference | undefined> {
  const ours = new Set(
    lines.filter((line) => line.state !== 'ignored').map((each) => each.line_id),
  );
  const wanted = order.lines.filter(
    (line) => line.fulfilment === 'seller' && line.phase === 'buyable' && ours.has(line.lineId),
  );
  if (order.notOurs !== undefined || wanted.length === 0) return undefined;
  const nobodys = await service.db
    .selectFrom('package')
    .select('id')
    .where('sales_order_id', '=', row.id)
    .where('state', '=', 'ignored')
    .executeTakeFirst();
  if (nobodys) return undefined;
  return {
    code: 'ended-here',
    orderNumber: order.orderNumber,
    theirs: wanted.map((line) => `${line.lineId}: ${line.status}`).join('; '),
    ours: row.state,
    ...person(
      'It is not looked at any more. Buy and ship it by hand, or cancel it in the seller centre.',
    ),
  };
}
