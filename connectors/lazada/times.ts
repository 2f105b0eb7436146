/**
 * Lazada's four forms of a moment (lazada.md section 3.4): `2021-05-25 14:02:38 +0700`, ISO 8601 with
 * offset, milliseconds as a number, milliseconds as text. Sent is always ISO with the venture's offset.
 * @module
 */
import { DateTime, FixedOffsetZone } from 'luxon';
import { type Country, VENTURES } from './ventures.ts';
import { text } from './wire.ts';

/**
 * Reads a moment; undefined when absent. One without an offset (seen in `promised_shipping_times`) is
 * the venture's local time.
 * @throws {RangeError} when it has none of the known forms.
 */
export function readTime(value: unknown, country: Country): Date | undefined {
  const word = text(value);
  if (word === undefined) return undefined;
  if (/^\d{11,14}$/.test(word)) return new Date(Number(word));
  const zone = zoneOf(country);
  const spaced = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)(?: ?([+-]\d\d:?\d\d|Z))?$/.exec(
    word,
  );
  const iso = spaced ? `${spaced[1]}T${spaced[2]}${spaced[3] ?? ''}` : word;
  const read = DateTime.fromISO(iso, { zone });
  if (!read.isValid || !iso.includes('T'))
    throw new RangeError(`"${word}" is no known form of a moment`);
  return read.toJSDate();
}

/** ISO 8601 to the second with the venture's offset. @example `2018-02-10T16:00:00+08:00` */
export function writeTime(moment: Date, country: Country): string {
  const text = DateTime.fromJSDate(moment, { zone: zoneOf(country) }).toFormat(
    "yyyy-MM-dd'T'HH:mm:ssZZ",
  );
  if (Number.isNaN(moment.getTime())) throw new RangeError('no moment');
  return text;
}

/** The second a moment lies in, as milliseconds: Lazada states update times to the second. */
export function wholeSecond(moment: Date): number {
  return Math.floor(moment.getTime() / 1000) * 1000;
}

function zoneOf(country: Country): FixedOffsetZone {
  return FixedOffsetZone.instance(VENTURES[country].offsetHours * 60);
}
