import { expect, test } from 'vitest';
import { DEMO_KEY, LOGISTICS, ONE_LINE, openShop, PARTNER, SHOP } from './caller.ts';
import { expectedSignature, openReceiver, type Receiver } from './receiver.ts';

const LOST = '/api/v2/push/get_lost_push_message';
const CONFIRM = '/api/v2/push/confirm_consumed_lost_push_message';

function codes(receiver: Receiver): number[] {
  return receiver.received.map((push) => push.json.code);
}

test('a new order is pushed, signed over the address as configured and the raw body', async () => {
  const receiver = await openReceiver();
  const { sandbox } = await openShop({ callbackUrl: receiver.url });
  const ordersn = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  await expect.poll(() => receiver.received.length).toBe(1);
  const [push] = receiver.received;
  expect(push?.authorization).toBe(expectedSignature(DEMO_KEY, receiver.url, push?.raw ?? ''));
  expect(push?.json).toMatchObject({
    code: 3,
    shop_id: Number(SHOP),
    data: { ordersn, status: 'READY_TO_SHIP', items: [], completed_scenario: '' },
  });
  expect(push?.json.msg_id).toMatch(/^[0-9a-f]{32}$/);
  await expect.poll(() => sandbox.pushOutcomes()).toHaveLength(1);
  expect(sandbox.pushOutcomes()[0]).toMatchObject({
    accepted: true,
    status: 200,
    orderSn: ordersn,
  });
});

test("the console's own push key takes the place of the partner key", async () => {
  const receiver = await openReceiver();
  const partners = [{ partnerId: PARTNER, partnerKey: DEMO_KEY, pushKey: 'push-key' }];
  const { sandbox } = await openShop({ callbackUrl: receiver.url, partners });
  sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  await expect.poll(() => receiver.received.length).toBe(1);
  const [push] = receiver.received;
  expect(push?.authorization).toBe(expectedSignature('push-key', receiver.url, push?.raw ?? ''));
});

test('arranging, the number, the label and a moved date are pushed with their codes', async () => {
  const receiver = await openReceiver();
  const { sandbox, shop } = await openShop({
    callbackUrl: receiver.url,
    switches: { document: { delayMs: 0, reads: 0 } },
  });
  const order_sn = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  await shop(`${LOGISTICS}ship_order`, { body: { order_sn, dropoff: {} } });
  const [pkg] = sandbox.books().orders[order_sn]?.packages ?? [];
  const tracking_number = pkg?.trackingNumber;
  const body = { order_list: [{ order_sn, tracking_number }] };
  await shop(`${LOGISTICS}create_shipping_document`, { body });
  sandbox.moveShipByDate(order_sn, 1_900_000_000);
  await expect.poll(() => codes(receiver).toSorted((a, b) => a - b)).toEqual([3, 3, 4, 15, 30, 47]);
  const dataOf = (code: number) =>
    receiver.received.findLast((push) => push.json.code === code)?.json.data;
  const package_number = pkg?.packageNumber;
  expect(dataOf(4)).toMatchObject({
    ordersn: order_sn,
    package_number,
    tracking_no: tracking_number,
  });
  expect(dataOf(15)).toEqual({ ordersn: order_sn, package_number, status: 'READY' });
  expect(dataOf(30)).toMatchObject({
    ordersn: order_sn,
    package_number,
    fulfillment_status: 'LOGISTICS_REQUEST_CREATED',
  });
  expect(dataOf(47)).toMatchObject({
    order_sn,
    changed_fields: ['ship_by_date'],
    new: { ship_by_date: 1_900_000_000 },
  });
});

test('a change to PENDING is not pushed', async () => {
  const receiver = await openReceiver();
  const { sandbox } = await openShop({ callbackUrl: receiver.url });
  sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE, status: 'PENDING' });
  const later = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  await expect.poll(() => receiver.received.length).toBeGreaterThan(0);
  expect(receiver.received.map((push) => push.json.data.ordersn)).toEqual([later]);
});

test('copies carry the same msg_id', async () => {
  const receiver = await openReceiver();
  const { sandbox } = await openShop({ callbackUrl: receiver.url });
  sandbox.setPushBehaviour({ copies: 3 });
  sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  await expect.poll(() => receiver.received.length).toBe(3);
  expect(new Set(receiver.received.map((push) => push.raw)).size).toBe(1);
});

test('shuffled pushes arrive newest first', async () => {
  const receiver = await openReceiver();
  const { sandbox } = await openShop({ callbackUrl: receiver.url });
  sandbox.setPushBehaviour({ shuffle: true });
  const first = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE, status: 'UNPAID' });
  const second = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  await expect.poll(() => receiver.received.length).toBe(2);
  expect(receiver.received.map((push) => push.json.data.ordersn)).toEqual([second, first]);
});

