/** Pulling: every order once, whatever is late, broken, doubled or missing. */
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { Marketplace } from '../../connectors/marketplace.ts';
import type { Service } from '../../src/service.ts';
import { readOrder } from '../../src/stages/pull.ts';
import { CUP, CUP_MY, type Harness, openHarness, POT } from './harness.ts';

/** Nothing is bought: these tests look at what comes in. */
const OFF = {
  stores: {
    'tea-sg': { purchase: { mode: 'off' }, overlap: '60s' },
    'tea-my': { purchase: { mode: 'off' }, overlap: '60s' },
  },
};

const stored = async (h: Harness) => {
  const rows = await h.core.db.selectFrom('sales_order').select('order_number').execute();
  return rows.map((row) => row.order_number).toSorted();
};

const unread = (h: Harness) =>
  h.core.db.selectFrom('unread_order').select(['order_id', 'kind', 'tries']).execute();

const cursor = async (h: Harness, store: string) => {
  const row = await h.core.db
    .selectFrom('cursor')
    .select('covered_until')
    .where('store', '=', store)
    .executeTakeFirst();
  return row?.covered_until;
};

/** A service that reads a store's orders in another way. */
function reading(h: Harness, replace: (real: Marketplace) => Partial<Marketplace>): Service {
  const { connections } = h.service;
  return {
    ...h.service,
    connections: {
      ...connections,
      marketplace(store) {
        const real = connections.marketplace(store);
        return { ...real, ...replace(real) };
      },
    },
  };
}

test('a pull takes what was updated since the last one, less the overlap', async () => {
  const h = await openHarness(OFF);
  const first = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  h.advanceClock(600_000);
  await h.pull('tea-sg');
  const covered = Number(await cursor(h, 'tea-sg'));
  const late = h.orderLazada([CUP]);
  h.lazada.setUpdatedAt(late, covered - 30_000);
  const tooLate = h.orderLazada([CUP]);
  h.lazada.setUpdatedAt(tooLate, covered - 90_000);
  await h.pull('tea-sg');
  expect(await stored(h)).toEqual([first, late].toSorted());
});

test('a page that cannot be stored leaves the cursor where it was, and is pulled again', async () => {
  const h = await openHarness(OFF);
  h.lazada.setListingLimit(2);
  const numbers: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    numbers.push(h.orderLazada([CUP]));
    h.advanceClock(2_000);
  }
  const bad = numbers[3] ?? '';
  await sql
    .raw(
      `create function refuse() returns trigger language plpgsql as $$ begin
        if new.order_id = '${bad}' then raise exception 'disk full'; end if; return new; end $$;
      create trigger refuse before insert on sales_order for each row execute function refuse()`,
    )
    .execute(h.core.db);
  await expect(h.pullNow('tea-sg')).rejects.toThrow('disk full');
  const kept = await stored(h);
  expect(kept.length).toBeGreaterThan(0);
  expect(kept).not.toContain(bad);
  const covered = Number(await cursor(h, 'tea-sg'));
  const updated = h.lazada.books().orders.find((order) => order.orderId === bad)?.updatedAt;
  expect(covered).toBeLessThanOrEqual(Number(updated));

  await sql.raw('drop trigger refuse on sales_order').execute(h.core.db);
  await h.pull('tea-sg');
  expect(await stored(h)).toEqual(numbers.toSorted());
});

test('more orders in one second than a page holds are all taken', async () => {
  const h = await openHarness(OFF);
  h.lazada.setListingLimit(3);
  const second = h.clock.now().getTime();
  const numbers = Array.from({ length: 10 }, () => h.orderLazada([CUP], { createdAt: second }));
  await h.pull('tea-sg');
  expect(await stored(h)).toEqual(numbers.toSorted());
});

