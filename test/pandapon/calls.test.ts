import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Agent } from '../../connectors/agent.ts';
import type { SendWindow } from '../../connectors/call.ts';
import { NotSent, Rejected, Unknown } from '../../connectors/errors.ts';
import {
  type Arrived,
  caught,
  connect,
  fixture,
  ok,
  openWindow,
  type Script,
  SECRET,
  scriptedServer,
  seedDraft,
} from './support.ts';

const order = { agentOrderId: '1031992847890383164', orderNo: '1031992847781331418' };

const spending: [string, (agent: Agent, window: SendWindow) => Promise<unknown>][] = [
  ['place', (agent, window) => agent.place(agent.placeBody(seedDraft), window)],
  ['pay', (agent, window) => agent.pay(order, window)],
  ['cancel', (agent, window) => agent.cancel(order, window)],
];

function expectSigned({ headers }: Arrived, timestamp: string) {
  expect(headers.timestamp).toBe(timestamp);
  expect(headers['access-key']).toBe('58c0201dfdf148eca63cbf6bb5e7cf03');
  expect(headers['user-id']).toBe('2100007341207');
  expect(headers['nonce-str']).toMatch(/^[A-Za-z0-9]{32}$/);
  const text = `${headers['access-key']}${headers.timestamp}${headers['nonce-str']}${SECRET}`;
  expect(headers.signature).toBe(createHash('md5').update(text).digest('hex').toUpperCase());
}

describe('a placing, as it arrives', () => {
  test('is POST /open/order with the frozen body, signed with the time of its window', async () => {
    await using server = await scriptedServer(() => ({
      body: fixture('order-create.response.body'),
    }));
    const agent = connect(server.url);
    const signedAt = new Date('2024-05-14T06:59:37.982Z');
    const sendBefore = new Date(Date.now() + 60_000);
    const placed = await agent.place(agent.placeBody(seedDraft), { signedAt, sendBefore });

    expect(placed.agentOrderId).toBe('1031992847890383164');
    expect(server.arrived).toHaveLength(1);
    const [arrived] = server.arrived as [Arrived];
    expect(arrived).toMatchObject({ method: 'POST', path: '/open/order' });
    expect(arrived.headers['content-type']).toBe('application/json');
    expect(JSON.parse(arrived.body)).toEqual(JSON.parse(fixture('order-create.request.body')));
    expectSigned(arrived, '1715669977');
    expect(JSON.stringify(arrived)).not.toContain(SECRET);
  });

  test('states milliseconds where the account says so', async () => {
    await using server = await scriptedServer(() => ok(null));
    const signedAt = new Date('2024-05-14T06:59:37.982Z');
    const window = { signedAt, sendBefore: new Date(Date.now() + 60_000) };
    await connect(server.url, { timestampUnit: 'milliseconds' }).pay(order, window);
    expectSigned((server.arrived as [Arrived])[0], '1715669977982');
  });

  test('is refused before it is sent when the frozen body is none of ours', async () => {
    await using server = await scriptedServer(() => ok(null));
    const error = await caught(connect(server.url).place({ receiver: {} }, openWindow()));
    expect(error).toBeInstanceOf(Rejected);
    expect(server.arrived).toEqual([]);
  });
});

describe('addresses and paths', () => {
  test('pay and cancel go to their assumed paths with the order id as text', async () => {
    await using server = await scriptedServer(() => ok(true));
    const agent = connect(server.url);
    await agent.pay(order, openWindow());
    await agent.cancel(order, openWindow());
    expect(server.arrived.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['POST', '/open/order/pay', '{"orderId":"1031992847890383164"}'],
      ['POST', '/open/order/cancel', '{"orderId":"1031992847890383164"}'],
    ]);
  });

  test("a base address keeps its prefix, and the settings' paths replace the assumed ones", async () => {
    await using server = await scriptedServer(() => ok(null));
    const paths = { pay: '/open/purchase/pay' };
    const agent = connect(`${server.url}/api/`, { paths });
    await agent.pay(order, openWindow());
    await agent.cancel(order, openWindow());
    await agent.list({ from: new Date(0), until: new Date() });
    expect(server.arrived.map(({ path }) => path)).toEqual([
      '/api/open/purchase/pay',
      '/api/open/order/cancel',
      '/api/open/order/page',
    ]);
  });

  test('the warehouse is told with the documented keys', async () => {
    await using server = await scriptedServer(() => ok(null));
    await connect(server.url).updateWarehouse({
      agentOrderId: '1024285237573584051',
      warehouseName: '一号仓库',
      warehouseAddress: '广西省',
    });
    expect(server.arrived[0]).toMatchObject({
      method: 'POST',
      path: '/open/order/updateWarehouse',
    });
    expect(JSON.parse((server.arrived as [Arrived])[0].body)).toEqual({
      warehouseAddress: '广西省',
      warehouseName: '一号仓库',
      orderId: '1024285237573584051',
    });
  });
});

