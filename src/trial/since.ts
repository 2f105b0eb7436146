/** From when on orders are tried: `7d` back, a date, or a time. */
import { duration } from '../../mappings/store.ts';

const WORDS = 'give a time back such as 7d or 12h, or a date such as 2026-06-30';

/** @throws {Error} in plain words, when it is none of these or not in the past. */
export function readSince(text: string, now: Date): Date {
  const back = duration.safeParse(text);
  if (back.success) {
    if (back.data === 0) throw new Error(`--since ${text} is no time back; ${WORDS}`);
    return new Date(now.getTime() - back.data);
  }
  const isDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(
    text,
  );
  const at = new Date(isDate ? text : Number.NaN);
  if (Number.isNaN(at.getTime())) throw new Error(`--since ${text} is not understood; ${WORDS}`);
  if (at >= now) throw new Error(`--since ${text} is not in the past`);
  return at;
}
