import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewLine } from '../../connectors/lazada/sandbox/index.ts';
import {
  bookedOrder,
  dig,
  digText,
  joinShop,
  openShop,
  packedOrder,
  type Shop,
  type ShopOptions,
} from './client.ts';

const LINE = { sku: 'A', price: '10.00' };
let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.sandbox.stop());

const packed = (...lines: NewLine[]) => packedOrder(shop, ...lines);

describe('ready to ship', () => {
  test('moves a packed package once', async () => {
    const { id, packageId } = await packed(LINE);
    expect(await shop.rts(packageId)).toMatchObject({
      code: '0',
      result: {
        success: true,
        data: {
          packages: [{ msg: 'success', item_err_code: '0', package_id: packageId, retry: false }],
        },
      },
    });
    expect(bookedOrder(shop.sandbox, id).statuses).toEqual(['ready_to_ship']);
    expect(dig(await shop.rts(packageId), 'result.data.packages.0.item_err_code')).toBe('700000');
    expect(shop.sandbox.books().packages).toMatchObject([
      { packageId, rtsCalls: { asked: 2, accepted: 1 } },
    ]);
  });

  test('refuses unknown, foreign and cancelled packages row by row', async () => {
    const good = await packed(LINE);
    const cancelled = await packed(LINE);
    shop.sandbox.buyerCancels(cancelled.id);
    const body = await shop.rts('FP1', cancelled.packageId, good.packageId);
    expect(dig(body, 'result.success')).toBe(true);
    expect(dig(body, 'result.data.packages')).toMatchObject([
      { item_err_code: '600001', msg: 'package not found' },
      { item_err_code: '600002', msg: 'package already cancelled' },
      { item_err_code: '0' },
    ]);
    const other = joinShop(shop.sandbox, { sellerId: '1002' });
    const foreign = await other.rts(good.packageId);
    expect(dig(foreign, 'result.data.packages.0.item_err_code')).toBe('600001');
  });

  test('refuses no packages and more than 20', async () => {
    expect(await shop.rts()).toMatchObject({ result: { success: false, error_code: '700018' } });
    const many = await shop.rts(...Array(21).fill('FP1'));
    expect(many).toMatchObject({ result: { success: false, error_code: '700022' } });
  });
});

describe('the label', () => {
  const label = (packageId: string, doc_type = 'PDF') =>
    shop.get('/order/package/document/get', {
      getDocumentReq: JSON.stringify({ doc_type, packages: [{ package_id: packageId }] }),
    });

  test('is a base64 iframe and an address that serves a PDF for ten minutes', async () => {
    const { packageId } = await packed(LINE);
    const body = await label(packageId);
    const url = digText(body, 'result.data.pdf_url');
    const file = Buffer.from(digText(body, 'result.data.file'), 'base64').toString();
    expect(file).toContain(`<iframe src="${url}"`);
    const pdf = await fetch(url);
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    const text = await pdf.text();
    expect(text).toContain(packageId);
    expect(text.startsWith('%PDF-1.4\n') && text.endsWith('%%EOF\n')).toBe(true);
    const table = Number(/startxref\n(\d+)/.exec(text)?.[1]);
    expect(text.slice(table, table + 4)).toBe('xref');
    const offsets = [...text.slice(table).matchAll(/(\d{10}) 00000 n/g)].map((row) =>
      Number(row[1]),
    );
    expect(offsets.map((at) => text.slice(at, at + 7))).toEqual(
      offsets.map((_, index) => `${index + 1} 0 obj`),
    );
    expect(offsets).toHaveLength(5);
    shop.sandbox.setClock(10 * 60_000 + 1000);
    expect((await fetch(url)).status).toBe(403);
  });

  test('as HTML has no address', async () => {
    const { packageId } = await packed(LINE);
    const body = await label(packageId, 'HTML');
    expect(dig(body, 'result.data')).not.toHaveProperty('pdf_url');
    const html = Buffer.from(digText(body, 'result.data.file'), 'base64').toString();
    expect(html).toContain(packageId);
  });

  test('is there when packed or ready to ship, and not after', async () => {
    const { id, packageId } = await packed(LINE);
    await shop.rts(packageId);
    expect(await label(packageId)).toMatchObject({ result: { success: true } });
    shop.sandbox.shipOut(id);
    expect(await label(packageId)).toMatchObject({
      result: { success: false, error_code: '30012' },
    });
  });

  test('is refused for a seller’s own fleet, unknown packages and other kinds', async () => {
    const own = await packed({ ...LINE, deliveryOptionSof: true });
    const refusals = await Promise.all([
      label(own.packageId),
      label('FP1'),
      label(own.packageId, 'shippingLabel'),
    ]);
    expect(refusals.map((body) => dig(body, 'result.error_code'))).toEqual([
      '700040',
      '600001',
      '700004',
    ]);
  });
});

