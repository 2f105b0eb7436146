/** Waiting for a consent whose link was given out: until it ends, its time is over, or a signal comes. */
import { setTimeout as delay } from 'node:timers/promises';
import { addMs } from '../clock.ts';
import type { BegunConsent } from '../consents/consent.ts';
import { type ConsentRow, giveUpConsent, readConsent } from '../database/consents.ts';
import { span, utc } from '../report/table.ts';
import type { Service } from '../service.ts';
import type { Context } from './context.ts';
import { Problem } from './errors.ts';

/** As a shell expects it of a command that Ctrl-C ended. */
const STOPPED = 130;
const LOOK_MS = 400;
/** An answer that came in is worked on for less than this. */
const FINISHING_MS = 90_000;

export interface Waiting {
  readonly context: Pick<Context, 'print' | 'note'>;
  readonly core: Pick<Service, 'db' | 'clock'>;
  readonly store: string;
  /** Of the marketplace. */
  readonly title: string;
  readonly begun: BegunConsent;
  readonly stop: AbortSignal;
}

/** Returns when the link itself ends; undefined where it lives as long as the waiting. */
export function printLink({ context, core, begun, title }: Waiting): Date | undefined {
  const { url, livesMs } = begun.link();
  context.print(url);
  if (livesMs === undefined) return undefined;
  context.note(`${title} opens this link for ${span(livesMs)}; a fresh one follows then.`);
  return addMs(core.clock.now(), livesMs);
}

/** How the waiting ended: with the consent, with its time, or by a signal. */
export type Answer = ConsentRow | 'over' | 'stopped';

export async function untilEnded(
  waiting: Waiting,
  firstLinkEnd: Date | undefined,
): Promise<Answer> {
  const { context, core, begun, stop } = waiting;
  let linkEnd = firstLinkEnd;
  for (;;) {
    const row = await readConsent(core.db, begun.id);
    if (row?.outcome) return row;
    if (row?.used_at) return untilFinished(waiting);
    const now = core.clock.now();
    if (stop.aborted || now >= begun.expiresAt) {
      const isMine = await giveUpConsent(core.db, begun.id);
      // Used in the same moment: its end is near, and is the answer.
      if (!isMine) return untilFinished(waiting);
      return stop.aborted ? 'stopped' : 'over';
    }
    if (linkEnd && now >= linkEnd) {
      context.note('That link has ended. A fresh one:');
      linkEnd = printLink(waiting);
    }
    await delay(LOOK_MS, undefined, { signal: stop }).catch(() => {});
  }
}

/** The answer came in; only a process that died over it leaves no end. */
async function untilFinished({ core, begun, store }: Waiting): Promise<Answer> {
  const until = performance.now() + FINISHING_MS;
  while (performance.now() < until) {
    const row = await readConsent(core.db, begun.id);
    if (row?.outcome) return row;
    await delay(LOOK_MS);
  }
  throw new Problem(
    `the answer came in, but the service did not finish it; its log may say why. Begin again: ponbridge connect ${store}`,
  );
}

/** Says how it ended. @throws {Problem} when nothing was connected */
export function settle({ context, store, begun }: Waiting, answer: Answer): void {
  if (answer === 'stopped') {
    context.note('Stopped. The link is worth nothing any more, and nothing was changed.');
    process.exitCode = STOPPED;
  } else if (answer === 'over') {
    throw new Problem(
      `nobody agreed until ${utc(begun.expiresAt)} UTC, and the link is worth nothing any more. Begin again: ponbridge connect ${store}`,
    );
  } else if (answer.outcome === 'refused') {
    throw new Problem(answer.reason ?? 'it was refused');
  } else {
    for (const line of answer.report ?? []) context.print(line);
  }
}
