import { expect, test } from 'vitest';
import { parseJson } from '../../connectors/json.ts';
import { isBroken, toSalesOrder } from '../../connectors/lazada/orders.ts';
import type { Country } from '../../connectors/lazada/ventures.ts';
import type { SalesOrder } from '../../connectors/marketplace.ts';
import { fixture, item, ok, order, scripted, store } from './given.ts';

const UPDATED = '2026-03-01 12:00:00 +0800';

function sales(row: object, items: object[], country: Country = 'sg'): SalesOrder {
  const result = toSalesOrder('1', row, items, country);
  if (isBroken(result)) throw new Error(result.error);
  return result;
}

function broken(row: object, items: object[]): string {
  const result = toSalesOrder('1', row, items, 'sg');
  if (!isBroken(result)) throw new Error('the order was read');
  return result.error;
}

function line(more: object, orderMore: object = {}) {
  const [first] = sales(order(1, UPDATED, orderMore), [item(1, 2, more)]).lines;
  if (!first) throw new Error('no line');
  return first;
}

test('a recorded item is read: numbers, texts for nothing, the Vietnamese clock', () => {
  const { data } = parseJson(fixture('items-vn-digital.json')) as { data: object[] };
  const row = order(288480920119609, '2021-05-25 14:58:24 +0700', {
    price: '66000.00',
    voucher: 0,
    shipping_fee: 0,
  });
  const read = sales(row, data, 'vn');
  expect(read).toMatchObject({
    orderId: '288480920119609',
    currency: 'VND',
    total: '66000',
    updatedAt: new Date('2021-05-25T07:58:24Z'),
    notOurs: 'digital goods',
  });
  expect(read.lines).toEqual([
    {
      lineId: '288480920219609',
      sku: 'C416535254-1621475329737-0',
      productId: undefined,
      name: '',
      variation: undefined,
      quantity: 1,
      unitPrice: '66000',
      status: 'delivered',
      phase: 'delivered',
      fulfilment: 'digital',
      packageId: undefined,
      trackingNumber: undefined,
      carrier: undefined,
      shipBy: new Date('2021-05-27T16:59:59Z'),
      shippingGroup: 'dropshipping|digital|lazada',
    },
  ]);
});

test('each unit is a line, and the buyer pays price - voucher + shipping', () => {
  const read = sales(order(1, UPDATED), [item(1, 2), item(1, 3), item(1, 4)]);
  expect(
    read.lines.map(({ lineId, quantity, unitPrice }) => [lineId, quantity, unitPrice]),
  ).toEqual([
    ['2', 1, '149.5'],
    ['3', 1, '149.5'],
    ['4', 1, '149.5'],
  ]);
  expect(read.total).toBe('151.5');
});

test.each([
  ['unpaid', 'waiting'],
  ['pending', 'buyable'],
  ['repacked', 'buyable'],
  ['packed', 'buyable'],
  ['ready_to_ship_pending', 'buyable'],
  ['ready_to_ship', 'buyable'],
  ['shipped', 'shipped'],
  ['delivered', 'delivered'],
  ['confirmed', 'delivered'],
  ['canceled', 'cancelled'],
  ['failed_delivery', 'closed'],
  ['returned', 'closed'],
  ['shipped_back_success', 'closed'],
  ['lost_by_3pl', 'closed'],
  ['damaged_by_3pl', 'closed'],
  ['package_scrapped', 'closed'],
  ['INFO_ST_NEW', 'unknown'],
  ['toString', 'unknown'],
])('status %s is %s', (status, phase) => {
  expect(line({ status })).toMatchObject({ status, phase });
});

test('cancelled units are taken off the quantity', () => {
  expect(line({ status: 'canceled' }).quantity).toBe(0);
});

test.each([
  [{ need_cancel_confirm: true }, {}, 'cancelling'],
  [{ is_cancel_pending: 'true' }, {}, 'cancelling'],
  [{}, { need_cancel_confirm: true }, 'cancelling'],
  [{ need_cancel_confirm: false }, { need_cancel_confirm: true }, 'buyable'],
  [{ status: 'shipped', need_cancel_confirm: true }, {}, 'shipped'],
  [{ order_type: 'PreSale', stage_pay_status: 'unpaid final payment' }, {}, 'waiting'],
  [{ order_type: 'PreSale', stage_pay_status: 'null' }, {}, 'buyable'],
])('item %o of order %o is %s', (itemMore, orderMore, phase) => {
  expect(line(itemMore, orderMore).phase).toBe(phase);
});

test.each([
  [{}, 'seller', undefined],
  [{ is_fbl: '1' }, 'marketplace', 'fulfilled by Lazada'],
  [{ biz_group: 70020 }, 'marketplace', 'fulfilled by Lazada'],
  [{ biz_group: 70100 }, 'seller', undefined],
  [{ shipping_type: 'Warehouse', is_fbl: undefined }, 'marketplace', 'fulfilled by Lazada'],
  [{ is_digital: 1 }, 'digital', 'digital goods'],
  [{ shipping_provider_type: 'PICKUP_IN_STORE' }, 'store-pickup', 'picked up in a store'],
  [{ delivery_option_sof: 1 }, 'seller', undefined],
])('item %o is shipped by: %s', (more, fulfilment, notOurs) => {
  const read = sales(order(1, UPDATED), [item(1, 2, more)]);
  expect(read.lines[0]?.fulfilment).toBe(fulfilment);
  expect(read.notOurs).toBe(notOurs);
});

