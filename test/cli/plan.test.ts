/** `ponbridge plan` over many orders: what it tells, and that it neither buys nor stores. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAZADA, SHOPEE } from '../../src/demo/settings.ts';
import { CUP, type Home, openHome, requestsToBuy } from './home.ts';

const DAY = 86_400_000;
/** Bought, as the demo's pattern says, for 12.50 CNY each; sold for 18.90 SGD, 101.11 CNY. */
const CUPS = [CUP];

let home: Home;
const lazada: Record<string, string> = {};
const shopee: Record<string, string> = {};

beforeAll(async () => {
  home = await openHome({
    'tea-sg': (settings) => {
      settings.paused = true as never;
      settings.purchase = { mode: 'off', dailyCap: '20.00' };
      settings.start = new Date(Date.now() - 60 * DAY).toISOString() as never;
    },
    'tea-my': (settings) => {
      settings.receiver = { kind: 'buyer' };
      settings.start = new Date(Date.now() - 2 * DAY).toISOString() as never;
    },
  });
  const ago = (days: number) => Date.now() - days * DAY;
  const atLazada = (name: string, days: number, lines: object[], more: object = {}) => {
    const { sellerId } = LAZADA;
    const order = { country: 'sg', sellerId, lines: lines as never, createdAt: ago(days), ...more };
    lazada[name] = home.world.lazada.addOrder(order);
  };
  atLazada('open', 1, CUPS);
  atLazada('delivered', 3, [{ ...CUP, quantity: 2 }], { status: 'delivered' });
  atLazada('unknown', 2, [{ sku: 'NOBODY-KNOWS', name: 'Thing', price: '10.00' }]);
  atLazada('dear', 2, [{ ...CUP, quantity: 30 }]);
  atLazada('unpaid', 1, CUPS, { status: 'unpaid' });
  atLazada('gift', 1, [{ sku: 'GIFT-1', name: 'Card', price: '0.00' }]);
  atLazada('old', 20, CUPS);
  atLazada('touched', 20, CUPS, { status: 'unpaid' });
  home.world.lazada.pay(lazada.touched ?? '');

  const atShopee = (name: string, days: number, more: object = {}) => {
    const { shopId } = SHOPEE;
    const lines = [{ ...CUP, price: 62.5, quantity: 1 }];
    const createdAt = Math.floor(ago(days) / 1000);
    shopee[name] = home.world.shopee.addOrder({ shopId, lines, createdAt, ...more });
  };
  const buyer = {
    name: 'Maximiliane Mustermann',
    phone: '60123456789',
    state: 'Selangor',
    city: 'Klang',
  };
  atShopee('open', 1, { masked: false, buyer });
  atShopee('masked', 1);
  atShopee('early', 3);
});

afterAll(async () => {
  await home?.stop();
});

/** Everything that a purchase or a stored order would leave behind. */
async function traces() {
  const tables = ['sales_order', 'sales_line', 'purchase', 'attempt', 'hold', 'event', 'cursor'];
  const counts: Record<string, string> = {};
  for (const table of [...tables, 'inbox', 'unread_order', 'sku_link', 'spend', 'package']) {
    const { rows } = await sql<{
      n: string;
    }>`select count(*) as n from ${sql.table(table)}`.execute(home.core.db);
    counts[table] = rows[0]?.n ?? '';
  }
  const { world } = home;
  return {
    counts,
    toBuy: requestsToBuy(home),
    atAgent: world.pandapon.books().orders,
    asked: new Set(world.pandapon.shell.calls.map(({ operation }) => operation)),
    orders: [world.lazada.books().orders, world.shopee.books().orders],
  };
}

interface Told {
  readonly orders: {
    readonly orderNumber: string;
    readonly verdict: string;
    readonly past: boolean;
    readonly costFen: number | null;
    readonly payload: Record<string, unknown> | null;
  }[];
  // biome-ignore lint/suspicious/noExplicitAny: what is not checked above is checked by toMatchObject
  readonly totals: any;
  readonly complete: boolean;
}

