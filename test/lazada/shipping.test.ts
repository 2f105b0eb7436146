import { expect, test } from 'vitest';
import { Rejected, Unknown } from '../../connectors/errors.ts';
import { isBroken, toSalesOrder } from '../../connectors/lazada/orders.ts';
import type { OwnTracking, Package, SalesOrder } from '../../connectors/marketplace.ts';
import {
  type Arrived,
  fixture,
  item,
  ok,
  order,
  type Scripted,
  scripted,
  soon,
  store,
} from './given.ts';

function sales(items: object[], id: number | string = 1): SalesOrder {
  const read = toSalesOrder(String(id), order(id, '2026-03-01 12:00:00 +0800'), items, 'sg');
  if (isBroken(read)) throw new Error(read.error);
  return read;
}

const silent = () => scripted(() => ({ code: '0' }));

async function packages(items: object[], options: object = {}): Promise<readonly Package[]> {
  return store(await silent(), options).readPackages(sales(items));
}

/** Reads the first package, prepares its next step and sends it. */
async function shipFirst(
  server: Scripted,
  read: SalesOrder,
  { options = {}, own }: { options?: object; own?: OwnTracking } = {},
) {
  const marketplace = store(server, options);
  const [first] = await marketplace.readPackages(read);
  if (!first) throw new Error('no package');
  return marketplace.ship(await marketplace.prepareShip(read, first, own), soon());
}

function at(path: string) {
  return (request: Arrived) => request.path === `/rest${path}`;
}

const packed = {
  status: 'packed',
  package_id: 'FP1',
  tracking_code: 'LEX1',
  shipment_provider: 'LEX',
};

test.each([
  [{}, {}, 'marketplace', 'pack', 'waiting'],
  [{ status: 'repacked', package_id: 'FP0' }, {}, 'marketplace', 'pack', 'waiting'],
  [packed, {}, 'marketplace', 'ready-to-ship', 'waiting'],
  [{ ...packed, status: 'ready_to_ship' }, {}, 'marketplace', undefined, 'arranged'],
  [{ ...packed, status: 'shipped' }, {}, 'marketplace', undefined, 'shipped'],
  [{ ...packed, status: 'delivered' }, {}, 'marketplace', undefined, 'delivered'],
  [{ ...packed, status: 'canceled' }, {}, 'marketplace', undefined, 'cancelled'],
  [{ ...packed, status: 'lost_by_3pl' }, {}, 'marketplace', undefined, 'failed'],
  [{}, { crossBorder: true }, 'marketplace', 'pack', 'waiting'],
  [{ delivery_option_sof: 1 }, {}, 'seller-untold', 'pack', 'waiting'],
  [{ delivery_option_sof: 1 }, { sofStatusUpdate: true }, 'seller', 'pack', 'waiting'],
  [
    { ...packed, status: 'ready_to_ship', delivery_option_sof: 1 },
    { sofStatusUpdate: true },
    'seller',
    'tell-number',
    'arranged',
  ],
  [
    { ...packed, status: 'ready_to_ship', delivery_option_sof: 1 },
    {},
    'seller-untold',
    undefined,
    'arranged',
  ],
  [{ is_fbl: 1 }, {}, 'nobody', undefined, 'waiting'],
  [{ is_digital: 1 }, {}, 'nobody', undefined, 'waiting'],
  [{ shipping_provider_type: 'pickup_in_store' }, {}, 'nobody', undefined, 'waiting'],
])('item %o with options %o: %s, next %s, %s', async (more, options, numberOwner, next, phase) => {
  const [only, ...others] = await packages([item(1, 2, more)], options);
  expect(others).toEqual([]);
  expect(only).toMatchObject({ numberOwner, next, phase, needsNumber: next === 'tell-number' });
  expect(only?.blocked).toBeUndefined();
});