describe('a seller’s own fleet', () => {
  const OWN = { ...LINE, deliveryOptionSof: true };
  const INFO = {
    latestStatus: { status: 'InTransit', subStatus: 'InTransit_PickedUp' },
    latestEvent: { eventTime: 1723012167919 },
  };

  async function ready(one: Shop, line = OWN) {
    const { id, items } = one.order(line);
    await one.pack(id, items);
    const packageId = bookedOrder(one.sandbox, id).packageIds[0] ?? '';
    await one.rts(packageId);
    return { id, packageId };
  }

  const tell = (one: Shop, tag: string, more: Record<string, string> = {}) =>
    one.post('/order/package/sof/status/update', {
      trackingNumber: 'SF1234567890',
      carrierCode: 'SF',
      source: 'OPENAPI',
      tag,
      trackInfo: JSON.stringify(INFO),
      ...more,
    });

  const allowed = (options: ShopOptions = {}) =>
    joinShop(shop.sandbox, { sellerId: '1002', sofStatusUpdate: true, ...options });

  test('tells its number where the store may, and it shows', async () => {
    const own = allowed();
    const { id, packageId } = await ready(own);
    const body = await tell(own, packageId);
    expect(body).toEqual({
      success: true,
      module: { result: true },
      code: '0',
      request_id: expect.any(String),
    });
    expect(shop.sandbox.books().packages).toMatchObject([
      { packageId, told: [{ trackingNumber: 'SF1234567890', carrierCode: 'SF' }] },
    ]);
    const read = await own.get('/orders/items/get', { order_ids: `[${id}]` });
    expect(dig(read, 'data.0.order_items.0.tracking_code')).toBe('SF1234567890');
  });

  test.each([
    ['an unflagged store', async () => tell(shop, (await ready(shop)).packageId)],
    ['an unknown package', () => tell(allowed(), 'FP1')],
    [
      'an order Lazada delivers',
      async () => {
        const own = allowed();
        return tell(own, (await ready(own, { ...LINE, deliveryOptionSof: false })).packageId);
      },
    ],
    [
      'a package not ready to ship',
      async () => {
        const own = allowed();
        const { id, items } = own.order(OWN);
        await own.pack(id, items);
        return tell(own, bookedOrder(own.sandbox, id).packageIds[0] ?? '');
      },
    ],
    [
      'an incomplete track info',
      async () => {
        const own = allowed();
        return tell(own, (await ready(own)).packageId, { trackInfo: '{"latestStatus":{}}' });
      },
    ],
  ])('is refused a number for %s, at the top level', async (_name, act) => {
    expect(await act()).toEqual({
      success: false,
      module: { result: false },
      errorCode: { displayMessage: expect.any(String) },
      code: '0',
      request_id: expect.any(String),
    });
    expect(shop.sandbox.books().packages.flatMap((one) => one.told)).toEqual([]);
  });

  test('reports its own delivery after ready to ship; nobody else does', async () => {
    const report = async (packageId: string) => {
      const dbsDeliveryReq = JSON.stringify({ packages: [{ package_id: packageId }] });
      const body = await shop.post('/order/package/sof/delivered', { dbsDeliveryReq });
      return dig(body, 'result.data.packages.0.item_err_code');
    };
    const early = await packed(OWN);
    expect(await report(early.packageId)).toBe('700000');
    const { id, packageId } = await ready(shop);
    expect(await report(packageId)).toBe('0');
    expect(bookedOrder(shop.sandbox, id).statuses).toEqual(['delivered']);
    expect(await report((await ready(shop, { ...LINE, deliveryOptionSof: false })).packageId)).toBe(
      '700009',
    );
  });
});

test('the trace is there only after ready to ship, and grows', async () => {
  const { id, packageId } = await packed(LINE);
  const trace = (more = {}) => shop.get('/logistic/order/trace', { order_id: id, ...more });
  expect(await trace()).toMatchObject({ result: { success: false, not_success: true } });
  await shop.rts(packageId);
  shop.sandbox.shipOut(id);
  const number = bookedOrder(shop.sandbox, id).trackingNumbers[0];
  expect(dig(await trace(), 'result.module.0.package_detail_info_list')).toMatchObject([
    {
      ofc_package_id: packageId,
      tracking_number: number,
      logistic_detail_info_list: [{ status_code: '1200' }, { event_time: expect.any(Number) }],
    },
  ]);
  expect(await trace({ ofcPackageIdList: '["FP1"]' })).toMatchObject({
    result: { success: false },
  });
  expect(await trace({ order_id: '1' })).toMatchObject({
    result: { error_code: { displayMessage: expect.stringContaining('orderId is wrong') } },
  });
});
