import { describe, expect, test } from 'vitest';
import { Malformed } from '../../connectors/errors.ts';
import type { PullPage } from '../../connectors/marketplace.ts';
import { type Call, done, fixture, type Reply, scripted, storeAt, tokenSource } from './server.ts';

const DAY = 24 * 3600;
const FROM = 1788000000;

function detail(call: Call, change: (sn: string) => object | undefined = () => ({})): Reply {
  const rows = (call.query.get('order_sn_list') ?? '').split(',').flatMap((sn) => {
    const changed = change(sn);
    return changed
      ? [
          {
            ...fixture('get_order_detail.sg-ready').response.order_list[0],
            order_sn: sn,
            ...changed,
          },
        ]
      : [];
  });
  return rows.length > 0
    ? done({ order_list: rows })
    : { error: 'error_not_found', message: 'Wrong parameters' };
}

function page(ids: readonly string[], next?: string): Reply {
  return done({
    more: next !== undefined,
    next_cursor: next ?? '',
    order_list: ids.map((order_sn) => ({ order_sn })),
  });
}

async function drain(url: string, days: number, changed?: (ids: string[]) => string[]) {
  const pages: PullPage[] = [];
  const period = { from: new Date(FROM * 1000), until: new Date((FROM + days * DAY) * 1000) };
  for await (const read of storeAt(url).pull({
    ...period,
    changed: async (rows) => {
      const ids = rows.map((row) => row.orderId);
      return changed ? changed(ids) : ids;
    },
  })) {
    pages.push(read);
  }
  return pages;
}

const covered = (pages: readonly PullPage[]) =>
  pages.map((it) => it.coveredUntil.getTime() / 1000 - FROM);

describe('pull', () => {
  test('asks for windows of at most 15 days by update time, without a status filter', async () => {
    const script = await scripted((call) =>
      call.operation === 'get_order_list' ? page(['A1']) : detail(call),
    );
    const pages = await drain(script.url, 40);
    const lists = script.callsOf('get_order_list');
    expect(
      lists.map((call) => [
        Number(call.query.get('time_from')) - FROM,
        Number(call.query.get('time_to')) - FROM,
      ]),
    ).toEqual([
      [0, 15 * DAY],
      [15 * DAY, 30 * DAY],
      [30 * DAY, 40 * DAY],
    ]);
    for (const { query } of lists) {
      expect(query.get('time_range_field')).toBe('update_time');
      expect(query.get('request_order_status_pending')).toBe('true');
      expect(query.has('order_status')).toBe(false);
      expect(query.has('cursor')).toBe(false);
    }
    const [details] = script.callsOf('get_order_detail');
    expect(details?.query.get('request_order_status_pending')).toBe('true');
    expect(details?.query.get('response_optional_fields')).toContain('item_list');
    expect(covered(pages)).toEqual([15 * DAY, 30 * DAY, 40 * DAY]);
    expect(script.calls.map((call) => call.fault)).toEqual(script.calls.map(() => undefined));
  });

  test('covers a window only with its last page, however short the pages are', async () => {
    const script = await scripted((call) => {
      if (call.operation !== 'get_order_list') return detail(call);
      const cursor = call.query.get('cursor');
      if (cursor === null) return page(['A1', 'A2'], '20');
      return cursor === '20' ? page([], 'x,1') : page(['A3']);
    });
    const pages = await drain(script.url, 1);
    expect(covered(pages)).toEqual([0, 0, DAY]);
    expect(pages.map((it) => it.listed)).toEqual([2, 0, 1]);
    expect(pages.flatMap((it) => it.orders.map((order) => order.orderId))).toEqual([
      'A1',
      'A2',
      'A3',
    ]);
  });

  test.each([
    ['an unchanged cursor', '20', /repeats its cursor/],
    ['an empty cursor', '', /gives no cursor/],
  ])(
    'more pages with %s stop it, and nothing of the window is covered',
    async (_what, next, why) => {
      const script = await scripted((call, nth) => {
        if (call.operation !== 'get_order_list') return detail(call);
        return nth === 0 ? page(['A1'], '20') : page(['A2'], next);
      });
      const seen: number[] = [];
      const run = async () => {
        const period = { from: new Date(FROM * 1000), until: new Date((FROM + DAY) * 1000) };
        const changed = async (rows: readonly { orderId: string }[]) =>
          rows.map((row) => row.orderId);
        for await (const read of storeAt(script.url).pull({ ...period, changed })) {
          seen.push(...covered([read]));
        }
      };
      const error = await run().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Malformed);
      expect((error as Error).message).toMatch(why);
      expect(seen).toEqual([0]);
      expect(script.callsOf('get_order_list')).toHaveLength(2);
    },
  );

  test('a list without "more" is not believed', async () => {
    const script = await scripted(() => done({ order_list: [] }));
    await expect(drain(script.url, 1)).rejects.toBeInstanceOf(Malformed);
  });

  test('reads only what the caller says has changed', async () => {
    const script = await scripted((call) =>
      call.operation === 'get_order_list' ? page(['A1', 'A2', 'A3']) : detail(call),
    );
    const [only] = await drain(script.url, 1, () => ['A2']);
    expect(only?.listed).toBe(3);
    expect(only?.orders.map((order) => order.orderId)).toEqual(['A2']);
    await drain(script.url, 1, () => []);
    expect(script.callsOf('get_order_detail')).toHaveLength(1);
  });

  test('an empty period asks nothing', async () => {
    const script = await scripted(() => undefined);
    expect(await drain(script.url, 0)).toEqual([]);
    expect(script.calls).toEqual([]);
  });
});

