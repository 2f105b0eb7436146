import { describe, expect, test } from 'vitest';
import type { LinePhase, OrderLine, SalesOrder } from '../../connectors/marketplace.ts';
import { planDigest } from '../../mappings/digest.ts';
import { MAPPING_HOLDS } from '../../mappings/holds.ts';
import { type Plan, type PlanInput, planOrder } from '../../mappings/plan.ts';
import { aLine, aLink, anInput, anOrder, aStore, BUYER, FILE } from './build.ts';

function plan(order: Partial<SalesOrder>, input: Partial<PlanInput> = {}): Plan {
  return planOrder(anInput({ order: anOrder(order), ...input }));
}

function planLines(...lines: Partial<OrderLine>[]): Plan {
  return plan({ lines: lines.map((line, index) => aLine({ lineId: String(index + 1), ...line })) });
}

function codes(found: Plan): string[] {
  return found.kind === 'held' ? found.holds.map(({ code }) => code) : [`not held: ${found.kind}`];
}

test('a buyable order is a purchase, ready to be put in the agent’s words', () => {
  expect(plan({})).toMatchObject({
    kind: 'purchase',
    subject: { storeName: 'sg1', orderId: '9001', orderNumber: 'N9001' },
    draft: {
      orderSource: 'lazada',
      sellerOrderNumber: 'N9001',
      lines: [
        {
          orderLineNo: '1',
          itemId: '600126245031041190',
          skuId: '5016042822039',
          quantity: 1,
          priceFen: 500,
        },
      ],
      receiver: { name: 'Ponbridge sg1', address: '测试路 1 号 N9001' },
      purchaseAmountFen: 500,
    },
    allocations: [{ lineId: '1', draftLine: 0, quantity: 1 }],
    skipped: [],
    costFen: 500,
    saleFen: 5000,
    marginShare: 0.9,
  });
});

describe('nothing is bought', () => {
  test('of an order that is not ours: its reason, and every line listed', () => {
    expect(plan({ notOurs: 'fulfilled by Shopee' })).toMatchObject({
      kind: 'nothing',
      cause: 'not-ours',
      reason: 'fulfilled by Shopee',
      skipped: [{ lineId: '1', cause: 'not-ours', reason: 'fulfilled by Shopee' }],
    });
  });

  test("of an order created before the store's start; at the start it is bought", () => {
    const start = new Date('2025-01-01T00:00:00Z');
    expect(plan({ createdAt: start }).kind).toBe('purchase');
    expect(plan({ createdAt: new Date(start.getTime() - 1) })).toMatchObject({
      kind: 'nothing',
      cause: 'before-start',
      skipped: [{ lineId: '1', cause: 'before-start' }],
    });
  });

  test.each(['shipped', 'delivered', 'cancelled', 'closed'] as const)(
    'of an order whose only line is %s',
    (phase) => {
      expect(planLines({ phase })).toMatchObject({
        kind: 'nothing',
        cause: 'all-skipped',
        skipped: [{ lineId: '1', cause: phase }],
      });
    },
  );

  test.each(['marketplace', 'digital', 'store-pickup'] as const)(
    'of lines whose fulfilment is %s',
    (fulfilment) => {
      expect(planLines({ fulfilment, phase: 'waiting' }, { phase: 'delivered' })).toMatchObject({
        kind: 'nothing',
        reason: expect.stringContaining('; already delivered'),
        skipped: [
          { lineId: '1', cause: 'not-ours' },
          { lineId: '2', cause: 'delivered' },
        ],
      });
    },
  );

  test('of lines that no unit is wanted of any more', () => {
    expect(planLines({ quantity: 0 })).toMatchObject({ skipped: [{ cause: 'no-units' }] });
  });

  test('of lines that a rule skips, even while they are not paid', () => {
    const store = aStore({ lines: [{ skip: ['MUG'], reason: 'a gift' }] });
    const lines = [aLine({ phase: 'waiting' })];
    expect(plan({ lines }, { store })).toMatchObject({
      kind: 'nothing',
      reason: 'no line to buy: a gift',
      skipped: [{ lineId: '1', cause: 'rule' }],
    });
  });
});

