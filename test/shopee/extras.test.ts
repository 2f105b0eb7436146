/** The shop, the packages to arrange and the tracking history, where a scripted Shopee shows more. */
import { expect, test } from 'vitest';
import { Malformed, Rejected } from '../../connectors/errors.ts';
import type { Package, SalesOrder } from '../../connectors/marketplace.ts';
import { done, type Reply, SHOP, scripted, storeAt } from './server.ts';

const flat = (more: object) => ({ error: '', message: '', request_id: 'r-1', ...more });

async function storeThatAnswers(reply: Reply) {
  const script = await scripted(() => reply);
  return { script, store: storeAt(script.url) };
}

test.each([
  ['NORMAL', 'active'],
  ['BANNED', 'other'],
  ['FROZEN', 'other'],
  ['', 'other'],
])('a shop whose status is "%s" is %s', async (status, state) => {
  const { store } = await storeThatAnswers(
    flat({ shop_name: 'openapi_pshop_1', region: 'TW', status, expire_time: 1642069441 }),
  );
  expect(await store.readShop?.()).toEqual({
    sellerId: SHOP,
    name: 'openapi_pshop_1',
    country: 'tw',
    state,
    status: status || undefined,
    expiresAt: new Date('2022-01-13T10:24:01Z'),
  });
});

async function unarranged(reply: Reply) {
  const { script, store } = await storeThatAnswers(reply);
  const found: string[] = [];
  const listed = (async () => {
    for await (const { packageId } of store.unarranged?.() ?? []) found.push(packageId);
  })();
  return { script, found, error: await listed.catch((reason: unknown) => reason) };
}

const row = (package_number: string, is_shipment_arranged = false) => ({
  order_sn: '250211UJM7EVM7',
  package_number,
  is_shipment_arranged,
});

test('a package that was arranged since is left out of those to arrange', async () => {
  const { found, error } = await unarranged(
    done({
      packages_list: [row('OFG1'), row('OFG2', true), row('OFG3')],
      pagination: { total_count: 3, next_cursor: '', more: false },
    }),
  );
  expect([found, error]).toEqual([['OFG1', 'OFG3'], undefined]);
});

test.each(['1730437200,184066343203459', ''])(
  'a package list whose next cursor stays "%s" though more is announced is stopped',
  async (next_cursor) => {
    const { script, error } = await unarranged(
      done({ packages_list: [row('OFG1')], pagination: { next_cursor, more: true } }),
    );
    expect(error).toBeInstanceOf(Malformed);
    expect(script.calls.length).toBeLessThanOrEqual(2);
    expect(JSON.parse(script.calls[0]?.body ?? '{}').pagination).toEqual({ page_size: 100 });
  },
);

const ORDER = { orderId: '2409177JCSRTEU', shopee: { split: false } } as unknown as SalesOrder;
const PACKAGE = { packageId: 'OFG1', shopee: { split: false } } as unknown as Package;

test('the history is read oldest first, and an unsplit order names no package', async () => {
  const at = 1726561500;
  const { script, store } = await storeThatAnswers(
    done({
      tracking_info: [
        {
          update_time: at,
          description: '包裹正退回物流中心',
          logistics_status: 'FAILED_DELIVERED',
        },
        { update_time: at - 60, description: 'picked up', logistics_status: 'PICKED_UP' },
      ],
    }),
  );
  expect(await store.readTrace(ORDER, PACKAGE)).toEqual([
    { at: new Date((at - 60) * 1000), status: 'PICKED_UP', text: 'picked up' },
    { at: new Date(at * 1000), status: 'FAILED_DELIVERED', text: '包裹正退回物流中心' },
  ]);
  expect(script.calls[0]?.query.has('package_number')).toBe(false);
});

test('a history refused for another reason than its time is Rejected', async () => {
  const { store } = await storeThatAnswers({
    error: 'logistics.package_not_exist',
    message: 'The package is not exist.',
    request_id: 'r-1',
  });
  await expect(store.readTrace(ORDER, PACKAGE)).rejects.toBeInstanceOf(Rejected);
});

test('Shopee has one step only', async () => {
  const { script, store } = await storeThatAnswers(done({}));
  const prepared = store.prepareShip(ORDER, PACKAGE, undefined, 'tell-delivered');
  await expect(prepared).rejects.toBeInstanceOf(Rejected);
  expect(script.calls).toEqual([]);
});
