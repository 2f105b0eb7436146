/** The only place time comes from; tests put their own clock here. */
import { type Clock, systemClock } from '../connectors/call.ts';

export { type Clock, systemClock };

export function addMs(date: Date, milliseconds: number): Date {
  return new Date(date.getTime() + milliseconds);
}

/** The calendar date in China (UTC+8, no summer time), which caps on spending count by. */
export function chinaDay(at: Date): string {
  return addMs(at, 8 * 3_600_000)
    .toISOString()
    .slice(0, 10);
}
