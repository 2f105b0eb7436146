/** `ponbridge holds`: what waits in front of a person, and what to do about it. */
import { readWaiting } from '../report/holds.ts';
import { waitingText } from '../report/holds-text.ts';
import { type Context, printJson } from './context.ts';
import { withCore } from './core.ts';
import { knownStore } from './find-order.ts';

export interface HoldsOptions {
  readonly store?: string;
  readonly json?: boolean;
}

export async function holds(context: Context, options: HoldsOptions): Promise<void> {
  await withCore(context, async (core) => {
    if (options.store !== undefined) knownStore(core, options.store);
    const waiting = await readWaiting(core.db, core.settings, options.store);
    if (options.json) printJson(context, waiting);
    else context.print(waitingText(waiting, core.clock.now()));
  });
}
