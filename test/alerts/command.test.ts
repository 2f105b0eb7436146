/** `ponbridge alerts`, and where else an order's alerts are shown. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAZADA } from '../../src/demo/settings.ts';
import { CUP, type Home, openHome } from '../cli/home.ts';

const HOUR = 3_600_000;

let home: Home;
let order: string;
beforeAll(async () => {
  home = await openHome();
  const { sellerId } = LAZADA;
  order = home.world.lazada.addOrder({ country: 'sg', sellerId, lines: [CUP] });
  const id = await home.take('tea-sg', order);
  const { db } = home.core;
  const grant = await db
    .selectFrom('grant')
    .select('id')
    .where('marketplace', '=', 'shopee')
    .executeTakeFirstOrThrow();
  const ago = (hours: number) => new Date(Date.now() - hours * HOUR);
  await db
    .insertInto('alert')
    .values([
      { code: 'unsent', store: 'tea-sg', sales_order_id: id, detail: 'paid A', raised_at: ago(5) },
      { code: 'no-pull', store: 'tea-my', detail: 'error_auth', raised_at: ago(1) },
      { code: 'no-listing', agent_account: 'pandapon/main', detail: 'never', raised_at: ago(2) },
      { code: 'grant-ending', grant_id: grant.id, detail: 'ends soon', raised_at: ago(3) },
      {
        code: 'unpaid',
        store: 'tea-sg',
        sales_order_id: id,
        detail: 'placed B',
        raised_at: ago(30),
        cleared_at: ago(20),
      },
      {
        code: 'unpaid',
        store: 'tea-sg',
        sales_order_id: id,
        detail: 'placed C',
        raised_at: ago(24 * 9),
        cleared_at: ago(24 * 8),
      },
    ])
    .execute();
});
afterAll(() => home?.stop());

async function json(...args: string[]) {
  return JSON.parse((await home.run('alerts', ...args, '--json')).out) as {
    readonly code: string;
    readonly detail: string;
  }[];
}

test('what stands, with its subject and its remedy', async () => {
  const { out, code } = await home.run('alerts');
  expect(code).toBe(0);
  expect(out).toContain('unsent (1): Paid, and not sent by the suppliers for too long.');
  expect(out).toContain('What to do: Ask the agent where the goods are.');
  expect(out).toMatch(new RegExp(`20.*:\\d\\d +5 h +tea-sg +${order} +paid A`));
  expect(out).toMatch(/pandapon\/main +- +never/);
  expect(out).toMatch(/shopee\/main my:\d+ +- +ends soon/);
  expect(out).not.toContain('placed');

  expect(await json()).toMatchObject([
    { code: 'grant-ending', consent: expect.stringMatching(/^shopee\/main /), store: null },
    { code: 'no-listing', account: 'pandapon/main', clearedAt: null },
    { code: 'no-pull', store: 'tea-my', orderNumber: null, detail: 'error_auth' },
    { code: 'unsent', store: 'tea-sg', orderNumber: order, remedy: expect.any(String) },
  ]);
});

test('--all adds what ended in the last days', async () => {
  const { out } = await home.run('alerts', '--all');
  expect(out).toContain('Over (1).');
  expect(out).toContain('placed B');
  expect(out).not.toContain('placed C');
  expect(out).toContain('paid A');
});

test('--store keeps what concerns it: its account and its consent too', async () => {
  const mine = await json('--store', 'tea-my');
  expect(mine.map(({ code }) => code)).toEqual(['grant-ending', 'no-listing', 'no-pull']);
  expect((await home.run('alerts', '--store', 'nobody')).code).toBe(2);
});

test('orders, order and holds show them', async () => {
  expect((await home.run('orders')).out).toContain('alert unsent');
  const { out } = await home.run('order', order);
  expect(out).toMatch(/Alerts\n.*unpaid: .*\(from 20.* to 20.*\)\n/);
  expect(out).toMatch(/unsent: .*\(since 20.*\)\n +paid A\n +What to do: Ask the agent/);
  expect((await home.run('holds')).out).toContain('Alerts, unsent (1)');
});

test('with nothing standing it says so', async () => {
  await home.core.db.deleteFrom('alert').execute();
  expect((await home.run('alerts')).out).toBe('No alert stands.\n');
});