describe('reading orders', () => {
  test('goes in batches of 50', async () => {
    const script = await scripted((call) => detail(call));
    const ids = Array.from({ length: 120 }, (_, index) => `SN${index}`);
    const { orders } = await storeAt(script.url).readOrders(ids);
    expect(orders.map((order) => order.orderId)).toEqual(ids);
    const sizes = script.calls.map((call) => call.query.get('order_sn_list')?.split(',').length);
    expect(sizes).toEqual([50, 50, 20]);
  });

  test('an order left out of the answer is missing, one that cannot be read is broken', async () => {
    const script = await scripted((call) =>
      detail(call, (sn) => {
        if (sn === 'GONE') return undefined;
        return sn === 'BAD'
          ? { item_list: 'none', recipient_address: { name: 'Secret Name' } }
          : {};
      }),
    );
    const read = await storeAt(script.url).readOrders(['GOOD', 'GONE', 'BAD', 'ALSO']);
    expect(read.orders.map((order) => order.orderId)).toEqual(['GOOD', 'ALSO']);
    expect(read.missing).toEqual(['GONE']);
    expect(read.broken.map((it) => it.orderId)).toEqual(['BAD']);
    expect(read.broken[0]?.error).toContain('item_list');
    expect(read.broken[0]?.error).not.toContain('Secret');
  });

  test('when all of a batch are unknown, all are missing', async () => {
    const script = await scripted(() => ({
      error: 'error_not_found',
      message: 'Wrong parameters',
    }));
    const read = await storeAt(script.url).readOrders(['X', 'Y']);
    expect(read).toEqual({ orders: [], broken: [], missing: ['X', 'Y'] });
  });

  test('a wrong address (404) is an error, not a missing order', async () => {
    const script = await scripted(() => ({ http: 404, body: '{"error":"error_not_found"}' }));
    await expect(storeAt(script.url).readOrders(['X'])).rejects.toThrow(/does not know/);
  });

  test('ids beyond 2^53 arrive with all their digits', async () => {
    const script = await scripted((call) => {
      const text = JSON.stringify(detail(call)).replace('242672551207922', '1051400341536827267');
      return text;
    });
    const { orders } = await storeAt(script.url).readOrders(['A']);
    expect(orders[0]?.lines[0]?.lineId).toBe('1051400341536827267');
  });
});

describe('tokens and time', () => {
  test('a refused token is renewed once, by its name, and the read signed anew', async () => {
    const script = await scripted((call) =>
      call.query.get('access_token') === 'token-0'
        ? { error: 'error_auth', message: 'Invalid access_token.' }
        : detail(call),
    );
    const tokens = tokenSource();
    const { orders } = await storeAt(script.url, {}, tokens).readOrders(['A']);
    expect(orders).toHaveLength(1);
    expect(tokens.renewed).toEqual(['token-0']);
    expect(script.calls.map((call) => call.fault)).toEqual([undefined, undefined]);
  });

  test('an expired time stamp is signed anew once', async () => {
    const expired = { error: 'error_param', message: 'Timestamp is expired.' };
    const once = await scripted((call, nth) => (nth === 0 ? expired : detail(call)));
    expect((await storeAt(once.url).readOrders(['A'])).orders).toHaveLength(1);
    const always = await scripted(() => expired);
    await expect(storeAt(always.url).readOrders(['A'])).rejects.toMatchObject({ code: 'clock' });
    expect(always.calls).toHaveLength(2);
  });
});
