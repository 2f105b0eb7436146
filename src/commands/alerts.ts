/** `ponbridge alerts`: what should have happened by now and has not, and what to do about it. */
import { addMs } from '../clock.ts';
import { readAlerts } from '../report/alerts.ts';
import { alertsText } from '../report/alerts-text.ts';
import { type Context, printJson } from './context.ts';
import { withCore } from './core.ts';
import { readableStore } from './find-order.ts';

export interface AlertsOptions {
  readonly store?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** With `--all`, those cleared within this time are shown too. */
export const SHOWN_DAYS = 7;

export async function alerts(context: Context, options: AlertsOptions): Promise<void> {
  const { store, all, json } = options;
  await withCore(context, async (core) => {
    if (store !== undefined) await readableStore(core, store);
    const now = core.clock.now();
    const clearedSince = all ? addMs(now, -SHOWN_DAYS * 86_400_000) : undefined;
    const found = await readAlerts(core.db, core.settings, { store, clearedSince });
    if (json) printJson(context, found);
    else context.print(alertsText(found, now));
  });
}
