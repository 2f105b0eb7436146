/**
 * In which way a package is handed over, and what that way wants to be told (shopee.md 4.1, 4.3).
 * Pure: from the answer of `get_shipping_parameter` and the store's options to a plan.
 * @module
 */
import type { NumberOwner } from '../marketplace.ts';
import type { PickupAddress, ShippingParameter } from './client/types.gen.ts';
import type { ShopeeOptions } from './settings.ts';

export type ShipMode = 'dropoff' | 'pickup' | 'non_integrated';

export interface ArrangePlan {
  /** Undefined when no way can be taken. */
  readonly mode: ShipMode | undefined;
  /** The fields of the way's object in `ship_order`, the tracking number aside. Ids as text. */
  readonly fields: Readonly<Record<string, string>>;
  readonly owner: NumberOwner;
  readonly ownerReason: string;
  readonly blocked: Blocked | undefined;
}

/** Why the package cannot be arranged now; `code` is one of STABLE_CODES or Shopee's own. */
export interface Blocked {
  readonly code: string;
  readonly reason: string;
}

/** Chooses the way. What is offered are the KEYS of `info_needed`: absent is not the same as []. */
export function planArrange(parameter: ShippingParameter, options: ShopeeOptions): ArrangePlan {
  const offered = offeredModes(parameter);
  const preferred: readonly ShipMode[] =
    options.shipMode === 'pickup'
      ? ['pickup', 'dropoff', 'non_integrated']
      : ['dropoff', 'pickup', 'non_integrated'];
  const mode = preferred.find((candidate) => offered.has(candidate));
  if (mode === undefined) {
    const keys = Object.keys(parameter.info_needed).join(', ') || 'none';
    return {
      mode: undefined,
      owner: 'marketplace',
      ownerReason: 'not known: no known way of handing over is offered',
      ...stuck(`no known way of handing over is offered (offered: ${keys})`),
    };
  }
  const asked = new Set(offered.get(mode));
  const filled = fill(mode, asked, parameter, options);
  return { mode, ...filled, ...ownerOf(mode, wantsNumber(asked, filled.fields)) };
}

type Filled = Pick<ArrangePlan, 'fields' | 'blocked'>;

/** A null list is read as "not offered"; only absent and [] are documented. */
function offeredModes(parameter: ShippingParameter): Map<ShipMode, readonly string[]> {
  const modes: readonly ShipMode[] = ['dropoff', 'pickup', 'non_integrated'];
  const offered = new Map<ShipMode, readonly string[]>();
  for (const mode of modes) {
    const names = parameter.info_needed[mode];
    if (names) {
      offered.set(
        mode,
        names.map((name) => name.trim()),
      );
    }
  }
  return offered;
}

const KNOWN_NAMES = new Set([
  'address_id',
  'pickup_time_id',
  'branch_id',
  'sender_real_name',
  'slug',
  'tracking_no',
  'tracking_number',
]);

/** The API page says tracking_no, guide 229 tracking_number. */
function asksNumber(asked: ReadonlySet<string>): boolean {
  return asked.has('tracking_no') || asked.has('tracking_number');
}

/**
 * Channels of the JOB kind ask for the sender's name or a number and take only one of the two.
 * Assumed: where both are asked for, a name in the store's settings answers it.
 */
function wantsNumber(asked: ReadonlySet<string>, fields: ArrangePlan['fields']): boolean {
  return asksNumber(asked) && fields.sender_real_name === undefined;
}

function fill(
  mode: ShipMode,
  asked: ReadonlySet<string>,
  parameter: ShippingParameter,
  options: ShopeeOptions,
): Filled {
  const unknown = [...asked].filter((name) => !KNOWN_NAMES.has(name));
  if (unknown.length > 0)
    return stuck(`${mode} asks for ${unknown.join(', ')}, which is not known`);
  if (mode === 'pickup') return fillPickup(asked, parameter, options);
  return mode === 'dropoff'
    ? fillDropoff(asked, parameter, options)
    : { fields: {}, blocked: undefined };
}

function fillPickup(
  asked: ReadonlySet<string>,
  parameter: ShippingParameter,
  options: ShopeeOptions,
): Filled {
  const addresses = parameter.pickup?.address_list ?? [];
  const address = pickAddress(addresses, options.pickupAddress);
  if (!address) {
    return stuck(
      addresses.length === 0
        ? 'pickup is offered without an address to pick up from'
        : `none of the shop's ${addresses.length} addresses is marked ${options.pickupAddress}`,
    );
  }
  // An empty list means that this address is arranged without a time.
  const slot = asked.has('pickup_time_id') ? address.time_slot_list?.[0] : undefined;
  return {
    fields: {
      address_id: String(address.address_id),
      ...(slot ? { pickup_time_id: slot.pickup_time_id } : {}),
    },
    blocked: undefined,
  };
}

function pickAddress(addresses: readonly PickupAddress[], flag: string): PickupAddress | undefined {
  const marked = addresses.find((address) => address.address_flag?.includes(flag));
  return marked ?? (addresses.length === 1 ? addresses[0] : undefined);
}

function fillDropoff(
  asked: ReadonlySet<string>,
  parameter: ShippingParameter,
  options: ShopeeOptions,
): Filled {
  const fields: Record<string, string> = {};
  if (asked.has('branch_id')) {
    if (!options.dropoffBranchId) {
      const branches = (parameter.dropoff?.branch_list ?? []).map((it) => String(it.branch_id));
      return stuck(`dropoff asks for a branch: set dropoffBranchId (${some(branches)})`);
    }
    fields.branch_id = options.dropoffBranchId;
  }
  if (asked.has('slug')) {
    const slugs = (parameter.dropoff?.slug_list ?? []).map((it) => it.slug);
    const slug = options.dropoffSlug ?? (slugs.length === 1 ? slugs[0] : undefined);
    if (!slug) return stuck(`dropoff asks for a courier: set dropoffSlug (${some(slugs)})`);
    fields.slug = slug;
  }
  if (asked.has('sender_real_name')) {
    if (options.senderRealName) fields.sender_real_name = options.senderRealName;
    else if (!asksNumber(asked)) return stuck('dropoff asks for the sender: set senderRealName');
  }
  return { fields, blocked: undefined };
}

function ownerOf(mode: ShipMode, wantsOurs: boolean): Pick<ArrangePlan, 'owner' | 'ownerReason'> {
  if (wantsOurs) return { owner: 'seller', ownerReason: `${mode} asks for a tracking number` };
  if (mode === 'non_integrated') {
    // Assumed: the field is optional there; a number nobody asked for is not sent.
    return { owner: 'seller-untold', ownerReason: 'non_integrated without asking for a number' };
  }
  return { owner: 'marketplace', ownerReason: `${mode} without asking for a tracking number` };
}

function stuck(reason: string): Filled {
  return { fields: {}, blocked: { code: 'shipping-choice-refused', reason } };
}

function some(values: readonly string[]): string {
  if (values.length === 0) return 'Shopee offers none';
  return `offered: ${values.slice(0, 5).join(', ')}${values.length > 5 ? ', ...' : ''}`;
}