describe('an order waits', () => {
  test('while a cancellation is not decided, even of a line that is not ours', () => {
    for (const fulfilment of ['seller', 'marketplace'] as const) {
      expect(planLines({}, { phase: 'cancelling', fulfilment })).toMatchObject({
        kind: 'wait',
        cause: 'cancelling',
        reason: expect.stringContaining('line 2'),
      });
    }
  });

  test('while one of its lines is not paid', () => {
    expect(planLines({}, { phase: 'waiting', status: 'unpaid' })).toMatchObject({
      kind: 'wait',
      cause: 'waiting',
      reason: 'not ready to be bought: unpaid (line 2)',
      bought: [{ quantity: 2 }],
      holds: [],
    });
  });

  test('and says already what will hold it', () => {
    expect(planLines({ phase: 'waiting', sku: 'CUP' })).toMatchObject({
      kind: 'wait',
      holds: [{ code: 'sku-unmapped', sku: 'CUP' }],
    });
  });

  test('not for a line that is shipped by the marketplace', () => {
    expect(planLines({}, { phase: 'waiting', fulfilment: 'marketplace' }).kind).toBe('purchase');
  });
});

test('of a partly shipped order the buyable lines are bought', () => {
  expect(planLines({ phase: 'shipped' }, { quantity: 2 }, { phase: 'cancelled' })).toMatchObject({
    kind: 'purchase',
    draft: { lines: [{ quantity: 2 }], purchaseAmountFen: 1000 },
    saleFen: 10_000,
    skipped: [
      { lineId: '1', cause: 'shipped' },
      { lineId: '3', cause: 'cancelled' },
    ],
  });
});

test('a skipped gift counts neither in the cost nor in the sale', () => {
  const store = aStore({ lines: [{ skip: ['GIFT'], reason: 'a gift' }, { links: 'both' }] });
  const lines = [aLine({ lineId: 'g', sku: 'GIFT', unitPrice: '99.00' }), aLine()];
  expect(plan({ lines }, { store })).toMatchObject({ kind: 'purchase', saleFen: 5000 });
});

describe('an order is held', () => {
  test('with a line of unknown status, telling the word, also beside an unpaid line', () => {
    const held = planLines({ phase: 'unknown', status: 'teleported' }, { phase: 'waiting' });
    expect(held).toMatchObject({
      kind: 'held',
      holds: [
        {
          code: 'status-unknown',
          lineId: '1',
          detail: 'line 1 has the status "teleported"',
        },
      ],
      bought: [{ quantity: 1 }],
    });
  });

  test('when it is paid on delivery, unless the store consents', () => {
    expect(codes(plan({ cashOnDelivery: true }))).toEqual(['cash-on-delivery']);
    const store = aStore({ purchase: { cashOnDelivery: true } });
    expect(plan({ cashOnDelivery: true }, { store }).kind).toBe('purchase');
  });

  test('when it came without lines', () => {
    expect(codes(plan({ lines: [] }))).toEqual(['order-empty']);
  });

  test('when its number is too long for the agent; it is never cut', () => {
    const store = aStore({ sellerOrderNumber: '{store}-{order}', sellerOrderNumberLimit: 8 });
    const held = plan({}, { store });
    expect(codes(held)).toEqual(['order-number-too-long']);
    expect(held).toMatchObject({ sellerOrderNumber: 'sg1-N9001' });
    const fits = aStore({ sellerOrderNumber: '{store}-{order}', sellerOrderNumberLimit: 9 });
    expect(plan({}, { store: fits })).toMatchObject({
      kind: 'purchase',
      draft: { sellerOrderNumber: 'sg1-N9001' },
    });
  });

  test('without an order number: at the agent it could not be told from others', () => {
    expect(codes(plan({ orderNumber: '' }))).toEqual(['order-number-missing']);
    const store = aStore({ sellerOrderNumber: '{store}-{orderId}' });
    expect(plan({ orderNumber: '' }, { store }).kind).toBe('purchase');
  });

  test('for every reason at once, with what could be found out anyway', () => {
    const store = aStore({
      receiver: { kind: 'buyer' },
      budget: { cnyPerUnit: '5', largestOrder: '1' },
      sellerOrderNumberLimit: 2,
    });
    const lines = [
      aLine({ lineId: 'ok' }),
      aLine({ lineId: 'no-sku', sku: undefined }),
      aLine({ lineId: 'no-link', sku: 'CUP' }),
      aLine({ lineId: 'odd', phase: 'unknown' }),
    ];
    const order = {
      lines,
      cashOnDelivery: true,
      currency: 'MYR',
      buyer: { ...BUYER, name: '****', city: undefined, masked: true },
    };
    const held = plan(order, { store });
    expect(codes(held)).toEqual([
      'cash-on-delivery',
      'status-unknown',
      'sku-missing',
      'sku-unmapped',
      'receiver-masked',
      'receiver-incomplete',
      'order-number-too-long',
      'over-budget',
      'currency-unexpected',
    ]);
    expect(held).toMatchObject({
      lines: [{ lineId: 'ok', rule: { index: 0 } }, {}, {}],
      allocations: [{ lineId: 'ok', draftLine: 0, quantity: 1 }],
      bought: [{ priceFen: 500 }],
      costFen: undefined,
    });
  });

  test('until the missing link is there', () => {
    const order = { lines: [aLine({ sku: 'CUP' })] };
    expect(codes(plan(order))).toEqual(['sku-unmapped']);
    expect(plan(order, { links: [aLink({ sku: 'CUP' })] }).kind).toBe('purchase');
  });
});

