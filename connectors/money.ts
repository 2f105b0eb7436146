/**
 * Money at the edges: marketplaces state amounts as decimal text, the agent in fen. Inside they are
 * integers in the currency's minor unit, so that sums are exact.
 * @module
 */
import Big from 'big.js';

/** An exact amount: `minor` counts the currency's smallest unit (CNY fen, SGD cent, VND dong). */
export interface Money {
  readonly minor: number;
  readonly currency: string;
}

/**
 * Digits after the decimal point by ISO 4217. IDR has two by the standard, but marketplaces state
 * whole rupiah; two digits hold both.
 */
const DIGITS: Readonly<Record<string, number>> = {
  CNY: 2,
  SGD: 2,
  MYR: 2,
  THB: 2,
  PHP: 2,
  IDR: 2,
  TWD: 2,
  BRL: 2,
  MXN: 2,
  USD: 2,
  VND: 0,
  CLP: 0,
  COP: 2,
};

/** Minor-unit digits of a currency; two when the currency is not in the table. */
export function minorDigits(currency: string): number {
  return DIGITS[currency] ?? 2;
}

/**
 * Decimal text to minor units, exactly.
 * @throws {RangeError} when the text is no number, or is finer than the minor unit.
 * @example toMinor('31.99', 'SGD') // 3199
 */
export function toMinor(decimal: string, currency: string): number {
  let scaled: Big;
  try {
    scaled = new Big(decimal).times(new Big(10).pow(minorDigits(currency)));
  } catch {
    throw new RangeError(`"${decimal}" is no decimal amount`);
  }
  if (!scaled.eq(scaled.round())) {
    throw new RangeError(`"${decimal}" is finer than the minor unit of ${currency}`);
  }
  const minor = scaled.toNumber();
  if (!Number.isSafeInteger(minor)) throw new RangeError(`"${decimal}" ${currency} is too large`);
  return minor;
}

/** Minor units as decimal text. @example fromMinor(3199, 'SGD') // '31.99' */
export function fromMinor(minor: number, currency: string): string {
  const digits = minorDigits(currency);
  return new Big(minor).div(new Big(10).pow(digits)).toFixed(digits);
}
