import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewLine } from '../../connectors/lazada/sandbox/index.ts';
import {
  type Body,
  bookedOrder,
  dig,
  digText,
  openShop,
  packedOrder,
  type Shop,
} from './client.ts';

const LINE = { sku: 'A', price: '10.00' };
let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.sandbox.stop());

const packed = (...lines: NewLine[]) => packedOrder(shop, ...lines);

describe('cancelling by the seller', () => {
  const ask = (verb: string, orderId: string, items: readonly string[], more = {}) =>
    shop.get(`/order/reverse/cancel/${verb}`, {
      order_id: orderId,
      order_item_id_list: JSON.stringify(items),
      ...more,
    });

  test('offers reasons, then cancels with one of them', async () => {
    const { id, items } = shop.order(LINE);
    const offer = await ask('validate', id, items);
    expect(offer).toMatchObject({ code: '0', data: { tip_type: 'warning' } });
    const reason_id = digText(offer, 'data.reason_options.1.reason_id');
    expect(await ask('create', id, items, { reason_id })).toMatchObject({
      code: '0',
      data: { tip_type: 'success' },
    });
    expect(shop.sandbox.books()).toMatchObject({
      orders: [{ statuses: ['canceled'] }],
      cancellations: [
        { orderId: id, orderItemIds: items, by: 'cancellation-seller', reasonId: reason_id },
      ],
    });
  });

  test('takes the package mates along', async () => {
    const { id, items } = await packed({ ...LINE, quantity: 2 }, LINE);
    await ask('create', id, items.slice(0, 1), { reason_id: '10000021' });
    expect(bookedOrder(shop.sandbox, id).statuses).toEqual(['canceled']);
  });

  test('too late is an error under code 0', async () => {
    const { id, items } = shop.order(LINE);
    shop.sandbox.setStatus(id, 'shipped');
    const answers = [
      await ask('validate', id, items),
      await ask('create', id, items, { reason_id: '10000021' }),
    ];
    for (const body of answers)
      expect(body).toMatchObject({ code: '0', data: { tip_type: 'error' } });
    expect(shop.sandbox.books().cancellations).toEqual([]);
  });

  test('refuses wrong orders, items and reasons', async () => {
    const { id, items } = shop.order(LINE);
    const code = async (answer: Promise<Body>) => (await answer).code;
    expect(await code(ask('validate', '1', items))).toBe('122');
    expect(await code(ask('validate', id, ['1']))).toBe('123');
    expect(await code(ask('validate', id, []))).toBe('102');
    expect(await code(ask('create', id, items, { reason_id: '1' }))).toBe('104');
    expect(await code(ask('create', id, items))).toBe('MissingParameter');
  });
});

test('a buyer asks to cancel: order and items say so until it is settled', async () => {
  const { id } = shop.order(LINE);
  shop.sandbox.requestCancellation(id);
  expect(await shop.get('/order/get', { order_id: id })).toMatchObject({
    data: { need_cancel_confirm: true },
  });
  const read = () => shop.get('/orders/items/get', { order_ids: `[${id}]` });
  expect(dig(await read(), 'data.0.order_items.0')).toMatchObject({
    need_cancel_confirm: true,
    cancel_trigger_time: expect.any(Number),
    reverse_order_id: expect.any(Number),
  });
  shop.sandbox.buyerCancels(id);
  expect(dig(await read(), 'data.0.order_items.0')).toMatchObject({
    status: 'canceled',
    need_cancel_confirm: false,
    cancel_return_initiator: 'cancellation-customer',
  });
});