test('every hold says what happened and what to do', () => {
  for (const { title, remedy } of Object.values(MAPPING_HOLDS)) {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  }
});

test('no hold repeats what is the buyer’s own: details are kept in plain', () => {
  const buyer = { ...BUYER, name: 'T****', phone: '65******67', city: '', masked: true };
  const held = plan({ buyer }, { store: aStore({ receiver: { kind: 'buyer' } }) });
  expect(codes(held)).toHaveLength(2);
  const said = JSON.stringify(held.kind === 'held' ? held.holds : '');
  for (const value of ['T****', '65****', '179103', 'North Bridge'])
    expect(said).not.toContain(value);
});

describe('the digest', () => {
  const base = planDigest(plan({}));

  test('does not change with what is not bought: status words, names, other line ids', () => {
    const lines = [aLine({ lineId: 'x', status: 'packed', name: 'Cup' })];
    expect(planDigest(plan({ lines, updatedAt: new Date(0) }))).toBe(base);
  });

  test('does not change with the order of the lines', () => {
    const lines = ['MUG', 'CUP'].map((sku) => aLine({ lineId: sku, sku }));
    const links = [aLink(), aLink({ sku: 'CUP', itemId: '7' })];
    expect(planDigest(plan({ lines: lines.toReversed() }, { links }))).toBe(
      planDigest(plan({ lines }, { links })),
    );
  });

  test.each<[string, Partial<SalesOrder>, Partial<PlanInput>]>([
    ['a quantity', { lines: [aLine({ quantity: 2 })] }, {}],
    ['a price', {}, { links: [aLink({ priceFen: 501 })] }],
    ['a source SKU', {}, { links: [aLink({ skuId: '1' })] }],
    ['the receiver', {}, { store: aStore({ receiver: { ...FILE.receiver, zip: '310000' } }) }],
    ['the number', {}, { store: aStore({ sellerOrderNumber: 'x{order}' }) }],
    ['the order source', {}, { store: aStore({ orderSource: 'shopee' }) }],
    ['the kind', { lines: [aLine({ phase: 'waiting' })] }, {}],
    ['a hold', { lines: [aLine({ sku: 'CUP' })] }, {}],
    ['being nobody’s', { notOurs: 'digital' }, {}],
  ])('changes with %s', (_what, order, input) => {
    expect(planDigest(plan(order, input))).not.toBe(base);
  });
});

test('every phase of a line has an outcome of its own kind', () => {
  const outcome = (phase: LinePhase) => planLines({ phase }).kind;
  expect({
    waiting: outcome('waiting'),
    buyable: outcome('buyable'),
    cancelling: outcome('cancelling'),
    shipped: outcome('shipped'),
    delivered: outcome('delivered'),
    cancelled: outcome('cancelled'),
    closed: outcome('closed'),
    unknown: outcome('unknown'),
  } satisfies Record<LinePhase, Plan['kind']>).toEqual({
    waiting: 'wait',
    buyable: 'purchase',
    cancelling: 'wait',
    shipped: 'nothing',
    delivered: 'nothing',
    cancelled: 'nothing',
    closed: 'nothing',
    unknown: 'held',
  });
});
