import { expect, test } from 'vitest';
import { controlSandbox } from '../../connectors/sandbox.ts';
import type { Books } from '../../connectors/shopee/sandbox/index.ts';
import { LOGISTICS, ONE_LINE, openShop, SHOP } from './caller.ts';

const SHIP = `${LOGISTICS}ship_order`;

test('a lost answer has shipped all the same, once', async () => {
  const { sandbox, shop } = await openShop();
  const order_sn = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  sandbox.shell.addFault({ operation: 'ship_order', fault: { kind: 'lose-answer' } });
  const body = { order_sn, dropoff: {} };
  await expect(shop(SHIP, { body })).rejects.toThrow();
  expect(sandbox.books().orders[order_sn]?.packages[0]?.arranged).toBe(1);
  expect((await shop(SHIP, { body })).error).toBe(' logistics.package_already_shipped');
});

test('a late effect comes after the caller was left without an answer', async () => {
  const { sandbox, shop } = await openShop();
  const order_sn = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  sandbox.shell.addFault({ operation: 'ship_order', fault: { kind: 'late-effect', ms: 100 } });
  let answered = false;
  const call = shop(SHIP, { body: { order_sn, dropoff: {} } }).then(
    () => {
      answered = true;
    },
    () => undefined, // cut when the simulator stops
  );
  await expect.poll(() => sandbox.shell.calls.length).toBe(1);
  const arranged = () => sandbox.books().orders[order_sn]?.packages[0]?.arranged;
  expect(arranged()).toBe(0);
  await expect.poll(arranged).toBe(1);
  expect(answered).toBe(false);
  await sandbox.stop();
  await call;
});

test('a reset happens before any effect', async () => {
  const { sandbox, shop } = await openShop();
  const order_sn = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  sandbox.shell.addFault({ operation: 'ship_order', fault: { kind: 'reset' } });
  await expect(shop(SHIP, { body: { order_sn, dropoff: {} } })).rejects.toThrow();
  expect(sandbox.books().orders[order_sn]?.packages[0]?.arranged).toBe(0);
});

test('throttling and errors speak in Shopee’s envelope', async () => {
  const { sandbox, shop } = await openShop();
  const order_sn = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  const body = { order_sn, dropoff: {} };
  const { shell } = sandbox;
  shell.addFault({ operation: 'ship_order', fault: { kind: 'throttle', seconds: 2 } });
  const throttled = await shop(SHIP, { body });
  expect([throttled.status, throttled.error]).toEqual([200, 'error_rate_limit']);
  const fault = { kind: 'error-after', code: 'error_server', message: 'Something wrong.' } as const;
  shell.addFault({ operation: 'ship_order', fault });
  expect((await shop(SHIP, { body })).json).toMatchObject({
    error: 'error_server',
    message: 'Something wrong.',
  });
  expect(sandbox.books().orders[order_sn]?.packages[0]?.arranged).toBe(1);
});

test.each([
  ['order_sn in a body', SHIP, (sn: string) => ({ body: { order_sn: sn, dropoff: {} } })],
  [
    'order_sn in a query',
    `${LOGISTICS}get_tracking_number`,
    (sn: string) => ({ query: { order_sn: sn } }),
  ],
  [
    'a list of one',
    '/api/v2/order/get_order_detail',
    (sn: string) => ({ query: { order_sn_list: sn } }),
  ],
  [
    'a document row',
    `${LOGISTICS}get_shipping_document_result`,
    (sn: string) => ({ body: { order_list: [{ order_sn: sn }] } }),
  ],
])('a fault aimed at one order finds it by %s', async (_how, path, request) => {
  const { sandbox, shop } = await openShop();
  const [hit, spared] = [1, 2].map(() => sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE }));
  const operation = path.slice(path.lastIndexOf('/') + 1);
  const fault = { kind: 'error', code: 'aimed', message: '' } as const;
  sandbox.shell.addFault({ operation, order: hit ?? '', fault });
  expect((await shop(path, request(spared ?? ''))).error).not.toBe('aimed');
  expect((await shop(path, request(hit ?? ''))).error).toBe('aimed');
});

test('a fault aimed at one order finds it through its package', async () => {
  const { sandbox, shop } = await openShop();
  const order = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  const [pkg] = sandbox.books().orders[order]?.packages ?? [];
  const fault = { kind: 'error', code: 'aimed', message: '' } as const;
  sandbox.shell.addFault({ operation: 'get_package_detail', order, fault });
  const query = { package_number_list: pkg?.packageNumber ?? '' };
  expect((await shop('/api/v2/order/get_package_detail', { query })).error).toBe('aimed');
});

test('all levers work through the control door', async () => {
  const { sandbox, shop } = await openShop();
  const { url } = sandbox;
  const orderSn = await controlSandbox<string>(url, 'addOrder', { shopId: SHOP, lines: ONE_LINE });
  await controlSandbox(url, 'setSwitches', { repeatAnswer: 'order_has_been_shipped' });
  const body = { order_sn: orderSn, dropoff: {} };
  await shop(SHIP, { body });
  expect((await shop(SHIP, { body })).message).toBe('Order has been shipped.');
  const books = await controlSandbox<Books>(url, 'books');
  expect(books).toEqual(JSON.parse(JSON.stringify(sandbox.books())));
  expect(books.orders[orderSn]?.packages[0]).toMatchObject({ arranged: 1, repeatsRefused: 1 });
  await expect(controlSandbox(url, 'pay', 'NOSUCH')).rejects.toThrow('no order NOSUCH');
  const bad = { shopId: SHOP, lines: [{ sku: 'A', price: 'x', quantity: 1 }] };
  await expect(controlSandbox(url, 'addOrder', bad)).rejects.toThrow('no amount');
});

test('two simulators do not know each other', async () => {
  const one = await openShop();
  const two = await openShop();
  const order = one.sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  expect(two.sandbox.books().orders[order]).toBeUndefined();
  expect(two.sandbox.url).not.toBe(one.sandbox.url);
});
