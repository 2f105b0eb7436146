import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { signPush } from '../../connectors/lazada/sandbox/sign.ts';
import { APP, openShop, type Shop } from './client.ts';

const LINE = { sku: 'A', price: '10.00' };

interface Received {
  readonly authorization: string | undefined;
  readonly body: string;
}

let shop: Shop;
let receiver: Server;
let received: Received[];
let answer: (count: number) => number | 'never';

beforeEach(async () => {
  received = [];
  answer = () => 200;
  receiver = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    received.push({
      authorization: request.headers.authorization,
      body: Buffer.concat(parts).toString(),
    });
    const status = answer(received.length);
    if (status !== 'never') response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  shop = await openShop({ callbackUrl: `http://127.0.0.1:${port}/push`, pushRetryDelayMs: 10 });
});

afterEach(async () => {
  await shop.sandbox.stop();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

const arrive = (count: number) => vi.waitFor(() => expect(received).toHaveLength(count));
const messages = () => received.map(({ body }) => JSON.parse(body));

test('the official push vector comes out', () => {
  const body = '{"seller_id":"1234567", "message_type":0, "data":{...}..}';
  expect(signPush('3412gyo124goi3124', '123456', body)).toBe(
    'f3d2ca947f16a50b577c036adecd18bec126ea19cadedd59816e255d3b6104ab',
  );
});

test('a new order is told line by line, signed over the raw body', async () => {
  const { id, items } = shop.order({ ...LINE, quantity: 2 });
  await arrive(2);
  for (const { authorization, body } of received) {
    expect(authorization).toBe(signPush(APP.appSecret, APP.appKey, body));
    expect(body).not.toBe(JSON.stringify(JSON.parse(body)));
  }
  const seen = messages();
  expect(seen.map(({ data }) => String(data.trade_order_line_id)).sort()).toEqual(
    [...items].sort(),
  );
  for (const message of seen) {
    expect(message).toMatchObject({
      seller_id: '1001',
      message_type: 0,
      data: { order_status: 'pending', status_update_time: expect.any(Number) },
      site: expect.stringMatching(/^lazada_sg$/i),
    });
    expect(String(message.data.trade_order_id)).toBe(id);
  }
});

test('fulfilment is told per package, beside the lines', async () => {
  const { id, items } = shop.order(LINE);
  await shop.pack(id, items);
  const packageId = shop.sandbox.books().packages[0]?.packageId;
  await shop.rts(packageId ?? '');
  await arrive(4);
  const fulfilment = messages().filter((message) => message.message_type === 14);
  expect(fulfilment).toMatchObject([
    { data: { fulfillment_package_id: packageId, status: 'READY_TO_SHIP' } },
  ]);
  const statuses = messages().map(({ data }) => data.order_status ?? '-');
  expect(statuses.sort()).toEqual(['-', 'packed', 'pending', 'ready_to_ship']);
});

describe('the switches', () => {
  test('copies: the same bytes again', async () => {
    shop.sandbox.setPushBehaviour({ copies: 3 });
    shop.order(LINE);
    await arrive(3);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  });

  test('drop: every n-th message never arrives, and the books say so', async () => {
    shop.sandbox.setPushBehaviour({ drop: 2 });
    shop.order({ ...LINE, quantity: 4 });
    await vi.waitFor(() => expect(shop.sandbox.pushOutcomes()).toHaveLength(4));
    expect(received).toHaveLength(2);
    const dropped = shop.sandbox.pushOutcomes().filter(({ attempt }) => attempt === 0);
    expect(dropped.map(({ outcome }) => outcome)).toEqual([undefined, undefined]);
  });

  test('shuffle: messages arrive last first', async () => {
    shop.sandbox.setPushBehaviour({ shuffle: true });
    const { id } = shop.order(LINE);
    for (const status of ['packed', 'ready_to_ship', 'shipped']) shop.sandbox.setStatus(id, status);
    await arrive(4);
    expect(messages().map(({ data }) => data.order_status)).toEqual([
      'shipped',
      'ready_to_ship',
      'packed',
      'pending',
    ]);
  });

  test('delay: nothing is sent before its time', async () => {
    shop.sandbox.setPushBehaviour({ delayMs: 60 });
    const before = Date.now();
    shop.order(LINE);
    await arrive(1);
    expect(Date.now() - before).toBeGreaterThanOrEqual(55);
  });
});

test('a refused message is repeated until it is taken', async () => {
  answer = (count) => (count < 3 ? 503 : 200);
  shop.order(LINE);
  await vi.waitFor(() =>
    expect(shop.sandbox.pushOutcomes()).toMatchObject([
      { attempt: 1, outcome: { status: 503 } },
      { attempt: 2, outcome: { status: 503 } },
      { attempt: 3, outcome: { status: 200 } },
    ]),
  );
  expect(new Set(received.map(({ body }) => body)).size).toBe(1);
});

test('a receiver that takes longer than 500 ms has failed', async () => {
  answer = (count) => (count === 1 ? 'never' : 200);
  shop.order(LINE);
  await vi.waitFor(
    () =>
      expect(shop.sandbox.pushOutcomes()).toMatchObject([
        { attempt: 1, outcome: { status: 0 } },
        { attempt: 2, outcome: { status: 200 } },
      ]),
    { timeout: 3000 },
  );
  const [first] = shop.sandbox.pushOutcomes();
  expect(first?.outcome?.milliseconds).toBeGreaterThanOrEqual(490);
});

test('the console’s probe is signed and says that it is a test', async () => {
  const { outcome } = await shop.sandbox.sendProbe();
  expect(outcome?.status).toBe(200);
  expect(messages()).toMatchObject([
    { seller_id: '9999', data: { order_status: 'This is a test message' }, timestamp: 1 },
  ]);
  expect(received[0]?.authorization).toBe(
    signPush(APP.appSecret, APP.appKey, received[0]?.body ?? ''),
  );
});

test('an app hears nothing of sellers who have not authorised it', async () => {
  shop.sandbox.addApp({ appKey: '777', appSecret: 'other' });
  shop.sandbox.addSeller({ country: 'sg', sellerId: '1009' });
  shop.sandbox.addOrder({ country: 'sg', sellerId: '1009', lines: [LINE] });
  shop.order(LINE);
  await arrive(1);
  expect(shop.sandbox.pushOutcomes()).toMatchObject([{ appKey: APP.appKey }]);
  expect(messages()).toMatchObject([{ seller_id: '1001' }]);
});

test('after the address is taken away nothing is sent', async () => {
  shop.sandbox.setCallback(null);
  shop.order(LINE);
  expect(shop.sandbox.pushOutcomes()).toEqual([]);
  await expect(shop.sandbox.sendProbe()).rejects.toThrow('callback');
});