test('an order with one line of ours is ours', () => {
  const read = sales(order(1, UPDATED), [item(1, 2, { is_fbl: 1 }), item(1, 3)]);
  expect(read.notOurs).toBeUndefined();
});

test('a masked buyer is seen as masked, an open one is not', () => {
  expect(sales(order(1, UPDATED), [item(1, 2)]).buyer).toEqual({
    name: 'D****',
    phone: '01******86',
    country: 'Singapore',
    state: undefined,
    city: 'Singapore-Central',
    district: undefined,
    zip: '247979',
    address: '4***0',
    masked: true,
  });
  const open = {
    first_name: 'Ha',
    last_name: 'Hung',
    phone: 94236248,
    address1: '318 tanglin road',
    addressDsitrict: 'Tanglin',
    city: 'Singapore',
  };
  const { buyer } = sales(order(1, UPDATED, { address_shipping: open }), [item(1, 2)]);
  expect(buyer).toMatchObject({
    name: 'Ha Hung',
    phone: '94236248',
    district: 'Tanglin',
    masked: false,
  });
});

test.each([
  ['COD', true],
  ['cod', true],
  ['CashOnDelivery', true],
  ['MIXEDCARD', false],
  ['CODE_PAY', false],
  ['', false],
])('payment method "%s": cash on delivery %s', (method, cash) => {
  const read = sales(order(1, UPDATED, { payment_method: method }), [item(1, 2)]);
  expect(read.cashOnDelivery).toBe(cash);
});

test.each([
  ['no items', order(1, UPDATED), []],
  ['no price', order(1, UPDATED, { price: null }), [item(1, 2)]],
  ['no update time', order(1, ''), [item(1, 2)]],
  ['an item of another order', order(1, UPDATED), [item(9, 2)]],
  ['one item id twice', order(1, UPDATED), [item(1, 2), item(1, 2)]],
  ['an amount that is none', order(1, UPDATED), [item(1, 2, { paid_price: '12,50' })]],
  ['a mark that is neither yes nor no', order(1, UPDATED), [item(1, 2, { is_fbl: 'maybe' })]],
  ['no status', order(1, UPDATED), [item(1, 2, { status: '' })]],
  ['items of two currencies', order(1, UPDATED), [item(1, 2), item(1, 3, { currency: 'MYR' })]],
])('%s breaks the order, and the error shows no value of the buyer', (_name, row, items) => {
  expect(broken(row, items)).not.toMatch(/\*\*|247979/);
});

test('ids beyond 2^53 go out and come back digit by digit', async () => {
  const id = '1051400341536827267';
  const body = JSON.stringify({ order: order('X', UPDATED), item: item('X', 'Y') })
    .replaceAll('"X"', id)
    .replaceAll('"Y"', '9007199254740993');
  const { row, unit } = {
    row: body.slice('{"order":'.length, body.indexOf(',"item":')),
    unit: body.slice(body.indexOf(',"item":') + ',"item":'.length, -1),
  };
  const server = await scripted(({ path }) =>
    path === '/rest/order/get'
      ? `{"code":"0","data":${row}}`
      : `{"code":"0","data":[{"order_id":${id},"order_items":[${unit}]}]}`,
  );
  const read = await store(server).readOrders([id]);
  expect(read.orders.map((one) => [one.orderId, one.lines[0]?.lineId])).toEqual([
    [id, '9007199254740993'],
  ]);
  const asked = server.requests.map(
    ({ parameters }) => parameters.order_id ?? parameters.order_ids,
  );
  expect(asked.toSorted()).toEqual([id, `[${id}]`].toSorted());
});

test('reading by id: one unknown, one without items, one broken, one good', async () => {
  const server = await scripted(({ path, parameters }) => {
    if (path === '/rest/order/get') {
      const id = Number(parameters.order_id);
      if (id === 1) return { code: '16', message: 'Invalid Order ID' };
      return ok(id === 3 ? 'no order' : order(id, UPDATED));
    }
    const rows = [3, 4].map((id) => ({ order_id: id, order_items: [item(id, id * 10)] }));
    return ok([null, ...rows]);
  });
  const read = await store(server).readOrders(['1', '2', '3', '4']);
  expect(read.orders.map(({ orderId }) => orderId)).toEqual(['4']);
  expect(read.broken.map(({ orderId }) => orderId)).toEqual(['3']);
  expect(read.missing).toEqual(['1', '2']);
});

test('one wrong id does not cost the items of its batch', async () => {
  const server = await scripted(({ path, parameters }) => {
    if (path === '/rest/order/get') return ok(order(Number(parameters.order_id), UPDATED));
    const ids = JSON.parse(parameters.order_ids ?? '[]') as number[];
    if (ids.includes(7))
      return { code: '37', message: 'One or more order id in the list are incorrect' };
    return ok(ids.map((id) => ({ order_id: id, order_items: [item(id, id * 10)] })));
  });
  const read = await store(server).readOrders(['5', '6', '7', '8', '9']);
  expect(read.orders.map(({ orderId }) => orderId)).toEqual(['5', '6', '8', '9']);
  expect(read.missing).toEqual(['7']);
});
