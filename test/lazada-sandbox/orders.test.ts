import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Body, bookedOrder, dig, joinShop, openShop, type Shop, signed } from './client.ts';

const SINCE_2018 = { update_after: '2018-02-10T09:00:00+08:00' };
let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.sandbox.stop());

function add(createdAt: string, status = 'pending'): string {
  const lines = [{ sku: 'A', price: '1.00' }];
  return shop.sandbox.addOrder({ country: 'sg', sellerId: '1001', lines, createdAt, status });
}

async function list(params: Record<string, string>): Promise<string[]> {
  const body = await shop.get('/orders/get', params);
  return (dig(body, 'data.orders') as Body[]).map((order) => String(order.order_id));
}

describe('/orders/get', () => {
  test('bounds are inclusive, of creation as of update', async () => {
    const first = add('2026-01-01T00:00:00Z');
    const second = add('2026-01-01T00:00:01Z');
    const third = add('2026-01-01T00:00:02Z');
    for (const kind of ['update', 'created']) {
      const bounds = {
        [`${kind}_after`]: '2026-01-01T08:00:00+08:00',
        [`${kind}_before`]: '2026-01-01T07:00:01+07:00',
        sort_direction: 'ASC',
      };
      expect(await list(bounds)).toEqual([first, second]);
    }
    expect(await list({ update_after: '2026-01-01T08:00:02+08:00' })).toEqual([third]);
  });

  test('sorts by either time in either direction', async () => {
    const old = add('2026-01-01T00:00:00Z');
    const young = add('2026-01-02T00:00:00Z');
    shop.sandbox.setUpdatedAt(old, '2026-01-03T00:00:00Z');
    const by = (sort_by: string, sort_direction: string) =>
      list({ ...SINCE_2018, sort_by, sort_direction });
    expect(await by('created_at', 'ASC')).toEqual([old, young]);
    expect(await by('created_at', 'DESC')).toEqual([young, old]);
    expect(await by('updated_at', 'ASC')).toEqual([young, old]);
    expect(await by('updated_at', 'DESC')).toEqual([old, young]);
  });

  test('pages by offset and limit; count is the page, countTotal the filter', async () => {
    const ids = [1, 2, 3, 4, 5].map((day) => add(`2026-01-0${day}T00:00:00Z`));
    const page = { ...SINCE_2018, sort_direction: 'ASC', limit: '2', offset: '2' };
    expect(await list(page)).toEqual(ids.slice(2, 4));
    expect(await shop.get('/orders/get', page)).toMatchObject({
      data: { count: 2, countTotal: 5 },
    });
  });

  test('can ignore the limit asked', async () => {
    for (const day of [1, 2, 3]) add(`2026-01-0${day}T00:00:00Z`);
    shop.sandbox.setListingLimit(2);
    expect(await list({ ...SINCE_2018, limit: '100' })).toHaveLength(2);
    expect(await list({ ...SINCE_2018, limit: '1' })).toHaveLength(2);
    shop.sandbox.setListingLimit(null);
    expect(await list({ ...SINCE_2018, limit: '1' })).toHaveLength(1);
  });

  test('filters by status and by tab', async () => {
    const pending = add('2026-01-01T00:00:00Z');
    const packed = add('2026-01-02T00:00:00Z', 'packed');
    expect(await list({ ...SINCE_2018, status: 'pending' })).toEqual([pending]);
    expect(await list({ ...SINCE_2018, status: 'toship' })).toEqual([packed]);
    expect(await list({ ...SINCE_2018, status: 'all' })).toEqual([packed, pending]);
  });

  test.each([
    ['no *_after', { update_before: '2026-01-01T00:00:00+08:00' }, '18'],
    ['a date without offset', { update_after: '2026-01-01T00:00:00' }, '17'],
    ['a date in the rows’ own form', { update_after: '2026-01-01 00:00:00 +0800' }, '17'],
    ['an offset past 4,500', { ...SINCE_2018, offset: '4501' }, '14'],
    ['a limit past 100', { ...SINCE_2018, limit: '101' }, '19'],
    ['a limit of nothing', { ...SINCE_2018, limit: '0' }, '19'],
    ['an unknown order', { ...SINCE_2018, sort_direction: 'UP' }, '74'],
    ['an unknown column', { ...SINCE_2018, sort_by: 'update_after' }, '75'],
    ['an unknown status', { ...SINCE_2018, status: 'paid' }, '36'],
  ])('refuses %s', async (_name, params, code) => {
    expect(await shop.get('/orders/get', params as Record<string, string>)).toEqual({
      type: 'ISV',
      code,
      message: expect.any(String),
      request_id: expect.any(String),
    });
  });

  test('takes an offset of 4,500 and a limit of 100', async () => {
    expect(await list({ ...SINCE_2018, offset: '4500', limit: '100' })).toEqual([]);
  });
});

