import { expect, test } from 'vitest';
import { CODES } from '../../connectors/pandapon/sandbox/index.ts';
import { LINE_A, LINE_B, order, startSlow } from './helper.ts';

test('an order is built, paid, passed by finance, queued and sent', async () => {
  const { create, pay, rowV2, minutes } = await startSlow();
  const { id } = (await create()).data;
  const seen: [number, string | null | undefined, number][] = [];
  const look = async () => {
    const row = await rowV2(id);
    seen.push([row.status, row.subOrderVOS[0]?.status, row.purchaseAmount]);
  };
  await look();
  minutes(1);
  await look();
  minutes(60);
  await look();
  expect(await pay(id)).toMatchObject({ code: 200, data: true });
  for (let step = 0; step < 4; step++) {
    await look();
    minutes(1);
  }
  expect(seen).toEqual([
    [12, 'BULIDING', 0],
    [0, 'WAIT_BUYER_P', 600],
    [0, 'WAIT_BUYER_P', 600],
    [1, 'ORDER_PAY_STATUS', 600],
    [2, 'ORDER_FINANCE_PASS_STATUS', 600],
    [10, 'WAIT_SELLER_SEND_GOODS', 600],
    [11, 'WAIT_BUYER_CONFIRM_GOODS', 600],
  ]);
  expect((await rowV2(id)).payTime).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
});

test('a step once taken stays taken when timings grow or the clock goes back', async () => {
  const { create, rowV2, sandbox, minutes } = await startSlow();
  const { id } = (await create()).data;
  minutes(1);
  sandbox.setTimings({ buildMs: 3_600_000 });
  expect((await rowV2(id)).status).toBe(0);
  minutes(-1);
  expect((await rowV2(id)).status).toBe(0);
});

test('freight and raised prices come into the amount when the order is built', async () => {
  const { create, rowV2, sandbox, minutes } = await startSlow({ domesticPostFee: 800 });
  sandbox.raisePrice(LINE_A.skuId, 50);
  const { id } = (await create(order([LINE_A, LINE_B]))).data;
  minutes(1);
  const row = await rowV2(id);
  expect(row.purchaseAmount).toBe(2 * 350 + 50 + 800);
  expect(row.subOrderVOS.map((line) => line.purchaseAmount)).toEqual(['350', '50']);
  expect(row.subOrderVOS).toMatchObject([{ domesticPostFee: 800 }, { domesticPostFee: 0 }]);
});

test('an order being created cannot be paid', async () => {
  const { create, pay, sandbox } = await startSlow();
  const { id } = (await create()).data;
  expect(await pay(id)).toMatchObject({ code: CODES.notPayable, data: null });
  expect(sandbox.order(id)).toMatchObject({ timesPaid: 0, payAttempts: [{ accepted: false }] });
});

test('a second payment is refused, and booked', async () => {
  const { create, pay, sandbox, minutes } = await startSlow();
  const { id } = (await create()).data;
  minutes(1);
  await pay(id);
  expect((await pay(id)).code).toBe(CODES.alreadyPaid);
  minutes(10);
  expect((await pay(id)).code).toBe(CODES.alreadyPaid);
  expect(sandbox.order(id)).toMatchObject({ timesPaid: 1, chargedFen: 600 });
  expect(sandbox.order(id)?.payAttempts).toHaveLength(3);
});

test('switch: a second payment charges again', async () => {
  const { create, pay, sandbox, minutes } = await startSlow({ payIsIdempotent: false });
  const { id } = (await create()).data;
  minutes(1);
  await pay(id);
  expect((await pay(id)).code).toBe(200);
  expect(sandbox.order(id)).toMatchObject({ timesPaid: 2, chargedFen: 1200 });
  expect(sandbox.counters()).toMatchObject({ payments: 2, payAttempts: 2, chargedFen: 1200 });
});

test('switch: finance refuses, and the order can be paid once more', async () => {
  const { create, pay, rowV2, sandbox, minutes } = await startSlow({ refusePayments: true });
  const { id } = (await create()).data;
  minutes(1);
  await pay(id);
  minutes(1);
  expect((await rowV2(id)).status).toBe(3);
  sandbox.setSwitches({ refusePayments: false });
  expect((await pay(id)).code).toBe(200);
  minutes(1);
  expect((await rowV2(id)).status).toBe(2);
});

test('a cancellation is accepted at once and done later; the order cannot be paid meanwhile', async () => {
  const { create, cancel, pay, rowV2, listV1, sandbox, minutes } = await startSlow();
  const { id } = (await create()).data;
  minutes(1);
  expect(await cancel(id)).toMatchObject({ code: 200, data: true });
  expect((await rowV2(id)).status).toBe(0);
  expect((await pay(id)).code).toBe(CODES.notPayable);
  expect((await cancel(id)).code).toBe(CODES.notCancellable);
  minutes(1);
  const row = await rowV2(id);
  expect(row.status).toBe(4);
  expect(row.subOrderVOS[0]).toMatchObject({ status: 'TRADE_CLOSED', closeReason: '买家取消' });
  const [v1] = (await listV1()).data;
  expect(JSON.parse(v1?.subOrderVOS[0]?.subOrderResult ?? '{}')).toMatchObject({ closed: true });
  expect((await pay(id)).code).toBe(CODES.notPayable);
  expect(sandbox.order(id)?.cancelled).toBe(true);
});

