/** `ponbridge reconcile`: the outside systems' books against ours. Exit code 1 while a person is wanted. */
import type { Reconciliation } from '../reconcile/difference.ts';
import { readReconciliations } from '../reconcile/kept.ts';
import { reconcile as reconcileOne, subjectsOf } from '../reconcile/run.ts';
import { reconciliationText, totals } from '../reconcile/text.ts';
import { type Context, printJson } from './context.ts';
import { withCore } from './core.ts';
import { knownStore } from './find-order.ts';

export interface ReconcileOptions {
  readonly days: number;
  readonly store?: string;
  readonly last?: boolean;
  readonly json?: boolean;
}

export async function reconcile(context: Context, options: ReconcileOptions): Promise<void> {
  const results = await withCore(context, async (core) => {
    if (options.store !== undefined) knownStore(core, options.store);
    const subjects = subjectsOf(core, options.store);
    if (options.last) return readReconciliations(core.db, subjects);
    const done: Reconciliation[] = [];
    for (const subject of subjects) done.push(await reconcileOne(core, subject, options.days));
    return done;
  });
  const sum = totals(results);
  if (options.json) printJson(context, { results, totals: sum });
  else if (results.length === 0) {
    context.note('Nothing was compared yet: ponbridge reconcile does it now.');
  } else context.print(reconciliationText(results));
  if (!options.last && sum.repaired > 0) {
    context.note('What was repaired goes on by its job, which the running service carries out.');
  }
  if (sum.left > 0) process.exitCode = 1;
}
