/**
 * What Lazada wants shipped together, and who owns its tracking number (docs/architecture.md, "Who owns the tracking number",
 * lazada.md section 4.2). All of it is in the items, so nothing is asked.
 * @module
 */
import type {
  NextStep,
  NumberOwner,
  OrderLine,
  Package,
  PackagePhase,
  SalesOrder,
} from '../marketplace.ts';
import { isOwnFleet } from './lines.ts';
import type { LazadaOptions } from './settings.ts';
import { STAGES, type Stage, stageOf } from './statuses.ts';

/** A line that is not packed yet has no package, even where a repacked one still names its old one. */
interface Placed {
  readonly line: OrderLine;
  readonly stage: Stage | undefined;
  readonly packageId: string | undefined;
}

/**
 * Packed lines by their package, unpacked ones by warehouse and kind of shipping. Unpaid lines, and
 * cancelled ones that were never packed, belong to none.
 */
export function readPackages(order: SalesOrder, options: LazadaOptions): readonly Package[] {
  const groups = new Map<string, Placed[]>();
  for (const line of order.lines) {
    const stage = stageOf(line.status);
    const packageId = stage === 'unpacked' ? undefined : line.packageId;
    if (stage === 'unpaid' || (line.phase === 'waiting' && packageId === undefined)) continue;
    if (stage === 'cancelled' && packageId === undefined) continue;
    const apart = [line.shippingGroup, line.fulfilment, line.phase, stage];
    const key = JSON.stringify(packageId ?? apart);
    groups.set(key, [...(groups.get(key) ?? []), { line, stage, packageId }]);
  }
  return [...groups.values()].map((placed) => toPackage(placed, options));
}

function toPackage(placed: readonly Placed[], options: LazadaOptions): Package {
  const wanted = placed.filter(({ stage }) => stage !== 'cancelled');
  const members = wanted.length > 0 ? wanted : placed;
  const [first, ...rest] = members as [Placed, ...Placed[]];
  // The least advanced line decides; a line whose status is not known, before all.
  const slowest = rest.reduce((a, b) => (rank(b.stage) < rank(a.stage) ? b : a), first);
  const owner = ownerOf(first.line, options);
  const next = stepOf(slowest.stage, owner.numberOwner);
  return {
    packageId: first.packageId,
    lines: members.map(({ line }) => ({ lineId: line.lineId, quantity: line.quantity })),
    status: slowest.line.status,
    phase: phaseOf(slowest.stage),
    ...owner,
    next,
    needsNumber: next === 'tell-number',
    ...(mayTellDelivered(first.line, slowest, owner.numberOwner) && { mayTellDelivered: true }),
    blocked: owner.numberOwner === 'nobody' ? undefined : blockedBy(members, slowest),
    trackingNumber: firstOf(members, ({ line }) => line.trackingNumber),
    carrier: firstOf(members, ({ line }) => line.carrier),
    shipBy: earliest(members.flatMap(({ line }) => line.shipBy ?? [])),
  };
}

function ownerOf(
  line: OrderLine,
  options: LazadaOptions,
): { readonly numberOwner: NumberOwner; readonly ownerReason: string } {
  switch (line.fulfilment) {
    case 'marketplace':
      return nobody('fulfilled by Lazada (is_fbl)');
    case 'digital':
      return nobody('digital goods (is_digital)');
    case 'store-pickup':
      return nobody('picked up in a store (PICKUP_IN_STORE)');
    default:
  }
  if (!isOwnFleet(line.shippingGroup)) {
    const ownerReason = options.crossBorder
      ? "cross-border: Lazada's carrier gives the number when it is packed"
      : 'local: Lazada gives the number when it is packed';
    return { numberOwner: 'marketplace', ownerReason };
  }
  return options.sofStatusUpdate
    ? {
        numberOwner: 'seller',
        ownerReason: 'delivered by the seller (delivery_option_sof), who may tell a number',
      }
    : {
        numberOwner: 'seller-untold',
        ownerReason:
          'delivered by the seller (delivery_option_sof); this store cannot tell a number',
      };
}

function nobody(ownerReason: string) {
  return { numberOwner: 'nobody' as const, ownerReason };
}

/**
 * Whether a seller's number has been told is not to be read with certainty (the item's tracking code
 * may be Lazada's own), so `tell-number` is offered as long as the package is ready to ship; the caller
 * remembers that it has told it.
 */
function stepOf(stage: Stage | undefined, owner: NumberOwner): NextStep | undefined {
  if (owner === 'nobody') return undefined;
  if (stage === 'unpacked') return 'pack';
  if (stage === 'packed') return 'ready-to-ship';
  return stage === 'arranged' && owner === 'seller' ? 'tell-number' : undefined;
}

/** Lazada takes it for its seller-delivered packages (DBS), after ready-to-ship (lazada.md 4.1). */
function mayTellDelivered(line: OrderLine, slowest: Placed, owner: NumberOwner): boolean {
  return (
    owner !== 'nobody' &&
    isOwnFleet(line.shippingGroup) &&
    slowest.packageId !== undefined &&
    (slowest.stage === 'arranged' || slowest.stage === 'shipped')
  );
}

function blockedBy(members: readonly Placed[], slowest: Placed): string | undefined {
  if (members.some(({ line }) => line.phase === 'cancelling')) {
    return 'the buyer asked to cancel, and it is not decided';
  }
  if (members.some(({ line }) => line.phase === 'waiting')) return 'not paid in full';
  if (slowest.stage === 'packed' && slowest.packageId === undefined) {
    return 'packed, but the marketplace names no package';
  }
  return slowest.stage === undefined
    ? `the status "${slowest.line.status}" is not known`
    : undefined;
}

function phaseOf(stage: Stage | undefined): PackagePhase {
  switch (stage) {
    case 'arranged':
    case 'shipped':
    case 'delivered':
    case 'failed':
    case 'cancelled':
      return stage;
    default:
      return 'waiting';
  }
}

function rank(stage: Stage | undefined): number {
  return stage === undefined ? -1 : STAGES.indexOf(stage);
}

function firstOf<T>(
  members: readonly Placed[],
  pick: (placed: Placed) => T | undefined,
): T | undefined {
  return members.map(pick).find((value) => value !== undefined);
}

function earliest(moments: readonly Date[]): Date | undefined {
  return moments.length === 0
    ? undefined
    : new Date(Math.min(...moments.map((moment) => moment.getTime())));
}
