/** `ponbridge plan <store> --since 7d`: what would be bought of real recent orders. Buys and stores nothing. */
import type { Store } from '../../config.ts';
import { openOut, openProgress } from '../../trial/out.ts';
import { shownPayload } from '../../trial/payload.ts';
import { createPlanner } from '../../trial/planner.ts';
import { type TellPage, tellCsv, tellJson, tellRows } from '../../trial/recent-output.ts';
import { toRow } from '../../trial/row.ts';
import { planPages } from '../../trial/run.ts';
import { openSource, type TrialSource } from '../../trial/source.ts';
import { openTally } from '../../trial/totals.ts';
import { totalsText } from '../../trial/totals-text.ts';
import { walk } from '../../trial/walk.ts';
import type { Context } from '../context.ts';
import { withCore } from '../core.ts';
import { Misuse, Problem } from '../errors.ts';
import { knownStore } from '../find-order.ts';
import {
  linksOf,
  noteIncomplete,
  openFile,
  type PlanOptions,
  payloadsShown,
  sinceOf,
} from './options.ts';

export async function planRecent(
  context: Context,
  storeName: string,
  options: PlanOptions,
): Promise<void> {
  if (options.since === undefined) {
    throw new Misuse(
      `say which: one order (ponbridge plan ${storeName} <order>), or recent ones (ponbridge plan ${storeName} --since 7d)`,
    );
  }
  const since = sinceOf(options.since, new Date());
  await withCore(context, async (core) => {
    const store = knownStore(core, storeName);
    const links = await linksOf(options.links, context, storeName, core.settings.stores.keys());
    const source = await openSource(core, store, { since, stored: options.stored }).catch(
      (error: Error) => {
        throw new Problem(error.message);
      },
    );
    const planner = createPlanner(core.db, store, { beforeStart: options.beforeStart, links });
    const out = openOut(process.stdout);
    const file = options.csv === undefined ? undefined : openFile(options.csv);
    const tellers: TellPage[] = [];
    if (file) tellers.push(tellCsv(file.out));
    const listed = !options.totals && (options.json || !file);
    if (listed && options.json) tellers.push(tellJson(out));
    else if (listed) tellers.push(tellRows(out, store.currency));

    const head = headOf(store, source);
    await out.write(options.json ? jsonHead(head, listed) : `${headText(head)}\n\n`);
    const tally = openTally(store);
    const show = payloadsShown(options);
    const pages = planPages(source.pages, { before: planner, asNow: options.now });
    const walked = await walk(
      pages,
      { out, progress: openProgress(process.stderr) },
      async (page) => {
        tally.addOlder(page.older);
        const told = page.orders.map((order) => {
          const row = toRow(order);
          tally.add(row);
          return { row, payload: shownPayload(core, store, order.plan, show) };
        });
        for (const tell of tellers) await tell(told);
      },
    ).finally(() => file?.close());

    const totals = tally.totals();
    const complete = walked.trouble === undefined && walked.unread.orders === 0;
    if (options.json) {
      const { unread } = walked;
      const rest = JSON.stringify({ totals, unread, complete }, null, 2);
      await out.write(jsonEnd(rest, listed));
    } else if (walked.orders > 0) {
      const gap = listed ? '\n' : '';
      await out.write(`${gap}${totalsText(totals, store)}\n`);
    } else {
      await out.write('No orders.\n');
    }
    noteIncomplete(context, walked);
    if (options.csv !== undefined) context.note(`\n${walked.orders} rows are in ${options.csv}.`);
    context.note('\nNothing was bought, and nothing was stored.');
  });
}

export interface TrialHead {
  readonly store: string;
  readonly marketplace: string;
  readonly country: string;
  readonly currency: string;
  readonly mode: string;
  readonly paused: boolean;
  readonly receiver: string;
  readonly from: 'marketplace' | 'stored';
  readonly since: Date;
}

export function headOf({ name, currency, settings }: Store, source: TrialSource): TrialHead {
  const { marketplace, country, paused, purchase, receiver } = settings;
  return {
    store: name,
    marketplace,
    country,
    currency,
    mode: purchase.mode,
    paused,
    receiver: receiver.kind,
    from: source.kind,
    since: source.since,
  };
}

export function headText(head: TrialHead): string {
  const since = head.since.toISOString().slice(0, 16).replace('T', ' ');
  const from = head.from === 'stored' ? 'as stored' : `as ${head.marketplace} shows them now`;
  const receiver = head.receiver === 'buyer' ? 'to the buyers' : 'to a warehouse';
  return [
    `Store ${head.store} (${head.marketplace} ${head.country}, purchase mode ${head.mode}${head.paused ? ', paused' : ''}, goods go ${receiver})`,
    `Orders created since ${since} UTC, ${from}`,
  ].join('\n');
}

/** The beginning of a JSON object, up to its list of orders where there is one. */
export function jsonHead(head: object, listed: boolean): string {
  const begun = `${JSON.stringify(head, null, 2).slice(0, -2)},`;
  return listed ? `${begun}\n  "orders": [` : begun;
}

/** @param rest an object as JSON: its keys come last */
export function jsonEnd(rest: string, listed: boolean): string {
  return `${listed ? '\n  ],' : ''}${rest.slice(1)}\n`;
}
