/**
 * The six ventures and their clocks (lazada.md 2). Orders carry local wall time with the venture's
 * offset, to the second (lazada.md 3.4).
 * @module
 */

export interface Venture {
  readonly name: string;
  readonly currency: string;
  readonly offsetHours: number;
}

export const VENTURES: Readonly<Record<string, Venture>> = {
  sg: { name: 'Singapore', currency: 'SGD', offsetHours: 8 },
  my: { name: 'Malaysia', currency: 'MYR', offsetHours: 8 },
  th: { name: 'Thailand', currency: 'THB', offsetHours: 7 },
  vn: { name: 'Vietnam', currency: 'VND', offsetHours: 7 },
  ph: { name: 'Philippines', currency: 'PHP', offsetHours: 8 },
  id: { name: 'Indonesia', currency: 'IDR', offsetHours: 7 },
};

/** @throws {Error} when there is no such venture. */
export function ventureOf(country: string): Venture {
  const venture = VENTURES[country];
  if (!venture) throw new Error(`Lazada has no venture "${country}"`);
  return venture;
}

/** `2021-05-25 14:02:38 +0700`, as orders and items carry it. */
export function wireTime(ms: number, country: string): string {
  const { date, time, offset } = local(ms, country);
  return `${date} ${time} ${offset.replace(':', '')}`;
}

/** `2021-05-27T23:59:59+07:00`: the end of the local day that is `days` after `ms`. */
export function endOfLocalDay(ms: number, days: number, country: string): string {
  const { date, offset } = local(ms + days * 86_400_000, country);
  return `${date}T23:59:59${offset}`;
}

/**
 * Reads the one form the reference gives for filters, `YYYY-MM-DDTHH:mm:ss+HH:MM` (lazada.md 3.1).
 * @returns epoch milliseconds, or undefined when the text is anything else.
 */
export function parseFilterTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Times are kept to the second, as the wire shows them. */
export function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

function local(ms: number, country: string) {
  const hours = ventureOf(country).offsetHours;
  const shifted = new Date(ms + hours * 3_600_000).toISOString();
  return {
    date: shifted.slice(0, 10),
    time: shifted.slice(11, 19),
    offset: `+${String(hours).padStart(2, '0')}:00`,
  };
}