describe('a first start', () => {
  test('ignores what was created before the start date, with the reason', async () => {
    const h = await openHarness({
      stores: { 'tea-sg': { start: '2026-06-01' }, 'tea-my': { start: '2026-06-01' } },
    });
    const lazada = h.orderLazada([CUP], { createdAt: '2026-05-31T10:00:00Z' });
    h.lazada.setUpdatedAt(lazada, h.clock.now().getTime());
    await h.pull('tea-sg');
    const summary = await h.summary(lazada);
    expect(summary).toMatchObject({ state: 'ignored' });
    expect(summary.reason).toContain('start date');
    expect(h.boughtAtAgent(lazada)).toBe(0);
  });

  test.each(['shipped', 'delivered', 'canceled'])(
    'ignores a Lazada order that is %s already',
    async (status) => {
      const h = await openHarness();
      const number = h.orderLazada([CUP]);
      h.lazada.setStatus(number, status);
      await h.pull('tea-sg');
      const summary = await h.summary(number);
      expect(summary.state).toBe('ignored');
      expect(summary.reason).toContain('when first seen');
      expect(h.boughtAtAgent(number)).toBe(0);
    },
  );

  test('ignores a Shopee order that is shipped already', async () => {
    const h = await openHarness();
    const number = h.orderShopee([CUP_MY]);
    h.shopee.pickUp(number);
    await h.pull('tea-my');
    expect((await h.summary(number)).state).toBe('ignored');
  });
});

describe('what is known already', () => {
  test('and unchanged writes nothing', async () => {
    const h = await openHarness(OFF);
    const lazada = h.orderLazada([CUP]);
    const shopee = h.orderShopee([CUP_MY]);
    for (const store of ['tea-sg', 'tea-my'] as const) await h.pull(store);
    const before = [await h.events(lazada), await h.events(shopee)];
    h.advanceClock(20_000);
    for (const store of ['tea-sg', 'tea-my'] as const) await h.pull(store);
    expect([await h.events(lazada), await h.events(shopee)]).toEqual(before);
    expect(before[0]).toEqual(['order-pulled', 'order-planned']);
  });

  test('and only touched, with nothing in it changed, writes no event', async () => {
    const h = await openHarness(OFF);
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    const before = await h.events(number);
    h.advanceClock(60_000);
    h.lazada.setUpdatedAt(number, h.clock.now().getTime() - 2_000);
    expect((await h.pull('tea-sg')).read).toBe(1);
    expect(await h.events(number)).toEqual(before);
  });

  test('is not read again in detail at Lazada', async () => {
    const h = await openHarness(OFF);
    h.orderLazada([CUP]);
    h.advanceClock(5_000);
    await h.pull('tea-sg');
    h.advanceClock(20_000);
    expect(await h.pull('tea-sg')).toMatchObject({ listed: 1, read: 0 });
  });

  test('but changed in the second it was read in is read again', async () => {
    const h = await openHarness(OFF);
    const number = h.orderLazada([CUP, POT]);
    await h.pull('tea-sg');
    // Lazada's times are whole seconds: this change carries the same one.
    const updated = h.lazada.books().orders[0]?.updatedAt;
    h.lazada.buyerCancels(number);
    h.lazada.setUpdatedAt(number, Number(updated));
    await h.pull('tea-sg');
    await h.waitForState(number, 'cancelled');
  });

  test('is not overwritten by a read that began earlier', async () => {
    const h = await openHarness(OFF);
    const number = h.orderLazada([CUP]);
    await h.pull('tea-sg');
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun: () => void = () => {};
    const reads = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const slow = reading(h, (real) => ({
      async readOrders(ids) {
        const read = await real.readOrders(ids);
        begun();
        await gate;
        return read;
      },
    }));
    const older = readOrder(slow, 'tea-sg', number, 'push');
    await reads;
    h.advanceClock(2_000);
    h.lazada.buyerCancels(number);
    await h.push('tea-sg', number);
    release();
    await older;
    const { lines } = await h.snapshot(number);
    expect(lines.map((line) => line.phase)).toEqual(['cancelled']);
  });
});