async function planned(...args: string[]): Promise<Told> {
  const { out, code, err } = await home.run('plan', ...args, '--json');
  expect(code, err).toBe(0);
  return JSON.parse(out) as Told;
}

test('recent orders of a paused store that is off are planned as they are and were, and leave no trace', async () => {
  const before = await traces();
  const told = await planned('tea-sg', '--since', '7d');
  const { code, out, err } = await home.run('plan', 'tea-sg', '--since', '7d');
  expect(await traces()).toEqual(before);
  expect(before.toBuy).toBe(0);
  expect(before.counts.sales_order).toBe('0');

  const verdicts = Object.fromEntries(
    told.orders.map(({ orderNumber, verdict, past, costFen }) => [
      orderNumber,
      `${past ? 'then ' : ''}${verdict} ${costFen}`,
    ]),
  );
  expect(verdicts).toEqual({
    [lazada.open ?? '']: 'buy 1250',
    [lazada.delivered ?? '']: 'then buy 2500',
    [lazada.unknown ?? '']: 'held null',
    [lazada.dear ?? '']: 'held 37500',
    [lazada.unpaid ?? '']: 'waits 1250',
    [lazada.gift ?? '']: 'nothing null',
  });
  const open = told.orders.find(({ orderNumber }) => orderNumber === lazada.open);
  expect(open?.payload).toMatchObject({ purchaseAmount: 1250, sellerOrderNumber: lazada.open });
  expect(told.complete).toBe(true);
  expect(told.totals).toMatchObject({
    orders: 6,
    older: 1,
    buy: { orders: 1, costFen: 1250, sale: '18.9', saleFen: 10111 },
    asThen: { orders: 1, costFen: 2500, sale: '37.8' },
    together: { orders: 2, costFen: 3750 },
    held: 2,
    waits: 1,
    nothing: 1,
    holds: [
      { code: 'over-budget', orders: 1 },
      { code: 'sku-unmapped', orders: 1 },
    ],
    unmapped: [{ sku: 'NOBODY-KNOWS', orders: 1, name: 'Thing' }],
    overBudget: { orders: 1, first: [{ orderNumber: lazada.dear }] },
    cap: { capFen: 2000, highest: { fen: 2500, orders: 1 }, days: 2, reached: [{ fen: 2500 }] },
  });

  expect(code).toBe(0);
  expect(out).toContain('purchase mode off, paused');
  expect(out).toMatch(
    new RegExp(`^${lazada.delivered} .* 25\\.00 +37\\.80 +202\\.23 +87\\.6% +then: to buy$`, 'm'),
  );
  expect(out).toMatch(new RegExp(`^${lazada.unknown} .*held: sku-unmapped$`, 'm'));
  expect(out).toMatch(/^together +2 +37\.50 +56\.70 +303\.34 +87\.6%$/m);
  expect(out).toContain('What to do: Import a SKU link');
  expect(out).toContain('The cap of 20.00 CNY a day would have been reached on 1 of 2 days');
  expect(err).toContain('Nothing was bought, and nothing was stored');
  const widest = Math.max(
    ...out
      .split('\n')
      .filter((line) => line.endsWith('to buy'))
      .map((line) => line.length),
  );
  expect(widest).toBeLessThanOrEqual(100);
});

test('--now leaves what was shipped since as it stands, and a store without consent says how to get it', async () => {
  const { totals } = await planned('tea-sg', '--since', '7d', '--now', '--totals');
  expect(totals).toMatchObject({ asThen: { orders: 0 }, together: { orders: 1 }, nothing: 2 });
  const file = join(home.folder, 'stores', 'new-th.yaml');
  const text = await readFile(join(home.folder, 'stores', 'tea-sg.yaml'), 'utf8');
  await writeFile(
    file,
    text.replace('country: sg', 'country: th').replace('orderSource: lazada', 'orderSource: new'),
  );
  const { code, err } = await home.run('plan', 'new-th', '--since', '7d');
  expect(code).toBe(1);
  expect(err).toContain('store new-th is not connected');
  expect(err).toContain('ponbridge connect new-th');
  expect(err).toContain('--stored');
});

