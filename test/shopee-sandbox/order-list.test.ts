import { expect, test } from 'vitest';
import { now, ONE_LINE, ORDER, openShop, SHOP, type TestShop } from './caller.ts';

const LIST = `${ORDER}get_order_list`;

function window(extra: Record<string, string> = {}) {
  return {
    query: {
      time_range_field: 'update_time',
      time_from: String(now() - 86_400),
      time_to: String(now() + 60),
      page_size: '100',
      ...extra,
    },
  };
}

function addOrders(sandbox: TestShop['sandbox'], count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE, createdAt: now() - 100 + index }),
  );
}

test('rows carry the order number only, and the status when asked', async () => {
  const { sandbox, shop } = await openShop();
  const [orderSn] = addOrders(sandbox, 1);
  expect((await shop(LIST, window())).json.response).toEqual({
    more: false,
    next_cursor: '',
    order_list: [{ order_sn: orderSn }],
  });
  const wide = await shop(LIST, window({ response_optional_fields: 'order_status' }));
  expect(wide.json.response.order_list[0].order_status).toBe('READY_TO_SHIP');
});

test.each([
  ['no time field', { time_range_field: '' }, 'error_param'],
  ['an unknown time field', { time_range_field: 'pay_time' }, 'error_param'],
  [
    'a window beyond 15 days',
    { time_from: String(now() - 16 * 86_400) },
    'order.order_list_invalid_time',
  ],
  ['a window that ends before it begins', { time_to: '1' }, 'order.order_list_invalid_time'],
  ['page_size 0', { page_size: '0' }, 'error_param'],
  ['page_size 101', { page_size: '101' }, 'error_param'],
  ['a filter by PENDING', { order_status: 'PENDING' }, 'error_param'],
  ['a filter by RETRY_SHIP', { order_status: 'RETRY_SHIP' }, 'error_param'],
  ['a made-up cursor', { cursor: 'abc' }, 'error_param'],
  ['a flag that is no boolean', { request_order_status_pending: '1' }, 'error_param'],
])('%s is refused', async (_what, extra, error) => {
  const { shop } = await openShop();
  const answer = await shop(LIST, window(extra));
  expect([answer.status, answer.error]).toEqual([200, error]);
});

test('15 days exactly are allowed', async () => {
  const { shop } = await openShop();
  const from = now() - 15 * 86_400;
  const answer = await shop(
    LIST,
    window({ time_from: String(from), time_to: String(from + 15 * 86_400) }),
  );
  expect(answer.error).toBe('');
});

async function drain(shop: TestShop['shop'], pageSize: string) {
  const pages: string[][] = [];
  let cursor = '';
  for (;;) {
    const { response } = (await shop(LIST, window({ page_size: pageSize, cursor }))).json;
    pages.push(response.order_list.map((row: { order_sn: string }) => row.order_sn));
    if (!response.more) return pages;
    cursor = response.next_cursor;
  }
}

test('the cursor leads through all pages without repeats', async () => {
  const { sandbox, shop } = await openShop();
  const added = addOrders(sandbox, 5);
  const pages = await drain(shop, '2');
  expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
  expect(pages.flat().toSorted()).toEqual(added.toSorted());
});

test('short pages hold fewer rows than asked for though more is true', async () => {
  const { sandbox, shop } = await openShop();
  const added = addOrders(sandbox, 5);
  sandbox.shortPages(true);
  const pages = await drain(shop, '4');
  expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
  expect(pages.flat().toSorted()).toEqual(added.toSorted());
});

test('a stuck cursor repeats itself with more true', async () => {
  const { sandbox, shop } = await openShop();
  addOrders(sandbox, 3);
  const first = await shop(LIST, window({ page_size: '1' }));
  sandbox.stuckCursor(true);
  const cursor: string = first.json.response.next_cursor;
  const stuck = (await shop(LIST, window({ page_size: '1', cursor }))).json.response;
  expect(stuck).toMatchObject({ more: true, next_cursor: cursor });
});

test('PENDING orders are listed only when asked for', async () => {
  const { sandbox, shop } = await openShop();
  sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE, status: 'PENDING' });
  expect((await shop(LIST, window())).json.response.order_list).toEqual([]);
  const asked = await shop(LIST, window({ request_order_status_pending: 'true' }));
  expect(asked.json.response.order_list).toHaveLength(1);
});

test('a change moves an old order into the window of update_time, not of create_time', async () => {
  const { sandbox, shop } = await openShop();
  const orderSn = sandbox.addOrder({
    shopId: SHOP,
    lines: ONE_LINE,
    status: 'UNPAID',
    createdAt: now() - 3 * 86_400,
  });
  expect((await shop(LIST, window())).json.response.order_list).toEqual([]);
  sandbox.pay(orderSn);
  expect((await shop(LIST, window())).json.response.order_list).toEqual([{ order_sn: orderSn }]);
  const created = await shop(LIST, window({ time_range_field: 'create_time' }));
  expect(created.json.response.order_list).toEqual([]);
});

test("another shop's orders are not listed", async () => {
  const { sandbox, shop } = await openShop();
  sandbox.addShop({ shopId: 9, region: 'MY' });
  sandbox.addOrder({ shopId: 9, lines: ONE_LINE });
  expect((await shop(LIST, window())).json.response.order_list).toEqual([]);
});
