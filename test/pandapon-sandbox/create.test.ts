import { describe, expect, test } from 'vitest';
import { CODES } from '../../connectors/pandapon/sandbox/index.ts';
import { LINE_A, LINE_B, order, signedHeaders, start, startSlow } from './helper.ts';
import { CREATE_REQUEST } from './seeds.ts';

const seed = JSON.parse(CREATE_REQUEST) as { receiver: string; orderLineList: string };
const receiver = JSON.parse(seed.receiver) as Record<string, string>;
const line = { ...LINE_A, currency: 'CNY', orderLineNo: '1' };
const lines = (change: object) =>
  order([LINE_A], { orderLineList: JSON.stringify([{ ...line, ...change }]) });
const to = (change: object) =>
  order([LINE_A], { receiver: JSON.stringify({ ...receiver, ...change }) });
const without = (from: object, name: string) =>
  Object.fromEntries(Object.entries(from).filter(([key]) => key !== name));

describe('refused before anything is bought', () => {
  const cases: [string, unknown, number][] = [
    ['a body that is no JSON', '{', CODES.badRequest],
    ['a body that is a list', '[]', CODES.badRequest],
    ['orderLineList as a list', order([LINE_A], { orderLineList: [line] }), CODES.badRequest],
    ['orderLineList that holds no JSON', order([LINE_A], { orderLineList: '[' }), CODES.badRequest],
    ['orderLineList without lines', order([LINE_A], { orderLineList: '[]' }), CODES.badRequest],
    [
      'orderLineList with a text in it',
      order([LINE_A], { orderLineList: '["x"]' }),
      CODES.badRequest,
    ],
    ['receiver as an object', order([LINE_A], { receiver }), CODES.badRequest],
    ['receiver that holds a list', order([LINE_A], { receiver: '[]' }), CODES.badRequest],
    ['no receiver', without(order(), 'receiver'), CODES.badRequest],
    [
      'mobilePhone in camel case',
      order([LINE_A], {
        receiver: JSON.stringify({ ...without(receiver, 'mobile_phone'), mobilePhone: '1' }),
      }),
      CODES.badRequest,
    ],
    ['no telephone at all', to({ mobile_phone: '', phone: '' }), CODES.badRequest],
    ['no name', to({ name: '' }), CODES.badRequest],
    ['no address', to({ address: ' ' }), CODES.badRequest],
    ['a zip that is a number', to({ zip: 11111 }), CODES.badRequest],
    ['purchaseAmount as text', order([LINE_A], { purchaseAmount: '600' }), CODES.badRequest],
    [
      'purchaseAmount with a fraction',
      order([LINE_A], { purchaseAmount: 600.5 }),
      CODES.badRequest,
    ],
    [
      'purchaseAmount below the sum',
      order([LINE_A], { purchaseAmount: 599 }),
      CODES.amountMismatch,
    ],
    [
      'purchaseAmount above the sum',
      order([LINE_A], { purchaseAmount: 601 }),
      CODES.amountMismatch,
    ],
    ['quantity as a number', lines({ quantity: 2 }), CODES.badRequest],
    ['quantity zero', lines({ quantity: '0' }), CODES.badRequest],
    ['price as a number', lines({ price: 300 }), CODES.badRequest],
    ['price in yuan', lines({ price: '3.00' }), CODES.badRequest],
    ['another currency', lines({ currency: 'USD' }), CODES.badRequest],
    ['no currency', lines({ currency: undefined }), CODES.badRequest],
    ['itemId as a number', lines({ itemId: 600126245031 }), CODES.badRequest],
    ['no skuId', lines({ skuId: undefined }), CODES.badRequest],
    ['orderLineNo as a number', lines({ orderLineNo: 1 }), CODES.badRequest],
    ['sellerOrderNumber as a number', order([LINE_A], { sellerOrderNumber: 1 }), CODES.badRequest],
  ];
  test.each(cases)('%s', async (_name, body, code) => {
    const { create, sandbox } = await start();
    const answer = await create(body);
    expect(answer).toMatchObject({ code, data: null });
    expect(sandbox.books().orders).toEqual([]);
  });

  test('another content type', async () => {
    const { send, sandbox } = await start();
    const headers = { ...signedHeaders(), 'content-type': 'text/plain' };
    const answer = await send('POST', '/open/order', order(), headers);
    expect(answer.code).toBe(CODES.badRequest);
    expect(sandbox.counters().orders).toBe(0);
  });
});

test('the same request again buys again', async () => {
  const { create, sandbox } = await start();
  const first = await create();
  const second = await create();
  expect(second.code).toBe(200);
  expect(second.data.id).not.toBe(first.data.id);
  expect(sandbox.purchasesBySellerOrder()).toEqual({ 'lazada/1': 2 });
  expect(sandbox.counters().orders).toBe(2);
});

test('without source and number an order is bought all the same', async () => {
  const { create, rowV2, sandbox } = await start();
  const { data } = await create(
    order([LINE_A], { orderSource: undefined, sellerOrderNumber: null }),
  );
  expect(await rowV2(data.id)).toMatchObject({ orderSource: null, sellerOrderNumber: null });
  expect(sandbox.purchasesBySellerOrder()).toEqual({ '/': 1 });
});

test('each supplier has its purchase, each line its sub purchase', async () => {
  const { create, sandbox } = await start();
  const more = { ...LINE_A, skuId: '33' };
  const { data } = await create(order([LINE_A, more, LINE_B]));
  const [a, c, b] = data.subOrderVOS;
  expect(a?.taobaoPurchaseId).toBe(c?.taobaoPurchaseId);
  expect(b?.taobaoPurchaseId).not.toBe(a?.taobaoPurchaseId);
  const subs = data.subOrderVOS.map((each) => each.taobaoSubPurchaseId);
  expect(new Set(subs).size).toBe(3);
  sandbox.setSupplier(LINE_A.skuId, '一家店');
  sandbox.setSupplier(LINE_B.skuId, '一家店');
  const again = (await create(order([LINE_A, LINE_B]))).data.subOrderVOS;
  expect(again[0]?.taobaoPurchaseId).toBe(again[1]?.taobaoPurchaseId);
});

test('a refused SKU comes back as a refused line inside a success', async () => {
  const { create, sandbox, rowV2, listV1, minutes } = await startSlow();
  sandbox.refuseSku(LINE_B.skuId, 'ITEM_NOT_FOUND', '商品不存在');
  const { code, data } = await create(order([LINE_A, LINE_B]));
  expect(code).toBe(200);
  expect(data.subOrderVOS).toMatchObject([
    { errorCode: null, errorMessage: null },
    { errorCode: 'ITEM_NOT_FOUND', errorMessage: '商品不存在', taobaoSubPurchaseId: null },
  ]);
  minutes(1);
  const row = await rowV2(data.id);
  expect(row.purchaseAmount).toBe(600);
  expect(row.subOrderVOS[1]).toMatchObject({ errorCode: 'ITEM_NOT_FOUND', subOrderResult: null });
  expect((await listV1()).data[0]?.subOrderVOS[1]?.errorCode).toBe('ITEM_NOT_FOUND');
  sandbox.refuseSku(LINE_B.skuId, null);
  const next = await create(order([LINE_B]));
  expect(next.data.subOrderVOS[0]?.errorCode).toBeNull();
});

test('an order of refused lines only closes by itself', async () => {
  const { create, sandbox, rowV2, minutes } = await startSlow();
  sandbox.refuseSku(LINE_A.skuId, 'X');
  const { data } = await create();
  minutes(1);
  expect((await rowV2(data.id)).status).toBe(4);
});