describe.each(spending)('%s is Unknown and sent once', (_name, spend) => {
  const envelope = (code: unknown) => JSON.stringify({ requestId: 'r-9', code, msg: '失败' });
  const doubts: [string, Script][] = [
    ['code 500', () => ({ body: envelope(500) })],
    ['code 401 as text', () => ({ body: envelope('401') })],
    ['code 429', () => ({ body: envelope(429) })],
    ['code 0', () => ({ body: envelope(0) })],
    ['code 200 under HTTP 500', () => ({ status: 500, body: envelope(200) })],
    ['no code', () => ({ body: '{"data":{}}' })],
    ['no object', () => ({ body: '[]' })],
    ['an empty body', () => ({ body: '' })],
    ['an HTML 502', () => ({ status: 502, body: '<html>502</html>' })],
    ['an HTML 200', () => ({ body: '<html>login</html>' })],
    ['an HTTP 429', () => ({ status: 429, body: envelope(429) })],
    ['JSON cut in the middle', () => ({ body: fixture('order-create.response.body'), cutAt: 300 })],
    ['a lost answer', () => 'lose'],
    ['a redirect', () => ({ status: 307, headers: { location: '/elsewhere' } })],
  ];

  test.each(doubts)('after %s', async (_case, script) => {
    await using server = await scriptedServer(script);
    const error = await caught(spend(connect(server.url), openWindow()));
    expect(error).toBeInstanceOf(Unknown);
    expect(server.arrived).toHaveLength(1);
  });

  test('and keeps code and request id of the answer', async () => {
    await using server = await scriptedServer(() => ({ body: envelope(1001) }));
    const error = await caught(spend(connect(server.url), openWindow()));
    expect(error).toMatchObject({ code: '1001', requestId: 'r-9', system: 'pandapon' });
  });

  test('after a time-out', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const { createServer } = await import('node:http');
    const server = createServer((_request, response) => void held.then(() => response.end()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const agent = connect(`http://127.0.0.1:${port}`, {}, { timeoutMs: 50 });
    expect(await caught(spend(agent, openWindow()))).toBeInstanceOf(Unknown);
    release();
    server.closeAllConnections();
    server.close();
  });
});

describe.each(spending)('%s', (_name, spend) => {
  test('is Rejected only for a code the account lists as refusing', async () => {
    await using server = await scriptedServer(() => ({ body: '{"code":1001,"msg":"余额不足"}' }));
    const agent = connect(server.url, { refusalCodes: ['1001'] });
    const error = await caught(spend(agent, openWindow()));
    expect(error).toBeInstanceOf(Rejected);
    expect(error).toMatchObject({ code: '1001' });
  });

  test('is NotSent when the connection is refused', async () => {
    const server = await scriptedServer(() => ok(null));
    await server[Symbol.asyncDispose]();
    expect(await caught(spend(connect(server.url), openWindow()))).toBeInstanceOf(NotSent);
  });

  test('is NotSent, and nothing arrives, when its window has passed', async () => {
    await using server = await scriptedServer(() => ok(null));
    const passed = new Date(Date.now() - 1);
    const window = { signedAt: passed, sendBefore: passed };
    expect(await caught(spend(connect(server.url), window))).toBeInstanceOf(NotSent);
    expect(server.arrived).toEqual([]);
  });
});

test.each([
  ['no data', null],
  ['an order without id', { orderNo: '1', subOrderVOS: [] }],
  ['an order without lines', { id: '1', orderNo: '1' }],
  ['an unreadable quantity', { id: '1', orderNo: '1', subOrderVOS: [{ quantity: 'x' }] }],
])('place is Unknown when 200 comes with %s', async (_case, data) => {
  await using server = await scriptedServer(() => ok(data));
  const agent = connect(server.url);
  const error = await caught(agent.place(agent.placeBody(seedDraft), openWindow()));
  expect(error).toBeInstanceOf(Unknown);
  expect(error).toMatchObject({ requestId: 'r-1', operation: 'createOrder' });
});

test('place takes code 200 as text', async () => {
  const body = fixture('order-create.response.body').replace('"code": 200', '"code": "200"');
  await using server = await scriptedServer(() => ({ body }));
  const agent = connect(server.url);
  const placed = await agent.place(agent.placeBody(seedDraft), openWindow());
  expect(placed.orderNo).toBe('1031992847781331418');
});

test.each(spending.slice(1))('%s is Unknown when 200 comes with data false', async (_n, spend) => {
  await using server = await scriptedServer(() => ok(false));
  expect(await caught(spend(connect(server.url), openWindow()))).toBeInstanceOf(Unknown);
});

test('ids beyond 2^53 that come as JSON integers arrive intact, and go back as they came', async () => {
  const create = `{"code":200,"data":{"id":1051400341536827267,"orderNo":1051400341536827269,
    "subOrderVOS":[{"quantity":1,"subOrderId":1051400341536827271,"skuId":1051400341536827273,
    "taobaoSubPurchaseId":1051400341536827275}]}}`;
  await using server = await scriptedServer(({ path }) =>
    path === '/open/order' ? { body: create } : ok({ total: 0, data: [] }),
  );
  const agent = connect(server.url, { generation: 'v2' });
  const placed = await agent.place(agent.placeBody(seedDraft), openWindow());
  expect(placed).toMatchObject({
    agentOrderId: '1051400341536827267',
    orderNo: '1051400341536827269',
    lines: [
      {
        subOrderId: '1051400341536827271',
        skuId: '1051400341536827273',
        subPurchaseOrderId: '1051400341536827275',
      },
    ],
  });
  await agent.read(placed.agentOrderId);
  expect(server.arrived[1]?.body).toMatch(/"id":1051400341536827267[,}]/);
});