describe('the rows', () => {
  test('have the wire’s types: numbers as ids, text as price, zeros kept, local time', async () => {
    const id = shop.sandbox.addOrder({
      country: 'sg',
      sellerId: '1001',
      createdAt: '2026-01-01T20:00:00.789Z',
      lines: [{ sku: 'A', price: '79.5', quantity: 2 }],
    });
    const text = await rawText('/orders/get', SINCE_2018);
    expect(text).toContain(`"order_id":${id},`);
    expect(text).toContain('"price":"159.00"');
    expect(text).toContain('"shipping_fee":0.00');
    expect(text).toContain('"created_at":"2026-01-02 04:00:00 +0800"');
    expect(text).toContain('"items_count":2');
    expect(text).toContain('"gift_option":false');
    expect(text).not.toContain('order_items');
    const items = await rawText('/orders/items/get', { order_ids: `[${id}]` });
    expect(items).toContain('"paid_price":79.50,');
    expect(items).toContain('"is_fbl":0');
    expect(items).toContain('"tracking_code":""');
    expect(items).toContain('"cancel_return_initiator":"null-null"');
    expect(items).toContain('"sla_time_stamp":"2026-01-04T23:59:59+08:00"');
  });

  test('are in the venture’s offset', async () => {
    const vietnam = joinShop(shop.sandbox, { country: 'vn', sellerId: '3001' });
    shop.sandbox.addOrder({
      country: 'vn',
      sellerId: '3001',
      createdAt: '2021-05-25T07:02:38Z',
      lines: [{ sku: 'A', price: '66000' }],
    });
    expect(await vietnam.get('/orders/get', SINCE_2018)).toMatchObject({
      data: { orders: [{ created_at: '2021-05-25 14:02:38 +0700', price: '66000.00' }] },
    });
  });

  test('mask the buyer, but for city, post code and country', async () => {
    const { id } = shop.order({ sku: 'A', price: '1.00' });
    const { data } = await shop.get('/order/get', { order_id: id });
    expect(dig(data, 'address_shipping')).toMatchObject({
      first_name: 'D****',
      phone: '01******86',
      city: 'Singapore',
      post_code: '238823',
      country: 'Singapore',
    });
    const open = shop.sandbox.addOrder({
      country: 'sg',
      sellerId: '1001',
      lines: [{ sku: 'A', price: '1.00' }],
      masked: false,
      buyer: { name: 'Mai' },
    });
    const unmasked = await shop.get('/order/get', { order_id: open });
    expect(dig(unmasked, 'data.address_shipping.first_name')).toBe('Mai');
  });

  test('spell the district differently in the two reads', async () => {
    const { id } = shop.order({ sku: 'A', price: '1.00' });
    const one = dig(await shop.get('/order/get', { order_id: id }), 'data.address_shipping');
    const listed = dig(await shop.get('/orders/get', SINCE_2018), 'data.orders.0.address_shipping');
    expect(one).toHaveProperty('addressDistrict');
    expect(one).not.toHaveProperty('addressDsitrict');
    expect(listed).toHaveProperty('addressDsitrict');
    expect(listed).not.toHaveProperty('addressDistrict');
  });

  test('have a wrong shape once broken, without stopping their neighbours', async () => {
    const { id } = shop.order({ sku: 'A', price: '1.00' });
    const good = shop.order({ sku: 'A', price: '1.00' });
    shop.sandbox.breakOrder(id);
    const body = await shop.get('/orders/get', { ...SINCE_2018, sort_direction: 'ASC' });
    expect(dig(body, 'data.orders')).toMatchObject([
      { order_id: Number(id), statuses: 'null' },
      { order_id: Number(good.id), statuses: ['pending'] },
    ]);
    const items = await shop.get('/orders/items/get', { order_ids: `[${id},${good.id}]` });
    expect(dig(items, 'data')).toMatchObject([
      { order_id: Number(id), order_items: 'null' },
      { order_items: [{ sku: 'A' }] },
    ]);
  });
});

