import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signPush } from '../../connectors/lazada/sandbox/sign.ts';
import { hexHmac, pushBase } from '../../connectors/shopee/sandbox/signature.ts';
import { LAZADA, SHOPEE } from '../../src/demo/settings.ts';
import { CUP, CUP_MY } from '../stages/harness.ts';
import { inboxCount, orderOf, startTestService, type TestService, until } from './service.ts';

let service: TestService;
beforeAll(async () => {
  // Nothing is bought, so that no order changes at its marketplace and no further push comes.
  const off = { purchase: { mode: 'off' } };
  service = await startTestService({ stores: { 'tea-sg': off, 'tea-my': off } });
});
afterAll(() => service.stop());

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function post(
  path: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${service.url}${path}`, { method: 'POST', body, headers });
  return { status: response.status, body: await response.text() };
}

const lazadaSign = (body: string) => signPush(LAZADA.appSecret, LAZADA.appKey, body);
const shopeeSign = (body: string) =>
  hexHmac(SHOPEE.partnerKey, pushBase(`${service.url}/push/shopee/main`, body));

/** One push of each marketplace that names an order. */
const systems = {
  lazada: {
    path: '/push/lazada/main',
    sign: lazadaSign,
    body: (orderId: string, sellerId: string = LAZADA.sellerId) =>
      `{"seller_id":"${sellerId}","message_type":0,"data":{"order_status":"pending","trade_order_id":${orderId},"trade_order_line_id":1,"status_update_time":1700000000},"timestamp":1700000000000,"site":"lazada_sg"}`,
    order: () =>
      service.world.lazada.addOrder({ country: 'sg', sellerId: LAZADA.sellerId, lines: [CUP] }),
    reads: '/orders/items/get',
  },
  shopee: {
    path: '/push/shopee/main',
    sign: shopeeSign,
    body: (orderId: string, shopId: string = SHOPEE.shopId) =>
      `{"code":3,"shop_id":${shopId},"timestamp":1700000000,"data":{"ordersn":"${orderId}","status":"READY_TO_SHIP","update_time":1700000000}}`,
    order: () => service.world.shopee.addOrder({ shopId: SHOPEE.shopId, lines: [CUP_MY] }),
    reads: 'get_order_detail',
  },
} as const;

type System = keyof typeof systems;

async function push(system: System, body: string, signature?: string): Promise<Answer> {
  const { path, sign } = systems[system];
  return post(path, body, { authorization: signature ?? sign(body) });
}

const inboxOf = (orderId: string) =>
  service.core.db
    .selectFrom('inbox')
    .selectAll()
    .execute()
    .then((rows) => rows.filter((row) => JSON.stringify(row.hint).includes(orderId)));

let lastId = 0;
/** An order number that nobody has. */
const madeUp = () => {
  lastId += 1;
  return `990000000${lastId}`;
};

/** Made while no push is sent, so that only what the test sends arrives. */
function quietOrder(system: System): string {
  const { lazada, shopee } = service.world;
  lazada.setPushBehaviour({ drop: 1 });
  shopee.setPushBehaviour({ drop: true });
  try {
    return systems[system].order();
  } finally {
    lazada.setPushBehaviour({ drop: 0 });
    shopee.setPushBehaviour({ drop: false });
  }
}

test("Lazada's own push is stored, answered within its 500 ms, and the order is read", async () => {
  const orderId = systems.lazada.order();
  await until('the order is in the database', async () => !!(await orderOf(service.core, orderId)));
  const sent = service.world.lazada.pushOutcomes().filter((each) => each.orderId === orderId);
  // The simulator hangs up after 500 ms, as the real one does: then there would be no status.
  expect(sent.map((each) => each.outcome?.status)).toEqual([200]);
  expect(await inboxOf(orderId)).toHaveLength(1);
});

test("Shopee's own push is stored, answered with 2xx and nothing in it, and the order is read", async () => {
  const orderId = systems.shopee.order();
  await until('the order is in the database', async () => !!(await orderOf(service.core, orderId)));
  const sent = service.world.shopee.pushOutcomes();
  expect(sent.length).toBeGreaterThan(0);
  expect(sent.every((each) => each.accepted)).toBe(true);
  expect(await inboxOf(orderId)).not.toHaveLength(0);
});

describe.each(['lazada', 'shopee'] as const)('%s', (system) => {
  const { path, body } = systems[system];

  test('an order in a push is read again from its source, whatever the push says of it', async () => {
    const orderId = quietOrder(system);
    const said = body(orderId).replace(/pending|READY_TO_SHIP/, 'CANCELLED');
    expect(await push(system, said)).toEqual({ status: 200, body: '' });
    await until('it is in the database', async () => !!(await orderOf(service.core, orderId)));
    expect((await orderOf(service.core, orderId))?.state).not.toBe('cancelled');
  });

  test.each<[string, (signed: string) => Promise<Answer>]>([
    ['a wrong signature', (text) => push(system, text, 'f'.repeat(64))],
    ['a signature of other length', (text) => push(system, text, 'abc')],
    ['an empty signature', (text) => push(system, text, '')],
    [
      'a body changed after signing',
      (text) => push(system, `${text} `, systems[system].sign(text)),
    ],
    ['no signature', (text) => post(path, text)],
  ])('%s is refused, and nothing is stored', async (_what, send) => {
    const orderId = madeUp();
    const before = await inboxCount(service.core);
    const answer = await send(body(orderId));
    expect(answer).toEqual({ status: 401, body: '{"error":"the signature does not fit"}' });
    expect(await inboxCount(service.core)).toBe(before);
  });

  test('an empty body is refused as unsigned, and as meaningless when signed', async () => {
    expect((await post(path, '')).status).toBe(401);
    expect((await push(system, '')).status).toBe(400);
  });

  test.each([
    ['no JSON', '{"code":3, the buyer Tan Ah Kow'],
    ['no object', '[1,2]'],
    ['null', 'null'],
    ['no type of message', '{"data":{}}'],
    ['no order where there must be one', '{"message_type":0,"code":3,"data":{}}'],
  ])('signed, but %s: 400, stored nowhere, and not repeated in the answer', async (_what, text) => {
    const before = await inboxCount(service.core);
    const answer = await push(system, text);
    expect(answer.status).toBe(400);
    expect(answer.body).not.toContain('Tan Ah Kow');
    expect(service.logged()).not.toContain('Tan Ah Kow');
    expect(await inboxCount(service.core)).toBe(before);
  });

  test.each([
    ['a NUL', '\\u0000'],
    ['half of a surrogate pair', '\\ud800'],
    ['more than an index takes', 'é'.repeat(9_000)],
  ])(
    'signed, but a name with %s, which no table takes: 400, stored nowhere',
    async (_what, odd) => {
      const before = await inboxCount(service.core);
      const seller = body(madeUp(), '4242424242').replace(/"?4242424242"?/, `"${odd}"`);
      expect((await push(system, seller)).status).toBe(400);
      const type = body(madeUp()).replace(/"(message_type|code)":\d/, `$&,"$1":"${odd}"`);
      expect((await push(system, type)).status).toBe(400);
      expect(await inboxCount(service.core)).toBe(before);
    },
  );

  test.each(['Infinity,1', '1 or 1=1', '../1', '-1'])(
    'signed, but its order is called "%s": 400, and nobody is asked for it',
    async (odd) => {
      const text = body('1').replace(/("trade_order_id":|"ordersn":)"?1"?/, `$1"${odd}"`);
      expect((await push(system, text)).status).toBe(400);
      expect(await readsWaitingFor(odd)).toBe(0);
    },
  );

  test('a body over the limit is refused before it is looked at', async () => {
    const answer = await push(system, body('1').replace('}', ` ,"x":"${'x'.repeat(300_000)}"}`));
    expect(answer).toEqual({ status: 413, body: '{"error":"request entity too large"}' });
  });

  test.each(['gzip', 'deflate', 'br'])(
    'a body packed by %s is never unpacked',
    async (encoding) => {
      const text = body('1');
      const headers = { authorization: systems[system].sign(text), 'content-encoding': encoding };
      expect((await post(path, text, headers)).status).toBe(415);
    },
  );

  test('a repeat is stored once, its copies counted, and read again', async () => {
    const orderId = quietOrder(system);
    for (const answer of [1, 2, 3].map(() => push(system, body(orderId)))) {
      expect((await answer).status).toBe(200);
    }
    const rows = await inboxOf(orderId);
    expect(rows.map((row) => row.copies)).toEqual([3]);
  });

  test('a shop that is in no store file is answered, and nothing is read', async () => {
    const orderId = madeUp();
    const { shell } = service.world[system];
    expect((await push(system, body(orderId, '4242424242'))).status).toBe(200);
    expect(await inboxOf(orderId)).toHaveLength(1);
    expect(await readsWaitingFor(orderId)).toBe(0);
    expect(shell.calls.some((call) => call.order === orderId)).toBe(false);
  });

  test('ids beyond 2^53 keep their digits', async () => {
    const orderId = '1051400341536827267';
    expect((await push(system, body(orderId))).status).toBe(200);
    const [row] = await inboxOf(orderId);
    expect(row?.hint).toMatchObject({ orderId });
  });

  test('while the database is away the marketplace is told to repeat it; then it works', async () => {
    const orderId = quietOrder(system);
    await service.proxy.cut();
    const refused = await push(system, body(orderId));
    expect(refused).toEqual({ status: 500, body: '{"error":"it failed here; try again"}' });
    expect((await fetch(`${service.url}/health`)).status).toBe(503);
    await service.proxy.heal();
    await until(
      'the push is taken',
      async () => (await push(system, body(orderId))).status === 200,
    );
    await until('the order is read', async () => !!(await orderOf(service.core, orderId)));
  });
});

async function readsWaitingFor(orderId: string): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) from pgboss.job where name = 'read' and data->>'orderId' = ${orderId}`.execute(
    service.core.db,
  );
  return Number(rows[0]?.count);
}

describe('probes of the consoles are answered and not processed', () => {
  test("Lazada's test message", async () => {
    const before = await inboxCount(service.core);
    const sent = await service.world.lazada.sendProbe();
    expect(sent.outcome?.status).toBe(200);
    expect(await inboxCount(service.core)).toBe(before);
  });

  test.each(['unsigned', 'empty-key'] as const)("Shopee's verification, %s", async (kind) => {
    const before = await inboxCount(service.core);
    const outcome = await service.world.shopee.sendProbe(kind);
    expect(outcome).toMatchObject({ accepted: true });
    expect(await inboxCount(service.core)).toBe(before);
  });

  test('a message that names an order is no probe, whatever its code', async () => {
    expect((await post('/push/shopee/main', '{"code":0,"data":{"ordersn":"2401A"}}')).status).toBe(
      401,
    );
  });
});

test.each([
  '/push/lazada/other',
  '/push/amazon/main',
  '/push/lazada',
  '/push/__proto__/main',
  '/push/lazada/main/more',
])('%s is no address', async (path) => {
  const body = systems.lazada.body(madeUp());
  expect((await post(path, body, { authorization: lazadaSign(body) })).status).toBe(404);
});