test('unpacked lines are grouped by warehouse and kind of shipping, packed ones by package', async () => {
  const read = await packages([
    item(1, 2),
    item(1, 3),
    item(1, 4, { warehouse_code: 'WH-02' }),
    item(1, 5, { shipping_provider_type: 'EXPRESS' }),
    item(1, 6, packed),
    item(1, 7, packed),
    item(1, 8, { ...packed, package_id: 'FP2', tracking_code: 'LEX2' }),
    item(1, 9, { status: 'canceled' }),
    item(1, 10, { status: 'unpaid' }),
  ]);
  expect(
    read.map(({ packageId, lines, trackingNumber }) => [
      packageId,
      lines.map(({ lineId }) => lineId).join(),
      trackingNumber,
    ]),
  ).toEqual([
    [undefined, '2,3', undefined],
    [undefined, '4', undefined],
    [undefined, '5', undefined],
    ['FP1', '6,7', 'LEX1'],
    ['FP2', '8', 'LEX2'],
  ]);
});

test('a wish to cancel and an unknown status block the step', async () => {
  const wished = { need_cancel_confirm: true };
  expect((await packages([item(1, 2, { ...packed, ...wished })]))[0]?.blocked).toMatch(/cancel/);
  const [plain, cancelling] = await packages([item(1, 2), item(1, 3, wished)]);
  expect(plain).toMatchObject({ next: 'pack', blocked: undefined });
  expect(cancelling?.blocked).toMatch(/cancel/);
  const [odd] = await packages([item(1, 2, { status: 'frozen' })]);
  expect(odd).toMatchObject({ next: undefined, status: 'frozen' });
  expect(odd?.blocked).toMatch(/frozen/);
});

test('packing a local order names no provider and writes ids as integers, digit by digit', async () => {
  const id = '1051400341536827267';
  const server = await scripted(() =>
    fixture('pack.json').replace('711433089764242', '9007199254740993'),
  );
  const read = sales([item(id, '9007199254740993')], id);
  const result = await shipFirst(server, read);
  expect(server.requests.map(({ parameters }) => parameters.packReq)).toEqual([
    `{"pack_order_list":[{"order_id":${id},"order_item_list":[9007199254740993]}],"delivery_type":"dropship","shipping_allocate_type":"TFS"}`,
  ]);
  expect(result).toMatchObject({
    packageId: 'FP094612143977611',
    trackingNumber: 'LEXDO0069388114',
    carrier: 'LEX TH',
    already: false,
  });
});

test('the recorded answers to packing and ready-to-ship are successes', async () => {
  const server = await scripted(({ path }) =>
    fixture(path.endsWith('/pack') ? 'pack.json' : 'ready-to-ship.json'),
  );
  const id = 711433089564242;
  const result = await shipFirst(server, sales([item(id, 711433089764242)], id));
  expect(result.trackingNumber).toBe('LEXDO0069388114');
  const mine = item(id, 711433089764242, { ...packed, package_id: 'FP021111326834107' });
  expect(await shipFirst(server, sales([mine], id))).toMatchObject({
    packageId: 'FP021111326834107',
    already: false,
  });
});

test('a refusal of the package inside code 0 and success is a refusal', async () => {
  const server = await scripted(() => fixture('ready-to-ship-refused.json'));
  const read = sales([item(1, 2, { ...packed, package_id: 'FP038524014' })]);
  const error = await shipFirst(server, read).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Rejected);
  expect(error).toMatchObject({
    code: '600002',
    requestId: '0ba2887315178178017221014',
    message: 'FP038524014: 600002 package already cancelled',
  });
});

/** A packing answer: item id -> code (0 is success) or [code, retry]. */
function packAnswer(
  outcomes: Record<string, string | [string, boolean]>,
  head: object = {},
): object {
  const order_item_list = Object.entries(outcomes).map(([id, outcome]) => {
    const [code, retry] = Array.isArray(outcome) ? outcome : [outcome, false];
    return code === '0'
      ? {
          order_item_id: Number(id),
          item_err_code: '0',
          package_id: 'FP1',
          tracking_number: 'T1',
          retry,
        }
      : { order_item_id: Number(id), item_err_code: code, msg: `no ${code}`, retry };
  });
  const result = {
    data: { pack_order_list: [{ order_id: 1, order_item_list }] },
    success: true,
    ...head,
  };
  return { code: '0', result, request_id: 'r-1' };
}

