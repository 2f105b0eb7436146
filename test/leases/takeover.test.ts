/** The work of a worker that is gone is taken up by another that runs, and nothing is done twice. */
import { sql } from 'kysely';
import { PgBoss } from 'pg-boss';
import { describe, expect, type TestContext, test, vi } from 'vitest';
import { holdCalls } from '../restart/hold.ts';
import { type LeaseScene, type LeaseSceneOptions, startLeaseScene, until } from './scene.ts';

/** Beyond this a lease would have outlived its owner for too long. */
const MINUTE = 60;

async function openScene({ onTestFinished }: TestContext, options: LeaseSceneOptions = {}) {
  const scene = await startLeaseScene(options);
  onTestFinished(() => scene.stop());
  return scene;
}

interface ActiveJob {
  readonly id: string;
  readonly name: string;
}

/** The jobs in which one worker waits for an answer. */
async function heldJobs({ core }: LeaseScene, number: string): Promise<ActiveJob[]> {
  const { rows } = await sql<ActiveJob>`
    select job.id, name from pgboss.job where job.state = 'active' and (
      name = 'listing'
      or name = 'pull' and data->>'store' = 'tea-sg'
      or name = 'order' and data->>'id' =
        (select id::text from sales_order where order_number = ${number}))
    order by name`.execute(core.db);
  return rows;
}

/** When another worker began the job that a dead one had begun; its end counts as well. */
async function takenUpAt({ core }: LeaseScene, id: string): Promise<number> {
  const { rows } = await sql<{ began: Date }>`
    select started_on as began from pgboss.job
    where id = ${id} and retry_count > 0 and state in ('active', 'completed')`.execute(core.db);
  const [row] = rows;
  if (!row) throw new Error(`job ${id} is not taken up`);
  return row.began.getTime();
}

/** Kinds of the promises that the systems' books hold for one order, each with how often. */
function promises(scene: LeaseScene, number: string): Record<string, number> {
  const { lazada, shopee, pandapon } = scene.world;
  const calls = [lazada, shopee, pandapon].flatMap(({ shell }) => shell.calls);
  const counts: Record<string, number> = {};
  for (const { operation, order } of calls) {
    if (order !== number || !SPENDING.has(operation)) continue;
    counts[operation] = (counts[operation] ?? 0) + 1;
  }
  const bought = pandapon.books().orders.filter((each) => each.sellerOrderNumber === number);
  return {
    ...counts,
    bought: bought.length,
    paid: bought.reduce((sum, each) => sum + each.timesPaid, 0),
  };
}

/** The purchase is known, and old enough for a listing to have to show it. */
async function untilBought({ core }: LeaseScene, number: string): Promise<void> {
  await until(async () => {
    const { rows } = await sql`
      select from purchase join sales_order o on o.id = sales_order_id
      where o.order_number = ${number} and placed_at < now() - interval '2 s'`.execute(core.db);
    expect(rows).toHaveLength(1);
  });
}

const SPENDING = new Set([
  'createOrder',
  'payOrder',
  '/order/fulfill/pack',
  '/order/package/rts',
  'ship_order',
]);
const ONCE_LAZADA = {
  createOrder: 1,
  payOrder: 1,
  '/order/fulfill/pack': 1,
  '/order/package/rts': 1,
  bought: 1,
  paid: 1,
};
const ONCE_SHOPEE = { createOrder: 1, payOrder: 1, ship_order: 1, bought: 1, paid: 1 };

