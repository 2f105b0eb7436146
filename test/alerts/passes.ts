/** Time as a running service sees it: it looks every few minutes, without a pause. */
import { watch } from '../../src/alerts/run.ts';
import type { AlertCode } from '../../src/alerts/texts.ts';
import type { Harness } from '../stages/harness.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Less than half of what counts as a pause: a slow machine adds to it. */
const STEP = 2 * MINUTE;
/** More than what a service needs to catch up after one. */
const CATCH_UP = 16 * MINUTE;

/** Puts the clock forward without any job, looking on the way, and looks at the end. */
export async function passes(h: Harness, ms: number): Promise<void> {
  let left = ms;
  if (left > CATCH_UP) {
    h.advanceClock(left - CATCH_UP);
    left = CATCH_UP;
  }
  for (; left > 0; left -= STEP) {
    await watch(h.service);
    h.advanceClock(Math.min(STEP, left));
  }
  await watch(h.service);
}

/** `code subject` of what stands now with these codes; without any, of orders. */
export async function standing(h: Harness, ...codes: AlertCode[]): Promise<string[]> {
  const open = (await rows(h)).filter((row) => row.cleared_at === null);
  return namesOf(open, codes);
}

/** The same of everything ever raised: what was raised twice is in it twice. */
export async function everRaised(h: Harness, ...codes: AlertCode[]): Promise<string[]> {
  return namesOf(await rows(h), codes);
}

export async function detailOf(h: Harness, code: string): Promise<string | undefined> {
  return (await rows(h)).find((row) => row.code === code && row.cleared_at === null)?.detail;
}

function rows(h: Harness) {
  return h.core.db.selectFrom('alert').selectAll().orderBy('id').execute();
}

function namesOf(found: Awaited<ReturnType<typeof rows>>, codes: readonly string[]): string[] {
  return found
    .filter(({ code, sales_order_id: order }) =>
      codes.length > 0 ? codes.includes(code) : order !== null,
    )
    .map(({ code, subject }) => `${code} ${subject}`);
}
