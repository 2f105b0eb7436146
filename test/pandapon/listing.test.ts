import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Malformed } from '../../connectors/errors.ts';
import { readAllPages } from '../../connectors/pandapon/paging.ts';
import { caught, connect, fixture, ok, pageOf, row, rows, scriptedServer } from './support.ts';

const period = { from: new Date('2024-07-18T00:00:00Z'), until: new Date('2024-07-20T00:00:00Z') };

/** Lists against a server that answers these pages in turn, and an empty one after them. */
async function listPages(pages: readonly { total: unknown; data: unknown }[], more: object = {}) {
  await using server = await scriptedServer((request) => {
    const last = pages.at(-1);
    return ok(pages[pageOf(request) - 1] ?? { total: last?.total, data: [] });
  });
  const listing = await connect(server.url, more).list(period);
  return { listing, arrived: server.arrived, ids: listing.orders.map((o) => o.agentOrderId) };
}

describe('what is asked', () => {
  test('v1: every page by GET, in China time, without a status filter', async () => {
    const { arrived, listing } = await listPages(
      [
        { total: 3, data: rows(1, 2) },
        { total: 3, data: rows(3, 3) },
      ],
      { pageSize: 2 },
    );
    expect(listing).toMatchObject({ complete: true, incompleteReason: undefined, pages: 2 });
    expect(arrived.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array(2).fill('GET /open/order/page'),
    );
    expect(Object.fromEntries(arrived[1]?.query ?? [])).toEqual({
      pageNum: '2',
      pageSize: '2',
      beginDateTime: '2024-07-18 08:00:00',
      endDateTime: '2024-07-20 08:00:00',
    });
  });

  test('v2: the same by POST', async () => {
    const { arrived, listing } = await listPages([{ total: 1, data: rows(1, 1) }], {
      generation: 'v2',
    });
    expect(listing.complete).toBe(true);
    expect(arrived).toHaveLength(1);
    expect(arrived[0]).toMatchObject({ method: 'POST', path: '/v2/taobao/order/page' });
    expect(JSON.parse(arrived[0]?.body ?? '')).toEqual({
      pageNum: 1,
      pageSize: 50,
      beginDateTime: '2024-07-18 08:00:00',
      endDateTime: '2024-07-20 08:00:00',
    });
  });

  test('a period with fractions of a second is widened to whole ones', async () => {
    await using server = await scriptedServer(() =>
      ok({
        total: 2,
        data: [
          row(1, { createTime: '2024-07-18 08:00:00' }),
          row(2, { createTime: '2024-07-18 08:00:02' }),
        ],
      }),
    );
    const listing = await connect(server.url).list({
      from: new Date('2024-07-18T00:00:00.700Z'),
      until: new Date('2024-07-18T00:00:01.300Z'),
    });
    expect(server.arrived[0]?.query.get('beginDateTime')).toBe('2024-07-18 08:00:00');
    expect(server.arrived[0]?.query.get('endDateTime')).toBe('2024-07-18 08:00:02');
    expect(listing.orders).toHaveLength(2);
  });
});

describe('the documented pages', () => {
  test('v1: one row of one is complete', async () => {
    const body = fixture('order-page-v1.response.body');
    await using server = await scriptedServer(() => ({ body }));
    const from = new Date('2023-09-21T00:00:00Z');
    const listing = await connect(server.url).list({ from, until: period.until });
    expect(listing).toMatchObject({ complete: true, pages: 1 });
    expect(listing.orders[0]).toMatchObject({ sellerOrderNumber: '1', orderSource: 'lazada' });
  });

  test('v2: five rows of 22, however often they come, are not complete', async () => {
    const body = fixture('order-page-v2.response.body');
    await using server = await scriptedServer(() => ({ body }));
    const listing = await connect(server.url, { generation: 'v2' }).list(period);
    expect(listing.orders).toHaveLength(5);
    expect(listing).toMatchObject({
      complete: false,
      incompleteReason: '5 different rows read of 22',
      pages: 2,
    });
  });
});

