import { expect, test } from 'vitest';
import { Rejected, Unknown } from '../../connectors/errors.ts';
import { isBroken, toSalesOrder } from '../../connectors/lazada/orders.ts';
import type { CancelReason } from '../../connectors/marketplace.ts';
import { item, ok, order, type Scripted, scripted, soon, store } from './given.ts';

const reason_options = [
  { reason_id: '10000019', reason_name: 'Sourcing Delay' },
  { reason_id: 10000021, reason_name: 'Out of Stock' },
  { reason_id: '10000023', reason_name: 'Wrong Price' },
];
const may = { tip_type: 'warning', tip_content: 'stock will be set as 0', reason_options };

function prepare(server: Scripted, reason: CancelReason, items = [item(1, 2), item(1, 3)]) {
  const read = toSalesOrder('1', order(1, '2026-03-01 12:00:00 +0800'), items, 'sg');
  if (isBroken(read)) throw new Error(read.error);
  return store(server).prepareCancel(read, reason);
}

test.each([
  ['out-of-stock', '10000021'],
  ['wrong-price', '10000023'],
  ['buyer-asked', '10000019'],
  ['undeliverable', '10000019'],
] as const)('%s takes reason %s of those offered', async (reason, reason_id) => {
  const server = await scripted(() => ok(may));
  expect(await prepare(server, reason)).toEqual({
    orderId: '1',
    payload: { order_id: '1', order_item_id_list: '["2","3"]', reason_id },
  });
  expect(server.requests[0]).toMatchObject({
    method: 'GET',
    path: '/rest/order/reverse/cancel/validate',
  });
});

test('lines on their way are left out; with none left it is refused without asking', async () => {
  const server = await scripted(() => ok(may));
  const some = [item(1, 2), item(1, 3, { status: 'shipped' })];
  const { payload } = await prepare(server, 'out-of-stock', some);
  expect(payload).toMatchObject({ order_item_id_list: '["2"]' });
  const gone = prepare(server, 'out-of-stock', [item(1, 3, { status: 'shipped' })]);
  await expect(gone).rejects.toBeInstanceOf(Rejected);
  expect(server.requests).toHaveLength(1);
});

test.each([
  [{ tip_type: 'error', tip_content: 'already shipped' }, /already shipped/],
  [
    { tip_type: 'warn', reason_options: [{ reason_id: 1, reason_name: 'Other' }] },
    /offered: Other/,
  ],
  [{}, /offered/],
])('a validation that answers %o refuses', async (data, message) => {
  const server = await scripted(() => ok(data));
  await expect(prepare(server, 'out-of-stock')).rejects.toThrow(message);
});

const request = {
  orderId: '1',
  payload: { order_id: '1', order_item_id_list: '["2"]', reason_id: '10000021' },
};

test('the creation is a GET with the frozen parameters', async () => {
  const server = await scripted(() => ok({ tip_type: 'success' }));
  await store(server).cancel(request, soon());
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]).toMatchObject({
    method: 'GET',
    path: '/rest/order/reverse/cancel/create',
    parameters: request.payload,
  });
});

test.each([
  [ok({ tip_type: 'error', tip_content: 'no' }), Rejected],
  [{ code: '123', message: 'invalid trade order lines' }, Rejected],
  [{ code: '106', message: 'ROC internal error' }, Unknown],
  [{ status: 502, body: '<html>502</html>' }, Unknown],
])('a creation answered with %o is sent once', async (answer, kind) => {
  const server = await scripted(() => answer);
  await expect(store(server).cancel(request, soon())).rejects.toBeInstanceOf(kind);
  expect(server.requests).toHaveLength(1);
});
