import { describe, expect, test } from 'vitest';
import { NotSent, Rejected, Unknown } from '../../connectors/errors.ts';
import type { SalesOrder } from '../../connectors/marketplace.ts';
import type { ShopeeOptions } from '../../connectors/shopee/index.ts';
import {
  type Call,
  done,
  fixture,
  type Reply,
  type Script,
  scripted,
  sendWindow,
  storeAt,
} from './server.ts';

const ORDER = '260910KJBHUJDM';
const PACKAGE = 'OFG242672552205937';
const OWN = { trackingNumber: ' AK224200239740W ', carrier: undefined };

type Replies = Readonly<Record<string, Reply | ((call: Call) => Reply)>>;

async function shop(replies: Replies, order: object = {}): Promise<Script> {
  const row = { ...fixture('get_order_detail.sg-ready').response.order_list[0], ...order };
  const standard: Replies = {
    get_order_detail: done({ order_list: [row] }),
    get_package_detail: done({
      package_list: [
        {
          package_number: PACKAGE,
          fulfillment_status: 'LOGISTICS_READY',
          is_shipment_arranged: false,
          tracking_number: '-',
        },
      ],
    }),
    get_shipping_parameter: needs({ dropoff: [] }),
    ship_order: fixture('samples').shipped,
  };
  return await scripted((call) => {
    const reply = replies[call.operation] ?? standard[call.operation];
    return typeof reply === 'function' ? reply(call) : reply;
  });
}

function needs(info_needed: object, more: object = {}): Reply {
  return done({ info_needed, dropoff: null, pickup: null, ...more });
}

async function reads(script: Script, options: Partial<ShopeeOptions> = {}) {
  const store = storeAt(script.url, options);
  const { orders } = await store.readOrders([ORDER]);
  const order = orders[0] as SalesOrder;
  const packages = await store.readPackages(order);
  const pkg = packages[0];
  if (!pkg) throw new Error('no package');
  return { store, order, packages, pkg };
}

async function shipBody(
  replies: Replies,
  options: Partial<ShopeeOptions> = {},
  order: object = {},
) {
  const script = await shop(replies, order);
  const { store, order: read, pkg } = await reads(script, options);
  const request = await store.prepareShip(read, pkg, OWN);
  // As it comes back from the database.
  const frozen = JSON.parse(JSON.stringify(request));
  const result = await store.ship(frozen, sendWindow());
  const [sent] = script.callsOf('ship_order');
  expect(sent?.fault).toBeUndefined();
  expect(sent?.method).toBe('POST');
  return { body: sent?.body, result };
}

