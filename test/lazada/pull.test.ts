import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Malformed } from '../../connectors/errors.ts';
import type { ListedOrder, PullOptions } from '../../connectors/marketplace.ts';
import { type Arrived, collect, item, ok, order, type Scripted, scripted, store } from './given.ts';

const START = Date.parse('2026-03-01T04:00:00Z');

/** `2026-03-01 12:00:05 +0800` for second 5. */
function at(second: number): string {
  const local = new Date(START + second * 1000 + 8 * 3600_000).toISOString();
  return `${local.slice(0, 19).replace('T', ' ')} +0800`;
}

interface Listed {
  readonly id: number;
  second: number;
  readonly bad?: boolean;
}

/** A Lazada with these orders. `page` rows per page, whatever limit is asked; no items for `missing`. */
async function lazadaWith(
  orders: Listed[],
  rules: {
    page?: number;
    missing?: number[];
    ignoreOffset?: boolean;
    onList?: (n: number) => void;
  } = {},
): Promise<Scripted> {
  let lists = 0;
  return scripted(({ path, parameters }) => {
    if (path === '/rest/orders/items/get') {
      const ids = (JSON.parse(parameters.order_ids ?? '[]') as number[]).filter(
        (id) => !rules.missing?.includes(id),
      );
      return ok(ids.map((id) => ({ order_id: id, order_items: [item(id, id * 10)] })));
    }
    lists += 1;
    rules.onList?.(lists);
    const from = Date.parse(parameters.update_after ?? '');
    const until = Date.parse(parameters.update_before ?? '');
    const offset = rules.ignoreOffset ? 0 : Number(parameters.offset);
    const rows = orders
      .filter(({ second }) => START + second * 1000 >= from && START + second * 1000 <= until)
      .toSorted((a, b) => a.second - b.second || a.id - b.id)
      .slice(offset, offset + (rules.page ?? Number(parameters.limit)))
      .map(({ id, second, bad }) => order(id, at(second), bad ? { price: { amount: 1 } } : {}));
    return ok({ count: 0, countTotal: 0, orders: rows });
  });
}

function period(more: Partial<PullOptions> = {}): PullOptions {
  return {
    from: new Date(START),
    until: new Date(START + 3600_000),
    changed: async (rows) => rows.map(({ orderId }) => orderId),
    ...more,
  };
}

async function pulled(server: Scripted, more: Partial<PullOptions> = {}) {
  const pages = await collect(store(server).pull(period(more)));
  return {
    pages,
    ids: pages.flatMap((page) => page.orders.map(({ orderId }) => Number(orderId))),
    covered: pages.map(({ coveredUntil }) => (coveredUntil.getTime() - START) / 1000),
  };
}

function lists({ requests }: Scripted): Arrived[] {
  return requests.filter(({ path }) => path === '/rest/orders/get');
}

function range(count: number, second: (index: number) => number): Listed[] {
  return Array.from({ length: count }, (_, index) => ({ id: index + 1, second: second(index) }));
}

test('it asks ascending by update time, without a status, and keeps the + of the offset', async () => {
  const server = await lazadaWith([]);
  const { covered } = await pulled(server);
  expect(covered).toEqual([0]);
  const [request, ...others] = lists(server);
  expect(others).toEqual([]);
  expect(request?.parameters).toMatchObject({
    update_after: '2026-03-01T12:00:00+08:00',
    update_before: '2026-03-01T13:00:00+08:00',
    sort_by: 'updated_at',
    sort_direction: 'ASC',
    offset: '0',
    limit: '100',
  });
  expect(request?.parameters).not.toHaveProperty('status');
  expect(request?.rawQuery).toContain('update_after=2026-03-01T12%3A00%3A00%2B08%3A00');
});

test('it moves update_after to the last row, with offset 0, and hands each row over once', async () => {
  const server = await lazadaWith(range(250, (index) => index));
  const { ids, covered } = await pulled(server);
  expect(ids).toEqual(range(250, () => 0).map(({ id }) => id));
  expect(covered).toEqual([99, 198, 249, 249]);
  expect(
    lists(server).map(({ parameters }) => [
      parameters.update_after?.slice(14, 19),
      parameters.offset,
    ]),
  ).toEqual([
    ['00:00', '0'],
    ['01:39', '0'],
    ['03:18', '0'],
    ['04:09', '0'],
  ]);
});

test('a second that holds more than a page is paged by offset inside that second', async () => {
  const server = await lazadaWith([...range(260, () => 7), { id: 900, second: 8 }]);
  const { ids, covered } = await pulled(server);
  expect(ids.toSorted((a, b) => a - b)).toEqual([...range(260, () => 0).map(({ id }) => id), 900]);
  expect(new Set(ids).size).toBe(261);
  expect(covered).toEqual([7, 7, 8, 8]);
  const offsets = lists(server).map(({ parameters }) => Number(parameters.offset));
  expect(Math.max(...offsets)).toBeGreaterThan(99);
  expect(Math.max(...offsets)).toBeLessThanOrEqual(4500);
});

