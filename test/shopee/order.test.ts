import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../connectors/json.ts';
import { allocate } from '../../connectors/shopee/allocation.ts';
import { zOrder } from '../../connectors/shopee/client/zod.gen.ts';
import { toSalesOrder } from '../../connectors/shopee/order.ts';
import { fixture } from './server.ts';

function recorded(name = 'get_order_detail.sg-ready') {
  return fixture(name).response.order_list[0];
}

function read(row: unknown) {
  return toSalesOrder(zOrder.parse(parseJson(JSON.stringify(row))));
}

describe('the recorded order', () => {
  test('before arranging', () => {
    const order = read(recorded());
    expect(order).toMatchObject({
      orderId: '260910KJBHUJDM',
      orderNumber: '260910KJBHUJDM',
      createdAt: new Date(1788973351_000),
      updatedAt: new Date(1788973354_000),
      currency: 'SGD',
      total: '31.99',
      cashOnDelivery: false,
      notOurs: undefined,
      statuses: ['READY_TO_SHIP', 'LOGISTICS_READY'],
    });
    expect(order.lines).toEqual([
      {
        lineId: '242672551207922',
        sku: '123002002',
        productId: '846056136',
        name: 'Cotton T-shirt',
        variation: 'Black,02',
        quantity: 2,
        unitPrice: '15',
        status: 'READY_TO_SHIP',
        phase: 'buyable',
        fulfilment: 'seller',
        packageId: 'OFG242672552205937',
        trackingNumber: undefined,
        carrier: "Sandbox -Standard Express LPS (Don't modify)",
        shipBy: new Date(1789405354_000),
        shippingGroup: 'SGZ/11006',
      },
    ]);
    expect(order.buyer).toMatchObject({
      name: '****',
      country: 'SG',
      city: undefined,
      masked: true,
    });
    expect(order.shopee.packages).toEqual([
      {
        packageNumber: 'OFG242672552205937',
        status: 'LOGISTICS_READY',
        carrier: undefined,
        lines: [{ lineId: '242672551207922', quantity: 2 }],
      },
    ]);
  });

  test('after arranging', () => {
    const order = read(recorded('get_order_detail.sg-arranged'));
    expect(order.statuses).toEqual(['PROCESSED', 'LOGISTICS_REQUEST_CREATED']);
    expect(order.lines[0]?.phase).toBe('buyable');
  });
});

describe('lines', () => {
  const line = (item: object) =>
    read({ ...recorded(), item_list: [{ ...recorded().item_list[0], ...item }] }).lines[0];

  test('the SKU of the model, else of the item, else none', () => {
    expect(line({ model_sku: '', item_sku: 'S-1' })?.sku).toBe('S-1');
    expect(line({ model_sku: ' ', item_sku: '' })?.sku).toBeUndefined();
  });

  test('without line_item_id four ids make the identity', () => {
    const item = { line_item_id: 0, promotion_group_id: '1051400341536827267' };
    expect(line(item)?.lineId).toBe('846056136-12984093-846056136-1051400341536827267');
  });

  test('an id beyond 2^53 keeps its digits', () => {
    const text = JSON.stringify(recorded()).replace('242672551207922', '1051400341536827267');
    const order = toSalesOrder(zOrder.parse(parseJson(text)));
    expect(order.lines[0]?.lineId).toBe('1051400341536827267');
  });

  test.each([
    [{ active_qty: 2 }, 2],
    [{ active_qty: 1, cancelled_qty: 1 }, 1],
    [{ active_qty: 0, cancelled_qty: 0 }, 2],
    [{ active_qty: undefined, cancelled_qty: 1 }, 1],
    [{ active_qty: '2' }, 2],
    [{ active_qty: 0, cancelled_qty: 2 }, 0],
  ])('units wanted with %j: %i', (item, quantity) => {
    expect(line(item)?.quantity).toBe(quantity);
  });

  test('a line cancelled whole is cancelled, one with a wish to cancel is cancelling', () => {
    expect(line({ active_qty: 0, cancelled_qty: 2 })?.phase).toBe('cancelled');
    expect(line({ active_qty: 1, cancel_requested_qty: 1 })?.phase).toBe('cancelling');
  });

  test.each([
    [{ model_discounted_price: 12.5 }, '12.5'],
    [{ model_discounted_price: '12.50' }, '12.5'],
    [{ model_discounted_price: 0 }, '15'],
    [{ model_discounted_price: 0.1, model_original_price: 0.3 }, '0.1'],
    [{ model_discounted_price: 1250000 }, '1250000'],
  ])('unit price with %j: %s', (item, price) => {
    expect(line(item)?.unitPrice).toBe(price);
  });
});

