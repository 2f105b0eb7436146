/**
 * Where the supplier sends the goods: the store's warehouse, or the buyer.
 * @module
 */
import type { Receiver } from '../connectors/agent.ts';
import type { BuyerAddress } from '../connectors/marketplace.ts';
import type { MappingHold } from './holds.ts';
import type { ReceiverSettings } from './store.ts';
import { fillTemplate, templateNames } from './template.ts';

/** `template`: filled in; `setting`: as written; `buyer`: from the order; `none`: empty. */
export type FieldFrom = 'template' | 'setting' | 'buyer' | 'none';

export interface ExplainedField {
  readonly field: keyof Receiver;
  readonly from: FieldFrom;
  /** The template's text, where there is one. */
  readonly template?: string;
}

export interface ExplainedReceiver {
  readonly kind: ReceiverSettings['kind'];
  /** As far as it is known; complete when no hold speaks of the receiver. */
  readonly receiver: Receiver;
  readonly fields: readonly ExplainedField[];
}

export interface MappedReceiver {
  readonly explained: ExplainedReceiver;
  readonly holds: readonly MappingHold[];
}

const FIELDS = [
  'name',
  'phone',
  'mobilePhone',
  'country',
  'state',
  'city',
  'district',
  'address',
  'zip',
] as const satisfies readonly (keyof Receiver)[];

/** What a parcel to a buyer cannot do without; districts and zip codes are not used everywhere. */
const NEEDED = ['name', 'phone', 'country', 'state', 'city', 'address'] as const;

const BUYER_FIELDS = [
  'name',
  'phone',
  'country',
  'state',
  'city',
  'district',
  'zip',
  'address',
] as const;
type BuyerField = (typeof BUYER_FIELDS)[number];

/** @param values of the templates' names */
export function mapReceiver(
  settings: ReceiverSettings,
  buyer: BuyerAddress,
  values: Readonly<Record<string, string>>,
): MappedReceiver {
  return settings.kind === 'warehouse'
    ? { explained: toWarehouse(settings, values), holds: [] }
    : toBuyer(settings, buyer);
}

function toWarehouse(
  settings: Extract<ReceiverSettings, { kind: 'warehouse' }>,
  values: Readonly<Record<string, string>>,
): ExplainedReceiver {
  const { kind, name, address, ...fixed } = settings;
  const receiver = {
    ...fixed,
    name: fillTemplate(name, values),
    address: fillTemplate(address, values),
  };
  const fields = FIELDS.map((field): ExplainedField => {
    const template = field === 'name' || field === 'address' ? settings[field] : '';
    if (templateNames(template).length > 0) return { field, from: 'template', template };
    return { field, from: receiver[field] ? 'setting' : 'none' };
  });
  return { kind, receiver, fields };
}

function toBuyer(
  settings: Extract<ReceiverSettings, { kind: 'buyer' }>,
  buyer: BuyerAddress,
): MappedReceiver {
  const given = (field: BuyerField) => buyer[field]?.trim() ?? '';
  const country = settings.country?.trim() || given('country');
  // A buyer has one phone; the agent's example fills `mobile_phone` and leaves `phone` empty.
  const receiver: Receiver = {
    name: given('name'),
    phone: '',
    mobilePhone: given('phone'),
    country,
    state: given('state'),
    city: given('city'),
    district: given('district'),
    address: given('address'),
    zip: given('zip'),
  };
  const fields = FIELDS.map((field): ExplainedField => {
    if (receiver[field] === '') return { field, from: 'none' };
    return { field, from: field === 'country' && settings.country ? 'setting' : 'buyer' };
  });

  const stars = BUYER_FIELDS.filter((field) => given(field).includes('*'));
  const missing = NEEDED.filter((field) => (field === 'country' ? country : given(field)) === '');
  const holds: MappingHold[] = [];
  if (buyer.masked || stars.length > 0) {
    const which = stars.length > 0 ? stars.join(', ') : 'the marketplace does not say which fields';
    holds.push({ code: 'receiver-masked', detail: `masked: ${which}` });
  }
  if (missing.length > 0) {
    holds.push({ code: 'receiver-incomplete', detail: `missing: ${missing.join(', ')}` });
  }
  return { explained: { kind: settings.kind, receiver, fields }, holds };
}
