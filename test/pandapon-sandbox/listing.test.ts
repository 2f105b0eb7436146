import { expect, test } from 'vitest';
import { CODES } from '../../connectors/pandapon/sandbox/index.ts';
import { LINE_A, LINE_B, order, type Started, start, startSlow } from './helper.ts';

async function buy(started: Pick<Started, 'create'>, count: number) {
  const ids: string[] = [];
  for (let number = 1; number <= count; number++) {
    const { data } = await started.create(order([LINE_A], { sellerOrderNumber: String(number) }));
    ids.push(data.id);
  }
  return ids;
}

test('lists oldest first, twenty to a page, total over all', async () => {
  const started = await start();
  const ids = await buy(started, 22);
  const first = await started.listV1();
  expect(first.total).toBe(22);
  expect(first.data.map((row) => row.id)).toEqual(ids.slice(0, 20));
  const second = await started.listV2({ pageNum: 2 });
  expect(second.data.map((row) => row.id)).toEqual(ids.slice(20));
  expect((await started.listV2({ pageNum: 3 })).data).toEqual([]);
});

test("the seed's query of empty values and bare names filters nothing", async () => {
  const started = await start();
  await buy(started, 2);
  const page = await started.listV1(
    '?orderNo=&pageNum=&pageSize=&status=&sellerNick&beginDateTime&endDateTime&id',
  );
  expect(page.total).toBe(2);
});

test('filters by id, orderNo, status and sellerNick in both generations', async () => {
  const started = await startSlow();
  const { create, sandbox, listV1, listV2, minutes } = started;
  const early = (await create()).data;
  minutes(1);
  sandbox.setSupplier(LINE_B.skuId, '小店');
  const late = (await create(order([LINE_B]))).data;
  const wanted: [Record<string, string | number>, string][] = [
    [{ id: late.id }, late.id],
    [{ orderNo: early.orderNo }, early.id],
    [{ status: 0 }, early.id],
    [{ status: 12 }, late.id],
    [{ sellerNick: '小店' }, late.id],
  ];
  for (const [filter, id] of wanted) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(filter)) query.set(name, String(value));
    expect((await listV1(`?${query}`)).data.map((row) => row.id)).toEqual([id]);
    expect((await listV2(filter)).data.map((row) => row.id)).toEqual([id]);
  }
});

test('v2 takes an id beyond 2^53 as a JSON integer without losing a digit', async () => {
  const started = await start();
  const [id] = await buy(started, 2);
  const answer = await started.send<{ total: number; data: { id: string }[] }>(
    'POST',
    '/v2/taobao/order/page',
    `{"id": ${id}}`,
  );
  expect(answer.data.data.map((row) => row.id)).toEqual([id]);
});

test('filters by the second of creation, both ends included, in China time', async () => {
  const { create, listV1, listV2, minutes } = await startSlow();
  const first = (await create()).data;
  minutes(5);
  const second = (await create()).data;
  const until = new URLSearchParams({ endDateTime: first.createTime });
  expect((await listV1(`?${until}`)).data.map((row) => row.id)).toEqual([first.id]);
  const since = { beginDateTime: second.createTime };
  expect((await listV2(since)).data.map((row) => row.id)).toEqual([second.id]);
  const both = { beginDateTime: first.createTime, endDateTime: second.createTime };
  expect((await listV2(both)).total).toBe(2);
});

test('refuses dates in another form and numbers that are none', async () => {
  const { send } = await start();
  for (const date of [
    '2026-01-01',
    '2026-01-01T00:00:00Z',
    '2026-02-30 00:00:00',
    '1715669977082',
  ]) {
    const query = new URLSearchParams({ beginDateTime: date });
    expect((await send('GET', `/open/order/page?${query}`)).code).toBe(CODES.badRequest);
  }
  const bodies = [
    { beginDateTime: { mutable: true } },
    { pageNum: 0 },
    { pageSize: -1 },
    { status: 'x' },
  ];
  for (const body of bodies) {
    expect((await send('POST', '/v2/taobao/order/page', body)).code).toBe(CODES.badRequest);
  }
});

test('switch: a new order is listed only after the lag', async () => {
  const { create, listV2, minutes } = await startSlow({ listingLagMs: 60_000 });
  const { data } = await create();
  expect(await listV2()).toEqual({ total: 0, data: [] });
  expect((await listV2({ id: data.id })).total).toBe(0);
  minutes(1);
  expect((await listV2()).total).toBe(1);
});

test('switch: a lost page has no rows and leaves the total', async () => {
  const started = await start();
  await buy(started, 3);
  started.sandbox.losePage(2);
  const pages = [];
  for (const pageNum of [1, 2, 3]) pages.push(await started.listV2({ pageNum, pageSize: 1 }));
  expect(pages.map((page) => [page.total, page.data.length])).toEqual([
    [3, 1],
    [3, 0],
    [3, 1],
  ]);
  started.sandbox.losePage(null);
  expect((await started.listV2({ pageNum: 2, pageSize: 1 })).data).toHaveLength(1);
});

test('switch: pages are capped without a word', async () => {
  const started = await start({ maxPageSize: 2 });
  const ids = await buy(started, 3);
  expect((await started.listV2({ pageSize: 100 })).data).toHaveLength(2);
  const rest = await started.listV2({ pageSize: 100, pageNum: 2 });
  expect(rest.data.map((row) => row.id)).toEqual(ids.slice(2));
});

test('switch: the date filter is ignored', async () => {
  const started = await start({ ignoreDateFilter: true });
  await buy(started, 1);
  expect((await started.listV2({ endDateTime: '2020-01-01 00:00:00' })).total).toBe(1);
});

test('switch: the total changes from page to page', async () => {
  const started = await start({ changeTotalWhilePaging: true });
  await buy(started, 2);
  const totals = [];
  for (const pageNum of [1, 2]) totals.push((await started.listV2({ pageNum, pageSize: 1 })).total);
  expect(totals).toEqual([2, 3]);
});

test('an order bought by hand is listed, at its own date, with or without a number', async () => {
  const { create, sandbox, listV2 } = await start();
  const bought = (await create()).data.id;
  const lines = [{ itemId: '1', skuId: '11', quantity: 2, priceFen: 300 }];
  const nameless = sandbox.addManualOrder({ lines, agoMs: 3_600_000 });
  const named = sandbox.addManualOrder({
    lines,
    orderSource: 'lazada',
    sellerOrderNumber: '1',
    agoMs: 60_000,
  });
  const page = await listV2();
  expect(page.data.map((row) => row.id)).toEqual([nameless.orderId, named.orderId, bought]);
  expect(page.data[0]).toMatchObject({ sellerOrderNumber: null, orderSource: null });
  expect(sandbox.purchasesBySellerOrder()).toEqual({ '/': 1, 'lazada/1': 2 });
  expect(sandbox.counters().manualOrders).toBe(2);
});
