/**
 * JSON without losing digits. Ids of Shopee and PandaPon exceed 2^53, where a JavaScript number
 * silently becomes another id. So integers beyond the safe range are read as text, and ids that a
 * system wants back as JSON integers are written from their text.
 * @module
 */

/** Parses JSON; an integer beyond 2^53 arrives as its digits in a string. */
export function parseJson(text: string): unknown {
  // The third argument (the number's source text) is in Node 24 but not yet in TypeScript's library.
  const parse = JSON.parse as (text: string, revive: Reviver) => unknown;
  return parse(text, (_key, value, context) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    const { source } = context;
    return source !== undefined && /^-?\d+$/.test(source) ? source : value;
  });
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** The same body with every integer beyond 2^53 written as a string, for parsers that would lose it. */
export function keepDigits(text: string): string {
  return JSON.stringify(parseJson(text));
}

/**
 * An id held as text, to be written as a JSON integer: `JSON.stringify({ item_id: jsonInteger(id) })`.
 * @throws {RangeError} when the text is not made of digits only.
 */
export function jsonInteger(digits: string): unknown {
  if (!/^\d+$/.test(digits)) throw new RangeError(`"${digits}" is no integer id`);
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(
    digits.replace(/^0+(?=\d)/, ''),
  );
}
