/** `ponbridge orders`: what there is, newest first. */
import type { Settings } from '../config.ts';
import { needsApproval } from '../report/approval.ts';
import { type OrderSummary, summariseOrders } from '../report/orders.ts';
import { plainTable, utc } from '../report/table.ts';
import { SHOWN_STATES } from './choices.ts';
import { type Context, printJson } from './context.ts';
import { withCore } from './core.ts';
import { Misuse } from './errors.ts';
import { readableStore } from './find-order.ts';

export interface OrdersOptions {
  readonly store?: string;
  readonly state?: string;
  readonly limit: number;
  readonly json?: boolean;
}

export async function orders(context: Context, options: OrdersOptions): Promise<void> {
  const { store, state, limit } = options;
  if (state !== undefined && !(SHOWN_STATES as readonly string[]).includes(state)) {
    throw new Misuse(`there is no state "${state}"; known: ${SHOWN_STATES.join(', ')}`);
  }
  const { found, settings } = await withCore(context, async (core) => {
    if (store !== undefined) await readableStore(core, store);
    const found = await summariseOrders(core.db, { store, state, limit: limit + 1 });
    return { found, settings: core.settings };
  });
  const rows = found.slice(0, limit);
  if (options.json) return printJson(context, rows);
  if (rows.length === 0) {
    const which = [state && `in state ${state}`, store && `of store ${store}`].filter(Boolean);
    context.note(`No orders${which.length > 0 ? ` ${which.join(' ')}` : ' yet'}.`);
    return;
  }
  context.print(ordersTable(settings, rows));
  if (found.length > limit) {
    context.note(`\nThese are the newest ${limit}; --limit ${limit * 10} shows more.`);
  }
}

function ordersTable(settings: Settings, rows: readonly OrderSummary[]): string {
  return plainTable(
    ['order', 'store', 'ordered (UTC)', 'state', 'agent order', 'tracking', 'by', 'why'],
    rows.map((row) => [
      row.orderNumber,
      row.store,
      utc(row.createdAt)?.slice(0, 16),
      row.state,
      row.agentOrderNo,
      row.trackingNumber,
      row.numberBy,
      [
        ...row.holds,
        ...row.alerts.map((code) => `alert ${code}`),
        ...whyWaiting(settings, row),
      ].join(', ') || row.reason,
    ]),
  );
}

/** What keeps an order that waits from being bought, as far as the store's settings say it. */
function whyWaiting(settings: Settings, row: OrderSummary): string[] {
  const store = settings.stores.get(row.store)?.settings;
  const isUnbought = row.state === 'planned' || row.state === 'waiting';
  if (!isUnbought || row.holds.length > 0 || store === undefined) return [];
  if (store.paused) return ['the store is paused'];
  if (store.purchase.mode === 'off') return ['mode off'];
  return needsApproval(settings, row) ? ['waits for: approve'] : [];
}