test('a paid order that is cancelled in time is not sent, and refunded', async () => {
  const { create, cancel, pay, rowV2, sandbox, minutes } = await startSlow({ cancelMs: 600_000 });
  const { id } = (await create()).data;
  minutes(1);
  await pay(id);
  minutes(2);
  expect((await rowV2(id)).status).toBe(10);
  await cancel(id);
  minutes(5);
  expect((await rowV2(id)).status).toBe(10);
  expect(() => sandbox.send(id)).toThrow('being cancelled');
  minutes(5);
  expect(await rowV2(id)).toMatchObject({ status: 4, subOrderVOS: [{ refundStatus: 100 }] });
});

test('sent goods cannot be cancelled, not even one line of several', async () => {
  const { create, cancel, pay, sandbox, minutes } = await startSlow({ autoSend: false });
  const { id } = (await create(order([LINE_A, LINE_B]))).data;
  minutes(1);
  await pay(id);
  sandbox.sendLine(id, LINE_B.skuId);
  expect((await cancel(id)).code).toBe(CODES.notCancellable);
  sandbox.send(id);
  expect((await cancel(id)).code).toBe(CODES.notCancellable);
});

test('pay, cancel and updateWarehouse want the id of a known order, as text', async () => {
  const { create, send } = await startSlow();
  await create();
  for (const path of ['pay', 'cancel', 'updateWarehouse']) {
    const codeFor = async (body: unknown) => (await send('POST', `/open/order/${path}`, body)).code;
    expect(await codeFor({ orderId: '1024285237573584051' })).toBe(CODES.orderNotFound);
    expect(await codeFor({ orderId: 5 })).toBe(CODES.badRequest);
    expect(await codeFor({})).toBe(CODES.badRequest);
  }
});

test('pay and cancel answer at other paths when told', async () => {
  const paths = { payPath: '/open/pay', cancelPath: '/open/purchase/cancel' };
  const { create, send, pay } = await startSlow(paths);
  const orderId = (await create()).data.id;
  expect((await pay(orderId)).code).toBe(CODES.noSuchPath);
  expect((await send('POST', '/open/pay', { orderId })).code).toBe(CODES.notPayable);
  expect((await send('POST', '/open/purchase/cancel', { orderId })).code).toBe(200);
});

test('updateWarehouse changes what v2 shows, and every call is booked', async () => {
  const { create, send, rowV2, sandbox } = await startSlow();
  const orderId = (await create()).data.id;
  const tell = (warehouseName?: string) =>
    send('POST', '/open/order/updateWarehouse', {
      warehouseAddress: '广西省',
      warehouseName,
      orderId,
    });
  expect((await tell()).code).toBe(CODES.badRequest);
  await tell('一号仓库');
  expect(await tell('二号仓库')).toMatchObject({ code: 200, data: true });
  const row = await rowV2(orderId);
  expect(row.warehouseAddressInfoVO).toMatchObject({ name: '二号仓库', address: '广西省' });
  expect(sandbox.order(orderId)?.warehouseUpdates).toMatchObject([
    { warehouseName: '一号仓库' },
    { warehouseName: '二号仓库' },
  ]);
});

test('lines sent separately: the line is ahead, the order follows with its last line', async () => {
  const { create, pay, rowV2, sandbox, minutes } = await startSlow({ autoSend: false });
  const { id } = (await create(order([LINE_A, LINE_B]))).data;
  expect(() => sandbox.send(id)).toThrow('building');
  minutes(1);
  await pay(id);
  minutes(10);
  sandbox.sendLine(id, LINE_A.skuId);
  const half = await rowV2(id);
  expect(half.status).toBe(10);
  expect(half.subOrderVOS.map((line) => line.status)).toEqual([
    'WAIT_BUYER_CONFIRM_GOODS',
    'WAIT_SELLER_SEND_GOODS',
  ]);
  sandbox.sendLine(id, LINE_B.skuId);
  expect((await rowV2(id)).status).toBe(11);
});

test('a status nobody knows can be shown, and taken back', async () => {
  const { create, rowV2, sandbox } = await startSlow();
  const { id } = (await create()).data;
  sandbox.showStatus(id, 9);
  expect((await rowV2(id)).status).toBe(9);
  sandbox.showStatus(id, null);
  expect((await rowV2(id)).status).toBe(12);
});

test('a price set later and an order closed by the supplier show in the lists', async () => {
  const { create, rowV2, sandbox, minutes } = await startSlow();
  const { id } = (await create()).data;
  minutes(1);
  sandbox.setPrice(id, LINE_A.skuId, 310);
  expect((await rowV2(id)).purchaseAmount).toBe(620);
  sandbox.closeOrder(id, '卖家缺货');
  expect(await rowV2(id)).toMatchObject({ status: 4, subOrderVOS: [{ closeReason: '卖家缺货' }] });
});
