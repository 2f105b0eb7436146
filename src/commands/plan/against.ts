/**
 * `ponbridge plan <store> --against other.yaml`: the same orders planned twice, and what differs. Buys and
 * stores nothing. Exit code 3 says "something differs", so that a script can tell it from a problem (1).
 * @module
 */

import { loadStoreFile, SettingsError, type Store } from '../../config.ts';
import { type ComparedOrder, compareOrder, openCounts } from '../../trial/against.ts';
import {
  tellDifferences,
  tellDifferencesCsv,
  tellDifferencesJson,
} from '../../trial/against-output.ts';
import { changeTable, countsText, settingsText } from '../../trial/against-text.ts';
import { commonDifference } from '../../trial/common.ts';
import { differentSettings } from '../../trial/different-settings.ts';
import { openOut, openProgress } from '../../trial/out.ts';
import { shownPayload } from '../../trial/payload.ts';
import { createPlanner } from '../../trial/planner.ts';
import { planPages } from '../../trial/run.ts';
import { openSource } from '../../trial/source.ts';
import { openTally } from '../../trial/totals.ts';
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
import { headOf, headText, jsonEnd, jsonHead } from './recent.ts';

const DIFFERENT = 3;

export async function planAgainst(
  context: Context,
  storeName: string,
  against: string,
  options: PlanOptions,
): Promise<void> {
  const since = sinceOf(options.since ?? '30d', new Date());
  await withCore(context, async (core) => {
    const store = knownStore(core, storeName);
    const other = otherStore(context, store, against);
    const links = await linksOf(options.links, context, storeName, core.settings.stores.keys());
    const source = await openSource(core, store, { since, stored: options.stored }).catch(
      (error: Error) => {
        throw new Problem(error.message);
      },
    );
    const { beforeStart } = options;
    const before = createPlanner(core.db, store, { beforeStart });
    const after = createPlanner(core.db, other, { beforeStart, links });
    const paths = differentSettings(store.settings, other.settings);
    const common = commonDifference(store.settings, other.settings);
    const head = { ...headOf(store, source), against, settings: paths };

    const out = openOut(process.stdout);
    const file = options.csv === undefined ? undefined : openFile(options.csv);
    const show = payloadsShown(options);
    const listed = !options.totals && (options.json === true || !file);
    const tellers = [
      ...(file ? [tellDifferencesCsv(file.out)] : []),
      ...(listed && options.json ? [tellDifferencesJson(out, show)] : []),
      ...(listed && !options.json ? [tellDifferences(out, common, show)] : []),
    ];
    const heading = `${headText(head)}\nCompared with ${against}. ${settingsText(paths, common)}\n\n`;
    await out.write(options.json ? jsonHead(head, listed) : heading);

    const tallies = { before: openTally(store), after: openTally(other) };
    const counts = openCounts(common);
    const pages = planPages(source.pages, { before, after, asNow: options.now });
    const walked = await walk(
      pages,
      { out, progress: openProgress(process.stderr) },
      async (page) => {
        const told = page.orders.flatMap((order) => {
          const compared: ComparedOrder = compareOrder(order);
          counts.add(compared);
          tallies.before.add(compared.before);
          tallies.after.add(compared.after);
          if (!compared.difference && !options.all) return [];
          const payloads = {
            before: shownPayload(core, store, order.plan, show),
            after: shownPayload(core, other, order.other, show),
          };
          return [{ ...compared, payloads }];
        });
        for (const tell of tellers) await tell(told);
      },
    ).finally(() => file?.close());

    const found = counts.counts();
    const totals = { before: tallies.before.totals(), after: tallies.after.totals() };
    const complete = walked.trouble === undefined && walked.unread.orders === 0;
    if (options.json) {
      const { unread } = walked;
      const rest = JSON.stringify({ counts: found, totals, unread, complete }, null, 2);
      await out.write(jsonEnd(rest, listed));
    } else if (walked.orders === 0) {
      await out.write('No orders.\n');
    } else {
      const end = `${countsText(found)}\n\n${changeTable(totals.before, totals.after)}`;
      await out.write(`${end}\n`);
    }
    if (found.unchanged < walked.orders) process.exitCode = DIFFERENT;
    // Sets the exit code too: an answer that lacks orders is a problem first.
    noteIncomplete(context, walked);
    context.note('\nNothing was bought, and nothing was stored.');
  });
}

/** @throws {Problem} after naming the file's mistakes; {Misuse} when it is about another shop */
function otherStore(context: Context, store: Store, path: string): Store {
  let other: Store;
  try {
    other = loadStoreFile(context.env, path, store.name);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    context.note(error.message);
    const { length } = error.problems;
    throw new Problem(`${length === 1 ? '1 problem' : `${length} problems`} in ${path}`);
  }
  for (const key of ['marketplace', 'country', 'sellerId'] as const) {
    const [mine, theirs] = [store.settings[key], other.settings[key]];
    if (mine === theirs) continue;
    throw new Misuse(
      `${path} is about another shop: its ${key} is ${theirs}, store ${store.name} has ${mine}`,
    );
  }
  return other;
}