describe.concurrent('workers on one database', () => {
  test('what a killed worker had begun is taken up within a minute', {
    timeout: 150_000,
  }, async (context) => {
    const scene = await openScene(context);
    const { lazada, pandapon } = scene.world;
    const one = await scene.start();
    const [atLazada, atAgent] = [lazada, pandapon].map(({ shell }) => holdCalls(shell));
    if (!atLazada || !atAgent) throw new Error('two simulators');
    const known = scene.orderShopee();
    await untilBought(scene, known);
    // Its order's job is in the middle of the purchase, then one of each other kind in its own.
    const bought = scene.orderShopee();
    await atAgent.hold('createOrder', 'after', bought);
    await Promise.all([
      atAgent.hold('listOrders', 'before'),
      atLazada.hold('/orders/get', 'before'),
    ]);
    const held = await heldJobs(scene, bought);
    expect(held.map((job) => job.name)).toEqual(['listing', 'order', 'pull']);
    await scene.start();
    const killed = Date.now();
    await one.kill();
    const later = scene.orderLazada();
    const seconds: Record<string, number> = {};
    await until(async () => {
      for (const { id, name } of held) {
        seconds[name] = ((await takenUpAt(scene, id)) - killed) / 1_000;
      }
    });
    for (const each of Object.values(seconds)) expect(each).toBeLessThan(MINUTE);
    for (const each of [bought, later]) {
      await until(async () => expect(await scene.shown(each)).toBe(`${each} shipped`));
    }
    // A call that is never answered is not in the simulator's list of calls.
    expect(promises(scene, bought)).toEqual({ ...ONCE_SHOPEE, createOrder: undefined });
    expect(promises(scene, later)).toEqual(ONCE_LAZADA);
  });

  test('a worker that was frozen before it sent does not send when it goes on', {
    timeout: 150_000,
  }, async (context) => {
    // One call a second: between the intent and its call there is time to freeze.
    const scene = await openScene(context, { accountLimit: 1 });
    const one = await scene.start();
    // A listing proves that something is missing only where it shows another order.
    const known = scene.orderLazada();
    await untilBought(scene, known);
    const number = scene.orderShopee();
    await until(async () => {
      await scene.core.db
        .selectFrom('attempt')
        .innerJoin('sales_order', 'sales_order.id', 'attempt.sales_order_id')
        .select('attempt.id')
        .where('sales_order.order_number', '=', number)
        .executeTakeFirstOrThrow();
      one.freeze();
    });
    expect(promises(scene, number)).toEqual({ bought: 0, paid: 0 });
    await scene.start();
    await until(async () => expect(await scene.shown(number)).toBe(`${number} shipped`));
    one.goOn();
    // Its running work is ended first: what it would still send, it has sent then.
    expect(await one.terminate()).toBe(0);
    expect(promises(scene, number)).toEqual(ONCE_SHOPEE);
  });

  test('two workers with a heap of jobs for the same orders promise everything once', {
    timeout: 150_000,
  }, async (context) => {
    const scene = await openScene(context);
    const workers = await Promise.all([scene.start(), scene.start()]);
    const numbers = [0, 1, 2].flatMap(() => [scene.orderLazada(), scene.orderShopee()]);
    const boss = new PgBoss({
      connectionString: scene.core.databaseUrl,
      supervise: false,
      schedule: false,
    });
    await boss.start();
    context.onTestFinished(() => boss.stop({ graceful: false }));
    let rounds = 0;
    const look = async () => {
      const orders = await scene.core.db.selectFrom('sales_order').select('id').execute();
      // More than this only makes a heap that takes long to work off.
      if (orders.length === numbers.length) rounds += 1;
      // Each in a group of its own, so that the queue keeps no two of an order apart.
      for (const { id } of rounds > 20 ? [] : orders) {
        for (const owner of ['agent', undefined]) {
          const group = { id: crypto.randomUUID() };
          await boss.send(
            'order',
            { id, look: owner, by: 'test' },
            { group, singletonKey: group.id },
          );
        }
      }
      for (const each of numbers) expect(await scene.shown(each)).toBe(`${each} shipped`);
    };
    await vi.waitFor(look, { timeout: 100_000, interval: 300 });
    for (const [index, each] of numbers.entries()) {
      expect(promises(scene, each)).toEqual(index % 2 === 0 ? ONCE_LAZADA : ONCE_SHOPEE);
    }
    for (const worker of workers) expect(worker.logged()).toContain('"msg":"call"');
  });
});
