/** All watches, once per sweep: a fixed number of statements, whatever there is to watch. */
import { addMs } from '../clock.ts';
import {
  type AlertChange,
  forgetAlerts,
  markLook,
  markStart,
  settleAlerts,
} from '../database/alerts.ts';
import type { Service } from '../service.ts';
import { grantEnding, noListing } from './accounts.ts';
import { heldLong, shipByNear } from './orders.ts';
import { attemptOpen, unpaid, unsent, untracked } from './purchases.ts';
import { noPull, unread } from './stores.ts';
import { lookAt, type Watch } from './watch.ts';

export const WATCHES: readonly Watch[] = [
  noPull,
  unread,
  unpaid,
  unsent,
  untracked,
  attemptOpen,
  shipByNear,
  heldLong,
  noListing,
  grantEnding,
];

/** A gap of this, or of three sweeps where those are seldom, means that nobody ran. */
const PAUSE_MS = 5 * 60_000;
/** After a pause or a start, what waited is read first; alerts that stand already stay. */
const CATCH_UP_MS = 10 * 60_000;
/** A process that starts over and over holds the watches up once in this time, not for ever. */
const START_COUNTS_MS = 60 * 60_000;
/** Cleared alerts are kept this long. */
const KEPT_MS = 90 * 86_400_000;

/** Raises what newly stands, clears what does not any more. A watch that fails stops no other. */
export async function watch(service: Service): Promise<void> {
  const { db, settings, log, clock } = service;
  const now = clock.now();
  const resumedAt = await markLook(db, now, Math.max(PAUSE_MS, 3 * settings.timings.sweep));
  const isCatchingUp = now < addMs(resumedAt, CATCH_UP_MS);
  const look = lookAt(settings, now);
  for (const { code, patient, tidy, standing } of WATCHES) {
    if (patient && isCatchingUp) continue;
    try {
      await tidy?.(look).execute(db);
      const changes = await settleAlerts(db, code, standing(look), now);
      for (const change of changes) tell(service, change);
    } catch (error) {
      log.error({ err: error, code }, 'a watch failed; it looks again with the next sweep');
    }
  }
  await forgetAlerts(db, addMs(now, -KEPT_MS));
}

/** A starting process: settings may have changed, and what it is to look at was not looked at yet. */
export async function watchStarts(service: Service): Promise<void> {
  await markStart(service.db, service.clock.now(), START_COUNTS_MS);
}

function tell({ log }: Service, { what, detail, ...about }: AlertChange): void {
  const known = Object.fromEntries(Object.entries(about).filter(([, value]) => value !== null));
  if (what === 'raised') log.warn(known, detail);
  else log.info({ ...known, detail }, 'an alert is over');
}