test("Shopee: a buyer's address is in a payload only when asked for; an order before the start does not count", async () => {
  const before = await traces();
  const { out, code } = await home.run('plan', 'tea-my', '--since', '7d', '--json');
  expect(code).toBe(0);
  const told = JSON.parse(out) as Told;
  expect(told.totals).toMatchObject({ orders: 2, early: 1, buy: { orders: 1 }, held: 1 });
  expect(told.totals.holds.map(({ code: each }: { code: string }) => each)).toContain(
    'receiver-masked',
  );
  const table = await home.run('plan', 'tea-my', '--since', '7d');
  expect(table.out).toMatch(new RegExp(`^${shopee.early} .*before the store's start$`, 'm'));
  expect(table.out).toContain('--before-start plans them too');
  expect(out + table.out).not.toMatch(/Mustermann|60123456789/);

  const all = ['--since', '7d', '--payloads', '--before-start'];
  const shown = await home.run('plan', 'tea-my', ...all);
  expect(shown.out).toContain('Mustermann');
  expect(shown.out).toMatch(/^held +2$/m);
  expect(shown.out).not.toContain("before the store's start");
  expect(await traces()).toEqual(before);
});

test('trouble halfway shows what was read, and that it is not all', async () => {
  const { lazada: sandbox } = home.world;
  sandbox.setListingLimit(3);
  let pages = 0;
  sandbox.shell.planFaults(({ operation }) => {
    if (operation !== '/orders/get') return undefined;
    pages += 1;
    return pages === 2
      ? { kind: 'error', code: 'E500', message: 'the roof is on fire' }
      : undefined;
  });
  const { code, out, err } = await home.run('plan', 'tea-sg', '--since', '7d');
  sandbox.shell.planFaults(undefined);
  sandbox.setListingLimit(null);
  expect(code).toBe(1);
  expect(out).toMatch(/^held +2$/m);
  expect(err).toContain('Incomplete: the reading stopped after');
  expect(err).toContain('the roof is on fire');
});

test('called without an order and without --since, or with both, it says what it wants', async () => {
  const bare = await home.run('plan', 'tea-sg');
  expect(bare).toMatchObject({ code: 2, err: expect.stringContaining('--since 7d') });
  const both = await home.run('plan', 'tea-sg', '123', '--since', '7d');
  expect(both).toMatchObject({
    code: 2,
    err: expect.stringContaining('leave the order number out'),
  });
});

/** The store's own file with pieces of its text replaced, somewhere else. */
async function otherFile(changes: Readonly<Record<string, string>>): Promise<string> {
  let text = await readFile(join(home.folder, 'stores', 'tea-sg.yaml'), 'utf8');
  for (const [piece, by] of Object.entries(changes)) {
    expect(text).toContain(piece);
    text = text.replace(piece, by);
  }
  const path = join(home.folder, 'other.yaml');
  await writeFile(path, text);
  return path;
}

