import { expect, test } from 'vitest';
import { CODES, DEFAULT_ACCOUNT } from '../../connectors/pandapon/sandbox/index.ts';
import { controlSandbox } from '../../connectors/sandbox.ts';
import { eventually, LINE_A, order, start, startSlow } from './helper.ts';

test('a lost answer: the order was bought all the same', async () => {
  const { create, sandbox, listV2 } = await start();
  sandbox.shell.addFault({ operation: 'createOrder', fault: { kind: 'lose-answer' } });
  await expect(create()).rejects.toThrow('fetch failed');
  expect((await listV2()).total).toBe(1);
  await create();
  expect(sandbox.purchasesBySellerOrder()).toEqual({ 'lazada/1': 2 });
});

test('a late effect: nothing is bought while the caller waits, and then it is', async () => {
  const { create, sandbox } = await start();
  sandbox.shell.addFault({ operation: 'createOrder', fault: { kind: 'late-effect', ms: 150 } });
  const unanswered = create().catch((error: Error) => error.name);
  await eventually(() => expect(sandbox.shell.calls).toHaveLength(1));
  expect(sandbox.counters().orders).toBe(0);
  await eventually(() => expect(sandbox.counters().orders).toBe(1));
  await sandbox.stop();
  expect(await unanswered).toBe('TypeError');
});

test('a lost answer to pay: the money is gone', async () => {
  const { create, pay, sandbox, minutes } = await startSlow();
  const { id } = (await create()).data;
  minutes(1);
  sandbox.shell.addFault({ operation: 'payOrder', fault: { kind: 'lose-answer' } });
  await expect(pay(id)).rejects.toThrow('fetch failed');
  expect(sandbox.order(id)).toMatchObject({ timesPaid: 1, status: 1 });
});

test('a reset connection and an error before the effect buy nothing; after it, they do', async () => {
  const { create, sandbox } = await start();
  const orders = () => sandbox.counters().orders;
  sandbox.shell.addFault({ operation: 'createOrder', fault: { kind: 'reset' } });
  await expect(create()).rejects.toThrow();
  sandbox.shell.addFault({
    operation: 'createOrder',
    fault: { kind: 'error', code: '5001', message: '系统繁忙' },
  });
  expect(await create()).toMatchObject({ code: 5001, msg: '系统繁忙', data: null });
  expect(orders()).toBe(0);
  sandbox.shell.addFault({
    operation: 'createOrder',
    fault: { kind: 'error-after', code: 'SYSTEM_ERROR', message: 'x' },
  });
  expect((await create()).code).toBe(CODES.failed);
  expect(orders()).toBe(1);
});

test('throttled: an envelope with its own code, and no effect', async () => {
  const { create, sandbox } = await start();
  sandbox.shell.addFault({ operation: 'createOrder', fault: { kind: 'throttle', seconds: 3 } });
  expect(await create()).toMatchObject({ code: CODES.throttled, data: null });
  expect(sandbox.counters().orders).toBe(0);
});

test("a fault is aimed at an order by its seller's number, in every call about it", async () => {
  const { create, pay, logistics, sandbox, minutes } = await startSlow();
  const bought = [];
  for (const sellerOrderNumber of ['A', 'B']) {
    bought.push((await create(order([LINE_A], { sellerOrderNumber }))).data);
  }
  minutes(1);
  const [a, b] = bought;
  const fault = { kind: 'error', code: '7', message: 'x' } as const;
  for (const operation of ['createOrder', 'payOrder', 'getLogistics']) {
    sandbox.shell.addFault({ operation, order: 'B', fault });
  }
  expect((await create(order([LINE_A], { sellerOrderNumber: 'C' }))).code).toBe(200);
  expect((await create(order([LINE_A], { sellerOrderNumber: 'B' }))).code).toBe(7);
  expect((await pay(a?.id ?? '')).code).toBe(200);
  expect((await pay(b?.id ?? '')).code).toBe(7);
  expect(await logistics(a?.subOrderVOS[0]?.taobaoSubPurchaseId)).not.toBeNull();
  expect(await logistics(b?.subOrderVOS[0]?.taobaoSubPurchaseId)).toBeNull();
  expect(sandbox.shell.calls.map((call) => call.order)).toContain('B');
});

test('every control goes through the control door as JSON', async () => {
  const { create, sandbox, rowV2 } = await start({ buildMs: 0, autoSend: false });
  const door = <T = unknown>(method: string, ...args: unknown[]) =>
    controlSandbox<T>(sandbox.shell.url, method, ...args);
  await door('raisePrice', LINE_A.skuId, 1);
  const { id } = (await create()).data;
  expect((await rowV2(id)).purchaseAmount).toBe(602);
  await door('setSwitches', { buildingStatus: 0 });
  await door('setTimings', { buildMs: 60_000 });
  const manual = await door<{ orderId: string }>('addManualOrder', {
    lines: [{ itemId: '1', skuId: '2', quantity: 1, priceFen: 5 }],
  });
  expect(await rowV2(manual.orderId)).toMatchObject({ status: 0, purchaseAmount: 0 });
  const books = await door<{ orders: { orderId: string }[] }>('books');
  expect(books.orders.map((each) => each.orderId)).toEqual([id, manual.orderId]);
  expect(await door('order', '404')).toBeNull();
  await expect(door('setSwitches', { noSuch: 1 })).rejects.toThrow('no switch "noSuch"');
  await expect(door('setTimings', { noSuch: 1 })).rejects.toThrow('no timing "noSuch"');
  await expect(door('send', '404')).rejects.toThrow('no order "404"');
  await expect(door('sendLine', id, LINE_A.skuId)).rejects.toThrow('cannot be sent');
  await expect(door('setPrice', id, 'none', 5)).rejects.toThrow('bought no SKU');
});

test('an order can be named by its number as long as one order has it', async () => {
  const { create, sandbox } = await start();
  const { data } = await create();
  expect(sandbox.order('1')?.orderId).toBe(data.id);
  expect(sandbox.order(data.orderNo)?.orderId).toBe(data.id);
  await create();
  expect(() => sandbox.order('1')).toThrow('2 orders carry');
});

test('the books hold what was asked, bought and charged', async () => {
  const { create, pay, sandbox, minutes } = await startSlow({ domesticPostFee: 7 });
  const { id } = (await create()).data;
  minutes(1);
  await pay(id);
  minutes(4);
  expect(sandbox.books().orders).toMatchObject([
    {
      orderId: id,
      accessKey: DEFAULT_ACCOUNT.accessKey,
      orderSource: 'lazada',
      sellerOrderNumber: '1',
      manual: false,
      status: 11,
      budgetFen: 600,
      amountFen: 607,
      timesPaid: 1,
      chargedFen: 607,
      receiver: { mobile_phone: '15068763421' },
      lines: [
        { skuId: '11', quantity: 2, askedFen: 300, sent: true, mailNos: [expect.any(String)] },
      ],
    },
  ]);
});
