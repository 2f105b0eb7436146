/**
 * Lazada's six ventures: where their API is, what they sell in, and which clock they print
 * (lazada.md section 2). A local seller's token works on the own venture's host only.
 * @module
 */

export const COUNTRIES = ['sg', 'my', 'th', 'vn', 'ph', 'id'] as const;

/** ISO 3166 alpha-2, lower case. */
export type Country = (typeof COUNTRIES)[number];

export interface Venture {
  readonly address: string;
  readonly currency: string;
  /** The venture's offset from UTC in hours; none of the six has summer time. */
  readonly offsetHours: number;
}

export const VENTURES: Readonly<Record<Country, Venture>> = {
  sg: { address: 'https://api.lazada.sg/rest', currency: 'SGD', offsetHours: 8 },
  my: { address: 'https://api.lazada.com.my/rest', currency: 'MYR', offsetHours: 8 },
  th: { address: 'https://api.lazada.co.th/rest', currency: 'THB', offsetHours: 7 },
  vn: { address: 'https://api.lazada.vn/rest', currency: 'VND', offsetHours: 7 },
  ph: { address: 'https://api.lazada.com.ph/rest', currency: 'PHP', offsetHours: 8 },
  id: { address: 'https://api.lazada.co.id/rest', currency: 'IDR', offsetHours: 7 },
};

/** The token calls of all ventures. */
export const AUTH_ADDRESS = 'https://auth.lazada.com/rest';

/** @throws {RangeError} when Lazada has no venture there. */
export function countryOf(code: string): Country {
  const found = COUNTRIES.find((country) => country === code.toLowerCase());
  if (!found) throw new RangeError(`Lazada has no venture "${code}": ${COUNTRIES.join(', ')}`);
  return found;
}
