/** The buyer's address as Lazada gives it: masked, unless the app passed the data review. @module */
import type { BuyerAddress } from '../marketplace.ts';
import type { Address, Order } from './rows.ts';
import type { Country } from './ventures.ts';
import { text } from './wire.ts';

/** Shapes seen: `D**** `, `01******86`, `4***0` (lazada.md section 3.5). */
const MASK = /\*\*/;

export function toBuyer(order: Order, country: Country): BuyerAddress {
  const address: Address = order.address_shipping ?? {};
  const zip = text(address.post_code);
  const fields = {
    name:
      joined(' ', text(address.first_name), text(address.last_name)) ??
      joined(' ', text(order.customer_first_name), text(order.customer_last_name)),
    phone: text(address.phone) ?? text(address.phone2),
    country: text(address.country),
    state: text(address.address3),
    city: (country === 'th' ? text(address.address4) : undefined) ?? cityOf(address),
    district: districtOf(address, zip),
    zip,
    address: joined(', ', text(address.address1), text(address.address2)),
  };
  const masked = Object.values(fields).some((field) => field !== undefined && MASK.test(field));
  return { ...fields, masked };
}

function cityOf(address: Address): string | undefined {
  return text(address.city) ?? text(address.address4);
}

/**
 * `addressDsitrict` is how `/orders/get` spells it. Assumed: `address5` is the third-level address (in
 * Thailand the sub-district) unless it repeats the post code; the guide and the field list disagree.
 */
function districtOf(address: Address, zip: string | undefined): string | undefined {
  const named = text(address.addressDistrict) ?? text(address.addressDsitrict);
  if (named !== undefined) return named;
  const fifth = text(address.address5);
  return fifth === zip ? undefined : fifth;
}

function joined(separator: string, ...parts: (string | undefined)[]): string | undefined {
  const given = parts.filter((part) => part !== undefined);
  return given.length === 0 ? undefined : given.join(separator);
}
