/**
 * Reading Shopee's loose values. Shopee fills absent numbers with 0 and absent text with "" or "-"
 * (shopee.md 3.2, section 5), so "greater than 0" and "not empty" are asked, never "is it there".
 * @module
 */
import Big from 'big.js';

type Loose = string | number | null | undefined;

/** Text that says something. */
export function text(value: string | null | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed ? trimmed : undefined;
}

/** Text where "-" stands for none: tracking numbers, booking numbers. */
export function textOrDash(value: string | null | undefined): string | undefined {
  const said = text(value);
  return said === '-' ? undefined : said;
}

/** An id as text; undefined when absent, 0 or empty. */
export function id(value: Loose): string | undefined {
  const said = text(value === undefined || value === null ? undefined : String(value));
  return said === '0' ? undefined : said;
}

/** A whole number; 0 when absent. */
export function count(value: Loose): number {
  return value === undefined || value === null || value === '' ? 0 : Number(value);
}

/** An instant; undefined when absent or 0. */
export function instant(seconds: Loose): Date | undefined {
  const said = count(seconds);
  return said > 0 ? new Date(said * 1000) : undefined;
}

/** An amount as plain decimal text; undefined when absent or not above 0. */
export function amount(value: Loose): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const exact = new Big(value);
  return exact.gt(0) ? exact.toFixed() : undefined;
}
