import { expect, test } from 'vitest';
import { add, LOGISTICS, ORDER, openShop, packages } from './caller.ts';

const SHIP = `${LOGISTICS}ship_order`;
const NUMBER = `${LOGISTICS}get_tracking_number`;

test('the number is empty with a hint until it was asked for often enough', async () => {
  const site = await openShop({ switches: { number: { delayMs: 0, reads: 2 } } });
  const order_sn = add(site);
  const read = async () => (await site.shop(NUMBER, { query: { order_sn } })).json.response;
  await site.shop(SHIP, { body: { order_sn, dropoff: {} } });
  for (const _ of [1, 2]) {
    const early = await read();
    expect(early.tracking_number).toBe('');
    expect(early.hint).not.toBe('');
  }
  const ready = await read();
  expect(ready.tracking_number).toMatch(/^SPXSG/);
  expect(ready.hint).toBe('');
});

test('reads of the package count too', async () => {
  const site = await openShop({ switches: { number: { delayMs: 0, reads: 1 } } });
  const order_sn = add(site);
  await site.shop(SHIP, { body: { order_sn, dropoff: {} } });
  const query = { package_number_list: packages(site, order_sn)[0]?.packageNumber ?? '' };
  const read = async () =>
    (await site.shop(`${ORDER}get_package_detail`, { query })).json.response.package_list[0];
  expect((await read()).tracking_number).toBe('');
  expect((await read()).tracking_number).toMatch(/^SPXSG/);
});

test('the number comes by itself after its delay', async () => {
  const site = await openShop({ switches: { number: { delayMs: 30, reads: 0 } } });
  const order_sn = add(site);
  await site.shop(SHIP, { body: { order_sn, dropoff: {} } });
  expect(packages(site, order_sn)[0]?.trackingNumber).toBeNull();
  await expect.poll(() => packages(site, order_sn)[0]?.numberBy).toBe('shopee');
});

test('number and history are refused for orders that do not exist or did not move', async () => {
  const site = await openShop();
  const order_sn = add(site);
  const INFO = `${LOGISTICS}get_tracking_info`;
  const read = async (path: string, query: Record<string, string>) =>
    (await site.shop(path, { query })).error;
  for (const path of [NUMBER, INFO]) {
    expect(await read(path, { order_sn: 'NOSUCH' })).toBe('logistics.invalid_error');
    expect(await read(path, { order_sn, package_number: 'OFG1' })).toBe(
      'logistics.package_not_exist',
    );
    expect(await read(path, { order_sn: add(site, { split: 2 }) })).toBe(
      'logistics.package_number_not_exist',
    );
  }
  expect(await read(NUMBER, { order_sn, response_optional_fields: 'x' })).toBe('error_param');
  expect(await read(INFO, { order_sn })).toBe('logistics.error_status_limit');
});

test('the parcel’s way is told newest first, and the order walks to its end', async () => {
  const site = await openShop();
  const { sandbox, shop } = site;
  const order_sn = add(site);
  await shop(SHIP, { body: { order_sn, dropoff: {} } });
  const status = () => sandbox.books().orders[order_sn]?.status;
  sandbox.pickUp(order_sn);
  expect(status()).toBe('SHIPPED');
  sandbox.deliver(order_sn);
  expect(status()).toBe('TO_CONFIRM_RECEIVE');
  const info = (await shop(`${LOGISTICS}get_tracking_info`, { query: { order_sn } })).json.response;
  expect(info.logistics_status).toBe('LOGISTICS_DELIVERY_DONE');
  expect(
    info.tracking_info.map((row: { logistics_status: string }) => row.logistics_status),
  ).toEqual(['DELIVERED', 'PICKED_UP', 'ORDER_CREATED']);
  sandbox.complete(order_sn);
  const query = { order_sn_list: order_sn };
  const [order] = (await shop(`${ORDER}get_order_detail`, { query })).json.response.order_list;
  expect(order.order_status).toBe('COMPLETED');
});