describe('phases', () => {
  test.each([
    ['UNPAID', 'waiting'],
    ['PENDING', 'waiting'],
    ['INVOICE_PENDING', 'waiting'],
    ['READY_TO_SHIP', 'buyable'],
    ['PROCESSED', 'buyable'],
    ['RETRY_SHIP', 'buyable'],
    ['IN_CANCEL', 'cancelling'],
    ['SHIPPED', 'shipped'],
    ['TO_CONFIRM_RECEIVE', 'shipped'],
    ['COMPLETED', 'delivered'],
    ['CANCELLED', 'cancelled'],
    ['TO_RETURN', 'closed'],
    ['A_NEW_WORD', 'unknown'],
  ])('%s is %s', (order_status, phase) => {
    const order = read({ ...recorded(), order_status });
    expect(order.lines[0]?.phase).toBe(phase);
    expect(order.lines[0]?.status).toBe(order_status);
  });

  test.each([
    ['PROCESSED', 'LOGISTICS_PICKUP_DONE', 'shipped'],
    ['PROCESSED', 'LOGISTICS_DELIVERY_DONE', 'delivered'],
    ['READY_TO_SHIP', 'LOGISTICS_INVALID', 'cancelled'],
    ['SHIPPED', 'LOGISTICS_LOST', 'closed'],
    ['IN_CANCEL', 'LOGISTICS_PICKUP_DONE', 'cancelling'],
    ['RETRY_SHIP', 'LOGISTICS_PICKUP_FAILED', 'buyable'],
    ['READY_TO_SHIP', 'LOGISTICS_NEW_WORD', 'buyable'],
  ])('%s with a package %s is %s', (order_status, logistics_status, phase) => {
    const row = { ...recorded(), order_status };
    row.package_list[0].logistics_status = logistics_status;
    expect(read(row).lines[0]?.phase).toBe(phase);
  });
});

test.each([
  [{ fulfillment_flag: 'fulfilled_by_shopee' }, 'fulfilled by Shopee', 'marketplace'],
  [{ advance_package: true }, 'advance_package', 'marketplace'],
  [{ booking_sn: '2404098R48U37H' }, '2404098R48U37H', 'marketplace'],
  [{ is_buyer_shop_collection: true }, 'store', 'store-pickup'],
])('%j is not the seller to ship', (change, reason, fulfilment) => {
  const order = read({ ...recorded(), ...change });
  expect(order.notOurs).toContain(reason);
  expect(order.lines[0]?.fulfilment).toBe(fulfilment);
});

test('one star anywhere in the address means masked', () => {
  const clear = { name: 'Max', phone: '3828203', full_address: 'C-15-14', region: 'MY' };
  const masked = (change: object) =>
    read({ ...recorded(), recipient_address: { ...clear, ...change } }).buyer.masked;
  expect(masked({})).toBe(false);
  expect(masked({ name: 'P******n' })).toBe(true);
  expect(masked({ town: '****' })).toBe(true);
  expect(read({ ...recorded(), recipient_address: null }).buyer).toMatchObject({
    name: undefined,
    masked: false,
  });
});

test('values filled with nothing are absent', () => {
  const row = { ...recorded(), ship_by_date: 0, total_amount: null, package_list: null };
  const order = read(row);
  expect(order.total).toBe('0');
  expect(order.lines[0]?.shipBy).toBeUndefined();
  expect(order.shopee.packages).toEqual([]);
});

test.each([
  ['an amount that is no number', { total_amount: 'free' }],
  ['no time of update', { update_time: 0 }],
  ['no status', { order_status: '' }],
  ['no items', { item_list: null }],
])('an order with %s cannot be read', (_what, change) => {
  expect(() => read({ ...recorded(), ...change })).toThrow();
});

describe('which lines lie in which package', () => {
  test('a dead package leaves its items to the living one', () => {
    const row = recorded();
    const dead = {
      ...row.package_list[0],
      package_number: 'OLD',
      logistics_status: 'LOGISTICS_INVALID',
    };
    const order = read({ ...row, package_list: [dead, row.package_list[0]] });
    expect(order.lines[0]).toMatchObject({ packageId: 'OFG242672552205937', phase: 'buyable' });
    expect(order.shopee.split).toBe(false);
  });

  test('nothing is given twice and nothing that fits is left', () => {
    const line = fc.record({
      key: fc.constantFrom('a', 'b'),
      quantity: fc.integer({ min: 1, max: 5 }),
    });
    const item = fc.record({
      key: fc.constantFrom('a', 'b'),
      quantity: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.array(item)), (lines, packages) => {
        const capacities = lines.map((it, index) => ({ ...it, lineId: String(index) }));
        const shares = allocate(capacities, packages).flat();
        for (const { lineId, quantity } of capacities) {
          const given = shares.filter((share) => share.lineId === lineId);
          expect(sum(given)).toBeLessThanOrEqual(quantity);
        }
        for (const key of ['a', 'b']) {
          const wanted = capacities.filter((it) => it.key === key);
          const packed = packages.flat().filter((it) => it.key === key);
          const given = shares.filter((share) => capacities[Number(share.lineId)]?.key === key);
          expect(sum(given)).toBe(Math.min(sum(wanted), sum(packed)));
        }
      }),
    );
  });
});

function sum(rows: readonly { readonly quantity: number }[]): number {
  return rows.reduce((total, row) => total + row.quantity, 0);
}