test('--against tells what a change of settings changes, order by order, and exits with 3', async () => {
  const before = await traces();
  const other = await otherFile({
    'largestOrder: "300.00"': 'largestOrder: "1000.00"',
    'city: 杭州市': 'city: 义乌市',
    '  - links: both': '  - links: both\n  - { skip: ["TB-*"], reason: none }',
    'fen: 1250': 'fen: 1300',
  });
  const { code, out } = await home.run('plan', 'tea-sg', '--against', other, '--since', '7d');
  expect(code).toBe(3);
  expect(out).toContain('The settings differ in: lines, receiver.city, budget.largestOrder.');
  expect(out).toContain('receiver city  "杭州市" -> "义乌市"');
  const [, dear = ''] = out.split(`${lazada.dear}  newly bought`);
  expect(dear.split('\n\n')[0]).toMatch(/hold gone +over-budget: costs 375\.00 CNY/);
  // What only changes like every purchase has no block of its own.
  expect(out).not.toContain(lazada.open);
  expect(out).toContain('1 newly bought, 0 no longer bought, 4 changed (4 of them only');
  expect(out).toMatch(/^orders to buy +2 +3 +<-$/m);
  expect(out).toMatch(/^cost +37\.50 CNY +412\.50 CNY +<-$/m);
  expect(out).toMatch(/^days over the cap +1 +2 +<-$/m);

  const file = join(home.folder, 'differences.csv');
  const args = ['--against', other, '--since', '7d', '--json', '--csv', file];
  const json = await home.run('plan', 'tea-sg', ...args);
  expect(json.code).toBe(3);
  const told = JSON.parse(json.out);
  expect(told.counts).toEqual({
    unchanged: 1,
    newlyBought: 1,
    noLongerBought: 0,
    changed: 4,
    onlyCommon: 4,
  });
  expect(told.orders).toHaveLength(5);
  const rows = await readFile(file, 'utf8');
  expect(rows).toContain(',newly-bought,held,buy,375.00,375.00,87.6,87.6,');
  expect(await traces()).toEqual(before);
});

test('the same settings differ in nothing: exit code 0; SKU links of a file are tried without an import', async () => {
  const own = join(home.folder, 'stores', 'tea-sg.yaml');
  const same = await home.run('plan', 'tea-sg', '--against', own);
  expect(same).toMatchObject({
    code: 0,
    out: expect.stringContaining('The settings are the same.'),
  });
  expect(same.out).toContain('8 orders unchanged, 0 newly bought');

  const links = join(home.folder, 'tried.csv');
  await writeFile(links, 'sku,itemId,skuId,price\nNOBODY-KNOWS,11,12,9.90\n');
  const args = ['plan', 'tea-sg', '--against', own, '--since', '7d', '--links', links];
  const { code, out } = await home.run(...args);
  expect(code).toBe(3);
  expect(out).toMatch(new RegExp(`^${lazada.unknown}  newly bought`, 'm'));
  expect(out).toMatch(/adds +1 x itemId 11, skuId 12 at 9\.90 CNY/);
  await writeFile(links, 'sku,itemId,skuId,price\nNOBODY-KNOWS,,12,9.90\n');
  const refused = await home.run(...args);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(':2: column "itemId"') });
});

test('a wrong file, or one of another shop, is refused with the place', async () => {
  const wrong = await otherFile({ largestOrder: 'largestOder', 'country: sg': 'country: sgp' });
  const refused = await home.run('plan', 'tea-sg', '--against', wrong);
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(
    /^other\.yaml:\d+:\d+: budget\.largestOder: .*did you mean largestOrder/m,
  );
  expect(refused.err).toMatch(/^other\.yaml:2:\d+: country/m);
  const shop = await otherFile({ [LAZADA.sellerId]: '77' });
  const other = await home.run('plan', 'tea-sg', '--against', shop);
  expect(other).toMatchObject({
    code: 2,
    err: expect.stringContaining('about another shop: its sellerId is 77'),
  });
});

test('--csv writes the rows for a spreadsheet; --stored asks nobody', async () => {
  const file = join(home.folder, 'rows.csv');
  const { code, err } = await home.run('plan', 'tea-sg', '--since', '7d', '--csv', file);
  expect(code, err).toBe(0);
  const [head, ...rows] = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(head).toMatch(/^\uFEFForder,order id,created/);
  expect(rows).toHaveLength(6);
  // Excel would round 15 digits and more.
  expect(rows.join('\n')).toContain(`"=""${lazada.open}"""`);

  await home.take('tea-my', shopee.open ?? '');
  const asked = home.world.shopee.shell.calls.length;
  const stored = await planned('tea-my', '--since', '7d', '--stored');
  expect(stored.orders.map((order) => order.orderNumber).sort()).toEqual(
    [shopee.open, shopee.masked].sort(),
  );
  expect(stored.totals).toMatchObject({ buy: { orders: 1 }, held: 1 });
  expect(home.world.shopee.shell.calls).toHaveLength(asked);
});
