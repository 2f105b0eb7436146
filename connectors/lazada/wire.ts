/**
 * Lazada's loose wire types, read strictly: what cannot be understood throws, and the order is kept
 * aside (lazada.md section 3.4).
 * @module
 */
import Big from 'big.js';

/** Words that mean "nothing" on the wire. */
const ABSENT = new Set(['', 'null', 'null-null']);

/** Text, or undefined for null, `""`, `"null"` and `"null-null"`. Numbers become their text. */
export function text(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw new RangeError('expected text');
  }
  const trimmed = String(value).trim();
  return ABSENT.has(trimmed) ? undefined : trimmed;
}

/** An id as its digits (or, for packages, its text). @throws {RangeError} when there is none. */
export function idText(value: unknown): string {
  const id = text(value);
  if (id === undefined) throw new RangeError('expected an id');
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new RangeError(`the id ${value} has lost digits`);
  }
  return id;
}

/** A yes or no; undefined when absent. @throws {RangeError} for any other word. */
export function flag(value: unknown): boolean | undefined {
  const word = text(value)?.toLowerCase();
  if (word === undefined) return undefined;
  if (word === '1' || word === 'true') return true;
  if (word === '0' || word === 'false') return false;
  throw new RangeError(`"${word}" is neither yes nor no`);
}

/** Decimal text in the currency's main unit; undefined when absent. @throws {RangeError} if no number. */
export function amount(value: unknown): string | undefined {
  const word = text(value);
  if (word === undefined) return undefined;
  try {
    return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(word)
      ? word
      : new Big(word).toFixed();
  } catch {
    throw new RangeError(`"${word}" is no amount`);
  }
}