test('dropped pushes leave no trace', async () => {
  const receiver = await openReceiver();
  const { sandbox, publicly } = await openShop({
    callbackUrl: receiver.url,
    pushRetryDelaysMs: [],
  });
  sandbox.setPushBehaviour({ drop: true });
  sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  sandbox.setPushBehaviour({ drop: false });
  const seen = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  await expect.poll(() => receiver.received.length).toBeGreaterThan(0);
  expect(receiver.received.map((push) => push.json.data.ordersn)).toEqual([seen]);
  expect((await publicly(LOST)).json.response.push_message_list).toEqual([]);
});

test.each([
  ['a body', { status: 200, body: 'ok' }, 200],
  ['a redirect', { status: 308, body: '' }, 308],
  ['an error', { status: 500, body: '' }, 500],
  ['nothing in time', { status: 200, body: '', silent: true }, 0],
])('a push answered with %s is repeated, then accepted', async (_what, answer, status) => {
  const receiver = await openReceiver();
  receiver.answer = answer;
  const { sandbox } = await openShop({
    callbackUrl: receiver.url,
    pushRetryDelaysMs: [1, 60_000],
    pushTimeoutMs: 50,
  });
  sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  await expect.poll(() => sandbox.pushOutcomes().length).toBeGreaterThan(0);
  expect(sandbox.pushOutcomes()[0]).toMatchObject({ attempt: 1, accepted: false, status });
  await expect.poll(() => receiver.received.length).toBe(2);
  expect(receiver.received[1]?.raw).toBe(receiver.received[0]?.raw);
});

test.each(['text', 'object'] as const)(
  'what is never accepted is lost, read as %s, and confirmed by watermark',
  async (lostDataAs) => {
    const receiver = await openReceiver();
    receiver.answer = { status: 500, body: '' };
    const { sandbox, publicly } = await openShop({
      callbackUrl: receiver.url,
      pushRetryDelaysMs: [1, 1, 1],
      switches: { lostDataAs },
    });
    const first = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
    const read = async () => (await publicly(LOST)).json.response;
    await expect.poll(async () => (await read()).push_message_list.length).toBe(1);
    expect(sandbox.pushOutcomes().map((outcome) => outcome.attempt)).toEqual([1, 2, 3, 4]);
    const one = await read();
    const [row] = one.push_message_list;
    expect(row).toMatchObject({ code: 3, shop_id: Number(SHOP) });
    expect(typeof row.data).toBe(lostDataAs === 'text' ? 'string' : 'object');
    const whole = lostDataAs === 'text' ? JSON.parse(row.data) : row.data;
    expect(whole).toEqual(receiver.received[0]?.json);
    expect(whole.data.ordersn).toBe(first);

    const second = sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
    await expect.poll(async () => (await read()).push_message_list.length).toBe(2);
    const confirmed = await publicly(CONFIRM, { body: { last_message_id: one.last_message_id } });
    expect(confirmed.error).toBe('');
    const left = await read();
    expect(left.has_next_page).toBe(false);
    expect(JSON.stringify(left.push_message_list)).toContain(second);
    expect(left.push_message_list).toHaveLength(1);
  },
);

test('the lost list ends after 100, and a text for the watermark is refused', async () => {
  const receiver = await openReceiver();
  receiver.answer = { status: 500, body: '' };
  const { sandbox, publicly } = await openShop({
    callbackUrl: receiver.url,
    pushRetryDelaysMs: [],
  });
  for (let index = 0; index < 101; index += 1) sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE });
  await expect.poll(async () => (await publicly(LOST)).json.response.has_next_page).toBe(true);
  const page = (await publicly(LOST)).json.response;
  expect(page.push_message_list).toHaveLength(100);
  const text = await publicly(CONFIRM, { body: { last_message_id: `${page.last_message_id}` } });
  expect(text.error).toBe('error_param');
});

test('the console probes unsigned and with an empty key, without shop or time', async () => {
  const receiver = await openReceiver();
  const { sandbox } = await openShop({ callbackUrl: receiver.url });
  const unsigned = await sandbox.sendProbe('unsigned');
  expect(unsigned).toEqual({ status: 200, body: '', accepted: true });
  receiver.answer = { status: 401, body: '' };
  expect((await sandbox.sendProbe('empty-key')).accepted).toBe(false);
  const [one, two] = receiver.received;
  expect(one?.authorization).toBeUndefined();
  expect(two?.authorization).toBe(expectedSignature('', receiver.url, two?.raw ?? ''));
  expect(Object.keys(one?.json)).toEqual(['code', 'data']);
  expect(one?.json.code).toBe(0);
});
