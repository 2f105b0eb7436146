import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAZADA, SHOPEE } from '../../src/demo/settings.ts';
import { CUP, type Home, openHome, requestsToBuy } from './home.ts';

let home: Home;

beforeAll(async () => {
  home = await openHome();
});

afterAll(async () => {
  await home?.stop();
});

function addLazada(lines: object[], more: object = {}): string {
  return home.world.lazada.addOrder({
    country: 'sg',
    sellerId: LAZADA.sellerId,
    lines: lines as never,
    ...more,
  });
}

test('plan prints the payload and the rule of each line, and neither stores nor buys', async () => {
  const order = addLazada([{ ...CUP, quantity: 2 }]);
  const text = await home.run('plan', 'tea-sg', order);
  expect(text.code).toBe(0);
  expect(text.out).toContain('by rule 2, SKU pattern "TB-{itemId}-{skuId}-{fen}"');
  expect(text.out).toContain('"purchaseAmount": 2500');
  expect(text.err).toContain('Nothing was bought');

  const json = JSON.parse((await home.run('plan', 'tea-sg', order, '--json')).out);
  expect(json.from).toBe('marketplace');
  expect(json.payload).toMatchObject({ purchaseAmount: 2500, sellerOrderNumber: order });
  expect(JSON.parse(json.payload.orderLineList)).toMatchObject([
    { itemId: '600126245031041190', skuId: '5016042822039', quantity: '2', price: '1250' },
  ]);

  const stored = await home.run('plan', 'tea-sg', order, '--stored');
  expect(stored.code).toBe(1);
  expect(stored.err).toContain('is not stored');
  expect(requestsToBuy(home)).toBe(0);
  expect(home.world.pandapon.books().orders).toEqual([]);

  await home.take('tea-sg', order);
  const again = JSON.parse((await home.run('plan', 'tea-sg', order, '--json')).out);
  expect(again).toMatchObject({ from: 'stored', payload: json.payload });
});

test('plan of a held order names the hold and its remedy', async () => {
  const order = addLazada([{ sku: 'NOBODY-KNOWS', name: 'Thing', price: '10.00' }]);
  const { code, out } = await home.run('plan', 'tea-sg', order);
  expect(code).toBe(0);
  expect(out).toContain('sku-unmapped');
  expect(out).toContain('What to do: Import a SKU link');
  expect(out).not.toContain('Request body');
});

test('an order nobody knows is said to be unknown, with what to do', async () => {
  const { code, err } = await home.run('order', '404404');
  expect(code).toBe(1);
  expect(err).toContain('no order 404404 is known');
  expect(err).toContain('ponbridge pull');
  const beyond = await home.run('order', '99999999999999999999999999');
  expect(beyond.err).toContain('is known');
});

test('a number that two stores have is asked back, and --store decides', async () => {
  const number = '800800800800';
  addLazada([CUP], { orderId: number });
  home.world.shopee.addOrder({
    shopId: SHOPEE.shopId,
    orderSn: number,
    lines: [{ ...CUP, price: 62.5, quantity: 1 }],
  });
  await home.take('tea-sg', number);
  const id = await home.take('tea-my', number);
  const asked = await home.run('order', number);
  expect(asked.code).toBe(2);
  expect(asked.err).toContain('--store tea-sg');
  expect(asked.err).toContain('--store tea-my');
  const one = await home.run('order', number, '--store', 'tea-my', '--json');
  expect(JSON.parse(one.out)).toMatchObject({ store: 'tea-my', id });
  const byId = await home.run('order', id, '--json');
  expect(JSON.parse(byId.out)).toMatchObject({ orderNumber: number, store: 'tea-my' });
});

test('order tells the whole way, in text and JSON, without a buyer or a receiver', async () => {
  const buyer = { name: 'Maximiliane Mustermann', phone: '6591234567', address1: 'Geheimweg 7' };
  const order = addLazada([CUP], { masked: false, buyer });
  const id = await home.take('tea-sg', order);
  await home.drive(id, () => trackingKnown(id));

  const json = await home.run('order', order, '--json');
  const history = JSON.parse(json.out);
  expect(history).toMatchObject({ orderNumber: order, state: 'shipped' });
  expect(history.purchase.lines).toMatchObject([{ skuId: '5016042822039', state: 'sent' }]);
  expect(history.parcels).toHaveLength(1);
  expect(history.packages).toMatchObject([{ numberOwner: 'marketplace', labelKept: true }]);
  expect(history.attempts.map((each: { kind: string }) => each.kind)).toEqual([
    'place',
    'pay',
    'ship',
    'ship',
  ]);
  const kinds = history.events.map((each: { kind: string }) => each.kind);
  expect(kinds.slice(0, 2)).toEqual(['order-pulled', 'order-planned']);

  const { out, code } = await home.run('order', order);
  expect(code).toBe(0);
  expect(out).toContain(`Order ${order}: SHIPPED`);
  expect(out).toContain(history.purchase.orderNo);
  expect(out).toContain(history.packages[0].trackingNumber);
  expect(out).toMatch(/label +kept/);
  expect(out).toMatch(
    /^ {2}20\d\d-\d\d-\d\d \d\d:\d\d:\d\d {2}plan +planned: 1 source line for 12\.50/m,
  );
  for (const text of [json.out, out]) {
    expect(text).not.toMatch(/Mustermann|6591234567|Geheimweg|15068763421|仓前街道/);
  }
});