test.each([[2], [3]])(
  'rows that leave such a second before listing %i cost none of the others',
  async (before) => {
    const orders = range(350, () => 7);
    const server = await lazadaWith(orders, {
      // Orders 5 to 7 are updated meanwhile: all behind them move up by three.
      onList: (number) => {
        if (number === before) for (const moved of orders.slice(4, 7)) moved.second = 60;
      },
    });
    const { ids } = await pulled(server);
    expect(new Set(ids)).toEqual(new Set(orders.map(({ id }) => id)));
  },
);

test.each([[1], [3], [7], [250]])(
  'a server that gives %i rows whatever the limit loses none',
  async (page) => {
    const server = await lazadaWith(
      range(23, (index) => Math.floor(index / 4)),
      { page },
    );
    const { ids } = await pulled(server);
    expect(ids.toSorted((a, b) => a - b)).toEqual(range(23, () => 0).map(({ id }) => id));
  },
);

test('an ignored offset with a full page in one second stops with an alarm', async () => {
  const server = await lazadaWith(
    range(150, () => 7),
    { ignoreOffset: true },
  );
  await expect(pulled(server)).rejects.toBeInstanceOf(Malformed);
});

test('an ignored offset with a few rows in one second is the end', async () => {
  const server = await lazadaWith(
    range(3, () => 7),
    { ignoreOffset: true },
  );
  expect((await pulled(server)).ids).toEqual([1, 2, 3]);
});

test('a broken row is kept aside, and an order without items stays owed', async () => {
  const orders = range(5, (index) => index).map((one) => ({ ...one, bad: one.id === 3 }));
  const server = await lazadaWith(orders, { missing: [4] });
  const { pages, ids, covered } = await pulled(server);
  expect(ids).toEqual([1, 2, 5]);
  expect(pages.flatMap(({ broken }) => broken.map(({ orderId }) => orderId))).toEqual(['3']);
  expect(pages.flatMap(({ missing }) => missing)).toEqual(['4']);
  expect(pages[0]?.listed).toBe(5);
  expect(covered.at(-1)).toBe(4);
});

test('rows that are nothing at all do not stop the page', async () => {
  const server = await scripted(({ path, parameters }) => {
    if (path === '/rest/orders/items/get') return ok([{ order_id: 1, order_items: [item(1, 2)] }]);
    const first = parameters.offset === '0' && parameters.update_after?.includes('12:00:00');
    return ok({ orders: first ? [null, 'x', { order_id: 8 }, order(1, at(5))] : [] });
  });
  const { ids, pages } = await pulled(server);
  expect(ids).toEqual([1]);
  expect(pages.flatMap(({ broken }) => broken)).toHaveLength(3);
  expect(pages.flatMap(({ broken }) => broken.map(({ orderId }) => orderId))).toContain('8');
});

test('items are read for changed orders only, 50 at a time', async () => {
  const server = await lazadaWith(range(100, (index) => index));
  const shown: ListedOrder[] = [];
  const { ids } = await pulled(server, {
    changed: async (rows) => {
      shown.push(...rows);
      return rows.map(({ orderId }) => orderId).filter((id) => Number(id) <= 60);
    },
  });
  expect(ids).toHaveLength(60);
  expect(shown).toHaveLength(100);
  expect(shown[9]).toEqual({ orderId: '10', updatedAt: new Date(START + 9000) });
  const batches = server.requests.filter(({ path }) => path === '/rest/orders/items/get');
  expect(batches.map(({ parameters }) => JSON.parse(parameters.order_ids ?? '').length)).toEqual([
    50, 10,
  ]);
  expect(server.requests.filter(({ path }) => path === '/rest/order/get')).toEqual([]);
});

test('an answer without a list of orders is no empty page', async () => {
  const server = await scripted(() => ok({ count: 0 }));
  await expect(pulled(server)).rejects.toBeInstanceOf(Malformed);
});

test('whatever seconds the orders share and whatever the page size, each is handed over once', async () => {
  const seconds = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(seconds, fc.integer({ min: 1, max: 45 }), async (times, page) => {
      const server = await lazadaWith(
        times.map((second, index) => ({ id: index + 1, second })),
        { page },
      );
      const { ids, covered } = await pulled(server);
      expect(ids.toSorted((a, b) => a - b)).toEqual(times.map((_, index) => index + 1));
      expect(covered).toEqual(covered.toSorted((a, b) => a - b));
    }),
    { numRuns: 40 },
  );
});