test.each([
  ['all refused before any effect', packAnswer({ 2: '700029', 3: '700029' }), Rejected],
  ['refused, but Lazada says retry', packAnswer({ 2: ['700031', true], 3: '700031' }), Unknown],
  ['busy', packAnswer({ 2: ['40011', true], 3: ['40011', true] }), Unknown],
  ['a code nobody documented', packAnswer({ 2: '799999', 3: '799999' }), Unknown],
  ['a line without an outcome', packAnswer({ 2: '0' }), Unknown],
  [
    'success false, with a known code',
    packAnswer({}, { success: false, error_code: '700100' }),
    Rejected,
  ],
  [
    'success false, spelt the other way',
    packAnswer({}, { success: 'false', errorCode: 700019 }),
    Rejected,
  ],
  ['success false, busy', packAnswer({}, { success: false, error_code: '6' }), Unknown],
  ['success false beside done lines', packAnswer({ 2: '0', 3: '0' }, { success: false }), Unknown],
  [
    'success false, lines refused',
    packAnswer({ 2: '700027', 3: '700027' }, { success: false }),
    Rejected,
  ],
  ['an answer without a result', { code: '0', request_id: 'r-1' }, Unknown],
  ['the envelope busy', { code: '40011', message: 'RPC_ERROR' }, Unknown],
  [
    'the envelope throttled',
    { code: 'ApiCallLimit', message: 'this ban will last 1 seconds' },
    Unknown,
  ],
  ['the envelope refusing', { code: '700021', message: 'ORDER_NOT_FOUND' }, Rejected],
])('packing, %s', async (_name, answer, kind) => {
  const server = await scripted(() => answer);
  const error = await shipFirst(server, sales([item(1, 2), item(1, 3)])).catch((caught) => caught);
  expect(error).toBeInstanceOf(kind);
  expect(server.requests).toHaveLength(1);
});

test('stale error fields beside success mean nothing', async () => {
  const answer = packAnswer({ 2: '0' }, { error_code: '700100', error_msg: 'order not found' });
  const server = await scripted(() => answer);
  expect((await shipFirst(server, sales([item(1, 2)]))).packageId).toBe('FP1');
});

test('a partial success returns the packed lines and names the refused ones', async () => {
  const server = await scripted(() => packAnswer({ 2: '0', 3: '700025' }));
  const result = await shipFirst(server, sales([item(1, 2), item(1, 3)]));
  expect(result).toMatchObject({
    packageId: 'FP1',
    lines: [{ lineId: '2', packageId: 'FP1', trackingNumber: 'T1' }],
    refused: [{ lineId: '3', code: '700025', message: 'no 700025', retry: false }],
  });
});

test.each([
  ['packed before', packed, true],
  ['ready to ship before', { ...packed, status: 'ready_to_ship' }, true],
  ['cancelled meanwhile', { status: 'canceled' }, false],
  ['still pending', {}, false],
])('packing refused for its status, the line being %s', async (_name, now, already) => {
  const server = await scripted((request) =>
    at('/orders/items/get')(request)
      ? ok([{ order_id: 1, order_items: [item(1, 2, now)] }])
      : packAnswer({ 2: '700026' }),
  );
  const outcome = await shipFirst(server, sales([item(1, 2)])).catch((caught) => caught);
  if (already)
    expect(outcome).toMatchObject({ already: true, packageId: 'FP1', trackingNumber: 'LEX1' });
  else expect(outcome).toMatchObject({ name: 'Rejected', code: '700026' });
});

test('ready-to-ship refused for its status, having been made before, is a success', async () => {
  const answer = {
    code: '0',
    result: { success: true, data: { packages: [{ package_id: 'FP1', item_err_code: '700000' }] } },
  };
  const server = await scripted((request) =>
    at('/orders/items/get')(request)
      ? ok([{ order_id: 1, order_items: [item(1, 2, { ...packed, status: 'shipped' })] }])
      : answer,
  );
  expect(await shipFirst(server, sales([item(1, 2, packed)]))).toMatchObject({ already: true });
});

