import { expect, test } from 'vitest';
import { Rejected, Unauthorized, Unavailable } from '../../connectors/errors.ts';
import { lazada } from '../../connectors/lazada/index.ts';
import { item, ok, order, scripted, soon, store } from './given.ts';

const UPDATED = '2026-03-01 12:00:00 +0800';

test('a POST is signed over the raw form values, and nothing empty is sent', async () => {
  const server = await scripted(() => ({
    code: '0',
    success: true,
    module: { result: true },
    request_id: 'r',
  }));
  const payload = {
    trackingNumber: 'SF 1+2&3=4%',
    source: 'OPENAPI',
    tag: 'FP1',
    trackInfo: JSON.stringify({ latestStatus: { status: 'é' }, latestEvent: { eventTime: 1 } }),
  };
  const request = { step: 'tell-number' as const, orderId: '1', packageId: 'FP1', payload };
  const result = await store(server, { sofStatusUpdate: true }).ship(request, soon());
  expect(result).toMatchObject({ packageId: 'FP1', trackingNumber: 'SF 1+2&3=4%', already: false });
  const [arrived] = server.requests;
  expect(arrived).toMatchObject({
    method: 'POST',
    path: '/rest/order/package/sof/status/update',
    contentType: 'application/x-www-form-urlencoded;charset=UTF-8',
  });
  expect(arrived?.parameters).toMatchObject({
    ...payload,
    sign_method: 'sha256',
    app_key: '123456',
  });
  expect(Object.values(arrived?.parameters ?? {})).not.toContain('');
  expect(arrived?.rawQuery).not.toContain('trackingNumber');
  expect(arrived?.parameters.sign).toBe(arrived?.expectedSign);
});

test('the time of the signature of a spending call is the time of its window', async () => {
  const server = await scripted(() => ({ code: 'x' }));
  const window = soon();
  const request = {
    step: 'ready-to-ship' as const,
    orderId: '1',
    packageId: 'FP1',
    payload: { readyToShipReq: '{"packages":[{"package_id":"FP1"}]}' },
  };
  await expect(store(server).ship(request, window)).rejects.toMatchObject({ name: 'Unknown' });
  expect(server.requests.map(({ parameters }) => parameters.timestamp)).toEqual([
    String(window.signedAt.getTime()),
  ]);
});

test('a refused token is renewed once, and the read is sent again signed with the new one', async () => {
  let token = 'old';
  const renewed: string[] = [];
  const tokens = {
    current: async () => token,
    renew: async (refused: string) => {
      renewed.push(refused);
      token = 'new';
    },
  };
  const server = await scripted(({ path, parameters }) => {
    if (parameters.access_token !== 'new')
      return { code: 'IllegalAccessToken', message: 'expired' };
    return path === '/rest/order/get'
      ? ok(order(1, UPDATED))
      : ok([{ order_id: 1, order_items: [item(1, 2)] }]);
  });
  const read = await store(server, {}, tokens).readOrders(['1']);
  expect(read.orders).toHaveLength(1);
  expect(new Set(renewed)).toEqual(new Set(['old']));
});

test('a token that stays refused is Unauthorized, after one renewal per read', async () => {
  const server = await scripted(() => ({ code: 'IllegalAccessToken', message: 'no' }));
  await expect(store(server).readOrders(['1'])).rejects.toBeInstanceOf(Unauthorized);
});

test('a wrong secret is refused by the other side', async () => {
  const server = await scripted(() => ok({}));
  const addresses = { all: `${server.url}/rest` };
  const wrong = lazada.authoriser({ appKey: '123456', appSecret: 'other', addresses });
  await expect(wrong.exchange('c', { sellerId: undefined })).rejects.toBeInstanceOf(Rejected);
});

test('a gateway page on a read is tried again', async () => {
  let calls = 0;
  const server = await scripted(({ path }) => {
    calls += 1;
    if (calls <= 2) return { status: 502, body: '<html>502</html>' };
    return path === '/rest/order/get'
      ? ok(order(1, UPDATED))
      : ok([{ order_id: 1, order_items: [item(1, 2)] }]);
  });
  expect((await store(server).readOrders(['1'])).orders).toHaveLength(1);
});

test('an answer that stays unreadable is unavailable, not an empty read', async () => {
  const server = await scripted(() => '<html>maintenance</html>');
  await expect(store(server).readOrders(['1'])).rejects.toBeInstanceOf(Unavailable);
});
