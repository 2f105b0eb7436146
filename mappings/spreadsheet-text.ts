/**
 * Text that a spreadsheet must leave as it is. Opened there, a CSV cell of 18 digits becomes a rounded
 * number, `00123` becomes 123, `3-4` a date, and a cell that begins with `=` is computed. Written as
 * the formula `="..."` it stays the text it was, also after it is saved again; nothing else is
 * computed, so that a SKU which somebody made up to be a formula harms nobody.
 * @module
 */

const GUARDED = /^="((?:[^"]|"")*)"$/;
/** What starts a formula, also behind a tab or a line break (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n]/;

const READ_OTHERWISE: readonly RegExp[] = [
  // From 12 digits on a spreadsheet shows, and saves, 6.00126E+17.
  /^\d{12,}$/,
  /^0\d/,
  /^\d*[.,]?\d+e\d+$/i,
  // Dates and times, as far as they can be told in every language.
  /^\d+[-/.:]\d/,
  /^\d*[- ]?(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sep(t(ember)?)?|oct(ober)?|nov(ember)?|dec(ember)?)[-. ]?\d*$/i,
  /^(true|false)$/i,
];

/** Keeps a text from being computed; any other is unchanged. `unguarded` gives each back. */
export function guardFormula(text: string): string {
  return FORMULA.test(text) ? guarded(text) : text;
}

/** Keeps also what a spreadsheet would take for a number or a date. `unguarded` gives each back. */
export function guardText(text: string): string {
  const changes = FORMULA.test(text) || READ_OTHERWISE.some((form) => form.test(text));
  return changes ? guarded(text) : text;
}

function guarded(text: string): string {
  return `="${text.replaceAll('"', '""')}"`;
}

/** The text of a cell that was guarded; any other as it is. */
export function unguarded(cell: string): string {
  if (!cell.startsWith('="')) return cell;
  const text = GUARDED.exec(cell)?.[1];
  return text === undefined ? cell : text.replaceAll('""', '"');
}
