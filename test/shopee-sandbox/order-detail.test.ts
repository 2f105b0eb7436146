import { expect, test } from 'vitest';
import { now, ONE_LINE, ORDER, openShop, SHOP, type TestShop } from './caller.ts';

const DETAIL = `${ORDER}get_order_detail`;
const ALL =
  'item_list,package_list,recipient_address,total_amount,pay_time,fulfillment_flag,buyer_user_id,buyer_username,invoice_data,edt,split_up,cancel_by,cancel_reason';

async function read(shop: TestShop['shop'], orderSns: string, extra: Record<string, string> = {}) {
  return shop(DETAIL, {
    query: { order_sn_list: orderSns, response_optional_fields: ALL, ...extra },
  });
}

test('the body has the types of the recorded SG order', async () => {
  const { sandbox, shop } = await openShop();
  const orderSn = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  const [order] = (await read(shop, orderSn)).json.response.order_list;
  expect(order).toMatchObject({
    order_sn: orderSn,
    region: 'SG',
    currency: 'SGD',
    cod: false,
    order_status: 'READY_TO_SHIP',
    total_amount: 31.99,
    booking_sn: '',
    advance_package: false,
    buyer_user_id: 0,
    invoice_data: null,
    edt_from: 0,
    edt_to: 0,
    fulfillment_flag: 'fulfilled_by_local_seller',
    recipient_address: { name: '****', phone: '****', zipcode: '00000000', region: 'SG' },
  });
  const [item] = order.item_list;
  expect(item).toMatchObject({
    item_sku: '',
    model_sku: 'TB-1-2-1500',
    model_quantity_purchased: 2,
    active_qty: 2,
    model_discounted_price: 15,
    promotion_group_id: 0,
    product_location_id: ['SGZ'],
    order_item_id: item.item_id,
  });
  const [pkg] = order.package_list;
  expect(pkg).toMatchObject({
    logistics_status: 'LOGISTICS_READY',
    logistics_channel_id: 11006,
    group_shipment_id: null,
  });
  expect(pkg.item_list[0]).toMatchObject({ model_quantity: 2, product_location_id: 'SGZ' });
});

test('ids beyond 2^53 are bare JSON integers with all their digits', async () => {
  const { sandbox, shop } = await openShop();
  const orderSn = sandbox.addOrder({
    shopId: SHOP,
    lines: [...ONE_LINE, { sku: 'B', price: '3.5', quantity: 1, itemId: '9007199254740993' }],
  });
  const { text } = await read(shop, orderSn);
  expect(text).toContain('"promotion_group_id":1051400341536827267,');
  expect(text).toContain('"item_id":9007199254740993,');
});

test('optional fields that were not asked for are absent', async () => {
  const { sandbox, shop } = await openShop();
  const orderSn = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  const bare = await shop(DETAIL, { query: { order_sn_list: orderSn } });
  const keys = Object.keys(bare.json.response.order_list[0]);
  expect(keys).toContain('ship_by_date');
  for (const absent of ['item_list', 'package_list', 'recipient_address', 'total_amount']) {
    expect(keys).not.toContain(absent);
  }
});

test('an unknown optional field, and more than 50 orders, are refused', async () => {
  const { sandbox, shop } = await openShop();
  const orderSn = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  const typo = await read(shop, orderSn, { response_optional_fields: 'item_lst' });
  expect(typo.error).toBe('error_param');
  const many = Array.from({ length: 51 }, () => orderSn).join(',');
  expect((await read(shop, many)).error).toBe('error_param');
  expect((await read(shop, '')).error).toBe('error_param');
});

test('unknown orders are left out; only when all are unknown it is an error', async () => {
  const { sandbox, shop } = await openShop();
  const orderSn = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  const some = await read(shop, `NOSUCH1,${orderSn}`);
  expect(some.json.response.order_list).toHaveLength(1);
  expect((await read(shop, 'NOSUCH1,NOSUCH2')).error).toBe('error_not_found');
});

