import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CALLBACK_TOKEN, LAZADA } from '../../src/demo/settings.ts';
import { summariseOrders } from '../../src/report/orders.ts';
import { sweep } from '../../src/sweep.ts';
import { CUP } from '../stages/harness.ts';
import { inboxCount, startTestService, type TestService, until } from './service.ts';

/** Reads per minute that callbacks may cause here. */
const MOST_READS = 3;
/** Callbacks per minute that are taken here; the tests before the last need fewer. */
const MOST_CALLBACKS = 80;

let service: TestService;
/** The agent's id of an order that was bought and paid. */
let bought: string;
beforeAll(async () => {
  service = await startTestService({
    // Once it is paid nothing happens any more: it is packed only when it was sent.
    stores: { 'tea-sg': { purchase: { delay: '0s' }, ship: { pack: 'sent' }, poll: '1h' } },
    limits: { callbackReads: MOST_READS, callbacks: MOST_CALLBACKS },
    timings: { agentPoll: '1h', payPoll: '1s', sweep: '1h', parcelPoll: '1h' },
    polling: true,
  });
  // From here on callbacks come only from the test.
  service.world.pandapon.setCallback(null);
  const { lazada } = service.world;
  const number = lazada.addOrder({ country: 'sg', sellerId: LAZADA.sellerId, lines: [CUP] });
  await until('the order is bought and paid', async () =>
    (await summariseOrders(service.core.db)).some(
      (row) => row.orderNumber === number && row.state === 'paid',
    ),
  );
  lazada.setPushBehaviour({ drop: 1 });
  await until('nothing is left to do', nothingComes);
  bought = service.world.pandapon.order(number)?.orderId ?? '';
});
afterAll(() => service.stop());

const ADDRESS = `/callback/pandapon/main/${CALLBACK_TOKEN}`;

async function post(path: string, body: string): Promise<{ status: number; body: string }> {
  const headers = { 'content-type': 'application/json;charset=UTF-8' };
  const response = await fetch(`${service.url}${path}`, { method: 'POST', body, headers });
  return { status: response.status, body: await response.text() };
}

let serial = 0;
function message(body: object | string): string {
  serial += 1;
  return JSON.stringify({
    messageType: `TAOBAO_ORDER_BUYER_VIEW_ORDER_STATUS_MODIFY_${serial}`,
    messageBody: body,
    messagePlatform: 0,
    timestamp: String(Date.now()),
  });
}

/** Everything the service believes about orders. */
async function everythingBelieved(): Promise<unknown> {
  const tables = ['sales_order', 'sales_line', 'purchase', 'purchase_line', 'package', 'attempt'];
  const rows = await Promise.all(
    [...tables, 'parcel', 'spend', 'hold', 'event'].map((table) =>
      sql`select to_jsonb(t) - 'due_at' as row from ${sql.table(table)} t order by 1`.execute(
        service.core.db,
      ),
    ),
  );
  return rows.map((each) => each.rows);
}

const allHandled = async () => {
  const waiting = await service.core.db
    .selectFrom('inbox')
    .select('id')
    .where('source', '=', 'pandapon/main')
    .where('handled_at', 'is', null)
    .execute();
  return waiting.length === 0;
};

const callsToAgent = () => service.world.pandapon.shell.calls.length;

describe('the address holds an unguessable part', () => {
  test.each([
    ['a wrong token', '/callback/pandapon/main/demo-callback-address-nobody-can-gues5'],
    ['the start of the token', `/callback/pandapon/main/${CALLBACK_TOKEN.slice(0, -1)}`],
    ['the token and more', `/callback/pandapon/main/${CALLBACK_TOKEN}x`],
    ['no token', '/callback/pandapon/main/'],
    ['an unknown account', `/callback/pandapon/other/${CALLBACK_TOKEN}`],
    ['an unknown agent', `/callback/taobao/main/${CALLBACK_TOKEN}`],
    ['a name of every object', `/callback/constructor/main/${CALLBACK_TOKEN}`],
  ])('%s is no address, and the answer tells nothing', async (_what, path) => {
    const before = await inboxCount(service.core);
    expect(await post(path, message({ orderId: bought }))).toEqual({
      status: 404,
      body: '{"error":"no such address"}',
    });
    expect(await inboxCount(service.core)).toBe(before);
  });

  test('an address that is no text at all is refused without a trace of the code', async () => {
    const answer = await post('/callback/pandapon/main/%E0%A4%A', message({}));
    expect(answer.status).toBe(400);
    expect(answer.body).not.toMatch(/node_modules|\.ts|at /);
  });
});

test.each([
  ['nothing', ''],
  ['an empty object', '{}'],
  ['an empty envelope', '{"messageType":"","messageBody":""}'],
])("the console's probe, %s, is answered 200 and stored nowhere", async (_what, body) => {
  const before = await inboxCount(service.core);
  expect(await post(ADDRESS, body)).toEqual({ status: 200, body: '{"code":200}' });
  expect(await inboxCount(service.core)).toBe(before);
});

