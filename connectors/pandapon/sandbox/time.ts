/**
 * Times on the wire: 'yyyy-MM-dd HH:mm:ss' without a zone, taken as China time, UTC+8 and no summer time
 * (pandapon.md 11.5 and 11.18).
 */
export const CHINA_OFFSET_MS = 8 * 3_600_000;

/** An instant (ms) as the wire's text; fractions of a second are cut off. */
export function chinaTime(ms: number): string {
  return new Date(ms + CHINA_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** The wire's text as an instant (ms); undefined when it is not such a text. */
export function parseChinaTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
  const ms = Date.parse(`${text.replace(' ', 'T')}Z`);
  return Number.isNaN(ms) || chinaTime(ms - CHINA_OFFSET_MS) !== text
    ? undefined
    : ms - CHINA_OFFSET_MS;
}