describe('a listing is complete', () => {
  test('when the server makes its pages smaller than asked', async () => {
    const pages = [1, 2, 3, 4, 5].map((id) => ({ total: 5, data: rows(id, id) }));
    const { listing, ids } = await listPages(pages, { pageSize: 50 });
    expect(ids).toEqual(['1', '2', '3', '4', '5']);
    expect(listing).toMatchObject({ complete: true, pages: 5 });
  });

  test('when the server gives everything at once', async () => {
    const { listing } = await listPages([{ total: 5, data: rows(1, 5) }], { pageSize: 2 });
    expect(listing).toMatchObject({ complete: true, pages: 1 });
  });

  test('when a row comes twice but all are there, once each', async () => {
    const { listing, ids } = await listPages([
      { total: 3, data: rows(1, 2) },
      { total: 3, data: rows(2, 3) },
    ]);
    expect(ids).toEqual(['1', '2', '3']);
    expect(listing.complete).toBe(true);
  });

  test('when it is empty', async () => {
    expect((await listPages([{ total: 0, data: [] }])).listing.complete).toBe(true);
    expect((await listPages([{ total: '0', data: null }])).listing.complete).toBe(true);
  });

  test('when the date filter is ignored: rows outside the period count, and are dropped', async () => {
    const { listing, ids } = await listPages([
      {
        total: 4,
        data: [
          row(1, { createTime: '2024-07-18 07:59:59' }),
          row(2, { createTime: '2024-07-18 08:00:00' }),
          row(3, { createTime: '2024-07-20 08:00:01' }),
          row(4, { createTime: 'some day' }),
        ],
      },
    ]);
    expect(ids).toEqual(['2', '4']);
    expect(listing.complete).toBe(true);
  });
});

describe('a listing is not complete', () => {
  test('when total changes while paging', async () => {
    const { listing, ids } = await listPages([
      { total: 3, data: rows(1, 2) },
      { total: 4, data: rows(3, 4) },
    ]);
    expect(ids).toHaveLength(4);
    expect(listing).toMatchObject({
      complete: false,
      incompleteReason: 'the number of rows changed while reading: 3, 4',
    });
  });

  test('when a page is lost', async () => {
    const { listing } = await listPages([
      { total: 6, data: rows(1, 2) },
      { total: 6, data: [] },
      { total: 6, data: rows(5, 6) },
    ]);
    expect(listing).toMatchObject({
      complete: false,
      incompleteReason: '2 different rows read of 6',
      pages: 2,
    });
  });

  test('when a row shifts to the next page while reading and another is missed', async () => {
    const { listing } = await listPages([
      { total: 4, data: rows(1, 2) },
      { total: 4, data: rows(2, 3) },
    ]);
    expect(listing.complete).toBe(false);
  });

  test('when the page number is ignored and every page is the first', async () => {
    const first = { total: 4, data: rows(1, 2) };
    const { listing } = await listPages([first, first, first]);
    expect(listing).toMatchObject({ complete: false, pages: 2 });
  });

  test('when there are more rows than total', async () => {
    const { listing } = await listPages([{ total: 1, data: rows(1, 2) }]);
    expect(listing.incompleteReason).toBe('2 different rows read of 1');
  });

  test.each([null, 'many', -1, 1.5])('when total is %j', async (total) => {
    await using server = await scriptedServer((request) =>
      ok({ total, data: pageOf(request) === 1 ? rows(1, 1) : [] }),
    );
    const listed = connect(server.url).list(period);
    if (total === 1.5) return expect(await caught(listed)).toBeInstanceOf(Malformed);
    expect(await listed).toMatchObject({ complete: false, orders: [{ agentOrderId: '1' }] });
  });

  test('when there is no data at all', async () => {
    await using server = await scriptedServer(() => ok(null));
    expect((await connect(server.url).list(period)).complete).toBe(false);
  });

  test('when a row is unreadable: it says which, and keeps the others', async () => {
    const bad = row(2, { subOrderVOS: [{ quantity: 'x' }] });
    const { listing, ids } = await listPages([
      { total: 4, data: [row(1), bad] },
      { total: 4, data: [row(3), null] },
    ]);
    expect(ids).toEqual(['1', '3']);
    expect(listing.complete).toBe(false);
    expect(listing.incompleteReason).toMatch(/^2 unreadable: order 2: line 1.*order without id/);
  });
});

test('paging ends, and claims completeness only with total different rows of a constant total', async () => {
  const page = fc.record({
    total: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
    rows: fc.array(
      fc.integer({ min: 1, max: 6 }).map((id) => row(id)),
      { maxLength: 4 },
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(page, { minLength: 1, maxLength: 8 }), async (pages) => {
      const served: (typeof pages)[number][] = [];
      const all = await readAllPages(async (pageNum) => {
        const now = pages[pageNum - 1] ?? { total: pages.at(-1)?.total, rows: [] };
        served.push(now);
        return now;
      });
      const seen = new Set(served.flatMap(({ rows: each }) => each.map(({ id }) => id)));
      expect(all.pages).toBe(served.length);
      expect(all.rows).toHaveLength(seen.size);
      const totals = new Set(served.map(({ total }) => total));
      expect(all.incompleteReason === undefined).toBe(totals.size === 1 && totals.has(seen.size));
    }),
  );
});

test('paging gives up a listing that never ends, and says so', async () => {
  const all = await readAllPages(async (pageNum) => ({ total: 1e9, rows: [{ id: pageNum }] }));
  expect(all).toMatchObject({ pages: 1000, incompleteReason: 'still more rows after 1000 pages' });
});
