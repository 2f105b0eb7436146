import { expect, test } from 'vitest';
import { add, LOGISTICS, ORDER, openShop, type TestShop } from './caller.ts';

const CANCEL = `${ORDER}cancel_order`;
const HANDLE = `${ORDER}handle_buyer_cancellation`;

async function detail({ shop }: TestShop, order_sn: string) {
  const fields = 'item_list,package_list,cancel_by,cancel_reason';
  const query = { order_sn_list: order_sn, response_optional_fields: fields };
  return (await shop(`${ORDER}get_order_detail`, { query })).json.response.order_list[0];
}

test('the seller cancels for want of stock by naming the items', async () => {
  const site = await openShop();
  const order_sn = add(site, {
    lines: [{ sku: 'A', price: 1, quantity: 1, itemId: '77', modelId: '88' }],
  });
  const body = {
    order_sn,
    cancel_reason: 'OUT_OF_STOCK',
    item_list: [{ item_id: 77, model_id: 88 }],
  };
  const answer = await site.shop(CANCEL, { body });
  expect(answer.json.response.update_time).toBeGreaterThan(0);
  const order = await detail(site, order_sn);
  expect(order).toMatchObject({
    order_status: 'CANCELLED',
    cancel_by: 'seller',
    cancel_reason: 'OUT_OF_STOCK',
    item_list: [{ active_qty: 0, cancelled_qty: 1 }],
    package_list: [{ logistics_status: 'LOGISTICS_INVALID' }],
  });
  expect(site.sandbox.books().orders[order_sn]?.cancellations).toMatchObject([
    { by: 'seller', reason: 'OUT_OF_STOCK', units: 'all' },
  ]);
  expect((await site.shop(CANCEL, { body })).error).toBe('order.error_limit');
});

test('an arranged package becomes REQUEST_CANCELED', async () => {
  const site = await openShop();
  const order_sn = add(site);
  await site.shop(`${LOGISTICS}ship_order`, { body: { order_sn, dropoff: {} } });
  await site.shop(CANCEL, { body: { order_sn, cancel_reason: 'CUSTOMER_REQUEST' } });
  const [pkg] = (await detail(site, order_sn)).package_list;
  expect(pkg.logistics_status).toBe('LOGISTICS_REQUEST_CANCELED');
});

test.each([
  ['an unknown reason', {}, { cancel_reason: 'BORED' }, 'error_param'],
  ['no reason', {}, {}, 'error_param'],
  ['no item list', {}, { cancel_reason: 'OUT_OF_STOCK' }, 'error_param'],
  [
    'an item of another order',
    {},
    { cancel_reason: 'OUT_OF_STOCK', item_list: [{ item_id: 1, model_id: 2 }] },
    'error_param',
  ],
  ['an area reason in SG', {}, { cancel_reason: 'UNDELIVERABLE_AREA' }, 'error_param'],
  [
    'a warehouse order',
    { fulfilledByShopee: true },
    { cancel_reason: 'CUSTOMER_REQUEST' },
    'order. error_param',
  ],
  [
    'a shipped order',
    { status: 'SHIPPED' },
    { cancel_reason: 'CUSTOMER_REQUEST' },
    'order.error_limit',
  ],
  [
    'a part of an order that cannot be cut',
    {},
    { cancel_reason: 'CUSTOMER_REQUEST', partial_cancel_item_list: [] },
    'order.error_limit',
  ],
])('cancelling with %s is refused', async (_what, wish, part, error) => {
  const site = await openShop();
  const order_sn = add(site, wish);
  expect((await site.shop(CANCEL, { body: { order_sn, ...part } })).error).toBe(error);
  expect(site.sandbox.books().orders[order_sn]?.cancellations).toEqual([]);
});

test('undeliverable areas exist in MY', async () => {
  const site = await openShop({ region: 'MY' });
  const order_sn = add(site);
  const body = { order_sn, cancel_reason: 'UNDELIVERABLE_AREA' };
  expect((await site.shop(CANCEL, { body })).error).toBe('');
});

test('a part is taken off its line, and the order goes on', async () => {
  const site = await openShop();
  const lines = [{ sku: 'A', price: 1, quantity: 3, itemId: '77', modelId: '88' }];
  const order_sn = add(site, { lines, canPartialCancel: true });
  const cut = (model_quantity: number) => ({
    order_sn,
    cancel_reason: 'OUT_OF_STOCK',
    partial_cancel_item_list: [{ item_id: 77, model_id: 88, model_quantity }],
  });
  expect((await site.shop(CANCEL, { body: cut(4) })).error).toBe('error_param');
  expect((await site.shop(CANCEL, { body: cut(1) })).error).toBe('');
  expect(await detail(site, order_sn)).toMatchObject({
    order_status: 'READY_TO_SHIP',
    item_list: [{ model_quantity_purchased: 3, active_qty: 2, cancelled_qty: 1 }],
    package_list: [{ item_list: [{ model_quantity: 2 }] }],
  });
  expect((await site.shop(CANCEL, { body: cut(2) })).error).toBe('');
  expect((await detail(site, order_sn)).order_status).toBe('CANCELLED');
});

test("a buyer's wish is accepted, or rejected back to where the order stood", async () => {
  const site = await openShop();
  const { sandbox, shop } = site;
  const [one, two] = [add(site), add(site)];
  await shop(`${LOGISTICS}ship_order`, { body: { order_sn: two, dropoff: {} } });
  sandbox.requestCancellation(one);
  sandbox.requestCancellation(two);
  expect((await detail(site, one)).order_status).toBe('IN_CANCEL');
  await shop(HANDLE, { body: { order_sn: one, operation: 'ACCEPT' } });
  await shop(HANDLE, { body: { order_sn: two, operation: 'REJECT' } });
  const { orders } = sandbox.books();
  expect([orders[one]?.status, orders[two]?.status]).toEqual(['CANCELLED', 'PROCESSED']);
  expect(orders[one]?.cancellations).toMatchObject([{ by: 'buyer' }]);
});

test('a wish is answered only while there is one, and only with ACCEPT or REJECT', async () => {
  const site = await openShop();
  const order_sn = add(site);
  const handle = async (body: object) => (await site.shop(HANDLE, { body })).error;
  expect(await handle({ order_sn, operation: 'ACCEPT' })).toBe('order.cancel_order_invalid_status');
  expect(await handle({ order_sn: 'NOSUCH', operation: 'ACCEPT' })).toBe('error_not_found');
  site.sandbox.requestCancellation(order_sn);
  expect(await handle({ order_sn, operation: 'MAYBE' })).toBe('error_param');
});
