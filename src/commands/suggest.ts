/** `ponbridge skus suggest [store]`: links that could be meant, for a person to accept or not. */
import { writeFile } from 'node:fs/promises';
import { duration } from '../../mappings/values.ts';
import { addMs } from '../clock.ts';
import type { Service } from '../service.ts';
import { type Suggestion, type Suggestions, suggest } from '../skus/suggest.ts';
import { askEach } from '../skus/suggest-ask.ts';
import { toCsv } from '../skus/suggest-csv.ts';
import { count, proposalText, ruleText, skuHead, summary } from '../skus/suggest-text.ts';
import { type Context, printJson } from './context.ts';
import { withCore } from './core.ts';
import { Misuse, Problem } from './errors.ts';
import { knownStore } from './find-order.ts';

export interface SuggestOptions {
  readonly since: string;
  readonly out?: string;
  /** Also asks about SKUs that a proposed line rule would read. */
  readonly every?: boolean;
  readonly json?: boolean;
}

export async function suggestLinks(
  context: Context,
  storeName: string | undefined,
  options: SuggestOptions,
): Promise<void> {
  const back = duration.safeParse(options.since);
  if (!back.success) throw new Misuse(`--since ${options.since}: ${back.error.issues[0]?.message}`);
  await withCore(context, async (core) => {
    if (storeName !== undefined) knownStore(core, storeName);
    const since = addMs(core.clock.now(), -back.data);
    const found = await suggest(core, since, storeName);
    if (options.json) return printJson(context, found);
    if (found.suggestions.length === 0) {
      return context.print(nothingWaits(found, storeName, options));
    }
    printRules(context, found);
    const asked = found.suggestions.filter(
      ({ byRule, proposals }) => proposals.length > 0 && (options.every || !byRule),
    );
    if (options.out !== undefined) return writeOut(context, core, options.out, asked, found);
    const terminal = process.stdin.isTTY && process.stderr.isTTY;
    if (terminal && asked.length > 0) await askEach(core, asked, context);
    else for (const suggestion of asked) printSuggestion(context, suggestion);
    context.note(summary(found));
    noteRest(context, found, asked, options);
    if (!terminal && asked.length > 0) {
      context.note(
        'Nothing was linked. Run it in a terminal to accept them one by one, or write them to a file with --out.',
      );
    }
  });
}

function printRules(context: Context, { rules }: Suggestions): void {
  if (rules.length === 0) return;
  context.print(
    'Line rules that would read many SKUs at once. Put one into the lines of the store, try it with ponbridge plan, then run ponbridge reload:\n',
  );
  for (const rule of rules) context.print(`${ruleText(rule)}\n`);
}

function printSuggestion(context: Context, suggestion: Suggestion): void {
  const proposals = suggestion.proposals.map((each, index) => proposalText(each, index + 1));
  context.print(`${[skuHead(suggestion), ...proposals].join('\n')}\n`);
}

function noteRest(
  context: Context,
  { suggestions, withoutSku, rules }: Suggestions,
  asked: readonly Suggestion[],
  options: SuggestOptions,
): void {
  const byRule = suggestions.filter((each) => each.byRule && !asked.includes(each)).length;
  if (byRule > 0 && rules.length > 0 && !options.every) {
    context.note(
      `${count(byRule, 'SKU')} would be read by the line rules above and are left out here; --every proposes a link for each all the same.`,
    );
  }
  const bare = suggestions.filter(
    ({ proposals, byRule: ruled }) => proposals.length === 0 && !ruled,
  );
  if (bare.length > 0) {
    const names = bare.slice(0, 5).map(({ sku }) => `"${sku}"`);
    const more = bare.length > names.length ? ', ...' : '';
    context.note(
      `Nothing is known of ${count(bare.length, 'SKU')}: ${names.join(', ')}${more}. Link them, with their price, by hand: ponbridge skus import links.csv.`,
    );
  }
  if (withoutSku > 0) {
    context.note(
      `${count(withoutSku, 'line')} without any seller SKU cannot be linked: give these products a seller SKU at the marketplace.`,
    );
  }
}

function nothingWaits(
  { looked, withoutSku }: Suggestions,
  storeName: string | undefined,
  { since }: SuggestOptions,
): string {
  if (looked === 0) {
    return `No order of the last ${since} waits to be bought, so there is nothing to propose. Orders come in with: ponbridge pull ${storeName ?? '<store>'}; look further back with --since 90d.`;
  }
  const bare =
    withoutSku > 0
      ? ` ${count(withoutSku, 'line')} without any seller SKU cannot be linked: give these products a seller SKU at the marketplace.`
      : ' What else keeps orders waiting: ponbridge holds.';
  return `Every SKU of the last ${since} (${count(looked, 'order')} not bought yet) has a source and a price: nothing to propose.${bare}`;
}

async function writeOut(
  context: Context,
  service: Service,
  file: string,
  asked: readonly Suggestion[],
  found: Suggestions,
): Promise<void> {
  const { csv, rows } = toCsv(service, asked);
  if (rows > 0) {
    try {
      await writeFile(file, csv);
    } catch (error) {
      throw new Problem(`${file} cannot be written: ${(error as Error).message}`);
    }
    context.print(
      `${file}: ${count(rows, 'row')}. Write yes into the column accept of those you want, then: ponbridge skus import ${file}`,
    );
  } else context.print(`No link to propose, so ${file} was not written.`);
  context.note(summary(found));
  noteRest(context, found, asked, {} as SuggestOptions);
}