test.each([
  ['no JSON', 'Tan Ah Kow ordered'],
  ['a list', '[]'],
  ['a body that is no JSON', '{"messageType":"X","messageBody":"Tan Ah Kow"}'],
  ['a body that is a number', '{"messageType":"X","messageBody":5}'],
  ['nested without end', `{"messageType":"X","messageBody":${'['.repeat(90_000)}`],
  ['a NUL in its name', '{"messageType":"a\\u0000b","messageBody":{"orderId":"88800011122"}}'],
  [
    'half of a pair in its name',
    '{"messageType":"\\ud800","messageBody":{"orderId":"88800011122"}}',
  ],
  ['a name without end', `{"messageType":"${'x'.repeat(9_000)}","messageBody":{"orderId":"8"}}`],
  ['a body nested deep', `{"messageType":"X","messageBody":${'['.repeat(500)}1${']'.repeat(500)}}`],
])('%s is answered 400, and nothing of it is repeated', async (_what, body) => {
  const before = await inboxCount(service.core);
  const answer = await post(ADDRESS, body);
  expect(answer.status).toBe(400);
  expect(answer.body).not.toContain('Tan Ah Kow');
  expect(service.logged()).not.toContain('Tan Ah Kow');
  expect(await inboxCount(service.core)).toBe(before);
});

test('a huge body is refused', async () => {
  expect((await post(ADDRESS, message('x'.repeat(300_000)))).status).toBe(413);
});

test('made-up ids change nothing, cause no call and are not kept, however many', async () => {
  await until('all is handled', allHandled);
  const [before, calls] = [await everythingBelieved(), callsToAgent()];
  const kept = await inboxCount(service.core);
  for (let index = 0; index < 20; index += 1) {
    const body = { orderId: `77700000000${index}`, orderNo: `XP${index}`, orderStatus: 8 };
    expect((await post(ADDRESS, message(body))).status).toBe(200);
  }
  await until('all is handled', allHandled);
  expect(await everythingBelieved()).toEqual(before);
  expect(callsToAgent()).toBe(calls);
  expect(await inboxCount(service.core)).toBe(kept);
});

test('a body as text and as object name the same order: it is read, not believed, at a bounded rate', async () => {
  await until('all is handled', allHandled);
  const reads = () => callsToAgent() - before;
  const before = callsToAgent();
  const lie = { orderId: bought, orderStatus: 8, totalAmount: 1 };
  await post(ADDRESS, message(lie));
  await until('it was read again', () => reads() === 1);
  await post(ADDRESS, message(JSON.stringify(lie)));
  await until('it was read again', () => reads() === 2);
  // What the message said is not what the agent says.
  const purchase = await service.core.db.selectFrom('purchase').selectAll().executeTakeFirst();
  expect(purchase?.state).toBe('paid');
  expect(Number(purchase?.agent_fen)).toBe(1250);

  for (let index = 0; index < 10; index += 1) await post(ADDRESS, message(lie));
  await until('all is handled', allHandled);
  await until('nothing is left to do', nothingComes);
  expect(reads()).toBe(MOST_READS);
});

test('the same message again is stored once, its copies counted', async () => {
  const text = message({ orderId: bought });
  for (let copy = 0; copy < 3; copy += 1) await post(ADDRESS, text);
  const row = await service.core.db
    .selectFrom('inbox')
    .select(['copies'])
    .where('topic', '=', JSON.parse(text).messageType)
    .execute();
  expect(row).toEqual([{ copies: 3 }]);
});

test('while a placing is in doubt a message about nothing known is followed, and then not kept', async () => {
  const state = (to: 'placing' | 'paid') =>
    service.core.db.updateTable('purchase').set({ state: to }).execute();
  await until('all is handled', allHandled);
  await state('placing');
  try {
    const text = message({ orderId: '888000111333' });
    expect((await post(ADDRESS, text)).status).toBe(200);
    await until('it was looked into', async () => {
      const { rows } = await sql<{ state: string }>`
        select state from pgboss.job where name = 'callback' order by created_on desc limit 1
      `.execute(service.core.db);
      return rows[0]?.state === 'completed';
    });
    const kept = service.core.db
      .selectFrom('inbox')
      .select('id')
      .where('topic', '=', JSON.parse(text).messageType);
    expect(await kept.execute()).toEqual([]);
  } finally {
    await state('paid');
  }
});

test('of the messages about our orders the newest ten thousand are kept', async () => {
  await sql`
    insert into inbox (source, message_key, received_at, topic, hint, handled_at)
    select 'pandapon/main', 'old ' || n, now(), 'X', '{"ids":[]}', now()
    from generate_series(1, 10050) n`.execute(service.core.db);
  await sql`
    insert into inbox (source, message_key, received_at, topic, hint)
    values ('lazada/main', 'of another', now(), 'order', '{}')`.execute(service.core.db);
  await sweep(service.core);
  const left = await sql<{ source: string; rows: string }>`
    select source, count(*) as rows from inbox
    where source = 'pandapon/main' or message_key = 'of another'
    group by 1 order by 1`.execute(service.core.db);
  expect(left.rows).toEqual([
    { source: 'lazada/main', rows: '1' },
    { source: 'pandapon/main', rows: '10000' },
  ]);
});

test('more messages than may come in a minute are put off, without a trace', async () => {
  const statuses: number[] = [];
  for (let sent = 0; sent <= MOST_CALLBACKS; sent += 1) {
    statuses.push((await post(ADDRESS, message({ orderId: `777${sent}` }))).status);
  }
  expect(statuses[0]).toBe(200);
  expect(statuses.at(-1)).toBe(429);
  // A probe asks for nothing and is always answered.
  expect((await post(ADDRESS, '{}')).status).toBe(200);
});

/**
 * No job is there that could change an order or call the agent soon. What is left in half a minute is
 * the look that place set in case its listing was lost; it finds the order paid.
 */
async function nothingComes(): Promise<boolean> {
  const { rows } = await sql<{ count: string }>`
    select count(*) from pgboss.job
    where name in ('order', 'read', 'listing', 'callback')
      and state in ('created', 'active', 'retry') and start_after < now() + interval '2 seconds'
  `.execute(service.core.db);
  return rows[0]?.count === '0';
}
