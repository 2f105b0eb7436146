import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewLine } from '../../connectors/lazada/sandbox/index.ts';
import {
  type Body,
  bookedOrder,
  dig,
  digText,
  joinShop,
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

/** Code by item, in the order asked. */
function codes(body: Body): unknown[] {
  const rows = dig(body, 'result.data.pack_order_list.0.order_item_list') as Body[];
  return rows.map((row) => row.item_err_code);
}

const packed = (...lines: NewLine[]) => packedOrder(shop, ...lines);

describe('pack', () => {
  test('gives Lazada’s own number and one package for the units packed together', async () => {
    const { id, items } = shop.order({ ...LINE, quantity: 2 });
    const body = await shop.pack(id, items);
    expect(body).toMatchObject({ code: '0', result: { success: true } });
    const rows = dig(body, 'result.data.pack_order_list.0.order_item_list') as Body[];
    expect(rows).toEqual(
      items.map((item) => ({
        order_item_id: Number(item),
        msg: 'success',
        item_err_code: '0',
        tracking_number: expect.stringMatching(/^LEXSO\d+$/),
        shipment_provider: 'LEX SG',
        package_id: expect.stringMatching(/^FP\d{15}$/),
        retry: false,
      })),
    );
    expect(rows[0]?.package_id).toBe(rows[1]?.package_id);
    const read = await shop.get('/orders/items/get', { order_ids: `[${id}]` });
    expect(dig(read, 'data.0.order_items.1')).toMatchObject({
      status: 'packed',
      package_id: rows[1]?.package_id,
      tracking_code: rows[1]?.tracking_number,
      shipment_provider: 'LEX SG',
    });
  });

  test('a subset leaves the rest pending', async () => {
    const { id, items } = shop.order({ ...LINE, quantity: 2 });
    await shop.pack(id, items.slice(1));
    const { items: now } = bookedOrder(shop.sandbox, id);
    expect(now.map((item) => item.status)).toEqual(['pending', 'packed']);
  });

  test('another kind of shipping becomes another package', async () => {
    const { id, items } = shop.order(LINE, { ...LINE, shippingType: 'express' });
    expect(codes(await shop.pack(id, items))).toEqual(['0', '0']);
    expect(bookedOrder(shop.sandbox, id).packageIds).toHaveLength(2);
  });

  test('refuses what cannot be packed and packs the rest, inside one success', async () => {
    const { id, items } = shop.order(
      LINE,
      { ...LINE, isFbl: true },
      { ...LINE, isDigital: true },
      { ...LINE, pickupInStore: true },
      { ...LINE, preSaleStage: 'unpaid final payment' },
      LINE,
    );
    shop.sandbox.buyerCancels(id, items.slice(5));
    const body = await shop.pack(id, [...items, '999']);
    expect(codes(body)).toEqual(['0', '700027', '700030', '700028', '700031', '700026', '700025']);
    expect(dig(body, 'result.success')).toBe(true);
    expect(dig(body, 'result.data.pack_order_list.0.order_item_list.1')).toEqual({
      order_item_id: Number(items[1]),
      msg: 'NOT_SUPPORT_FBL_TO_PACK',
      item_err_code: '700027',
      retry: false,
    });
  });

  test.each(['unpaid', 'packed', 'ready_to_ship', 'shipped', 'canceled'])(
    'refuses a unit that is %s',
    async (status) => {
      const { id, items } = shop.order(LINE);
      shop.sandbox.setStatus(id, status);
      expect(codes(await shop.pack(id, items))).toEqual(['700026']);
    },
  );

  test('a second pack is refused and counted; a repacked unit packs again', async () => {
    const { id, items, packageId } = await packed(LINE);
    expect(codes(await shop.pack(id, items))).toEqual(['700026']);
    expect(bookedOrder(shop.sandbox, id)).toMatchObject({
      packCalls: { asked: 2, accepted: 1 },
      items: [{ timesPacked: 1 }],
    });
    shop.sandbox.setStatus(id, 'repacked');
    expect(codes(await shop.pack(id, items))).toEqual(['0']);
    expect(bookedOrder(shop.sandbox, id)).toMatchObject({
      packCalls: { asked: 3, accepted: 2 },
      items: [{ timesPacked: 2 }],
    });
    expect(bookedOrder(shop.sandbox, id).items[0]?.packageId).not.toBe(packageId);
    expect(dig(await shop.rts(packageId), 'result.data.packages.0.item_err_code')).toBe('600002');
  });

  test('refuses units of different warehouses, all of them', async () => {
    const { id, items } = shop.order(LINE, { ...LINE, warehouse: 'WH-02' });
    expect(codes(await shop.pack(id, items))).toEqual(['700029', '700029']);
    expect(bookedOrder(shop.sandbox, id).packageIds).toEqual([]);
  });

  test('does not find an order of another seller', async () => {
    const other = joinShop(shop.sandbox, { sellerId: '1002' });
    const { id, items } = shop.order(LINE);
    expect(codes(await other.pack(id, items))).toEqual(['700021']);
    expect(bookedOrder(shop.sandbox, id).packCalls).toEqual({ asked: 0, accepted: 0 });
  });

  test.each([
    ['another delivery type', { delivery_type: 'pickup' }, '700004'],
    ['no delivery type', { delivery_type: undefined }, '700017'],
    ['no allocate type', { shipping_allocate_type: undefined }, '700017'],
    ['no orders', { pack_order_list: [] }, '700018'],
    ['no items', { pack_order_list: [{ order_id: 1, order_item_list: [] }] }, '700017'],
    [
      '21 orders',
      { pack_order_list: Array(21).fill({ order_id: 1, order_item_list: [1] }) },
      '700022',
    ],
  ])('refuses as a whole a call with %s', async (_name, change, error_code) => {
    const { id, items } = shop.order(LINE);
    const body = await shop.pack(id, items, change);
    expect(body).toMatchObject({ code: '0', result: { success: false, error_code } });
    expect(bookedOrder(shop.sandbox, id).items[0]?.status).toBe('pending');
  });

  test('refuses text that is no JSON', async () => {
    const body = await shop.post('/order/fulfill/pack', { packReq: '{' });
    expect(body).toMatchObject({ result: { success: false, error_code: '700004' } });
  });

  test('refuses an order’s rows as planned, so often, and says whether a repeat helps', async () => {
    const { id, items } = shop.order(LINE);
    const refusal = { code: '700024', message: 'GET_LOCK_FAILED', retry: true };
    shop.sandbox.refuseNext({ operation: 'pack', orderId: id, ...refusal });
    const body = await shop.pack(id, items);
    expect(dig(body, 'result.data.pack_order_list.0.order_item_list.0')).toMatchObject({
      item_err_code: '700024',
      retry: true,
    });
    expect(codes(await shop.pack(id, items))).toEqual(['0']);
  });
});

describe('the provider code', () => {
  const ask = async (one: Shop, orderId: string, items: readonly string[]) =>
    one.get('/order/shipment/providers/get', {
      getShipmentProvidersReq: JSON.stringify({
        orders: [{ order_id: Number(orderId), order_item_ids: items.map(Number) }],
      }),
    });

  test('must not be sent by a local seller, who has nothing to choose', async () => {
    const { id, items } = shop.order(LINE);
    expect(await ask(shop, id, items)).toMatchObject({
      result: {
        success: true,
        data: { platform_default: 1, shipment_providers: [], shipping_allocate_type: 'TFS' },
      },
    });
    expect(codes(await shop.pack(id, items, { shipment_provider_code: 'FM49' }))).toEqual([
      '700004',
    ]);
    expect(codes(await shop.pack(id, items, { shipping_allocate_type: 'NTFS' }))).toEqual([
      '700004',
    ]);
  });

  test('must be sent by a cross-border seller, from the list', async () => {
    const foreign = joinShop(shop.sandbox, { sellerId: '1002', crossBorder: true });
    const { id, items } = foreign.order(LINE);
    const answer = await ask(foreign, id, items);
    expect(answer).toMatchObject({
      result: { data: { platform_default: 0, shipping_allocate_type: 'NTFS' } },
    });
    const NTFS = { shipping_allocate_type: 'NTFS' };
    const code = digText(answer, 'result.data.shipment_providers.1.provider_code');
    const other = { ...NTFS, shipment_provider_code: 'FM00' };
    const right = { ...NTFS, shipment_provider_code: code };
    expect(codes(await foreign.pack(id, items, NTFS))).toEqual(['700033']);
    expect(codes(await foreign.pack(id, items, other))).toEqual(['700033']);
    expect(codes(await foreign.pack(id, items, { shipment_provider_code: code }))).toEqual([
      '700004',
    ]);
    expect(codes(await foreign.pack(id, items, right))).toEqual(['0']);
    expect(bookedOrder(shop.sandbox, id).trackingNumbers).toHaveLength(1);
  });

  test('must not be sent for a seller’s own fleet, which gets no number', async () => {
    const { id, items } = shop.order({ ...LINE, deliveryOptionSof: true });
    expect(codes(await shop.pack(id, items, { shipment_provider_code: 'FM49' }))).toEqual([
      '700001',
    ]);
    expect(codes(await shop.pack(id, items))).toEqual(['0']);
    expect(bookedOrder(shop.sandbox, id).trackingNumbers).toEqual([]);
  });

  test('cannot be asked for unknown orders or items', async () => {
    const { id } = shop.order(LINE);
    expect(await ask(shop, '1', ['2'])).toMatchObject({ result: { error_code: '700021' } });
    expect(await ask(shop, id, ['2'])).toMatchObject({ result: { error_code: '700025' } });
  });
});