test("another shop's order is unknown", async () => {
  const { sandbox, shop } = await openShop();
  sandbox.addShop({ shopId: 9, region: 'MY' });
  const orderSn = sandbox.addOrder({ shopId: 9, lines: ONE_LINE });
  expect((await read(shop, orderSn)).error).toBe('error_not_found');
});

test('an order can be left out of the next answers only', async () => {
  const { sandbox, shop } = await openShop();
  const [first, second] = [1, 2].map(() => sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE }));
  sandbox.omitFromDetail(first ?? '', 1);
  const count = async () =>
    (await read(shop, `${first},${second}`)).json.response.order_list.length;
  expect(await count()).toBe(1);
  expect(await count()).toBe(2);
});

test('a broken order keeps its number and loses its shape; its neighbour is whole', async () => {
  const { sandbox, shop } = await openShop();
  const [bad, good] = [1, 2].map(() => sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE }));
  sandbox.breakOrder(bad ?? '');
  const [one, two] = (await read(shop, `${bad},${good}`)).json.response.order_list;
  expect(one).toMatchObject({ order_sn: bad, create_time: 'yesterday', item_list: 'unreadable' });
  expect(Array.isArray(two.item_list)).toBe(true);
});

test('PENDING needs its flag, and then names its terms', async () => {
  const { sandbox, shop } = await openShop();
  const orderSn = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE, status: 'PENDING' });
  expect((await read(shop, orderSn)).error).toBe('error_not_found');
  const asked = await read(shop, orderSn, { request_order_status_pending: 'true' });
  expect(asked.json.response.order_list[0]).toMatchObject({
    order_status: 'PENDING',
    pending_terms: ['SYSTEM_PENDING'],
  });
});

test('items without variations have model 0 and their SKU in item_sku', async () => {
  const { sandbox, shop } = await openShop();
  const orderSn = sandbox.addOrder({
    shopId: SHOP,
    lines: [{ sku: 'PLAIN', price: 2, quantity: 1, itemSkuOnly: true }],
  });
  const [item] = (await read(shop, orderSn)).json.response.order_list[0].item_list;
  expect(item).toMatchObject({ model_id: 0, model_sku: '', item_sku: 'PLAIN' });
});

test('an unmasked buyer is shown in clear', async () => {
  const { sandbox, shop } = await openShop({ region: 'MY' });
  const orderSn = sandbox.addOrder({
    shopId: SHOP,
    lines: ONE_LINE,
    masked: false,
    buyer: { name: 'Aminah' },
  });
  const [order] = (await read(shop, orderSn)).json.response.order_list;
  expect(order).toMatchObject({ currency: 'MYR', recipient_address: { name: 'Aminah' } });
});

test('flags for orders that are not the seller’s to ship', async () => {
  const { sandbox, shop } = await openShop();
  const fbs = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE, fulfilledByShopee: true });
  const advance = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE, advancePackage: true });
  const [one, two] = (await read(shop, `${fbs},${advance}`)).json.response.order_list;
  expect(one.fulfillment_flag).toBe('fulfilled_by_shopee');
  expect(two.advance_package).toBe(true);
});

test('an unpaid order has no pay_time; payment sets it and moves update_time', async () => {
  const { sandbox, shop } = await openShop();
  const orderSn = sandbox.addOrder({
    shopId: SHOP,
    lines: ONE_LINE,
    status: 'UNPAID',
    createdAt: now() - 50,
  });
  const [before] = (await read(shop, orderSn)).json.response.order_list;
  expect(before).toMatchObject({ order_status: 'UNPAID', pay_time: null, ship_by_date: 0 });
  sandbox.pay(orderSn);
  const [after] = (await read(shop, orderSn)).json.response.order_list;
  expect(after.order_status).toBe('READY_TO_SHIP');
  expect(after.pay_time).toBeGreaterThan(before.create_time);
  expect(after.update_time).toBeGreaterThan(before.update_time);
});

test('a status that nobody knows is passed on as it is', async () => {
  const { sandbox, shop } = await openShop();
  const orderSn = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  sandbox.setStatus(orderSn, 'TELEPORTED');
  const [order] = (await read(shop, orderSn)).json.response.order_list;
  expect(order.order_status).toBe('TELEPORTED');
});
