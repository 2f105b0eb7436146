import { expect, test } from 'vitest';
import { LOGISTICS, ONE_LINE, openShop, SHOP, type TestShop } from './caller.ts';

const PARAMETER = `${LOGISTICS}get_shipping_document_parameter`;
const CREATE = `${LOGISTICS}create_shipping_document`;
const RESULT = `${LOGISTICS}get_shipping_document_result`;
const DOWNLOAD = `${LOGISTICS}download_shipping_document`;

async function arranged(site: TestShop, channel: 'dropoff' | 'dropoff_or_pickup' = 'dropoff') {
  const order_sn = site.sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE, channel });
  await site.shop(`${LOGISTICS}ship_order`, { body: { order_sn, dropoff: {} } });
  const [pkg] = site.sandbox.books().orders[order_sn]?.packages ?? [];
  return { order_sn, tracking_number: pkg?.trackingNumber ?? '', number: pkg?.packageNumber ?? '' };
}

const list = (...rows: object[]) => ({ body: { order_list: rows } });

test('a label is suggested, created, PROCESSING, READY and then a PDF', async () => {
  const site = await openShop();
  const { order_sn, tracking_number, number } = await arranged(site);
  const suggested = (await site.shop(PARAMETER, list({ order_sn }))).json.response.result_list[0];
  expect(suggested).toMatchObject({
    order_sn,
    package_number: number,
    suggest_shipping_document_type: 'THERMAL_AIR_WAYBILL',
    fail_error: '',
  });
  expect((await site.shop(CREATE, list({ order_sn, tracking_number }))).error).toBe('');
  const status = async () =>
    (await site.shop(RESULT, list({ order_sn }))).json.response.result_list[0].status;
  expect(await status()).toBe('PROCESSING');
  const early = await site.shop(DOWNLOAD, list({ order_sn }));
  expect(early.error).toBe('logistics.download_later');
  expect(await status()).toBe('READY');
  const file = await site.shop(DOWNLOAD, list({ order_sn }));
  expect(file.contentType).toBe('application/pdf');
  expect(file.text).toContain(`(${tracking_number})`);
  expectWellFormed(file.text);
  site.sandbox.pickUp(order_sn);
  const late = await site.shop(DOWNLOAD, list({ order_sn }));
  expect(late.error).toBe('logistics.package_print_failed');
  expect(site.sandbox.books().orders[order_sn]?.packages[0]?.labelsDownloaded).toBe(1);
});

/** Every row of the cross-reference table points at its object. */
function expectWellFormed(pdf: string) {
  expect(pdf.startsWith('%PDF-1.4\n')).toBe(true);
  expect(pdf.endsWith('%%EOF\n')).toBe(true);
  const start = Number(/startxref\n(\d+)/.exec(pdf)?.[1]);
  expect(pdf.slice(start, start + 4)).toBe('xref');
  const offsets = [...pdf.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map((row) => row[1]);
  expect(offsets.length).toBeGreaterThan(0);
  offsets.forEach((offset, index) => {
    expect(pdf.slice(Number(offset)).startsWith(`${index + 1} 0 obj`)).toBe(true);
  });
  const length = Number(/\/Length (\d+)/.exec(pdf)?.[1]);
  expect(/stream\n([\s\S]*?)\nendstream/.exec(pdf)?.[1]).toHaveLength(length);
}

test('one download holds several labels of one channel, and refuses two channels', async () => {
  const site = await openShop({ switches: { document: { delayMs: 0, reads: 0 } } });
  const labels = [await arranged(site), await arranged(site)];
  const other = await arranged(site, 'dropoff_or_pickup');
  const all = [...labels, other];
  const rows = all.map(({ order_sn, tracking_number }) => ({ order_sn, tracking_number }));
  await site.shop(CREATE, list(...rows));
  const statuses = async () => {
    const { response } = (await site.shop(RESULT, list(...rows))).json;
    return response.result_list.map((row: { status: string }) => row.status);
  };
  await expect.poll(statuses).toEqual(['READY', 'READY', 'READY']);
  const names = all.map(({ order_sn }) => ({ order_sn }));
  expect((await site.shop(DOWNLOAD, list(...names.slice(0, 2)))).text).toContain('/Count 2');
  expect((await site.shop(DOWNLOAD, list(...names))).error).toBe(
    'logistics.packages_can_not_download_together',
  );
});

test('rows fail one by one; only when all fail the call does', async () => {
  const site = await openShop();
  const { order_sn } = await arranged(site);
  const mixed = await site.shop(PARAMETER, list({ order_sn }, { order_sn: 'NOSUCH' }));
  expect(mixed.error).toBe('');
  expect(mixed.json.response.result_list[1]).toEqual({
    order_sn: 'NOSUCH',
    fail_error: 'logistics.order_not_exist',
    fail_message: 'The order_sn NOSUCH is not exist.',
  });
  const none = await site.shop(PARAMETER, list({ order_sn: 'NOSUCH' }));
  expect([none.status, none.error]).toEqual([200, 'common.batch_api_all_failed']);
  expect(none.json.response.result_list).toHaveLength(1);
});

test('creating needs an arranged package, its number, and a type that exists', async () => {
  const site = await openShop();
  const { order_sn, tracking_number } = await arranged(site);
  const unarranged = site.sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  const split = site.sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE, split: 2 });
  const reason = async (row: object) =>
    (await site.shop(CREATE, list(row))).json.response.result_list[0].fail_error;
  expect(await reason({ order_sn })).toBe('logistics.tracking_number_invalid');
  expect(await reason({ order_sn, tracking_number: 'X' })).toBe(
    'logistics.tracking_number_invalid',
  );
  expect(await reason({ order_sn, tracking_number, shipping_document_type: 'A4' })).toBe(
    'logistics.shipping_document_type_invalid',
  );
  expect(await reason({ order_sn: unarranged })).toBe('logistics.package_can_not_print');
  expect(await reason({ order_sn, package_number: 'OFG1' })).toBe(
    'logistics.package_number_not_found',
  );
  expect(await reason({ order_sn: split })).toBe('logistics.package_number_not_exist');
  site.sandbox.pickUp(order_sn);
  expect(await reason({ order_sn, tracking_number })).toBe('logistics.package_can_not_print');
});

test('what was not created is neither ready nor downloadable, and the refusal is JSON', async () => {
  const site = await openShop();
  const { order_sn } = await arranged(site);
  const result = await site.shop(RESULT, list({ order_sn }));
  const expected = 'logistics.shipping_document_should_print_first';
  expect(result.json.response.result_list[0].fail_error).toBe(expected);
  const file = await site.shop(DOWNLOAD, list({ order_sn }));
  expect([file.error, file.status, file.bytes[0]]).toEqual([expected, 200, 0x7b]);
});

test('50 rows at most, and at least one', async () => {
  const { shop } = await openShop();
  const many = Array.from({ length: 51 }, () => ({ order_sn: 'A' }));
  for (const path of [PARAMETER, CREATE, RESULT, DOWNLOAD]) {
    expect((await shop(path, list(...many))).error).toBe('error_param');
    expect((await shop(path, list())).error).toBe('error_param');
  }
});
