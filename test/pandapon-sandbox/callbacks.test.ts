import { expect, test } from 'vitest';
import { DEFAULT_ACCOUNT, MESSAGE_TYPE } from '../../connectors/pandapon/sandbox/index.ts';
import { eventually, LINE_A, order, start, startReceiver } from './helper.ts';

const FAST = { buildMs: 5, financeMs: 5, sendMs: 5, trackingMs: 0, cancelMs: 5 };

interface Push {
  readonly messageType: string;
  readonly messageBody: string;
  readonly messagePlatform: number;
  readonly timestamp: string;
}

const read = (push: { body: string } | undefined) => JSON.parse(push?.body ?? '{}') as Push;
const bodyOf = (push: { body: string } | undefined) =>
  JSON.parse(read(push).messageBody) as Record<string, unknown>;

test('every change of status is pushed without anybody reading', async () => {
  const { url, received } = await startReceiver();
  const { create, pay, sandbox } = await start({ ...FAST, callbackUrl: url });
  const { id } = (await create()).data;
  await eventually(() => expect(received).toHaveLength(1));
  await pay(id);
  await eventually(() => expect(received).toHaveLength(5));
  const pushes = received.map(read);
  expect(Object.keys(pushes[0] ?? {})).toEqual([
    'messageType',
    'messageBody',
    'messagePlatform',
    'timestamp',
  ]);
  expect(pushes[0]).toMatchObject({ messageType: MESSAGE_TYPE.status, messagePlatform: 0 });
  expect(pushes[0]?.timestamp).toMatch(/^\d{13}$/);
  const statuses = received.map((push) => bodyOf(push).orderStatus);
  expect(new Set(statuses)).toEqual(new Set([0, 1, 2, 10, 11]));
  expect(received.every((push) => push.headers.signature === undefined)).toBe(true);
  expect(sandbox.callbackOutcomes().every((outcome) => outcome.ok && outcome.attempt === 1)).toBe(
    true,
  );
});

test('switch: the body is an object', async () => {
  const { url, received } = await startReceiver();
  const { create } = await start({ ...FAST, callbackUrl: url, messageBodyAs: 'object' });
  const { id } = (await create()).data;
  await eventually(() => expect(received).toHaveLength(1));
  expect(read(received[0]).messageBody).toMatchObject({ orderId: id });
});

test('price changes and refunds have messages of their own', async () => {
  const { url, received } = await startReceiver();
  const { create, rowV2, sandbox } = await start({ buildMs: 0, domesticPostFee: 10 });
  const { id } = (await create()).data;
  await rowV2(id);
  sandbox.setCallback(url);
  sandbox.setPrice(id, LINE_A.skuId, 320);
  await eventually(() => expect(received).toHaveLength(1));
  expect(read(received[0]).messageType).toBe('TAOBAO_ORDER_BUYER_VIEW_ORDER_PRICE_MODIFY');
  expect(bodyOf(received[0])).toMatchObject({
    salesOrderId: expect.stringMatching(/^\d{19}$/),
    subOrders: [{ product_amount: '640', quantity: 2 }],
    purchaseOrderPriceDTO: {
      purchaseCurrency: 'CNY',
      purchaseTotalFee: 650,
      purchaseProductFee: 640,
      purchaseShippingFee: 10,
    },
  });
  sandbox.refund(id, LINE_A.skuId);
  await eventually(() => expect(received).toHaveLength(2));
  expect(read(received[1]).messageType).toBe(MESSAGE_TYPE.refund);
  expect(bodyOf(received[1])).toMatchObject({ orderId: id, refundStatus: 100, refundAmount: 640 });
  expect((await rowV2(id)).subOrderVOS[0]?.refundStatus).toBe(100);
});