async function trackingKnown(id: string): Promise<boolean> {
  const rows = await home.core.db
    .selectFrom('package')
    .select('state')
    .where('sales_order_id', '=', id)
    .execute();
  return rows.length > 0 && rows.every((row) => row.state === 'shipped');
}

test('orders lists by store, state and limit, and says when there are more', async () => {
  const shipped = JSON.parse((await home.run('orders', '--state', 'shipped', '--json')).out);
  expect(shipped).toHaveLength(1);
  expect(shipped[0]).toMatchObject({ store: 'tea-sg', numberBy: 'marketplace' });
  const mine = JSON.parse((await home.run('orders', '--store', 'tea-my', '--json')).out);
  expect(mine.map((row: { store: string }) => row.store)).toEqual(['tea-my']);
  const one = await home.run('orders', '--limit', '1');
  expect(one.out.trim().split('\n')).toHaveLength(2);
  expect(one.err).toContain('--limit 10 shows more');
  expect((await home.run('orders', '--store', 'nobody')).code).toBe(2);
  const none = await home.run('orders', '--state', 'cancelled');
  expect(none).toMatchObject({ code: 0, out: '' });
});

test('holds shows orders, accounts, consents, unread orders and alerts, each with its remedy', async () => {
  const order = addLazada([{ sku: 'ALSO-UNKNOWN', name: 'Thing', price: '10.00' }]);
  const id = await home.take('tea-sg', order);
  await home.drive(id, async () => (await home.holdsOf(id)).length > 0);
  const now = new Date();
  const { db } = home.core;
  const grant = await db
    .selectFrom('grant')
    .select('id')
    .where('marketplace', '=', 'shopee')
    .executeTakeFirstOrThrow();
  const shared = { stage: 'test', raised_at: now };
  await db
    .insertInto('hold')
    .values([
      { ...shared, agent_account: 'pandapon/main', code: 'listing-untrusted', detail: 'page 2' },
      { ...shared, grant_id: grant.id, code: 'grant-refused', detail: 'error_auth' },
    ])
    .execute();
  await db
    .insertInto('unread_order')
    .values({
      store: 'tea-sg',
      order_id: '777',
      kind: 'broken',
      error: 'price is no amount',
      first_seen_at: now,
      last_tried_at: now,
    })
    .execute();
  await db
    .insertInto('alert')
    .values({
      code: 'ship-by-near',
      store: 'tea-sg',
      sales_order_id: id,
      detail: 'ship by soon',
      raised_at: now,
    })
    .execute();

  const all = JSON.parse((await home.run('holds', '--json')).out);
  expect(all.orders).toMatchObject([{ orderNumber: order, code: 'sku-unmapped' }]);
  expect(all.accounts).toMatchObject([{ subject: 'pandapon/main', code: 'listing-untrusted' }]);
  expect(all.grants).toMatchObject([{ code: 'grant-refused' }]);
  expect(all.unread).toMatchObject([{ orderId: '777', tries: 1 }]);
  expect(all.alerts).toMatchObject([{ orderNumber: order, code: 'ship-by-near' }]);
  const text = (await home.run('holds')).out;
  for (const word of ['sku-unmapped', 'pandapon/main', 'error_auth', '777', 'ship-by-near']) {
    expect(text).toContain(word);
  }
  const mine = JSON.parse((await home.run('holds', '--store', 'tea-my', '--json')).out);
  expect(mine).toMatchObject({ orders: [], unread: [], alerts: [] });
  expect(mine.grants).toHaveLength(1);
  const other = JSON.parse((await home.run('holds', '--store', 'tea-sg', '--json')).out);
  expect(other.grants).toEqual([]);
});

test('skus import takes the good rows when told, and the orders that waited for them go on', async () => {
  const file = join(home.folder, 'links.csv');
  const rows = [
    'sku,itemId,skuId,quantity,price,store',
    'ALSO-UNKNOWN,600999000333,5016000000999,1,1.20,',
    'OTHERS,1,2,1,3.00,nobody',
  ];
  await writeFile(file, `${rows.join('\n')}\n`);
  const taken = await home.run('skus', 'import', file, '--good-rows');
  expect(taken.code).toBe(1);
  expect(taken.err).toContain(`${file}:3: column "store" "nobody" is none of the stores`);
  expect(taken.out).toContain('Imported. 1 row left out');
  expect(taken.out).toContain('1 order that has one of these SKUs');
  expect((await home.run('skus', 'export')).out).toBe(`${rows[0]}\n${rows[1]}\n`);
});
