/** `ponbridge holds`: what waits in front of a person, and what to do about it. */
import { needsApproval } from '../report/approval.ts';
import { readWaiting } from '../report/holds.ts';
import { waitingText } from '../report/holds-text.ts';
import { summariseOrders } from '../report/orders.ts';
import { type Context, printJson } from './context.ts';
import { withCore } from './core.ts';
import { readableStore } from './find-order.ts';

export interface HoldsOptions {
  readonly store?: string;
  readonly json?: boolean;
}

export async function holds(context: Context, options: HoldsOptions): Promise<void> {
  await withCore(context, async (core) => {
    if (options.store !== undefined) await readableStore(core, options.store);
    const waiting = await readWaiting(core.db, core.settings, options.store);
    if (options.json) return printJson(context, waiting);
    context.print(waitingText(waiting, core.clock.now()));
    const { store } = options;
    const unbought = await summariseOrders(core.db, { store, state: 'waiting' });
    const asking = unbought.filter((row) => needsApproval(core.settings, row)).length;
    if (asking > 0) {
      context.note(
        `\n${asking === 1 ? '1 purchase waits' : `${asking} purchases wait`} for your yes (ponbridge orders --state waiting): ponbridge approve <order>`,
      );
    }
  });
}
