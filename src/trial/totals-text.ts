/** What the orders of a trial come to, in a seller's words. */
import type { Store } from '../config.ts';
import { indent, plainTable, yuan } from '../report/table.ts';
import { inCurrency, marginText, plainYuan } from './row-text.ts';
import type { DaySum, Sum, Totals } from './totals.ts';

export function totalsText(totals: Totals, store: Store): string {
  const blocks = [
    sumTable(totals, store.currency),
    ...pastBlock(totals),
    ...holdBlocks(totals),
    ...skuBlock(totals),
    ...dayBlock(totals),
    ...budgetBlock(totals, store),
    ...startBlock(totals, store),
  ];
  return blocks.join('\n\n');
}

function sumTable(totals: Totals, currency: string): string {
  const { buy, asThen, bought, together } = totals;
  const money = (name: string, sum: Sum) => [
    name,
    sum.orders,
    plainYuan(sum.costFen),
    inCurrency(sum.sale, currency),
    plainYuan(sum.saleFen),
    marginText(sum.marginShare),
  ];
  const count = (name: string, orders: number) =>
    orders > 0 ? [[name, orders, '', '', '', '']] : [];
  const parts = [
    ...(buy.orders > 0 ? [money('to buy', buy)] : []),
    ...(asThen.orders > 0 ? [money('then: to buy', asThen)] : []),
    ...(bought.orders > 0 ? [money('bought already', bought)] : []),
  ];
  const rows = [
    ...(parts.length === 0 ? [money('to buy', buy)] : parts),
    ...(parts.length > 1 ? [money('together', together)] : []),
    ...count('held', totals.held),
    ...count('waits', totals.waits),
    ...count('nothing to buy', totals.nothing),
    ...count("before the store's start (not counted)", totals.early),
  ];
  const head = ['', 'orders', 'cost CNY', `sale ${currency}`, 'sale CNY', 'margin'];
  return plainTable(head, rows.map(blankDashes), { right: [1, 2, 3, 4, 5] });
}

function pastBlock({ past }: Totals): string[] {
  if (past === 0) return [];
  return ['"then": shipped or ended since, and planned as on the day it came in.'];
}

/** An empty cell stays empty here: there is nothing that could be known. */
function blankDashes(cells: readonly (string | number)[]) {
  return cells.map((cell) => (cell === '' ? ' ' : cell));
}

function holdBlocks({ holds }: Totals): string[] {
  if (holds.length === 0) return [];
  const rows = holds.flatMap(({ code, orders, title, remedy }) => [
    `  ${code}: ${counted(orders, 'order')}. ${title}.`,
    `    What to do: ${remedy}`,
  ]);
  return [['Held', ...rows].join('\n')];
}

function skuBlock({ unmapped, unmappedSkus }: Totals): string[] {
  if (unmapped.length === 0) return [];
  const all = unmapped.length < unmappedSkus ? `, the ${unmapped.length} most frequent` : '';
  const rows = unmapped.map(({ sku, orders, name }) => [sku, orders, name]);
  const title = `${counted(unmappedSkus, 'SKU')} that no rule knows${all}`;
  const table = indent(plainTable(['sku', 'orders', 'product'], rows, { right: [1] }));
  const remedy = '  Once such orders are in, links are proposed by: ponbridge skus suggest';
  return [`${title}\n${table}\n${remedy}`];
}

function dayBlock({ cap }: Totals): string[] {
  if (!cap.highest) return [];
  const highest = `The highest day (China time) is ${dayText(cap.highest)}.`;
  if (cap.capFen === undefined) {
    return [`${highest} The store sets no cap for a day (purchase.dailyCap).`];
  }
  const { reached } = cap;
  const limit = `The cap of ${yuan(cap.capFen)} a day`;
  if (reached.length === 0) return [`${highest} ${limit} would not have been reached.`];
  const named = reached.slice(0, 5).map(dayText).join('; ');
  const more = reached.length > 5 ? `; and ${reached.length - 5} more` : '';
  return [
    `${highest}\n${limit} would have been reached on ${reached.length} of ${counted(cap.days, 'day')}: ${named}${more}.`,
  ];
}

function dayText({ day, orders, fen }: DaySum): string {
  return `${day} with ${yuan(fen)} for ${counted(orders, 'order')}`;
}

function budgetBlock({ overBudget }: Totals, { settings }: Store): string[] {
  if (overBudget.orders === 0) return [];
  const rows = overBudget.first.map(({ orderNumber, detail }) => `  ${orderNumber}: ${detail}`);
  const more = overBudget.orders - overBudget.first.length;
  return [
    [
      `Dearer than ${yuan(settings.budget.largestOrder)} (budget.largestOrder): ${counted(overBudget.orders, 'order')}`,
      ...rows,
      ...(more > 0 ? [`  and ${more} more`] : []),
    ].join('\n'),
  ];
}

function startBlock({ early }: Totals, { settings }: Store): string[] {
  if (early === 0) return [];
  const start = settings.start.toISOString().slice(0, 16).replace('T', ' ');
  const were = early === 1 ? '1 order was' : `${early} orders were`;
  return [`${were} created before the store's start, ${start} UTC. --before-start plans them too.`];
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
