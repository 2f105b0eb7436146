import { expect, test } from 'vitest';
import { add, LOGISTICS, openShop, packages } from './caller.ts';

const SHIP = `${LOGISTICS}ship_order`;
const PARAMETER = `${LOGISTICS}get_shipping_parameter`;

test.each([
  ['dropoff', {}, { dropoff: [] }],
  ['pickup', {}, { pickup: ['address_id', 'pickup_time_id'] }],
  ['dropoff_or_pickup', {}, { dropoff: [], pickup: ['address_id', 'pickup_time_id'] }],
  ['non_integrated', {}, { non_integrated: ['tracking_no'] }],
  ['non_integrated', { numberField: 'tracking_number' }, { non_integrated: ['tracking_number'] }],
  ['dropoff_with_number', {}, { dropoff: ['tracking_no'] }],
  ['dropoff_with_branch', {}, { dropoff: ['branch_id'] }],
] as const)('channel %s %j offers %j', async (channel, wish, info) => {
  const site = await openShop();
  const order_sn = add(site, { channel, ...wish });
  const answer = await site.shop(PARAMETER, { query: { order_sn } });
  expect(answer.json.response.info_needed).toEqual(info);
});

test('the address of a pickup is a JSON integer, with slots or with none', async () => {
  const site = await openShop();
  const slots = async (channel: 'pickup' | 'dropoff_or_pickup') => {
    const order_sn = add(site, { channel });
    const { pickup } = (await site.shop(PARAMETER, { query: { order_sn } })).json.response;
    expect(pickup.address_list[0].address_id).toBe(2826);
    return pickup.address_list[0].time_slot_list;
  };
  expect((await slots('pickup'))[1].pickup_time_id).toMatch(/^\d+_5$/);
  expect(await slots('dropoff_or_pickup')).toBeNull();
});

test('dropoff arranges: PROCESSED, LOGISTICS_REQUEST_CREATED, and Shopee gives the number', async () => {
  const site = await openShop();
  const order_sn = add(site);
  const answer = await site.shop(SHIP, { body: { order_sn, dropoff: {} } });
  expect(Object.keys(answer.json).toSorted()).toEqual(['error', 'message', 'request_id']);
  expect(answer.error).toBe('');
  expect(site.sandbox.books().orders[order_sn]?.status).toBe('PROCESSED');
  expect(packages(site, order_sn)[0]).toMatchObject({
    status: 'LOGISTICS_REQUEST_CREATED',
    arranged: 1,
    numberBy: 'shopee',
  });
});

test('non_integrated ships at once with the own number', async () => {
  const site = await openShop();
  const order_sn = add(site, { channel: 'non_integrated' });
  const tracking_number = 'AK224200239740W';
  const answer = await site.shop(SHIP, { body: { order_sn, non_integrated: { tracking_number } } });
  expect(answer.error).toBe('');
  expect(site.sandbox.books().orders[order_sn]?.status).toBe('SHIPPED');
  expect(packages(site, order_sn)[0]).toMatchObject({
    status: 'LOGISTICS_PICKUP_DONE',
    trackingNumber: tracking_number,
    numberBy: 'seller',
  });
});

test('dropoff with an own number is arranged with it', async () => {
  const site = await openShop();
  const order_sn = add(site, { channel: 'dropoff_with_number' });
  await site.shop(SHIP, { body: { order_sn, dropoff: { tracking_number: 'AB123' } } });
  expect(packages(site, order_sn)[0]).toMatchObject({
    status: 'LOGISTICS_REQUEST_CREATED',
    trackingNumber: 'AB123',
    numberBy: 'seller',
  });
});

test('pickup takes an address and one of its slots', async () => {
  const site = await openShop();
  const order_sn = add(site, { channel: 'pickup' });
  const { pickup } = (await site.shop(PARAMETER, { query: { order_sn } })).json.response;
  const [address] = pickup.address_list;
  const { pickup_time_id } = address.time_slot_list[1];
  const body = { order_sn, pickup: { address_id: address.address_id, pickup_time_id } };
  expect((await site.shop(SHIP, { body })).error).toBe('');
});

test('a repeat is refused with the leading space, or in the other documented words', async () => {
  const site = await openShop();
  const order_sn = add(site);
  const body = { order_sn, dropoff: {} };
  await site.shop(SHIP, { body });
  const again = await site.shop(SHIP, { body });
  expect([again.status, again.error]).toEqual([200, ' logistics.package_already_shipped']);
  site.sandbox.setSwitches({ repeatAnswer: 'order_has_been_shipped' });
  const third = await site.shop(SHIP, { body });
  expect([third.error, third.message]).toEqual([
    'logistics.error_param',
    'Order has been shipped.',
  ]);
  expect(packages(site, order_sn)[0]).toMatchObject({ arranged: 1, repeatsRefused: 2 });
});

test('after a failed pickup it may be arranged again', async () => {
  const site = await openShop();
  const order_sn = add(site);
  await site.shop(SHIP, { body: { order_sn, dropoff: {} } });
  site.sandbox.failPickup(order_sn);
  expect(site.sandbox.books().orders[order_sn]?.status).toBe('RETRY_SHIP');
  expect((await site.shop(SHIP, { body: { order_sn, dropoff: {} } })).error).toBe('');
  expect(packages(site, order_sn)[0]).toMatchObject({ arranged: 2, repeatsRefused: 0 });
});

test('a split order follows its slowest package', async () => {
  const site = await openShop();
  const order_sn = add(site, { split: 2 });
  const status = () => site.sandbox.books().orders[order_sn]?.status;
  const [one, two] = packages(site, order_sn).map((pkg) => pkg.packageNumber);
  await site.shop(SHIP, { body: { order_sn, package_number: one, dropoff: {} } });
  expect(status()).toBe('READY_TO_SHIP');
  await site.shop(SHIP, { body: { order_sn, package_number: two, dropoff: {} } });
  expect(status()).toBe('PROCESSED');
});

test('parameters are only given while the package can be shipped', async () => {
  const site = await openShop();
  const order_sn = add(site);
  const read = async (query: Record<string, string>) =>
    (await site.shop(PARAMETER, { query })).error;
  expect(await read({ order_sn: 'NOSUCH' })).toBe('error_not_found');
  expect(await read({ order_sn, package_number: '' })).toBe('error_param');
  await site.shop(SHIP, { body: { order_sn, dropoff: {} } });
  expect(await read({ order_sn })).toBe('error_param');
  site.sandbox.buyerCancels(order_sn);
  expect(await read({ order_sn })).toBe('error_status');
  const split = add(site, { split: 2 });
  expect(await read({ order_sn: split })).toBe('logistics.package_number_not_exist');
  expect(await read({ order_sn: add(site, { fulfilledByShopee: true }) })).toBe('error_param');
});
