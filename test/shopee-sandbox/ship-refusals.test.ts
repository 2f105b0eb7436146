import { expect, test } from 'vitest';
import type { NewOrder } from '../../connectors/shopee/sandbox/index.ts';
import { add, LOGISTICS, openShop, packages } from './caller.ts';

const SHIP = `${LOGISTICS}ship_order`;
const NUMBER = `${LOGISTICS}get_tracking_number`;
const PARAMETER = `${LOGISTICS}get_shipping_parameter`;

const LONG = 'X'.repeat(65);
type Refused = [string, Partial<NewOrder>, object, string, RegExp];
const REFUSED: Refused[] = [
  ['no mode', {}, {}, 'logistics.ship_order_only_support_one_type', /just one way/],
  [
    'two modes',
    {},
    { dropoff: {}, pickup: {} },
    'logistics.ship_order_only_support_one_type',
    /one/,
  ],
  ['a mode that is no object', {}, { dropoff: true }, 'error_param', /dropoff/],
  [
    'the wrong mode',
    {},
    { pickup: { address_id: 2826 } },
    'logistics.ship_order_unsupport_pickup',
    /pickup/,
  ],
  [
    'the wrong mode',
    { channel: 'pickup' },
    { dropoff: {} },
    'logistics.ship_order_unsupport_dropoff',
    /dropoff/,
  ],
  [
    'the wrong mode',
    {},
    { non_integrated: {} },
    'logistics.ship_order_unsupport_non_integrated',
    /non_integrated/,
  ],
  [
    'a package number',
    {},
    { dropoff: {}, package_number: 'OFG1' },
    'logistics.ship_order_not_need_pacakge_number',
    /unsplit/,
  ],
  [
    'an empty package number',
    {},
    { dropoff: {}, package_number: '' },
    'error_param',
    /Invalid package number/,
  ],
  [
    'a dash for a package number',
    {},
    { dropoff: {}, package_number: '-' },
    'error_param',
    /Invalid package number/,
  ],
  [
    'no package number',
    { split: 2 },
    { dropoff: {} },
    'logistics.ship_order_need_pacakge_number',
    /split order/,
  ],
  [
    'an unknown package',
    { split: 2 },
    { dropoff: {}, package_number: 'OFG1' },
    'logistics.package_not_exist',
    /not exist/,
  ],
  [
    'a warehouse order',
    { fulfilledByShopee: true },
    { dropoff: {} },
    'logistics.ship_order_pff_init',
    /^You can not ship warehouse order\.$/,
  ],
  [
    'an advance package',
    { advancePackage: true },
    { dropoff: {} },
    'logistics.error_booking_order',
    /booking/,
  ],
  [
    'an unpaid order',
    { status: 'UNPAID' },
    { dropoff: {} },
    'logistics.ship_order_not_ready_to_ship',
    /not ready/,
  ],
  [
    'a pending order',
    { status: 'PENDING' },
    { dropoff: {} },
    'logistics.ship_order_not_ready_to_ship',
    /not ready/,
  ],
  [
    'an order without invoice',
    { status: 'INVOICE_PENDING' },
    { dropoff: {} },
    'logistics.lack_of_invoice_data',
    /invoice/,
  ],
  [
    'an uninvited number',
    {},
    { dropoff: { tracking_number: 'A1' } },
    'error_param',
    /^Please do not request with tracking_no for this channel which does not require tracking_no\.$/,
  ],
  [
    'no number',
    { channel: 'non_integrated' },
    { non_integrated: {} },
    'logistics.ship_order_need_tracking_number',
    /can not be null/,
  ],
  [
    'an empty number',
    { channel: 'non_integrated' },
    { non_integrated: { tracking_number: '' } },
    'logistics.ship_order_need_tracking_number',
    /null/,
  ],
  [
    'an overlong number',
    { channel: 'non_integrated' },
    { non_integrated: { tracking_number: LONG } },
    'logistics.ship_order_long_tracking_number',
    /64/,
  ],
  [
    'a malformed number',
    { channel: 'non_integrated' },
    { non_integrated: { tracking_number: '单号 1' } },
    'logistics.error_param',
    /^Tracking Number Format Error/,
  ],
  [
    'the name tracking_no',
    { channel: 'non_integrated' },
    { non_integrated: { tracking_no: 'A1' } },
    'logistics.ship_order_need_tracking_number',
    /null/,
  ],
  [
    'no pickup address',
    { channel: 'pickup' },
    { pickup: {} },
    'logistics.ship_order_need_address_pickup_time',
    /required/,
  ],
  [
    'no pickup time',
    { channel: 'pickup' },
    { pickup: { address_id: 2826 } },
    'logistics.ship_order_need_address_pickup_time',
    /required/,
  ],
  [
    'an unknown address',
    { channel: 'pickup' },
    { pickup: { address_id: 1, pickup_time_id: '1' } },
    'logistics.address_not_found',
    /not found/,
  ],
  [
    'an unknown time',
    { channel: 'pickup' },
    { pickup: { address_id: 2826, pickup_time_id: '1' } },
    'logistics.ship_order_pickup_time_invalid',
    /pick up time/,
  ],
  [
    'no branch',
    { channel: 'dropoff_with_branch' },
    { dropoff: {} },
    'logistics.ship_order_need_branch_id',
    /branch_id/,
  ],
  [
    'an unknown branch',
    { channel: 'dropoff_with_branch' },
    { dropoff: { branch_id: 1 } },
    'error_param',
    /branch_id/,
  ],
];

