/** `ponbridge stores`: how each store buys, and whether it is well. */

import { readStores, type ShownStore } from '../report/stores.ts';
import { age, plainTable, utc } from '../report/table.ts';
import { type Context, printJson } from './context.ts';
import { withCore } from './core.ts';

export interface StoresOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

export async function stores(context: Context, options: StoresOptions): Promise<void> {
  await withCore(context, async (core) => {
    const found = await readStores(core.db, core.live, options.all);
    if (options.json) return printJson(context, found);
    if (found.length === 0) {
      context.note('There is no store yet: ponbridge init writes the file of one.');
      return;
    }
    context.print(storesTable(found, core.clock.now()));
  });
}

function storesTable(found: readonly ShownStore[], now: Date): string {
  return plainTable(
    [
      ...['store', 'marketplace', 'country', 'mode', 'paused', 'connected until', 'last pull'],
      ...['open', 'held', 'group'],
    ],
    found.map((store) => [
      store.name,
      store.marketplace,
      store.country,
      modeText(store),
      pausedText(store),
      connectedText(store),
      store.lastPull ? `${age(store.lastPull, now)} ago` : 'never',
      store.ordersOpen,
      store.ordersHeld,
      store.group,
    ]),
  );
}

function modeText({ mode, dailyCapFen, autoPay }: ShownStore): string | null {
  if (mode !== 'auto') return mode;
  const cap = dailyCapFen === null ? '' : ` ${(dailyCapFen / 100).toFixed(2)} CNY`;
  return `auto${cap}${autoPay ? ', pays' : ''}`;
}

function pausedText({ state, paused, removedAt }: ShownStore): string | null {
  if (state === 'removed') return `removed ${utc(removedAt)?.slice(0, 10)}`;
  if (state === 'file-gone') return 'its file is gone';
  return paused ? 'paused' : null;
}

function connectedText({ connected, connectedUntil }: ShownStore): string {
  if (!connected) return 'not connected';
  return utc(connectedUntil)?.slice(0, 10) ?? 'no end stated';
}
