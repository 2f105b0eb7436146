/** After how long what does not happen is told: the `alerts` block of a store's settings. */
import { z } from 'zod';
import { duration } from './values.ts';

const MINUTE_MS = 60_000;
const YEAR_MS = 365 * 24 * 60 * MINUTE_MS;

/** Less than a minute is less than the sweep's step; more than a year is never. */
export const patience = duration.refine(
  (ms) => ms >= MINUTE_MS && ms <= YEAR_MS,
  'a duration from "1m" to "365d"',
);

export const alertSettings = z
  .strictObject({
    noPull: patience.optional(),
    unread: patience.prefault('1h'),
    unpaid: patience.prefault('24h'),
    unsent: patience.prefault('3d'),
    untracked: patience.prefault('48h'),
    held: patience.prefault('24h'),
  })
  .prefault({});

/** Without a word of the store: half an hour, or three polls where those take longer. */
const NO_PULL_MS = 30 * MINUTE_MS;

interface Pulls {
  readonly poll: number;
  readonly alerts: { readonly noPull?: number | undefined };
}

/** After how long without a successful pull the alert `no-pull` is raised, in ms. */
export function noPullAfter({ poll, alerts }: Pulls): number {
  return alerts.noPull ?? Math.max(NO_PULL_MS, 3 * poll);
}

/** What is wrong with the store's own word; undefined when nothing is. */
export function noPullProblem({ poll, alerts }: Pulls): string | undefined {
  // Beside other mistakes either may be anything.
  if (typeof alerts?.noPull !== 'number' || !(alerts.noPull <= poll)) return undefined;
  return `is ${alerts.noPull / 1000} s; it must be more than poll = ${poll / 1000} s, or the alert would be raised between two pulls that both work`;
}