describe('packages', () => {
  test('one that is to be arranged says how and who owns the number', async () => {
    const script = await shop({});
    const { pkg } = await reads(script);
    expect(pkg).toMatchObject({
      packageId: PACKAGE,
      lines: [{ lineId: '242672551207922', quantity: 2 }],
      phase: 'waiting',
      numberOwner: 'marketplace',
      next: 'arrange',
      needsNumber: false,
      blocked: undefined,
      trackingNumber: undefined,
    });
    const [asked] = script.callsOf('get_shipping_parameter');
    expect(asked?.query.get('order_sn')).toBe(ORDER);
    expect(asked?.query.has('package_number')).toBe(false);
  });

  test('READY but arranged since: its number is read and nothing is left to do', async () => {
    const script = await shop({
      get_package_detail: done({
        package_list: [
          {
            package_number: PACKAGE,
            fulfillment_status: 'LOGISTICS_READY',
            is_shipment_arranged: true,
          },
        ],
      }),
      get_tracking_number: done({ tracking_number: 'MY200448706479IT' }),
    });
    const { pkg } = await reads(script);
    expect(pkg).toMatchObject({
      phase: 'arranged',
      next: undefined,
      trackingNumber: 'MY200448706479IT',
    });
    expect(script.callsOf('get_shipping_parameter')).toEqual([]);
  });

  test('the recorded arranged order: the number may not be there yet', async () => {
    const script = await scripted((call) =>
      call.operation === 'get_order_detail'
        ? fixture('get_order_detail.sg-arranged')
        : done({ tracking_number: '', hint: 'waiting for the courier' }),
    );
    const { pkg } = await reads(script);
    expect(pkg).toMatchObject({ phase: 'arranged', next: undefined, trackingNumber: undefined });
    expect(pkg.ownerReason).toContain('waiting for the courier');
    expect(script.calls.map((call) => call.operation)).toEqual([
      'get_order_detail',
      'get_tracking_number',
    ]);
  });

  test.each([
    ['fulfilled_by_shopee', { fulfillment_flag: 'fulfilled_by_shopee' }],
    ['advance_package', { advance_package: true }],
  ])('%s: nobody owns a number and nothing is asked', async (_what, change) => {
    const script = await shop({}, change);
    const { store, order, pkg } = await reads(script);
    expect(pkg).toMatchObject({ numberOwner: 'nobody', next: undefined });
    expect(script.calls).toHaveLength(1);
    await expect(store.prepareShip(order, pkg, undefined)).rejects.toMatchObject({
      code: 'not-the-sellers',
    });
  });

  test.each([
    ['logistics.error_param', 'The order is being allocated, please wait', 'order-being-allocated'],
    ['logistics.lack_of_invoice_data', 'Pending invoice data', 'invoice-missing'],
    ['logistics.no_available_time_slot', 'No available time slot', 'pickup-slot-gone'],
  ])('%s "%s" blocks the step; shipping is refused with %s', async (error, message, code) => {
    const script = await shop({ get_shipping_parameter: { error, message } });
    const { store, order, pkg } = await reads(script);
    expect(pkg.next).toBe('arrange');
    expect(pkg.blocked).toContain(message);
    await expect(store.prepareShip(order, pkg, OWN)).rejects.toMatchObject({ code });
    expect(script.callsOf('ship_order')).toEqual([]);
  });

  test('a problem of the app is no problem of the package', async () => {
    const script = await shop({
      get_shipping_parameter: { error: 'error_sign', message: 'Wrong sign.' },
    });
    await expect(reads(script)).rejects.toMatchObject({ code: 'signature' });
  });

  test('not ready yet: due, but blocked', async () => {
    const row = fixture('get_order_detail.sg-ready').response.order_list[0];
    const package_list = [{ ...row.package_list[0], logistics_status: 'LOGISTICS_NOT_START' }];
    const script = await shop({}, { package_list });
    const { pkg } = await reads(script);
    expect(pkg).toMatchObject({ next: 'arrange', phase: 'waiting' });
    expect(pkg.blocked).toContain('LOGISTICS_NOT_START');
    expect(script.calls).toHaveLength(1);
  });

  test('an order from elsewhere is read again', async () => {
    const script = await shop({});
    const { store, order } = await reads(script);
    const { shopee: _facts, ...plain } = order as SalesOrder & { shopee: unknown };
    expect(await store.readPackages(plain)).toHaveLength(1);
    expect(script.callsOf('get_order_detail')).toHaveLength(2);
  });
});

describe('ship_order, to the letter', () => {
  test('drop-off: an empty object', async () => {
    const { body, result } = await shipBody({});
    expect(body).toBe(`{"order_sn":"${ORDER}","dropoff":{}}`);
    expect(result).toEqual({
      packageId: PACKAGE,
      trackingNumber: undefined,
      carrier: undefined,
      already: false,
    });
  });

  test('drop-off with a branch and an own number', async () => {
    const get_shipping_parameter = needs({ dropoff: ['branch_id', 'tracking_no'] });
    const { body } = await shipBody({ get_shipping_parameter }, { dropoffBranchId: '42' });
    expect(body).toBe(
      `{"order_sn":"${ORDER}","dropoff":{"branch_id":42,"tracking_number":"AK224200239740W"}}`,
    );
  });

  test('pickup: ids beyond 2^53 go out as integers with all digits', async () => {
    const pickup =
      '{"address_list":[{"address_id":1051400341536827267,"address_flag":["pickup_address"],"time_slot_list":[{"pickup_time_id":"1639472400"}]}]}';
    const answer = `{"error":"","response":{"info_needed":{"pickup":["address_id","pickup_time_id"]},"pickup":${pickup}}}`;
    const { body } = await shipBody({ get_shipping_parameter: answer });
    expect(body).toBe(
      `{"order_sn":"${ORDER}","pickup":{"address_id":1051400341536827267,"pickup_time_id":"1639472400"}}`,
    );
  });

  test('non-integrated: the seller tells the number, always as tracking_number', async () => {
    for (const name of ['tracking_no', 'tracking_number']) {
      const { body, result } = await shipBody({
        get_shipping_parameter: needs({ non_integrated: [name] }),
      });
      expect(body).toBe(
        `{"order_sn":"${ORDER}","non_integrated":{"tracking_number":"AK224200239740W"}}`,
      );
      expect(result.trackingNumber).toBe('AK224200239740W');
    }
  });

  test('where Shopee gives the number, ours is not sent', async () => {
    const { body } = await shipBody({ get_shipping_parameter: needs({ non_integrated: [] }) });
    expect(body).toBe(`{"order_sn":"${ORDER}","non_integrated":{}}`);
  });

  test('only the packages of a split order are named', async () => {
    const { body } = await shipBody({}, {}, { split_up: true });
    expect(body).toBe(`{"order_sn":"${ORDER}","package_number":"${PACKAGE}","dropoff":{}}`);
  });

  test('a number that is asked for and missing or too long is refused before anything is sent', async () => {
    const script = await shop({
      get_shipping_parameter: needs({ non_integrated: ['tracking_no'] }),
    });
    const { store, order, pkg } = await reads(script);
    expect(pkg).toMatchObject({ numberOwner: 'seller', needsNumber: true });
    const own = (trackingNumber: string) => ({ trackingNumber, carrier: undefined });
    await expect(store.prepareShip(order, pkg, undefined)).rejects.toMatchObject({
      code: 'tracking-number-needed',
    });
    await expect(store.prepareShip(order, pkg, own('  '))).rejects.toMatchObject({
      code: 'tracking-number-needed',
    });
    await expect(store.prepareShip(order, pkg, own('9'.repeat(65)))).rejects.toMatchObject({
      code: 'tracking-number-refused',
    });
  });
});

