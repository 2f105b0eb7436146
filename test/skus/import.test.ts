/** Imports against a real table: what they change, what they leave, what they say. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import type { StagedWrongRow } from '../../src/database/sku-staging.ts';
import { type ImportOptions, importFile } from '../../src/skus/import.ts';
import { removeLinks } from '../../src/skus/remove.ts';
import { importSummary } from '../../src/skus/summary.ts';
import { openSkuHome } from './home.ts';

const home = await openSkuHome();
const { core } = home;
const HEAD = 'sku,itemId,skuId,quantity,price,store';

async function* bytesOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

const importText = (text: string, options?: ImportOptions) =>
  importFile(core, bytesOf(text), options);
const importRows = (rows: readonly string[], options?: ImportOptions) =>
  importText([HEAD, ...rows].join('\n'), options);

beforeEach(() => home.clear());

test('the file says all there is of a SKU of a store, and nothing of the others', async () => {
  await importRows(['A,1,2,1,3.00,', 'A,1,3,1,4.00,', 'B,5,6,2,,', 'A,9,9,1,,tea-sg']);
  const { changes, released } = await importRows([
    'A,1,3,2,4.00,',
    'A,1,4,1,5.00,',
    'C,7,8,1,1.00,',
  ]);
  expect(await home.exported()).toEqual([
    'A,1,3,2,4.00,',
    'A,1,4,1,5.00,',
    'A,9,9,1,,tea-sg',
    'B,5,6,2,,',
    'C,7,8,1,1.00,',
  ]);
  expect(changes).toMatchObject({ rows: 3, skus: 2, newSkus: 1, changedSkus: 1 });
  expect(changes).toMatchObject({ added: 2, altered: 1, removed: 1 });
  expect(released).toBe(0);
});

test('what does not change is not written again', async () => {
  await importRows(['A,1,2,1,3.00,', 'B,1,2,1,3.00,']);
  const versions = async () =>
    (
      await sql<{
        sku: string;
        xmin: string;
      }>`select sku, xmin::text from sku_link order by sku`.execute(core.db)
    ).rows;
  const before = await versions();
  const { changes } = await importRows(['B,1,2,1,3.5,', 'A,1,2,,3,']);
  expect(changes).toMatchObject({ changedSkus: 1, newSkus: 0, added: 0, altered: 1 });
  const after = await versions();
  expect(after[0]).toEqual(before[0]);
  expect(after[1]).not.toEqual(before[1]);
});

describe('all rows of a SKU stand or fall together', () => {
  const far = Array.from({ length: 3_000 }, (_, index) => `F${index},1,2,1,1.00,`);

  test.each([
    ['a wrong quantity', 'DUO,1,3,zero,1.00,'],
    ['the same source SKU twice', 'DUO,1,2,5,1.00,'],
    ['a store that is unknown', 'DUO,1,3,1,1.00,tea-s'],
    ['a store that is none', 'DUO,1,3,1,1.00,TEA SG'],
    ['too many values', 'DUO,1,3,1,1,00,'],
    ['a rounded id', 'DUO,6.00126E+17,3,1,1.00,'],
  ])('%s, far behind', async (_, row) => {
    await importRows(['DUO,7,7,1,7.00,']);
    const { wrong, firstWrong, done } = await importRows(['DUO,1,2,1,1.00,', ...far, row], {
      goodRows: true,
    });
    expect([wrong, done]).toEqual([2, true]);
    expect(firstWrong.map(({ line }) => line)).toEqual([2, 3_003]);
    expect(firstWrong[0]?.error).toBe(
      "is right, but line 3003 of the same SKU is wrong, and a SKU's rows belong together",
    );
    const exported = await home.exported();
    expect(exported).toHaveLength(3_001);
    expect(exported[0]).toBe('DUO,7,7,1,7.00,');
  });

  test('a row without a SKU belongs to the one above', async () => {
    const { wrong } = await importRows(['DUO,1,2,1,1.00,', ',1,3,1,1.00,', 'B,1,2,1,1.00,'], {
      goodRows: true,
    });
    expect(wrong).toBe(2);
    expect(await home.exported()).toEqual(['B,1,2,1,1.00,']);
  });

  test('the same SKU of another store is another one', async () => {
    await importRows(['A,1,2,1,1.00,tea-sg', 'A,1,2,0,1.00,tea-my', 'A,1,2,1,1.00,'], {
      goodRows: true,
    });
    expect(await home.exported()).toEqual(['A,1,2,1,1.00,', 'A,1,2,1,1.00,tea-sg']);
  });
});

test('with a wrong row nothing is imported unless asked, and a dry run never imports', async () => {
  const rows = ['A,1,2,1,1.00,', 'B,1,2,x,1.00,'];
  expect(await importRows(rows)).toMatchObject({ done: false, wrong: 1, changes: { newSkus: 1 } });
  expect(await importRows(rows, { dryRun: true, goodRows: true })).toMatchObject({ done: false });
  expect(await home.exported()).toEqual([]);
});

test('when the wrong rows cannot be kept, nothing is imported', async () => {
  const keepWrong = () => Promise.reject(new Error('disk full'));
  const rows = ['A,1,2,1,1.00,', 'B,1,2,x,1.00,'];
  await expect(importRows(rows, { goodRows: true, keepWrong })).rejects.toThrow('disk full');
  expect(await home.exported()).toEqual([]);
});

test('all wrong rows are handed on in their order, however many they are', async () => {
  const rows = Array.from({ length: 5_001 }, (_, index) => `A${index},1,,1,1.00,`);
  const kept: StagedWrongRow[] = [];
  const { wrong, firstWrong } = await importRows(rows, {
    async keepWrong(_, all) {
      for await (const row of all) kept.push(row);
    },
  });
  expect([wrong, firstWrong.length]).toEqual([5_001, 20]);
  expect(kept.map(({ line }) => line)).toEqual(rows.map((_, index) => index + 2));
});

test('the summary shows examples, and the prices that jump', async () => {
  const many = Array.from({ length: 8 }, (_, index) => `M${index},1,2,1,1.00,`);
  await importRows([
    'MUG,1,2,1,11.80,tea-sg',
    'DUO,1,2,1,4.00,',
    'DUO,1,3,1,,',
    'OLD,1,2,1,10.00,',
    ...many,
  ]);
  const imported = await importRows(
    [
      'MUG,1,2,1,1.18,tea-sg',
      'DUO,1,2,3,4.00,',
      'DUO,1,4,1,2.00,',
      'OLD,1,2,1,15.00,',
      'NEW,1,2,1,9.00,',
      ...many,
    ],
    { dryRun: true },
  );
  expect(importSummary(imported)).toEqual([
    '13 rows right, 0 rows wrong.',
    '  SKUs new        1',
    '  SKUs changed    3',
    '  SKUs unchanged  8',
    '  links           2 added, 3 changed, 1 removed',
    'Changed, for example:',
    '  DUO, 1/2: quantity 1 -> 3',
    '  DUO, 1/3: removed, was quantity 1, price none',
    '  DUO, 1/4: added, quantity 1, price 2.00',
    '  MUG (store tea-sg), 1/2: price 11.80 -> 1.18',
    '  OLD, 1/2: price 10.00 -> 15.00',
    'Look at the prices: 1 changes by more than 50 %, for example:',
    '  MUG (store tea-sg), 1/2: price 11.80 -> 1.18',
  ]);
});

test('ids that end as if a spreadsheet had rounded them are pointed at, one among many is chance', async () => {
  const good = Array.from(
    { length: 30 },
    (_, index) => `G${index},6001262450310411${index + 10},1,1,,`,
  );
  const one = await importRows([...good, 'R,600126245031041000,1,1,,'], { dryRun: true });
  expect(importSummary(one).join()).not.toContain('rounded');
  const all = await importRows(['R,600126245031041000,1,1,,', 'S,600126245031000000,1,1,,'], {
    dryRun: true,
  });
  expect(importSummary(all).at(-1)).toContain('2 of 2 with 17 digits');
});

test('orders that wait for one of the SKUs that change are planned anew, and no others', async () => {
  const stores = { own: 'tea-sg', other: 'tea-my' };
  const orders: Record<string, string> = {};
  for (const [name, store, sku, state] of [
    ['held', stores.own, ' A ', 'held'],
    ['shared', stores.other, 'B', 'waiting'],
    ['same', stores.own, 'C', 'held'],
    ['notItsStore', stores.other, 'A', 'held'],
    ['bought', stores.own, 'A', 'open'],
  ] as const) {
    orders[name] = await addOrder(store, sku, state);
  }
  await importRows(['C,1,2,1,1.00,']);
  await sql`update sales_order set state = 'held' where id = ${orders.same}`.execute(core.db);
  const { released } = await importRows(['A,1,2,1,1.00,tea-sg', 'B,1,2,1,1.00,', 'C,1,2,1,1.00,']);
  expect(released).toBe(2);
  expect(await pulled()).toEqual([orders.held, orders.shared].sort());

  await sql`update sales_order set state = 'held' where state = 'pulled'`.execute(core.db);
  const removed = await removeLinks(core, listed('', 'B', 'NONE'));
  expect(removed).toMatchObject({ skus: 2, linked: 1, links: 1, released: 1 });
  expect(removed.unlinked).toEqual([{ sku: 'NONE', store: '', elsewhere: [] }]);
  expect(await pulled()).toEqual([orders.shared]);
  expect(await home.exported()).toEqual(['A,1,2,1,1.00,tea-sg', 'C,1,2,1,1.00,']);
});

test('a removal tells of links elsewhere, and a dry run removes nothing', async () => {
  await importRows(['A,1,2,1,1.00,tea-sg', 'A,1,2,1,1.00,', 'B,1,2,1,1.00,tea-my']);
  const { unlinked, links } = await removeLinks(core, listed('', 'A', 'B'), { dryRun: true });
  expect([links, unlinked]).toEqual([1, [{ sku: 'B', store: '', elsewhere: ['tea-my'] }]]);
  expect(await home.exported()).toHaveLength(3);
});

describe('an export', () => {
  const oddText = fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
      fc.string({
        unit: fc.constantFrom('"', '=', ',', ';', '\n', '\r', '\t', '0', '-', ' ', 'é'),
        minLength: 1,
        maxLength: 6,
      }),
      fc.constantFrom(
        '=SUM(A1)',
        '="x"',
        '00123',
        '@x',
        '+1',
        '-1',
        'sep=;',
        '600126245031041190',
        '1E5',
        'sku',
        '#N/A',
      ),
    )
    .map((text) => text.trim())
    .filter((text) => text !== '' && !text.includes('\0'));
  const link = fc.record({
    store: fc.constantFrom('', 'tea-sg', 'tea-my'),
    sku: oddText,
    itemId: fc.stringMatching(/^[A-Za-z0-9_=-]{1,20}$/),
    skuId: fc.stringMatching(/^[0-9]{1,20}$/),
    quantity: fc.integer({ min: 1, max: 9 }),
    price: fc.option(fc.integer({ min: 1, max: 1_000_000 }), { nil: null }),
  });

  test.each([false, true])(
    'imported into an empty table is the same table (for a spreadsheet: %s)',
    async (excel) => {
      await fc.assert(
        fc.asyncProperty(fc.array(link, { minLength: 1, maxLength: 12 }), async (links) => {
          await home.clear();
          for (const { store, sku, itemId, skuId, quantity, price } of links) {
            await sql`
            insert into sku_link (store, sku, item_id, sku_id, quantity, price_fen, updated_at)
            values (nullif(${store}, ''), ${sku}, ${itemId}, ${skuId}, ${quantity}, ${price}, now())
            on conflict do nothing`.execute(core.db);
          }
          const rows = async () =>
            (
              await sql`select store, sku, item_id, sku_id, quantity, price_fen from sku_link
            order by sku collate "C", store, item_id, sku_id`.execute(core.db)
            ).rows;
          const before = await rows();
          const text = `${HEAD}\n${(await home.exported(excel)).join('\n')}\n`;
          const same = await importText(text);
          expect([same.wrong, same.changes]).toMatchObject([
            0,
            { added: 0, altered: 0, removed: 0 },
          ]);
          await home.clear();
          expect((await importText(text)).wrong).toBe(0);
          expect(await rows()).toEqual(before);
        }),
        { numRuns: 30 },
      );
    },
  );

  test('is sorted the same way whatever the order of the import', async () => {
    const rows = [
      'a,1,2,1,,',
      'B,1,2,1,,tea-my',
      'B,1,2,1,,',
      'B,1,10,1,,',
      'ä,1,2,1,,',
      'B,1,2,1,,tea-sg',
    ];
    await importRows(rows);
    const first = await home.exported();
    await home.clear();
    await importRows(rows.toReversed());
    expect(await home.exported()).toEqual(first);
    expect(first.map((row) => row.split(',')[0])).toEqual(['B', 'B', 'B', 'B', 'a', 'ä']);
  });
});

async function* listed(store: string, ...skus: string[]) {
  yield skus.map((sku, index) => ({ line: index + 1, store, sku }));
}

/** An order with one line, as far as an import looks at it. */
async function addOrder(store: string, sku: string, state: string): Promise<string> {
  const number = randomUUID();
  const { rows } = await sql<{ id: string }>`
    insert into sales_order (store, order_id, order_number, state, source_created_at,
      source_updated_at, read_began_at, digest, currency, total, document, first_seen_at)
    values (${store}, ${number}, ${number}, ${state}, now(), now(), now(), '', 'SGD', '1', '{}', now())
    returning id`.execute(core.db);
  const id = rows[0]?.id ?? '';
  await sql`
    insert into sales_line (sales_order_id, line_id, sku, name, quantity, unit_price, status, phase)
    values (${id}, '1', ${sku}, 'tea', 1, '1', 'pending', 'buyable')`.execute(core.db);
  return id;
}

async function pulled(): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from sales_order where state = 'pulled' and due_at is not null order by id::text`.execute(
    core.db,
  );
  return rows.map(({ id }) => id);
}