test('anything but 200 in time is tried again, five times at most', async () => {
  const { url, received } = await startReceiver((count) => (count === 1 ? 204 : 500));
  const { create, sandbox } = await start({ ...FAST, callbackUrl: url, callbackRetryMs: 5 });
  const attemptsOf = (orderId: string) =>
    sandbox.callbackOutcomes().flatMap((each) => (each.orderId === orderId ? [each.attempt] : []));
  const first = (await create()).data.id;
  await eventually(() => expect(attemptsOf(first)).toHaveLength(6));
  // A second message's six tries leave time for a seventh of the first: there is none.
  const second = (await create()).data.id;
  await eventually(() => expect(attemptsOf(second)).toHaveLength(6));
  expect(attemptsOf(first)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(received).toHaveLength(12);
});

test('a receiver that answers late has failed, and is tried again', async () => {
  const { url, received } = await startReceiver((count) => (count === 1 ? 0 : 200));
  const timing = { callbackTimeoutMs: 300, callbackRetryMs: 5 };
  const { create, sandbox } = await start({ ...FAST, ...timing, callbackUrl: url });
  await create();
  await eventually(() => expect(sandbox.callbackOutcomes()).toHaveLength(2));
  expect(sandbox.callbackOutcomes().map((each) => each.ok)).toEqual([false, true]);
  expect(received[1]?.body).toBe(received[0]?.body);
});

test('behaviour: copies', async () => {
  const { url, received } = await startReceiver();
  const { create, sandbox } = await start({ ...FAST, callbackUrl: url });
  sandbox.setCallbackBehaviour({ copies: 3 });
  await create();
  await eventually(() => expect(received).toHaveLength(3));
  expect(new Set(received.map((push) => push.body)).size).toBe(1);
});

test('behaviour: the first messages are dropped, the next arrives', async () => {
  const { url, received } = await startReceiver();
  const { create, pay, sandbox } = await start({ ...FAST, financeMs: 60_000, callbackUrl: url });
  sandbox.setCallbackBehaviour({ drop: 1 });
  const { id } = (await create()).data;
  await eventually(() => expect(sandbox.callbackOutcomes()).toMatchObject([{ dropped: true }]));
  await pay(id);
  await eventually(() => expect(received).toHaveLength(1));
  expect(bodyOf(received[0]).orderStatus).toBe(1);
});

test('behaviour: messages come newest first, and late', async () => {
  const { url, received } = await startReceiver();
  const { create, rowV2, sandbox } = await start({ buildMs: 0 });
  const { id } = (await create()).data;
  await rowV2(id);
  sandbox.setCallback(url);
  sandbox.setCallbackBehaviour({ shuffle: true, shuffleMs: 20, delayMs: 20 });
  const began = Date.now();
  sandbox.setPrice(id, LINE_A.skuId, 310);
  sandbox.setPrice(id, LINE_A.skuId, 320);
  await eventually(() => expect(received).toHaveLength(2));
  expect(Date.now() - began).toBeGreaterThanOrEqual(35);
  const totals = received.map(
    (push) => (bodyOf(push).purchaseOrderPriceDTO as { purchaseTotalFee: number }).purchaseTotalFee,
  );
  expect(totals).toEqual([640, 620]);
});

test("the console's probe passes only with HTTP 200", async () => {
  const { url, received } = await startReceiver((count) => (count === 1 ? 200 : 403));
  const { sandbox } = await start();
  await expect(async () => sandbox.sendProbe()).rejects.toThrow('no callback address');
  sandbox.setCallback(url);
  expect((await sandbox.sendProbe()).ok).toBe(true);
  expect(received[0]?.body).toBe('{}');
  expect(await sandbox.sendProbe()).toMatchObject({ ok: false, status: 403 });
});

test('messages of any content can be sent', async () => {
  const { url, received } = await startReceiver();
  const { create, sandbox } = await start({ buildMs: 60_000, callbackUrl: url });
  const { id } = (await create()).data;
  await sandbox.sendCallback({ orderId: id });
  expect(bodyOf(received[0])).toMatchObject({ orderId: id, orderStatus: 12 });
  await sandbox.sendCallback({ messageType: 'NEW', messageBody: { x: '1' }, messagePlatform: 1 });
  expect(read(received[1])).toMatchObject({ messageType: 'NEW', messagePlatform: 1 });
  await sandbox.sendCallback({ raw: 'no json' });
  expect(received[2]?.body).toBe('no json');
});

test('an account can have an address of its own', async () => {
  const common = await startReceiver();
  const own = await startReceiver();
  const { create, sandbox } = await start({ ...FAST, callbackUrl: common.url });
  sandbox.setCallback(own.url, DEFAULT_ACCOUNT.accessKey);
  await create(order());
  await eventually(() => expect(own.received).toHaveLength(1));
  expect(common.received).toHaveLength(0);
});
