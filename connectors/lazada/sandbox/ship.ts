/**
 * What happens to a package after packing: `/order/package/rts`, and for a seller's own fleet
 * `/order/package/sof/delivered` and `/order/package/sof/status/update` (lazada.md 4.1, 4.2).
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import { moveParcel, touch } from './changes.ts';
import {
  DONE,
  failWhole,
  packageIdsOf,
  REFUSALS,
  type RowOutcome,
  takeRefusal,
} from './fulfilment.ts';
import type { Call } from './gate.ts';
import { ok, parseRecord, resultOk } from './wire.ts';
import { now, type Parcel, parcelOfSellers, type World } from './world.ts';

export function readyToShip(world: World, call: Call): SandboxAnswer {
  return eachPackage(world, call, 'readyToShipReq', (parcel) => {
    parcel.rtsAsked += 1;
    const planned = takeRefusal(world, 'rts', parcel.order.id);
    if (planned) return planned;
    if (parcel.status === 'cancelled') return REFUSALS.packageCancelled;
    if (parcel.status !== 'packed') return REFUSALS.packageStatus;
    parcel.rtsAccepted += 1;
    moveParcel(
      world,
      parcel,
      'ready_to_ship',
      'READY_TO_SHIP',
      'Your parcel has been packed and ready to be handed over to our shipping partner.',
    );
    return DONE;
  });
}

export function sofDelivered(world: World, call: Call): SandboxAnswer {
  return eachPackage(world, call, 'dbsDeliveryReq', (parcel) => {
    if (!parcel.sof) return REFUSALS.notDbs;
    if (parcel.status === 'cancelled') return REFUSALS.packageCancelled;
    if (parcel.status !== 'ready_to_ship' && parcel.status !== 'shipped') {
      return REFUSALS.packageStatus;
    }
    moveParcel(world, parcel, 'delivered', 'DELIVERED', 'Delivered');
    return DONE;
  });
}

/**
 * The one place for a carrier's number of the seller's own. Its answer is top-level and names no
 * codes, only a sentence.
 *
 * Assumed: refusals come as `success:false` under envelope code "0"; the package must be ready to
 * ship; the number then shows in the items; repeats are taken (they are track events); the status
 * word moves nothing, for its vocabulary is not known.
 */
export function sofStatusUpdate(world: World, { params, sellers }: Call): SandboxAnswer {
  const parcel = parcelOfSellers(world, sellers, params.get('tag') ?? '');
  const latest = trackInfo(params.get('trackInfo'));
  const why = !parcel
    ? 'package not found'
    : !parcel.order.seller.sofStatusUpdate
      ? 'the seller is not allowed to call this api'
      : !parcel.sof
        ? REFUSALS.notDbs.message
        : parcel.status !== 'ready_to_ship' && parcel.status !== 'shipped'
          ? 'package status not allow to update'
          : params.get('source') !== 'OPENAPI' || !latest
            ? 'param illegal'
            : undefined;
  if (!parcel || why !== undefined) {
    return ok({
      success: false,
      module: { result: false },
      errorCode: { displayMessage: why ?? '' },
    });
  }
  const trackingNumber = params.get('trackingNumber') ?? '';
  const carrierCode = params.get('carrierCode') ?? '';
  parcel.told.push({ at: now(world), trackingNumber, carrierCode, status: latest ?? '' });
  parcel.trackingNumber = trackingNumber;
  parcel.provider = carrierCode;
  for (const item of parcel.items) {
    item.trackingCode = trackingNumber;
    item.provider = carrierCode;
  }
  touch(world, parcel.order, parcel.items);
  return ok({ success: true, module: { result: true } });
}

/** The status word, if the text has all that is required of it (`lazada-api-appendix.md`). */
function trackInfo(text: string | undefined): string | undefined {
  const info = parseRecord(text) as
    | {
        latestStatus?: { status?: unknown; subStatus?: unknown };
        latestEvent?: { eventTime?: unknown };
      }
    | undefined;
  const status = info?.latestStatus?.status;
  const complete =
    typeof status === 'string' &&
    typeof info?.latestStatus?.subStatus === 'string' &&
    typeof info.latestEvent?.eventTime === 'number';
  return complete ? status : undefined;
}

function eachPackage(
  world: World,
  { params, sellers }: Call,
  parameter: string,
  handle: (parcel: Parcel) => RowOutcome,
): SandboxAnswer {
  const asked = packageIdsOf(parseRecord(params.get(parameter)));
  if ('why' in asked) return failWhole(asked.why);
  return resultOk({
    packages: asked.ids.map((id) => {
      const parcel = parcelOfSellers(world, sellers, id);
      const outcome = parcel ? handle(parcel) : REFUSALS.packageNotFound;
      return {
        msg: outcome.message,
        item_err_code: outcome.code,
        package_id: id,
        retry: outcome.retry,
      };
    }),
  });
}
