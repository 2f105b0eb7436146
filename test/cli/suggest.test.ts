/** Proposals for SKUs that hold up orders: nothing is linked without a person's yes, then orders go on. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { LAZADA } from '../../src/demo/settings.ts';
import { importLinks } from '../../src/skus/import.ts';
import { type Suggestion, suggest } from '../../src/skus/suggest.ts';
import { readAlike } from '../../src/skus/suggest-alike.ts';
import { askEach } from '../../src/skus/suggest-ask.ts';
import { toCsv } from '../../src/skus/suggest-csv.ts';
import { proposalText, skuHead } from '../../src/skus/suggest-text.ts';
import { listAccount } from '../../src/stages/list.ts';
import { pullStore } from '../../src/stages/pull.ts';
import { type Home, openHome, purchaseStateOf, stateOf } from './home.ts';

const ITEM = '600126245031041190';
const CUP_ID = '5016042822039';
const POT_ID = '4860968496626';

let home: Home;

beforeAll(async () => {
  home = await openHome();
});
afterAll(async () => {
  await home?.stop();
});

async function heldOrder(sku: string, name: string): Promise<{ id: string; number: string }> {
  const number = home.world.lazada.addOrder({
    country: 'sg',
    sellerId: LAZADA.sellerId,
    lines: [{ sku, name, price: '18.90' }],
  });
  await pullStore(home.core, 'tea-sg');
  const { id } = await home.core.db
    .selectFrom('sales_order')
    .select('id')
    .where('order_id', '=', number)
    .executeTakeFirstOrThrow();
  await home.drive(id, async () => (await stateOf(home, id)) === 'held');
  return { id, number };
}

async function importRows(...rows: string[]): Promise<void> {
  const csv = ['sku,itemId,skuId,price,store', ...rows, ''].join('\n');
  expect((await importLinks(home.core, csv)).wrong).toEqual([]);
}

async function linksOf(sku: string) {
  return home.core.db
    .selectFrom('sku_link')
    .select(['store', 'item_id', 'sku_id', 'price_fen'])
    .where('sku', '=', sku)
    .execute();
}

async function suggestionFor(sku: string): Promise<Suggestion> {
  const { suggestions } = await suggest(home.core, new Date(0), 'tea-sg');
  const found = suggestions.find((each) => each.sku === sku);
  if (!found) throw new Error(`nothing waits for "${sku}"`);
  return found;
}

test('with nothing waiting it says so, and what to do next', async () => {
  const { code, out } = await home.run('skus', 'suggest');
  expect(code).toBe(0);
  expect(out).toContain('ponbridge pull');
});

test('what a person accepts in the file is linked, and only that; the held order is bought', async () => {
  await importRows(`CUP-RED-7,${ITEM},${CUP_ID},12.50,`, `POT-OLD,${ITEM},${POT_ID},48.00,tea-my`);
  const cup = await heldOrder('cup red 07', 'Red cup');
  const pot = await heldOrder('POT-OLD', 'Pot');
  await heldOrder(`T/${ITEM}/${CUP_ID}/1250`, 'Cup');
  await heldOrder('T/600129202197070073/4860968496999/480', 'Tea');

  const shown = await home.run('skus', 'suggest', 'tea-sg');
  expect(shown.out).toContain(`itemId ${ITEM}, skuId ${CUP_ID}, 1 per unit, at 12.50 CNY`);
  expect(shown.out).toContain('one unit costs 12.50 CNY, sold for 101.11 CNY, margin 87.63%');
  // Many of one form are better read by a rule: the links tell which number is the item.
  expect(shown.out).toContain('- pattern: "T/{itemId}/{skuId}/{fen}"');
  expect(shown.err).toContain('2 SKUs would be read by the line rules above');
  expect(shown.err).toContain('Nothing was linked');
  expect(await linksOf('cup red 07')).toEqual([]);

  const file = join(home.folder, 'suggestions.csv');
  expect(await home.run('skus', 'suggest', '--out', file)).toMatchObject({ code: 0 });
  const [head = [], ...rows]: string[][] = parse(await readFile(file), {
    bom: true,
    relax_quotes: true,
  });
  const sku = head.indexOf('sku');
  expect(rows.map((row) => [row[sku], row[head.indexOf('accept')]])).toEqual([
    ['POT-OLD', ''],
    ['cup red 07', ''],
  ]);
  const said = rows.map((row) => (row[sku] === 'cup red 07' ? ['yes', ...row.slice(1)] : row));
  await writeFile(file, stringify([head, ...said]));
  expect(await home.run('skus', 'import', file)).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 not accepted'),
  });
  expect(await linksOf('cup red 07')).toEqual([
    { store: 'tea-sg', item_id: ITEM, sku_id: CUP_ID, price_fen: '1250' },
  ]);
  expect(await linksOf('POT-OLD')).toMatchObject([{ store: 'tea-my' }]);
  await home.drive(cup.id, async () => (await purchaseStateOf(home, cup.id)) !== undefined);
  expect(await stateOf(home, pot.id)).toBe('held');
});

test('half of a bundle is never accepted: its rows are wrong together', async () => {
  const rows = [
    'accept,sku,itemId,skuId,store',
    `yes,SET,${ITEM},${CUP_ID},tea-sg`,
    `,SET,${ITEM},${POT_ID},tea-sg`,
  ];
  const { wrong } = await importLinks(home.core, rows.join('\n'));
  expect(wrong.map(({ error }) => error).join()).toContain('accept all of them or none');
  expect(await linksOf('SET')).toEqual([]);
});

test('in the terminal Enter links what is likely, at once; quitting leaves the rest', async () => {
  const { id } = await heldOrder('cup-red 7', 'Red cup');
  const wanted = [await suggestionFor('cup-red 7'), await suggestionFor('POT-OLD')];
  const input = new PassThrough();
  const output = new PassThrough();
  // A question ends what it was written to; a terminal does not care.
  output.end = () => output;
  let screen = '';
  output.on('data', (data) => {
    screen += data;
  });
  const lines: string[] = [];
  const say = (line: string) => {
    lines.push(line);
    screen = '';
  };
  const asked = askEach(home.core, wanted, { print: say, note: say }, { input, output });
  const question = (of: string) =>
    vi.waitFor(
      () => {
        expect(lines.at(-1)).toContain(of);
        expect(screen).toContain('accept 1');
      },
      { timeout: 10_000 },
    );
  await question('[1/2]');
  input.write('\n');
  await question('[2/2]');
  // Up from the first answer is the last: quit.
  input.write('\u001b[A\n');
  expect(await asked).toBe(1);
  expect(await linksOf('cup-red 7')).toMatchObject([{ store: 'tea-sg', sku_id: CUP_ID }]);
  expect(await linksOf('POT-OLD')).toMatchObject([{ store: 'tea-my' }]);
  await home.drive(id, async () => (await purchaseStateOf(home, id)) !== undefined);
});

test('what was bought by hand for an order, and before for a SKU, is proposed as sure', async () => {
  const { id, number } = await heldOrder('HAND', 'Something');
  home.world.pandapon.addManualOrder({
    orderSource: 'lazada',
    sellerOrderNumber: number,
    lines: [{ itemId: ITEM, skuId: POT_ID, quantity: 1, priceFen: 4800 }],
  });
  await listAccount(
    home.core,
    { agent: 'pandapon', account: 'main' },
    { notBefore: home.core.clock.now(), from: new Date(Date.now() - 86_400_000) },
  );
  const [hand] = (await suggestionFor('HAND')).proposals;
  expect(hand).toMatchObject({
    confidence: 'sure',
    sources: [{ itemId: ITEM, skuId: POT_ID, quantity: 1 }],
  });
  expect(hand?.why[0]).toContain(`by hand for order ${number}`);
  expect(await stateOf(home, id)).toBe('held');

  // Bought through a link once; the link is gone now.
  await home.core.db.deleteFrom('sku_link').where('sku', '=', 'cup red 07').execute();
  await heldOrder('cup red 07', 'Red cup');
  expect((await suggestionFor('cup red 07')).proposals[0]).toMatchObject({
    confidence: 'sure',
    sources: [{ itemId: ITEM, skuId: CUP_ID, priceFen: 1250 }],
  });
});

test('of the linked SKUs only those written alike come over, and no running numbers', async () => {
  const numbered = Array.from({ length: 61 }, (_, at) => `RUN-${100 + at},${ITEM},${CUP_ID},,`);
  await importRows(
    ...numbered,
    `CUP-BLUE-L,${ITEM},${CUP_ID},,`,
    `CUP BLUE-0M,${ITEM},${POT_ID},,`,
  );
  const found = await readAlike(home.core.db, ['CUP-BLUE-M', 'RUN-7', 'run 0100']);
  expect([...found].map(([sku, alike]) => [sku, alike.map((each) => each.sku).sort()])).toEqual([
    ['CUP-BLUE-M', ['CUP BLUE-0M', 'CUP-BLUE-L']],
    ['RUN-7', []],
    ['run 0100', ['RUN-100']],
  ]);
});

test('names that a marketplace sent cannot steer a terminal or a spreadsheet', async () => {
  await importRows(`=cmd-1,${ITEM},${CUP_ID},12.50,tea-my`);
  await heldOrder('=cmd-1', '\u001b[2J=HYPERLINK("x")');
  const suggestion = await suggestionFor('=cmd-1');
  const text = [skuHead(suggestion), ...suggestion.proposals.map(proposalText)].join();
  expect(text).toContain('=cmd-1');
  expect(text).not.toContain('\u001b');
  const { csv } = toCsv(home.core, [{ ...suggestion, name: '=HYPERLINK("x")' }]);
  const cells = parse(csv, { bom: true, relax_quotes: true }).flat() as string[];
  expect(cells.filter((cell) => /^[=+@-](?!")/.test(cell))).toEqual([]);
  expect(cells).toContain('="=cmd-1"');
});