describe('what ship_order answers', () => {
  async function shipped(ship_order: Reply, options: Partial<ShopeeOptions> = {}) {
    const script = await shop({ ship_order });
    const { store, order, pkg } = await reads(script, options);
    const request = await store.prepareShip(order, pkg, OWN);
    const result = await store.ship(request, sendWindow()).catch((error: unknown) => error);
    expect(script.callsOf('ship_order')).toHaveLength(1);
    return result;
  }

  test.each([
    [' logistics.package_already_shipped', 'This package has already been arranged shipment'],
    ['logistics.error_param', 'Order has been shipped.'],
  ])('"%s" means done before', async (error, message) => {
    expect(await shipped({ error, message })).toMatchObject({ already: true });
  });

  test('being allocated is a refusal with a code to wait on', async () => {
    const error = await shipped({
      error: 'logistics.error_param',
      message: 'The order is being allocated, please wait until the allocate is completed.',
    });
    expect(error).toBeInstanceOf(Rejected);
    expect(error).toMatchObject({ code: 'order-being-allocated' });
  });

  test.each([
    ['a code that proves nothing', { error: 'error_server', message: '' }],
    ['a throttle', { error: 'error_rate_limit', message: '' }],
    ['a page', { http: 502, body: '<html></html>' }],
    ['nothing', ''],
    ['a cut answer', '{"error":"","mess'],
    ['an answer without a code', { request_id: 'r' }],
  ])('%s leaves the effect open, and it is not sent again', async (_what, reply) => {
    expect(await shipped(reply as Reply)).toBeInstanceOf(Unknown);
  });

  test('past its time it is not sent', async () => {
    const script = await shop({});
    const { store, order, pkg } = await reads(script);
    const request = await store.prepareShip(order, pkg, undefined);
    const past = { signedAt: new Date(Date.now() - 700_000), sendBefore: new Date(Date.now() - 1) };
    await expect(store.ship(request, past)).rejects.toBeInstanceOf(NotSent);
    expect(script.callsOf('ship_order')).toEqual([]);
  });
});