describe('/orders/items/get', () => {
  test('gives one row per unit, each with its own id', async () => {
    const { id, items } = shop.order(
      { sku: 'A', price: '1.00', quantity: 2 },
      { sku: 'B', price: '2.00', isFbl: true, shippingType: 'Warehouse' },
      { sku: 'C', price: '2.00', deliveryOptionSof: true, preSaleStage: 'unpaid' },
    );
    const body = await shop.get('/orders/items/get', { order_ids: `[${id}]` });
    expect(dig(body, 'data.0.order_items')).toMatchObject([
      { order_item_id: Number(items[0]), sku: 'A', shipping_type: 'Dropshipping' },
      { order_item_id: Number(items[1]), sku: 'A', shipping_provider_type: 'standard' },
      { sku: 'B', is_fbl: 1, shipping_type: 'Warehouse' },
      { sku: 'C', delivery_option_sof: 1, order_type: 'PreSale', stage_pay_status: 'unpaid' },
    ]);
    expect(new Set(items).size).toBe(4);
  });

  test.each([
    ['no list', '1,2', '56'],
    ['an empty list', '[]', '56'],
    ['words', '["a"]', '56'],
    ['unknown orders only', '[1]', '39'],
    ['51 orders', JSON.stringify(Array.from({ length: 51 }, (_, i) => i + 1)), '38'],
  ])('refuses %s', async (_name, order_ids, code) => {
    expect(await shop.get('/orders/items/get', { order_ids })).toMatchObject({ code });
  });

  test('refuses a list with one wrong id', async () => {
    const { id } = shop.order({ sku: 'A', price: '1.00' });
    const body = await shop.get('/orders/items/get', { order_ids: `[${id},1]` });
    expect(body).toMatchObject({ code: '37' });
  });
});

test('/order/get does not find another seller’s order', async () => {
  const { id } = shop.order({ sku: 'A', price: '1.00' });
  const other = joinShop(shop.sandbox, { sellerId: '1002' });
  expect(await other.get('/order/get', { order_id: id })).toMatchObject({
    code: '16',
    message: `E016: "${id}" Invalid Order ID`,
  });
});

test('two stores may carry the same order id', async () => {
  const other = joinShop(shop.sandbox, { sellerId: '1002' });
  const lines = [{ sku: 'A', price: '1.00' }];
  const orderId = '711433089564242';
  for (const sellerId of ['1001', '1002']) {
    shop.sandbox.addOrder({ country: 'sg', sellerId, orderId, lines });
  }
  shop.sandbox.setStatus('sg/1002/711433089564242', 'canceled');
  expect(() => shop.sandbox.setStatus(orderId, 'canceled')).toThrow('in 2 stores');
  const statuses = async (one: Shop) =>
    dig(await one.get('/order/get', { order_id: orderId }), 'data.statuses');
  expect(await statuses(shop)).toEqual(['pending']);
  expect(await statuses(other)).toEqual(['canceled']);
});

test('every change moves updated_at', async () => {
  const { id } = shop.order({ sku: 'A', price: '1.00' });
  const { sandbox } = shop;
  sandbox.setStatus(id, 'unpaid');
  const changes: [string, () => unknown][] = [
    ['pay', () => sandbox.pay(id)],
    ['cancellation asked', () => sandbox.requestCancellation(id)],
    [
      'pack',
      () =>
        shop.pack(
          id,
          bookedOrder(sandbox, id).items.map((item) => item.orderItemId),
        ),
    ],
    ['rts', () => shop.rts(bookedOrder(sandbox, id).packageIds[0] ?? '')],
    ['shipped', () => sandbox.shipOut(id)],
    ['delivered', () => sandbox.deliver(id)],
  ];
  for (const [index, [name, change]] of changes.entries()) {
    const before = bookedOrder(sandbox, id).updatedAt;
    sandbox.setClock((index + 1) * 5000);
    await change();
    expect(bookedOrder(sandbox, id).updatedAt, name).toBeGreaterThan(before);
  }
});

async function rawText(path: string, params: Record<string, string>): Promise<string> {
  const query = new URLSearchParams(signed(path, { ...params, access_token: shop.token }));
  return (await fetch(`${shop.sandbox.apiBase('sg')}${path}?${query}`)).text();
}