describe('an order that cannot be read', () => {
  test('is kept aside, does not stop its page, and comes in when it can be read again', async () => {
    const h = await openHarness(OFF);
    const bad = h.orderShopee([CUP_MY]);
    const good = h.orderShopee([CUP_MY]);
    h.shopee.breakOrder(bad);
    await h.pull('tea-my');
    expect(await stored(h)).toEqual([good]);
    expect(await unread(h)).toMatchObject([{ order_id: bad, kind: 'broken' }]);

    h.shopee.breakOrder(bad, false);
    h.advanceClock(600_000);
    await h.pull('tea-my');
    expect(await stored(h)).toEqual([bad, good].toSorted());
    expect(await unread(h)).toEqual([]);
  });

  test('stays aside with its error while it is broken, and the pull goes on', async () => {
    const h = await openHarness(OFF);
    const bad = h.orderLazada([CUP]);
    const good = h.orderLazada([CUP]);
    h.lazada.breakOrder(bad);
    await h.pull('tea-sg');
    await h.pull('tea-sg');
    expect(await stored(h)).toEqual([good]);
    expect(await unread(h)).toMatchObject([{ kind: 'broken' }]);
  });

  test('because the detail answer left it out stays owed, also past the overlap', async () => {
    const h = await openHarness(OFF);
    const missing = h.orderShopee([CUP_MY]);
    const good = h.orderShopee([CUP_MY]);
    h.shopee.omitFromDetail(missing, 2);
    await h.pull('tea-my');
    expect(await stored(h)).toEqual([good]);
    expect(await unread(h)).toMatchObject([{ order_id: missing, kind: 'missing' }]);
    h.advanceClock(600_000);
    await h.pull('tea-my');
    await h.pull('tea-my');
    expect(await stored(h)).toEqual([missing, good].toSorted());
    expect(await unread(h)).toEqual([]);
  });
});

test('a push and a pull of the same order, at once, meet in one row', async () => {
  const h = await openHarness(OFF);
  const numbers = Array.from({ length: 10 }, () => h.orderLazada([CUP]));
  await Promise.all([
    h.pullNow('tea-sg'),
    ...numbers.map((number) => readOrder(h.service, 'tea-sg', number, 'push')),
    h.pullNow('tea-sg'),
  ]);
  await h.run();
  expect(await stored(h)).toEqual(numbers.toSorted());
  for (const number of numbers) {
    expect(await h.events(number)).toEqual(['order-pulled', 'order-planned']);
  }
});

test('a number that the marketplace uses again is held, and the older order stays as it was', async () => {
  const h = await openHarness(OFF);
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  const before = await h.snapshot(number);
  h.advanceClock(60_000);
  const other = reading(h, (real) => ({
    async readOrders(ids) {
      const read = await real.readOrders(ids);
      const orders = read.orders.map((order) => ({
        ...order,
        createdAt: h.clock.now(),
        updatedAt: h.clock.now(),
        lines: order.lines.map((line) => ({ ...line, lineId: `9${line.lineId}`, sku: 'OTHER' })),
      }));
      return { ...read, orders };
    },
  }));
  await readOrder(other, 'tea-sg', number, 'push');
  await h.run();
  expect(await h.holds(number)).toEqual(['number-reused']);
  const after = await h.snapshot(number);
  expect(after.lines).toEqual(before.lines);
  expect(after.order.source_created_at).toEqual(before.order.source_created_at);
});

test('a failing pull leaves its error beside the cursor, and the next one clears it', async () => {
  const h = await openHarness(OFF);
  h.shopee.stuckCursor(true);
  h.orderShopee([CUP_MY]);
  await expect(h.pullNow('tea-my')).rejects.toThrow('cursor');
  const row = () => h.core.db.selectFrom('cursor').selectAll().executeTakeFirstOrThrow();
  expect((await row()).last_error).toContain('cursor');
  h.shopee.stuckCursor(false);
  await h.pull('tea-my');
  expect((await row()).last_error).toBeNull();
});
