import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAZADA, SHOPEE } from '../../src/demo/settings.ts';
import { CUP, type Home, openHome, purchaseStateOf, requestsToBuy, stateOf } from './home.ts';

let home: Home;

beforeAll(async () => {
  home = await openHome({
    // Shopee buys only what is approved; Lazada's own-fleet numbers come from a person.
    'tea-my': (settings) => {
      settings.purchase = { ...settings.purchase, mode: 'manual' };
      settings.tracking = { ...settings.tracking, leg: 'manual' };
    },
    'tea-sg': (settings) => {
      settings.tracking = { ...settings.tracking, leg: 'manual' };
    },
  });
});

afterAll(async () => {
  await home?.stop();
});

type LazadaLines = Parameters<Home['world']['lazada']['addOrder']>[0]['lines'];

function addLazada(lines: LazadaLines): string {
  return home.world.lazada.addOrder({ country: 'sg', sellerId: LAZADA.sellerId, lines });
}

function addShopee(more: { channel?: 'non_integrated'; split?: number; quantity?: number } = {}) {
  const { quantity = 1, ...rest } = more;
  const lines = [{ ...CUP, price: 62.5, quantity }];
  return home.world.shopee.addOrder({ shopId: SHOPEE.shopId, lines, ...rest });
}

async function order(id: string) {
  return home.core.db
    .selectFrom('sales_order')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

async function events(id: string) {
  const rows = await home.core.db
    .selectFrom('event')
    .select(['kind', 'actor', 'detail'])
    .where('sales_order_id', '=', id)
    .orderBy('id')
    .execute();
  return rows.filter((row) => row.actor === 'operator');
}

async function attempts(id: string) {
  return home.core.db
    .selectFrom('attempt')
    .selectAll()
    .where('sales_order_id', '=', id)
    .orderBy('id')
    .execute();
}

/** Runs a command that must send the order on its way; the queue keeps one waiting job of an order. */
async function runSending(id: string, ...args: string[]) {
  await sql`delete from pgboss.job where name = 'order'`.execute(home.core.db);
  const answer = await home.run(...args);
  const { rows } = await sql<{ data: { id: string; by: string; look?: string } }>`
    select data from pgboss.job where name = 'order' and start_after <= now()
  `.execute(home.core.db);
  expect(rows.map((row) => row.data)).toEqual([expect.objectContaining({ id, by: 'operator' })]);
  return answer;
}

test('retry of an order whose purchase is open only looks: nothing is approved or sent again', async () => {
  const number = addLazada([CUP]);
  home.world.pandapon.shell.addFault({
    operation: 'createOrder',
    order: number,
    fault: { kind: 'reset' },
  });
  const id = await home.take('tea-sg', number);
  await home.drive(id, async () => (await attempts(id)).some((each) => each.unknown_at !== null));
  const sent = requestsToBuy(home);

  const { code, out } = await runSending(id, 'retry', number);
  expect(code).toBe(0);
  expect(out).toContain('only looked up');
  expect(await events(id)).toMatchObject([
    { kind: 'operator-retry', detail: { lookOnly: true, open: 'place' } },
  ]);
  expect((await order(id)).approved_at).toBeNull();
  expect(await attempts(id)).toMatchObject([{ kind: 'place', outcome: null }]);
  expect(requestsToBuy(home)).toBe(sent);
});

test('retry of a held order plans it anew and clears its fruitless runs', async () => {
  const number = addLazada([{ sku: 'UNKNOWN', name: 'Thing', price: '10.00' }]);
  const id = await home.take('tea-sg', number);
  await home.drive(id, async () => (await stateOf(home, id)) === 'held');
  await home.core.db.updateTable('sales_order').set({ tries: 7 }).where('id', '=', id).execute();
  const { code } = await runSending(id, 'retry', id);
  expect(code).toBe(0);
  expect(await order(id)).toMatchObject({ state: 'pulled', tries: 0 });
});

test('approve buys in manual mode, once; a retry does not stand for it', async () => {
  const number = addShopee();
  const id = await home.take('tea-my', number);
  await home.drive(id, async () => (await stateOf(home, id)) === 'waiting');
  const before = requestsToBuy(home);
  const retried = await home.run('retry', number);
  expect(retried.out).toContain(`ponbridge approve ${number}`);
  expect((await order(id)).approved_at).toBeNull();

  const approved = await runSending(id, 'approve', number);
  expect(approved).toMatchObject({ code: 0 });
  expect(approved.out).toContain('1 source line for 12.50 CNY');
  await home.drive(id, async () => (await purchaseStateOf(home, id)) !== undefined);
  expect(requestsToBuy(home)).toBe(before + 1);
  const again = await home.run('approve', number);
  expect(again.code).toBe(1);
  expect(again.err).toContain('does not wait for approval');
});

test('approve refuses where nothing waits for it, and says what the order is', async () => {
  const number = addLazada([{ sku: 'UNKNOWN-TOO', name: 'Thing', price: '10.00' }]);
  const id = await home.take('tea-sg', number);
  expect((await home.run('approve', number)).err).toContain('purchase.mode auto');
  await home.drive(id, async () => (await stateOf(home, id)) === 'held');
  const { code, err } = await home.run('approve', number);
  expect(code).toBe(1);
  expect(err).toContain('is held (sku-unmapped)');
});

const GOODS = [
  { itemId: '600126245031041190', skuId: '5016042822039', quantity: 5, priceFen: 1250 },
];

test('adopt links an order bought by hand before anything was sent, and nobody else can', async () => {
  const manual = home.world.pandapon.addManualOrder({ lines: GOODS });
  const number = addLazada([{ ...CUP, quantity: 5 }]);
  const id = await home.take('tea-sg', number);
  await home.drive(id, async () => (await home.holdsOf(id)).includes('purchase-ambiguous'));
  const before = requestsToBuy(home);

  const unknown = await home.run('adopt', number, '123456');
  expect(unknown.code).toBe(1);
  expect(unknown.err).toContain('knows no order 123456');
  const { code, out } = await runSending(id, 'adopt', number, manual.orderNo);
  expect(code).toBe(0);
  expect(out).toContain('5 x SKU 5016042822039');
  expect(await purchaseStateOf(home, id)).toBe('placed');
  await home.drive(id, async () => (await home.holdsOf(id)).length === 0);
  expect(requestsToBuy(home)).toBe(before);

  // The adopted order carries no number, and its account's listing is evidence all the same.
  const listing = await home.core.db
    .selectFrom('agent_listing')
    .select(['trusted', 'reason'])
    .executeTakeFirstOrThrow();
  expect(listing).toEqual({ trusted: true, reason: null });
  const other = addLazada([{ ...CUP, quantity: 2 }]);
  const otherId = await home.take('tea-sg', other);
  const refused = await home.run('adopt', other, manual.orderId);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(`is the purchase of order ${number}`);
  expect(await stateOf(home, otherId)).toBe('pulled');
});

test('adopt settles an open purchase by a person’s word', async () => {
  const number = addLazada([{ ...CUP, quantity: 4 }]);
  home.world.pandapon.shell.addFault({
    operation: 'createOrder',
    order: number,
    fault: { kind: 'reset' },
  });
  const id = await home.take('tea-sg', number);
  await home.drive(id, async () => (await attempts(id)).some((each) => each.unknown_at !== null));
  const lines = GOODS.map((line) => ({ ...line, quantity: 4 }));
  const manual = home.world.pandapon.addManualOrder({ lines });
  await home.drive(id, async () => (await home.holdsOf(id)).includes('purchase-ambiguous'));
  expect(await home.run('adopt', number, manual.orderId)).toMatchObject({ code: 0 });
  expect(await attempts(id)).toMatchObject([{ kind: 'place', outcome: 'adopted' }]);
  const history = JSON.parse((await home.run('order', number, '--json')).out);
  expect(history.purchase).toMatchObject({ agentOrderId: manual.orderId, orderNo: manual.orderNo });
});

test('tracking: the number a person enters is the one the marketplace is told', async () => {
  const number = addLazada([{ ...CUP, deliveryOptionSof: true }]);
  const id = await home.take('tea-sg', number);
  const early = await home.run('tracking', number, 'SF100200300');
  expect(early.code).toBe(1);
  expect(early.err).toContain('no package yet');
  await home.drive(id, async () => (await home.holdsOf(id)).includes('number-wanted'));

  expect((await home.run('tracking', number, 'no number')).code).toBe(2);
  const { code, out } = await runSending(id, 'tracking', number, 'SF100200300', 'SF Express');
  expect(code).toBe(0);
  expect(out).toContain('SF100200300');
  await home.drive(id, () => toldAtLazada(number).length > 0);
  expect(toldAtLazada(number)).toMatchObject([{ trackingNumber: 'SF100200300' }]);
  await home.drive(id, async () => (await home.holdsOf(id)).length === 0);
  const late = await home.run('tracking', number, 'SF999');
  expect(late.code).toBe(1);
});

function toldAtLazada(number: string) {
  return home.world.lazada
    .books()
    .packages.filter((each) => each.orderId === number)
    .flatMap((each) => each.told);
}

test('tracking asks which package where several want a number', async () => {
  const number = addShopee({ channel: 'non_integrated', split: 2, quantity: 2 });
  const id = await home.take('tea-my', number);
  await home.drive(id, async () => (await stateOf(home, id)) === 'waiting');
  await home.run('approve', number);
  await home.drive(id, async () => (await home.holdsOf(id)).includes('number-wanted'));
  const asked = await home.run('tracking', number, 'JT000111222');
  expect(asked.code).toBe(2);
  const packages = await home.core.db
    .selectFrom('package')
    .select('package_id')
    .where('sales_order_id', '=', id)
    .orderBy('id')
    .execute();
  expect(packages).toHaveLength(2);
  for (const { package_id } of packages) expect(asked.err).toContain(String(package_id));
  const first = String(packages[0]?.package_id);
  const named = await home.run('tracking', number, 'JT000111222', '--package', first);
  expect(named).toMatchObject({ code: 0 });
  const rows = await home.core.db
    .selectFrom('package')
    .select(['package_id', 'told_number'])
    .where('sales_order_id', '=', id)
    .orderBy('id')
    .execute();
  expect(rows.map((row) => row.told_number)).toEqual(['JT000111222', null]);
});

test('cancel cancels at the marketplace, and what is paid only with --force', async () => {
  const number = addLazada([{ sku: 'NOT-TO-BE-HAD', name: 'Thing', price: '10.00' }]);
  const id = await home.take('tea-sg', number);
  await home.drive(id, async () => (await stateOf(home, id)) === 'held');
  const { code, out } = await home.run('cancel', number, '--reason', 'out-of-stock');
  expect(code).toBe(0);
  expect(out).toContain('the marketplace shows it');
  await home.drive(id, async () => (await stateOf(home, id)) === 'cancelled');
  expect(await attempts(id)).toMatchObject([
    { kind: 'cancel', outcome: 'succeeded', purchase_id: null },
  ]);
  const again = await home.run('cancel', number, '--reason', 'out-of-stock');
  expect(again.err).toContain('is cancelled');

  const paid = addLazada([CUP]);
  const paidId = await home.take('tea-sg', paid);
  await home.drive(paidId, async () => (await purchaseStateOf(home, paidId)) === 'sent');
  const refused = await home.run('cancel', paid, '--reason', 'out-of-stock');
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('--force');
});

test('a cancellation without an answer is not repeated: the order tells', async () => {
  const number = addLazada([{ sku: 'NOT-TO-BE-HAD-2', name: 'Thing', price: '10.00' }]);
  const id = await home.take('tea-sg', number);
  await home.drive(id, async () => (await stateOf(home, id)) === 'held');
  home.world.lazada.shell.addFault({
    operation: '/order/reverse/cancel/create',
    fault: { kind: 'lose-answer' },
  });
  const { out } = await home.run('cancel', number, '--reason', 'out-of-stock');
  expect(out).toContain('the marketplace shows it');
  await home.drive(id, async () => (await stateOf(home, id)) === 'cancelled');
  const done = home.world.lazada.books().cancellations.filter((each) => each.orderId === number);
  expect(done).toHaveLength(1);
  expect(await attempts(id)).toMatchObject([{ kind: 'cancel', outcome: 'adopted' }]);
});
