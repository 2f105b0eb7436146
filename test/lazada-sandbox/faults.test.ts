import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { controlSandbox } from '../../connectors/sandbox.ts';
import { bookedOrder, openShop, type Shop } from './client.ts';

const LINE = { sku: 'A', price: '10.00' };
const PACK = '/order/fulfill/pack';
const RTS = '/order/package/rts';
let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.sandbox.stop());

const status = (id: string) => bookedOrder(shop.sandbox, id).statuses;

describe('faults', () => {
  test('a lost answer is lost after the effect', async () => {
    const { id, items } = shop.order(LINE);
    shop.sandbox.shell.addFault({ operation: PACK, order: id, fault: { kind: 'lose-answer' } });
    await expect(shop.pack(id, items)).rejects.toThrow();
    expect(status(id)).toEqual(['packed']);
    expect(bookedOrder(shop.sandbox, id).packCalls).toEqual({ asked: 1, accepted: 1 });
  });

  test('a reset comes before any effect', async () => {
    const { id, items } = shop.order(LINE);
    shop.sandbox.shell.addFault({ operation: PACK, fault: { kind: 'reset' } });
    await expect(shop.pack(id, items)).rejects.toThrow();
    expect(bookedOrder(shop.sandbox, id).packCalls).toEqual({ asked: 0, accepted: 0 });
  });

  test('a late effect comes without an answer, after the caller has given up', async () => {
    const { id, items } = shop.order(LINE);
    const fault = { kind: 'late-effect', ms: 400 } as const;
    shop.sandbox.shell.addFault({ operation: PACK, order: id, fault });
    let answered = false;
    const call = shop.pack(id, items).then(
      () => {
        answered = true;
      },
      () => {},
    );
    await vi.waitFor(() => expect(shop.sandbox.shell.calls).toHaveLength(1));
    expect(status(id)).toEqual(['pending']);
    await vi.waitFor(() => expect(status(id)).toEqual(['packed']));
    expect(answered).toBe(false);
    await shop.sandbox.stop();
    await call;
    expect(answered).toBe(false);
    shop = await openShop();
  });

  test('an error after the effect speaks the vendor’s envelope', async () => {
    const { id, items } = shop.order(LINE);
    const fault = { kind: 'error-after', code: '6', message: 'System Error' } as const;
    shop.sandbox.shell.addFault({ operation: PACK, fault });
    expect(await shop.pack(id, items)).toEqual({
      type: 'ISP',
      code: '6',
      message: 'System Error',
      request_id: expect.any(String),
    });
    expect(status(id)).toEqual(['packed']);
  });

  test('a throttle states its seconds and has no effect', async () => {
    const { id, items } = shop.order(LINE);
    shop.sandbox.shell.addFault({ operation: PACK, fault: { kind: 'throttle', seconds: 7 } });
    expect(await shop.pack(id, items)).toMatchObject({
      code: 'ApiCallLimit',
      message: 'Api access frequency exceeds the limit. this ban will last 7 seconds',
    });
    expect(status(id)).toEqual(['pending']);
    await shop.pack(id, items);
    expect(status(id)).toEqual(['packed']);
  });

  test('aim at one order, through its package too', async () => {
    const first = shop.order(LINE);
    const second = shop.order(LINE);
    await shop.pack(first.id, first.items);
    await shop.pack(second.id, second.items);
    const packageOf = (id: string) => bookedOrder(shop.sandbox, id).packageIds[0] ?? '';
    const fault = { kind: 'error', code: '40011', message: 'RPC_ERROR' } as const;
    shop.sandbox.shell.addFault({ operation: RTS, order: second.id, fault });
    expect(await shop.rts(packageOf(first.id))).toMatchObject({ code: '0' });
    expect(await shop.rts(packageOf(second.id))).toMatchObject({ code: '40011' });
    expect(status(second.id)).toEqual(['packed']);
  });

  test('the calls are booked under their paths and orders', async () => {
    const { id, items } = shop.order(LINE);
    await shop.pack(id, items);
    await shop.get('/orders/items/get', { order_ids: `[${id}]` });
    await shop.get('/order/get', { order_id: id });
    expect(shop.sandbox.shell.calls).toMatchObject([
      { operation: PACK, order: id },
      { operation: '/orders/items/get', order: id },
      { operation: '/order/get', order: id },
    ]);
  });
});

describe('the control door', () => {
  test('offers the same methods to another process', async () => {
    const { url } = shop.sandbox;
    const order = { country: 'sg', sellerId: '1001', lines: [LINE], status: 'unpaid' };
    const id = await controlSandbox<string>(url, 'addOrder', order);
    await controlSandbox(url, 'pay', id);
    expect(await shop.get('/order/get', { order_id: id })).toMatchObject({
      data: { statuses: ['pending'] },
    });
    const books = await controlSandbox<unknown>(url, 'books');
    expect(books).toEqual(JSON.parse(JSON.stringify(shop.sandbox.books())));
    expect(await controlSandbox(url, 'callCounts')).toEqual({ '/order/get': 1 });
  });

  test('says what was wrong', async () => {
    const { url } = shop.sandbox;
    await expect(controlSandbox(url, 'pay', '1')).rejects.toThrow('no order "1"');
    const order = { country: 'xx', sellerId: '1001', lines: [LINE] };
    await expect(controlSandbox(url, 'addOrder', order)).rejects.toThrow('no seller xx/1001');
    await expect(controlSandbox(url, 'shipOut', shop.order(LINE).id)).rejects.toThrow('no package');
  });
});
