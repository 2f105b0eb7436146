import { expect, test } from 'vitest';
import { LOGISTICS, ONE_LINE, ORDER, openShop, SHOP } from './caller.ts';

const SEARCH = `${ORDER}search_package_list`;
const DETAIL = `${ORDER}get_package_detail`;

function search(filter: object, pagination: object = { page_size: 100 }, sort: object = {}) {
  return { body: { filter, pagination, sort } };
}

test('packages are found by where they stand; ToProcess unless told', async () => {
  const { sandbox, shop } = await openShop();
  const ready = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  const arranged = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  const pending = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE, status: 'PENDING' });
  await shop(`${LOGISTICS}ship_order`, { body: { order_sn: arranged, dropoff: {} } });
  const found = async (filter: object) => {
    const { response } = (await shop(SEARCH, search(filter))).json;
    return response.packages_list.map((row: { order_sn: string }) => row.order_sn);
  };
  expect(await found({})).toEqual([ready]);
  expect(await found({ package_status: 1 })).toEqual([pending]);
  expect(await found({ package_status: 2 })).toEqual([ready]);
  expect(await found({ package_status: 3 })).toEqual([arranged]);
  expect((await found({ package_status: 0 })).toSorted()).toEqual(
    [ready, arranged, pending].toSorted(),
  );
});

test('an empty search is an empty list with its pagination and the sort echoed', async () => {
  const { shop } = await openShop();
  const answer = await shop(
    SEARCH,
    search({}, { page_size: 5 }, { sort_type: 2, ascending: false }),
  );
  expect(answer.json.response).toEqual({
    packages_list: [],
    pagination: { total_count: 0, next_cursor: '', more: false },
    sort: { sort_type: 2, ascending: false },
  });
});

test('a search pages by its cursor, in the order asked for', async () => {
  const { sandbox, shop } = await openShop();
  const added = [1, 2, 3].map((hours) =>
    sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE, createdAt: 1_780_000_000 + hours }),
  );
  const sort = { sort_type: 2, ascending: false };
  const one = (await shop(SEARCH, search({}, { page_size: 2, cursor: '' }, sort))).json.response;
  expect(one.pagination).toMatchObject({ total_count: 3, more: true });
  const cursor = one.pagination.next_cursor;
  const two = (await shop(SEARCH, search({}, { page_size: 2, cursor }, sort))).json.response;
  const rows = [...one.packages_list, ...two.packages_list];
  expect(rows.map((row: { order_sn: string }) => row.order_sn)).toEqual(added.toReversed());
  expect(two.pagination.more).toBe(false);
});

test.each([
  ['no pagination', { filter: {} }],
  ['a page of 101', { pagination: { page_size: 101 } }],
  ['a page size in text', { pagination: { page_size: '10' } }],
  ['an unknown status', { filter: { package_status: 4 }, pagination: { page_size: 1 } }],
  ['a made-up cursor', { pagination: { page_size: 1, cursor: 'x' } }],
  ['an unknown sort', { sort: { sort_type: 9 }, pagination: { page_size: 1 } }],
])('a search with %s is refused', async (_what, body) => {
  const { shop } = await openShop();
  expect((await shop(SEARCH, { body })).error).toBe('error_param');
});

test('details say what is in the package and whether it is arranged', async () => {
  const { sandbox, shop } = await openShop();
  const order_sn = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  const number = sandbox.books().orders[order_sn]?.packages[0]?.packageNumber ?? '';
  const read = async () => {
    const answer = await shop(DETAIL, { query: { package_number_list: `${number},OFG1` } });
    expect(answer.json.response.package_list).toHaveLength(1);
    return answer.json.response.package_list[0];
  };
  expect(await read()).toMatchObject({
    order_sn,
    package_number: number,
    fulfillment_status: 'LOGISTICS_READY',
    is_shipment_arranged: false,
    tracking_number: '',
    item_list: [{ model_sku: 'TB-1-2-1500', model_quantity: 2, product_location_id: 'SGZ' }],
    recipient_address: { name: '****' },
  });
  sandbox.setSwitches({ dashes: true });
  expect((await read()).tracking_number).toBe('-');
  await shop(`${LOGISTICS}ship_order`, { body: { order_sn, dropoff: {} } });
  const after = await read();
  expect(after).toMatchObject({
    fulfillment_status: 'LOGISTICS_REQUEST_CREATED',
    is_shipment_arranged: true,
  });
  expect(after.tracking_number).toMatch(/^SPXSG\d{11}B$/);
});

test('only unknown packages, and more than 50, are refused', async () => {
  const { shop } = await openShop();
  const read = async (list: string) =>
    (await shop(DETAIL, { query: { package_number_list: list } })).error;
  expect(await read('OFG1,OFG2')).toBe('error_not_found');
  expect(await read(Array.from({ length: 51 }, () => 'OFG1').join(','))).toBe('error_param');
});
