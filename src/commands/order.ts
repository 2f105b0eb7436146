/** `ponbridge order <id>`: everything that is known of one order, without a buyer's data. */
import { readHistory } from '../report/history.ts';
import { historyText } from '../report/history-text.ts';
import { type Context, printJson } from './context.ts';
import { withCore } from './core.ts';
import { readOrderSnapshot } from './find-order.ts';

export interface OrderOptions {
  readonly store?: string;
  readonly json?: boolean;
}

export async function order(context: Context, word: string, options: OrderOptions): Promise<void> {
  const history = await withCore(context, async (core) =>
    readHistory(core.db, await readOrderSnapshot(core, word, options.store)),
  );
  if (options.json) printJson(context, history);
  else context.print(historyText(history));
}
