/** Which number the seller tells, where the seller supplies it: the leg and the parcel the store names. */
import type { StoreSettings } from '../../mappings/store.ts';
import { type Answer, hold, later } from '../answer.ts';
import type { PackageRow, ParcelRow, Snapshot } from '../snapshot.ts';

export type Choice =
  | {
      readonly kind: 'number';
      readonly trackingNumber: string;
      readonly carrier: string | undefined;
    }
  | { readonly kind: 'none'; readonly answer: Answer };

export function chooseTracking(store: StoreSettings, snapshot: Snapshot, row: PackageRow): Choice {
  // A number a person entered stands above every rule.
  if (row.told_number !== null) {
    return { kind: 'number', trackingNumber: row.told_number, carrier: row.carrier ?? undefined };
  }
  if (store.tracking.leg !== 'agent') {
    const leg = store.tracking.leg === 'abroad' ? 'of the leg abroad' : 'entered by hand';
    return {
      kind: 'none',
      answer: hold(
        'number-wanted',
        `the store tells the number ${leg}; package ${row.package_id ?? row.id} has none yet`,
      ),
    };
  }
  const parcel = chooseParcel(store.tracking.parcels, snapshot);
  if (!parcel)
    return { kind: 'none', answer: later(undefined, "waits for the suppliers' numbers") };
  const carrier = parcel.carrier ?? '';
  return {
    kind: 'number',
    trackingNumber: parcel.tracking_number,
    carrier: store.tracking.carriers[carrier] ?? store.tracking.carriers['*'],
  };
}

/**
 * `first`: the first number there is. `last`: the newest, once every line has one. `all-arrived`: the
 * newest, once every parcel has arrived at its receiver.
 */
function chooseParcel(
  rule: StoreSettings['tracking']['parcels'],
  snapshot: Snapshot,
): ParcelRow | undefined {
  if (rule === 'first') return snapshot.parcels[0];
  const numbered = new Set(snapshot.parcels.map((parcel) => parcel.sub_purchase_order_id));
  const lines = snapshot.purchaseLines.filter(
    (line) => line.state !== 'cancelled' && line.state !== 'refused',
  );
  if (!lines.every((line) => numbered.has(line.sub_purchase_order_id ?? ''))) return undefined;
  if (rule === 'all-arrived' && !snapshot.parcels.every((parcel) => parcel.delivered))
    return undefined;
  return snapshot.parcels.at(-1);
}
