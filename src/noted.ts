/**
 * Counts what happens at the doors (a push that was verified or refused), for the doctor. Strangers can
 * knock as often as they like, so a fact is written at most every ten seconds, and nobody waits for it.
 * @module
 */
import { addNoted, type NotedFact } from './database/noted.ts';
import type { Service } from './service.ts';

const WRITE_EVERY_MS = 10_000;

interface Waiting {
  times: number;
  lastAt: Date;
  timer: NodeJS.Timeout | undefined;
}

const all = new WeakMap<Service['db'], Map<string, Waiting>>();

/** Returns at once; a count that cannot be written is lost. */
export function note(
  service: Pick<Service, 'db' | 'clock' | 'log'>,
  fact: NotedFact,
  subject: string,
): void {
  const facts = all.get(service.db) ?? new Map<string, Waiting>();
  all.set(service.db, facts);
  const key = `${fact} ${subject}`;
  const now = service.clock.now();
  const waiting = facts.get(key) ?? { times: 0, lastAt: now, timer: undefined };
  facts.set(key, waiting);
  waiting.times += 1;
  waiting.lastAt = now;
  if (!waiting.timer) write();

  function write() {
    waiting.timer = undefined;
    if (waiting.times === 0) return;
    const { times, lastAt } = waiting;
    waiting.times = 0;
    waiting.timer = setTimeout(write, WRITE_EVERY_MS);
    waiting.timer.unref();
    addNoted(service.db, fact, subject, times, lastAt).catch((error: unknown) =>
      service.log.debug({ err: error, fact, subject }, 'a fact for the doctor was not kept'),
    );
  }
}
