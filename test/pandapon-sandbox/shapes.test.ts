import { expect, test } from 'vitest';
import { LINE_A, order, startSlow } from './helper.ts';
import { CREATE_ANSWER, CREATE_REQUEST, LIST_V1_ANSWER, LIST_V2_ANSWER } from './seeds.ts';
import { differences } from './shape.ts';

test('the comparison sees a missing key, an extra key and another type', () => {
  const seed = { a: 1, b: [{ c: null, d: 'x' }] };
  expect(differences({ a: '1', b: [{ c: 5, e: 'x' }] }, seed)).toEqual([
    '.a is string, not number',
    'missing .b[].d',
    'extra .b[].e',
  ]);
});

test("the seed's own request is bought and answered with the seed's keys and types", async () => {
  const { send } = await startSlow();
  const answer = await send('POST', '/open/order', CREATE_REQUEST);
  expect(differences(answer, JSON.parse(CREATE_ANSWER))).toEqual([]);
  expect(answer).toMatchObject({ code: 200, msg: '成功' });
  expect(answer.requestId).toMatch(/^[0-9a-f]{32}$/);
  expect(answer.developId).toMatch(/^\d{19}$/);
});

test("a built order is listed in v1 with S1's keys and types, strings in strings included", async () => {
  const { create, send, minutes } = await startSlow();
  await create();
  minutes(1);
  const answer = await send('GET', '/open/order/page');
  expect(differences(answer, JSON.parse(LIST_V1_ANSWER))).toEqual([]);
});

test("an order being created is listed in v2 with S4's keys and types", async () => {
  const { create, send } = await startSlow({ buildingStatus: 0 });
  await create();
  const answer = await send<{ data: object[] }>('POST', '/v2/taobao/order/page', {
    pageNum: 1,
    pageSize: 5,
  });
  expect(differences(answer, JSON.parse(LIST_V2_ANSWER))).toEqual([]);
  expect(answer.data.data[0]).toMatchObject({
    purchaseAmount: 0,
    status: 0,
    subOrderVOS: [{ purchaseAmount: null, status: 'BULIDING', refundStatus: 0 }],
  });
});

test('v1 states the price of a unit as text, and both forms of the same amount inside', async () => {
  const { create, listV1, minutes } = await startSlow();
  await create(order([LINE_A]));
  minutes(1);
  const [row] = (await listV1()).data;
  expect(row?.purchaseAmount).toBe(600);
  const [line] = row?.subOrderVOS ?? [];
  expect(line).toMatchObject({
    subOrderId: null,
    quantity: 2,
    purchaseAmount: '300',
    status: null,
  });
  const result = JSON.parse(line?.subOrderResult ?? '') as Record<string, unknown>;
  expect(result).toMatchObject({
    status: 'WAIT_BUYER_P',
    product_amount: '600',
    purchase_amount: 600,
    item_id: LINE_A.itemId,
    closed: false,
  });
  const options = result.option_fields as { en: string };
  expect(JSON.parse(options.en)).toHaveProperty('颜色分类');
});

test('in v1 the sub purchase id shows only once the order is built, inside subOrderResult', async () => {
  const { create, listV1, minutes } = await startSlow();
  const bought = await create();
  const [line] = bought.data.subOrderVOS;
  const [before] = (await listV1()).data;
  expect(before?.subOrderVOS[0]?.subOrderResult).toBeNull();
  minutes(1);
  const [after] = (await listV1()).data;
  expect(JSON.parse(after?.subOrderVOS[0]?.subOrderResult ?? '{}')).toMatchObject({
    sub_purchase_order_id: line?.taobaoSubPurchaseId,
  });
  expect(after?.subOrderVOS[0]).not.toHaveProperty('taobaoSubPurchaseId');
});

test('v2 hides the item behind one opaque id, the same for the same item', async () => {
  const { create, listV2 } = await startSlow();
  await create();
  await create();
  const ids = (await listV2()).data.map((row) => row.subOrderVOS[0]?.itemMapId);
  expect(ids[0]).toMatch(/^[\w-]{22}dqmzNNcIX-IQGrQ53mhv0$/);
  expect(ids[1]).toBe(ids[0]);
});

test('ids are snowflakes beyond 2^53 whose time is createTime, in China', async () => {
  const { create } = await startSlow();
  const { data } = await create();
  expect(Number(data.id)).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
  // pandapon.md 11.5: (id >> 22) ms since 2016-01-01 in createTime's own zone.
  const made = Number(BigInt(data.id) >> 22n) + Date.UTC(2016, 0, 1);
  const stated = Date.parse(`${data.createTime.replace(' ', 'T')}Z`);
  expect(Math.abs(made - stated)).toBeLessThan(1_000);
  const china = Date.now() + 8 * 3_600_000;
  expect(Math.abs(stated - china)).toBeLessThan(60_000);
});

test('the receiver comes back in camel case, without name and phone in receiverVO', async () => {
  const { create, rowV2 } = await startSlow();
  const row = await rowV2((await create()).data.id);
  expect(row.warehouseAddressInfoVO).toMatchObject({
    name: 'a测试aa',
    mobilePhone: '15068763421',
    zip: '11111',
  });
  expect(row).toMatchObject({ receiverVO: { city: '杭州市', state: '浙江省' } });
});