describe('the label', () => {
  const PDF = Buffer.from('%PDF-1.4 label');
  const arranged = {
    get_order_detail: fixture('get_order_detail.sg-arranged'),
    get_tracking_number: done({ tracking_number: 'SPX1' }),
    get_shipping_document_parameter: done({
      result_list: [{ order_sn: ORDER, suggest_shipping_document_type: 'THERMAL_AIR_WAYBILL' }],
    }),
    create_shipping_document: done({ result_list: [{ order_sn: ORDER }] }),
  };
  const status = (word: string, more: object = {}) =>
    done({ result_list: [{ order_sn: ORDER, status: word, ...more }] });

  test('is made, awaited and fetched; it is started once only', async () => {
    const words = ['PROCESSING', 'READY'];
    const script = await shop({
      ...arranged,
      get_shipping_document_result: () => status(words.shift() ?? ''),
      download_shipping_document: new Uint8Array(PDF),
    });
    const { store, order, pkg } = await reads(script);
    expect(await store.readLabel(order, pkg)).toBeUndefined();
    const label = await store.readLabel(order, pkg);
    expect(label?.contentType).toBe('application/pdf');
    expect(Buffer.from(label?.bytes ?? []).equals(PDF)).toBe(true);
    expect(script.calls.slice(2).map((call) => call.operation)).toEqual([
      'get_shipping_document_parameter',
      'create_shipping_document',
      'get_shipping_document_result',
      'get_shipping_document_result',
      'download_shipping_document',
    ]);
    expect(script.callsOf('create_shipping_document')[0]?.body).toBe(
      `{"order_list":[{"order_sn":"${ORDER}","tracking_number":"SPX1","shipping_document_type":"THERMAL_AIR_WAYBILL"}]}`,
    );
    expect(script.callsOf('download_shipping_document')[0]?.body).toBe(
      `{"shipping_document_type":"THERMAL_AIR_WAYBILL","order_list":[{"order_sn":"${ORDER}"}]}`,
    );
  });

  test('an error in place of the file is told by its first byte', async () => {
    const script = await shop({
      ...arranged,
      get_shipping_document_result: status('READY'),
      download_shipping_document: { error: 'logistics.error_booking_order', message: 'matched' },
    });
    const { store, order, pkg } = await reads(script);
    await expect(store.readLabel(order, pkg)).rejects.toMatchObject({ code: 'not-the-sellers' });
  });

  test('a failed row is refused with its code, and the next call starts anew', async () => {
    const script = await shop({
      ...arranged,
      get_shipping_document_result: status('FAILED', {
        fail_error: 'logistics.package_can_not_print',
        fail_message: 'no',
      }),
    });
    const { store, order, pkg } = await reads(script);
    await expect(store.readLabel(order, pkg)).rejects.toMatchObject({
      code: 'logistics.package_can_not_print',
    });
    await expect(store.readLabel(order, pkg)).rejects.toBeInstanceOf(Rejected);
    expect(script.callsOf('create_shipping_document')).toHaveLength(2);
  });

  test('a page in place of the file is no label', async () => {
    const script = await shop({
      ...arranged,
      get_shipping_document_result: status('READY'),
      download_shipping_document: '<html></html>',
    });
    const { store, order, pkg } = await reads(script);
    await expect(store.readLabel(order, pkg)).rejects.toThrow(/without a JSON envelope/);
  });

  test('there is none before arranging or without a number', async () => {
    const script = await shop({});
    const { store, order, pkg } = await reads(script);
    expect(await store.readLabel(order, pkg)).toBeUndefined();
    expect(await store.readLabel(order, { ...pkg, phase: 'arranged' })).toBeUndefined();
  });
});

describe('cancelling', () => {
  async function cancelBody(
    reason: 'out-of-stock' | 'wrong-price' | 'buyer-asked' | 'undeliverable',
    order: object = {},
  ) {
    const script = await shop({ cancel_order: done({ update_time: 1603184533 }) }, order);
    const { store, order: read } = await reads(script);
    await store.cancel(await store.prepareCancel(read, reason), sendWindow());
    return script.callsOf('cancel_order')[0]?.body;
  }

  test('out of stock names the items, as integers', async () => {
    const item = fixture('get_order_detail.sg-ready').response.order_list[0].item_list[0];
    const item_list = [{ ...item, model_id: '1051400341536827267' }];
    expect(await cancelBody('out-of-stock', { item_list })).toBe(
      `{"order_sn":"${ORDER}","cancel_reason":"OUT_OF_STOCK","item_list":[{"item_id":846056136,"model_id":1051400341536827267}]}`,
    );
  });

  test('the buyer asked', async () => {
    expect(await cancelBody('buyer-asked')).toBe(
      `{"order_sn":"${ORDER}","cancel_reason":"CUSTOMER_REQUEST"}`,
    );
  });

  test('undeliverable is a reason in Malaysia and Taiwan only', async () => {
    await expect(cancelBody('undeliverable')).rejects.toMatchObject({
      code: 'cancel-reason-not-allowed',
    });
    expect(await cancelBody('undeliverable', { region: 'MY' })).toContain('UNDELIVERABLE_AREA');
  });

  test.each([
    [{ can_full_cancel_order: false }],
    [{ order_status: 'SHIPPED' }],
    [{ order_status: 'IN_CANCEL' }],
  ])('%j cannot be cancelled', async (change) => {
    const script = await shop({}, change);
    const store = storeAt(script.url);
    const { orders } = await store.readOrders([ORDER]);
    const cancelling = store.prepareCancel(orders[0] as SalesOrder, 'out-of-stock');
    await expect(cancelling).rejects.toMatchObject({ code: 'cancel-not-allowed' });
  });

  test('a buyer who wants to cancel is answered', async () => {
    const script = await shop({ handle_buyer_cancellation: done({ update_time: 14981918191 }) });
    const store = storeAt(script.url);
    await store.decideCancellation?.(ORDER, true, sendWindow());
    await store.decideCancellation?.(ORDER, false, sendWindow());
    expect(script.calls.map((call) => call.body)).toEqual([
      `{"order_sn":"${ORDER}","operation":"ACCEPT"}`,
      `{"order_sn":"${ORDER}","operation":"REJECT"}`,
    ]);
  });
});
