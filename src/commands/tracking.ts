/** `ponbridge tracking <id> <number> [carrier]`: a number that only a person knows. */
import { addEvent } from '../database/events.ts';
import { type Service, storeOf } from '../service.ts';
import { openAttempt, type PackageRow, type Snapshot } from '../snapshot.ts';
import type { Context } from './context.ts';
import { withCore } from './core.ts';
import { Misuse, Problem } from './errors.ts';
import { readOrderSnapshot } from './find-order.ts';
import { refuseEnded } from './retry.ts';

export interface TrackingOptions {
  readonly store?: string;
  /** The marketplace's id of the package, where the order has several. */
  readonly package?: string;
}

/**
 * Enters a number for the package that waits for one; the ship stage tells it. A carrier not given is
 * the store's for unknown ones.
 * @throws {Problem} when no package waits for a number; {Misuse} when several do and none is named
 */
export async function enterNumber(
  service: Service,
  snapshot: Snapshot,
  given: { readonly number: string; readonly carrier: string | undefined },
  packageId?: string,
): Promise<PackageRow> {
  const { order } = snapshot;
  refuseEnded(order.state, order.order_number);
  const trackingNumber = given.number.trim();
  if (!/^[\x21-\x7e]{4,64}$/.test(trackingNumber)) {
    throw new Misuse(
      `"${given.number}" is no tracking number: 4 to 64 letters, digits and signs, without spaces`,
    );
  }
  const row = choosePackage(snapshot, packageId);
  if (openAttempt(snapshot, 'ship', row.id)) {
    throw new Problem(
      `package ${nameOf(row)} is being shipped in this moment; look again: ponbridge order ${order.order_number}`,
    );
  }
  const carrier = given.carrier ?? storeOf(service, order.store).settings.tracking.carriers['*'];
  const now = service.clock.now();
  await service.db.transaction().execute(async (tx) => {
    const entered = await tx
      .updateTable('package')
      .set({ told_number: trackingNumber, ...(carrier ? { carrier } : {}) })
      .where('id', '=', row.id)
      .where('state', 'in', ['waiting', 'shipping'])
      .executeTakeFirst();
    if (entered.numUpdatedRows !== 1n) {
      throw new Problem(`package ${nameOf(row)} was shipped in the same moment`);
    }
    await tx
      .updateTable('sales_order')
      .set({ due_at: now, tries: 0 })
      .where('id', '=', order.id)
      .execute();
    await addEvent(tx, {
      salesOrderId: order.id,
      at: now,
      actor: 'operator',
      kind: 'operator-number',
      detail: { package: nameOf(row), trackingNumber, ...(carrier ? { carrier } : {}) },
    });
    await service.jobs.send(tx, 'order', { id: order.id, by: 'operator' });
  });
  return row;
}

function choosePackage(snapshot: Snapshot, packageId: string | undefined): PackageRow {
  const { packages, order } = snapshot;
  if (packages.length === 0) {
    throw new Problem(
      `order ${order.order_number} has no package yet: they are read from the marketplace when it is time to ship (ship.* of the store)`,
    );
  }
  const named =
    packageId === undefined
      ? packages
      : packages.filter((row) => row.package_id === packageId || row.id === packageId);
  const known = packages.map(nameOf).join(', ');
  if (named.length === 0) throw new Misuse(`there is no package ${packageId}; known: ${known}`);
  const waiting = named.filter((row) => whyNot(row) === undefined);
  const [only] = waiting;
  if (!only) {
    const reasons = named.map((row) => `package ${nameOf(row)} ${whyNot(row)}`).join('; ');
    throw new Problem(`no package waits for a number: ${reasons}`);
  }
  if (waiting.length > 1) {
    throw new Misuse(
      `order ${order.order_number} has ${waiting.length} packages that want a number; name one with --package: ${waiting.map(nameOf).join(', ')}`,
    );
  }
  return only;
}

function whyNot(row: PackageRow): string | undefined {
  if (row.state !== 'waiting' && row.state !== 'shipping') return `is ${row.state} already`;
  if (row.number_owner !== 'seller') {
    return `takes no number from the seller (${row.owner_reason})`;
  }
  // The last step of a package whose number the seller supplies is the one that tells it.
  const told = row.steps_done.find((step) => step === 'tell-number' || step === 'arrange');
  return told === undefined
    ? undefined
    : `was told number ${row.told_number ?? row.tracking_number}, which cannot be changed`;
}

function nameOf(row: PackageRow): string {
  return row.package_id ?? row.id;
}

export async function tracking(
  context: Context,
  word: string,
  number: string,
  carrier: string | undefined,
  options: TrackingOptions,
): Promise<void> {
  await withCore(context, async (core) => {
    const snapshot = await readOrderSnapshot(core, word, options.store);
    const row = await enterNumber(core, snapshot, { number, carrier }, options.package);
    context.print(
      `${snapshot.order.order_number}: number ${number.trim()} is told to the marketplace for package ${nameOf(row)}.`,
    );
  });
}