test.each(REFUSED)('%s (%j, %j) is refused', async (_what, wish, mode, code, message) => {
  const site = await openShop();
  const order_sn = add(site, wish);
  const answer = await site.shop(SHIP, { body: { order_sn, ...mode } });
  expect([answer.status, answer.error]).toEqual([200, code]);
  expect(answer.message).toMatch(message);
  expect(packages(site, order_sn).map((pkg) => pkg.arranged)).not.toContain(1);
});

test('an unknown order, and one that is being cancelled or was, are refused', async () => {
  const site = await openShop();
  const ship = async (order_sn: string) =>
    (await site.shop(SHIP, { body: { order_sn, dropoff: {} } })).error;
  expect(await ship('NOSUCH')).toBe('logistics.error_order_not_found');
  const order_sn = add(site);
  site.sandbox.requestCancellation(order_sn);
  expect(await ship(order_sn)).toBe('logistics.ship_order_not_ready_to_ship');
  site.sandbox.buyerCancels(order_sn);
  expect(await ship(order_sn)).toBe('logistics.ship_order_not_ready_to_ship');
});

test('an order being allocated must wait, in every call that arranges or reads numbers', async () => {
  const site = await openShop();
  const order_sn = add(site);
  site.sandbox.setAllocating(order_sn, true);
  const answers = [
    await site.shop(PARAMETER, { query: { order_sn } }),
    await site.shop(SHIP, { body: { order_sn, dropoff: {} } }),
    await site.shop(NUMBER, { query: { order_sn } }),
  ];
  for (const answer of answers) {
    expect(answer.error).toBe('logistics.error_param');
    expect(answer.message).toMatch(/^The order is being allocated, please wait/);
  }
  site.sandbox.setAllocating(order_sn, false);
  expect((await site.shop(SHIP, { body: { order_sn, dropoff: {} } })).error).toBe('');
});

test('a number that was used is refused, in other words within the same order', async () => {
  const site = await openShop();
  const channel = 'non_integrated';
  const ship = async (order_sn: string, package_number?: string) => {
    const body = { order_sn, package_number, non_integrated: { tracking_number: 'AB1' } };
    return (await site.shop(SHIP, { body })).message;
  };
  const split = add(site, { channel, split: 2 });
  const [one, two] = packages(site, split).map((pkg) => pkg.packageNumber);
  expect(await ship(split, one)).toBe('');
  expect(await ship(split, two)).toBe('Please input a unique tracking number.');
  expect(await ship(add(site, { channel }))).toMatch(/^The tracking number has been used by other/);
});

test.each([
  ['AB1234567890', '(13 digits)'],
  ['AB12345678901', 'must begin with “E”, “R” or “O”'],
  ['EB12345678901', 'must end with “TH”'],
])('Thai post refuses %s: %s', async (tracking_number, words) => {
  const site = await openShop({ region: 'TH' });
  const order_sn = add(site, { channel: 'dropoff_with_number' });
  const answer = await site.shop(SHIP, { body: { order_sn, dropoff: { tracking_number } } });
  expect(answer.error).toBe('logistics.error_param');
  expect(answer.message).toContain(words);
});