test('refused for its status, and the items cannot be read: unknown', async () => {
  const server = await scripted((request) =>
    at('/orders/items/get')(request) ? { code: '16' } : packAnswer({ 2: '700026' }),
  );
  await expect(shipFirst(server, sales([item(1, 2)]))).rejects.toBeInstanceOf(Unknown);
});

test.each([
  [
    { platform_default: 1, shipment_providers: [], shipping_allocate_type: 'TFS' },
    {},
    ['TFS', undefined],
  ],
  [
    { platform_default: 0, shipment_providers: [{ name: 'Cainiao', provider_code: 'FM50' }] },
    {},
    ['NTFS', 'FM50'],
  ],
  [
    {
      platform_default: 0,
      shipment_providers: [
        { name: 'A', provider_code: 'FM49' },
        { name: 'B', provider_code: 'FM50' },
      ],
      shipping_allocate_type: 'NTFS',
    },
    { shipmentProvider: 'B' },
    ['NTFS', 'FM50'],
  ],
])('cross-border packing asks for the providers %o', async (data, options, expected) => {
  const server = await scripted(() => ({ code: '0', result: { success: true, data } }));
  const marketplace = store(server, { crossBorder: true, ...options });
  const read = sales([item(1, 2)]);
  const [first] = await marketplace.readPackages(read);
  if (!first) throw new Error('no package');
  const { payload } = await marketplace.prepareShip(read, first, undefined);
  const { packReq } = payload as { packReq: string };
  const { shipping_allocate_type, shipment_provider_code } = JSON.parse(packReq);
  expect([shipping_allocate_type, shipment_provider_code]).toEqual(expected);
  expect(server.requests.map(({ path }) => path)).toEqual(['/rest/order/shipment/providers/get']);
});

test('cross-border with several providers and none named is refused before anything is sent', async () => {
  const shipment_providers = [{ provider_code: 'FM49' }, { provider_code: 'FM50' }];
  const data = { platform_default: 0, shipment_providers };
  const server = await scripted(() => ({ code: '0', result: { success: true, data } }));
  const shipped = shipFirst(server, sales([item(1, 2)]), { options: { crossBorder: true } });
  await expect(shipped).rejects.toBeInstanceOf(Rejected);
  expect(server.requests).toHaveLength(1);
});

const ownFleet = { ...packed, status: 'ready_to_ship', delivery_option_sof: 1 };
const told = { options: { sofStatusUpdate: true }, own: { trackingNumber: 'SF1', carrier: 'SF' } };

test("the seller's number is told with the package as its tag", async () => {
  const server = await scripted(() => ({ code: '0', success: true, module: { result: true } }));
  const result = await shipFirst(server, sales([item(1, 2, ownFleet)]), told);
  expect(result).toMatchObject({ packageId: 'FP1', trackingNumber: 'SF1', carrier: 'SF' });
  expect(server.requests[0]?.parameters).toMatchObject({
    trackingNumber: 'SF1',
    carrierCode: 'SF',
    source: 'OPENAPI',
    tag: 'FP1',
  });
  const { latestEvent } = JSON.parse(server.requests[0]?.parameters.trackInfo ?? '{}');
  expect(Number.isSafeInteger(latestEvent.eventTime)).toBe(true);
});

test.each([
  [{ code: '0', success: false, errorCode: { displayMessage: 'not open' } }],
  [{ code: '0', success: true, module: { result: false } }],
  [{ code: '0' }],
])('a number answered with %o is not known to be told', async (answer) => {
  const server = await scripted(() => answer);
  await expect(shipFirst(server, sales([item(1, 2, ownFleet)]), told)).rejects.toBeInstanceOf(
    Unknown,
  );
});

test('a number refused for the status of an arranged package is not taken as told before', async () => {
  const server = await scripted((request) =>
    at('/orders/items/get')(request)
      ? ok([{ order_id: 1, order_items: [item(1, 2, ownFleet)] }])
      : { code: '700000', message: 'PACKAGE_STATUS_NOT_ALLOW_TO_OP' },
  );
  await expect(shipFirst(server, sales([item(1, 2, ownFleet)]), told)).rejects.toBeInstanceOf(
    Rejected,
  );
});
