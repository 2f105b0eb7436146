/** The re-scan by the clock: once a day for each store and account, each at its own time of day. */
import { createHash } from 'node:crypto';
import type { JobData } from '../queue.ts';
import type { Service } from '../service.ts';
import { DIFFERENCES, type Subject } from './difference.ts';
import { lastLooked } from './kept.ts';
import { reconcile, subjectsOf } from './run.ts';

/** A missed one is made up for within this part of the time between two: an hour of a day. */
const CATCH_UP = 1 / 24;
const EARLY_MS = 60_000;

/**
 * When a subject is compared next. Its slots lie `every` apart, at a place between them that its name
 * gives, so that a thousand stores are spread over the day, and restarts move nothing.
 */
export function nextTime(subject: Subject, last: Date, now: Date, every: number): Date {
  const share = shareOf(subject);
  const offset = share * every;
  // The queue goes by the database's clock: a re-scan can begin a moment before its time.
  const early = Math.min(EARLY_MS, every / 10);
  const slot = Math.floor((now.getTime() + early - offset) / every) * every + offset;
  if (last.getTime() + early >= slot) return new Date(slot + every);
  return new Date(now.getTime() + share * every * CATCH_UP);
}

/** From 0 to 1, the same for a name for ever. */
function shareOf({ kind, name }: Subject): number {
  const digest = createHash('sha256').update(`${kind} ${name}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32;
}

/** At the start of a worker: one waiting job for each; the queue drops the others' copies. */
export async function scheduleReconciliations(service: Service): Promise<void> {
  for (const subject of subjectsOf(service)) await scheduleNext(service, subject);
}

async function scheduleNext(service: Service, subject: Subject): Promise<void> {
  const now = service.clock.now();
  const last = await lastLooked(service.db, subject, now);
  const next = nextTime(subject, last, now, service.settings.reconcile.every);
  const afterMs = Math.max(next.getTime() - now.getTime(), 1);
  await service.jobs.send(service.db, 'reconcile', subject, { afterMs });
}

/** One re-scan, and the job of the next one. Each difference is logged with what was done. */
export async function reconcileAndAgain(service: Service, job: JobData['reconcile']) {
  const { settings, log } = service;
  const isKnown = subjectsOf(service).some(
    ({ kind, name }) => kind === job.kind && name === job.name,
  );
  // Its store or account is gone from the settings: the chain ends.
  if (!isKnown) return;
  const subject: Subject = { kind: job.kind, name: job.name };
  try {
    const result = await reconcile(service, subject, settings.reconcile.days);
    for (const { code, orderNumber, theirs, ours, outcome, done } of result.differences) {
      log.warn(
        { [job.kind]: job.name, order: orderNumber, code, theirs, ours, outcome },
        `re-scan: ${DIFFERENCES[code]}: ${done}`,
      );
    }
    const { compared, repaired, left } = result;
    log.info({ [job.kind]: job.name, compared, repaired, left }, 're-scanned');
  } finally {
    await scheduleNext(service, subject);
  }
}
