/** Re-scans in the harness: what they find, in one line each. */
import type { Difference, Reconciliation } from '../../src/reconcile/difference.ts';
import { reconcile, subjectsOf } from '../../src/reconcile/run.ts';
import { CUP, CUP_SKU, type Harness } from '../stages/harness.ts';

/** What a person would have bought in the agent's console for one `CUP`. */
export const CUP_LINE = {
  itemId: '600126245031041190',
  skuId: CUP_SKU,
  quantity: 1,
  priceFen: 1250,
};

export interface Scan {
  readonly results: readonly Reconciliation[];
  /** `code order: there / here -> done`. */
  readonly lines: readonly string[];
  find(code: Difference['code']): Difference;
}

/** All stores and accounts, as `ponbridge reconcile` does it. Runs nothing that it sends. */
export async function scan(h: Harness, days = 3): Promise<Scan> {
  const results: Reconciliation[] = [];
  for (const subject of subjectsOf(h.service))
    results.push(await reconcile(h.service, subject, days));
  const differences = results.flatMap((result) => result.differences);
  const lines = differences.map(
    ({ code, orderNumber, theirs, ours, outcome, done }) =>
      `${outcome} ${code} ${orderNumber ?? '-'}: ${theirs} / ${ours} -> ${done}`,
  );
  return {
    results,
    lines,
    find(code) {
      const found = differences.filter((each) => each.code === code);
      const [only] = found;
      if (!only || found.length > 1)
        throw new Error(`${found.length} of ${code}; all:\n${lines.join('\n')}`);
      return only;
    },
  };
}

/** Longer than any news may take by itself, without anything running meanwhile. */
export function passUnheard(h: Harness, ms = 30 * 60_000): void {
  h.advanceClock(ms);
}

/** The service has heard everything that there is to hear. */
export async function hearAll(h: Harness): Promise<void> {
  await h.pull('tea-sg');
  await h.pull('tea-my');
  await h.listNow();
  await h.run();
}

export async function paid(h: Harness, lines = [CUP]): Promise<string> {
  const number = h.orderLazada(lines);
  await h.pull('tea-sg');
  await h.waitForState(number, 'paid');
  return number;
}

/** The supplier sends it, and the account's next listing tells. */
export async function sent(h: Harness, number: string): Promise<void> {
  h.pandapon.send(number);
  await h.listNow();
  await h.run();
}
