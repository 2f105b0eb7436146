import { describe, expect, test } from 'vitest';
import { storeSettings } from '../../mappings/store.ts';
import { storeIssues } from '../../mappings/store-issues.ts';
import { aStore, FILE } from './build.ts';

const DAY = 86_400_000;

/** What is wrong, as `path: message`. */
function faults(changes: Record<string, unknown>): string[] {
  const parsed = storeSettings.safeParse({ ...FILE, ...changes });
  if (parsed.success) return [];
  return storeIssues(parsed.error).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

function fault(changes: Record<string, unknown>): string {
  const found = faults(changes);
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

test('the smallest file gets its defaults', () => {
  expect(aStore()).toEqual({
    marketplace: 'lazada',
    country: 'sg',
    sellerId: '1000101',
    app: 'main',
    paused: false,
    start: new Date('2025-01-01T00:00:00Z'),
    orderSource: 'lazada',
    sellerOrderNumber: '{order}',
    sellerOrderNumberLimit: 64,
    lines: [{ links: 'both', price: 'link' }],
    receiver: { ...FILE.receiver, phone: '', country: '中国', zip: '' },
    budget: { cnyPerUnit: '5', largestOrder: 100_000, smallestMargin: 0, drift: 0.05 },
    purchase: {
      mode: 'off',
      agent: 'pandapon',
      account: 'main',
      delay: 0,
      lineNumbers: 'unique',
      cashOnDelivery: false,
      pay: { auto: false },
    },
    tracking: { leg: 'agent', parcels: 'first', carriers: {} },
    ship: { pack: 'sent', readyToShip: 'sent', arrange: 'sent', margin: DAY },
    cancel: { buyerWish: 'hold' },
    poll: 300_000,
    overlap: 600_000,
    alerts: {
      unread: 3_600_000,
      unpaid: 86_400_000,
      unsent: 3 * 86_400_000,
      untracked: 2 * 86_400_000,
      held: 86_400_000,
    },
    retention: 90 * DAY,
    options: {},
  });
});

describe('values are read', () => {
  const read = (changes: Record<string, unknown>) => aStore(changes);

  test('durations as milliseconds', () => {
    expect(read({ poll: '90s' }).poll).toBe(90_000);
    expect(read({ retention: '1.5h' }).retention).toBe(5_400_000);
  });

  test('yuan as fen, as text or number, exactly', () => {
    expect(read({ budget: { cnyPerUnit: 5.35, largestOrder: 0.29 } }).budget).toMatchObject({
      cnyPerUnit: '5.35',
      largestOrder: 29,
    });
    const lines = [{ links: 'store', price: { fixed: '12.5' } }];
    expect(read({ lines }).lines).toEqual([{ links: 'store', price: { fixed: 1250 } }]);
  });

  test('shares from per cent, exactly', () => {
    const budget = { ...FILE.budget, smallestMargin: '12.3%', drift: 0.1 };
    expect(read({ budget }).budget).toMatchObject({ smallestMargin: 0.123, drift: 0.1 });
    const loss = { ...FILE.budget, smallestMargin: '-20%' };
    expect(read({ budget: loss }).budget.smallestMargin).toBe(-0.2);
  });

  test('the start, with a time zone', () => {
    expect(read({ start: '2025-03-01T08:00:00+08:00' }).start).toEqual(new Date('2025-03-01'));
  });

  test('every kind of line rule', () => {
    const lines = [
      { pattern: '{itemId}-{skuId}', price: { fixed: 3 } },
      { bundle: 'SET', parts: [{ itemId: 1, skuId: '2', price: { fen: 5 } }] },
      { skip: ['GIFT*'], reason: 'a gift' },
    ];
    expect(read({ lines }).lines).toEqual([
      { pattern: '{itemId}-{skuId}', price: { fixed: 300 } },
      { bundle: 'SET', parts: [{ itemId: '1', skuId: '2', quantity: 1, price: { fen: 5 } }] },
      { skip: ['GIFT*'], reason: 'a gift' },
    ]);
  });

  test('payment with its cap', () => {
    const purchase = { dailyCap: '500', pay: { auto: true } };
    expect(read({ purchase }).purchase).toMatchObject({ dailyCap: 50_000, pay: { auto: true } });
  });
});

describe('a wrong file is refused, saying where and what was expected', () => {
  const budget = (changes: Record<string, unknown>) => ({ budget: { ...FILE.budget, ...changes } });
  const receiver = (changes: Record<string, unknown>) => ({
    receiver: { ...FILE.receiver, ...changes },
  });
  const rule = (line: unknown) => ({ lines: [{ links: 'both' }, line] });

  test.each<[string, Record<string, unknown>, string]>([
    ['unknown key', { colour: 'red' }, ': Unrecognized key: "colour"'],
    ['unknown key below', budget({ biggest: 1 }), 'budget: Unrecognized key: "biggest"'],
    ['wrong type', { orderSource: 7 }, 'orderSource: Invalid input: expected string'],
    ['missing key', { orderSource: undefined }, 'orderSource: Invalid input: expected string'],
    ['country', { country: 'SG' }, 'country: a country code in lower case'],
    ['name', { app: 'My App' }, 'app: lower-case letters, digits and hyphens'],
    [
      'long id without quotes',
      { sellerId: Number('600126245031041190') },
      'sellerId: an id without spaces; put',
    ],
    ['id with space', { sellerId: '1 2' }, 'sellerId: an id without spaces'],
    ['start', { start: 'yesterday' }, 'start: a date such as'],
    ['duration as number', { poll: 5 }, 'poll: a duration such as "90s"'],
    ['duration', { poll: '5 minutes' }, 'poll: a duration such as "90s"'],
    ['amount', budget({ largestOrder: '1.234' }), 'budget.largestOrder: an amount in yuan'],
    ['negative amount', budget({ largestOrder: -1 }), 'budget.largestOrder: an amount in yuan'],
    ['exponent', budget({ largestOrder: '1e3' }), 'budget.largestOrder: an amount in yuan'],
    ['amount of another type', budget({ largestOrder: true }), 'budget.largestOrder: an amount'],
    [
      'huge amount',
      budget({ largestOrder: '99999999999999999' }),
      'budget.largestOrder: an amount',
    ],
    ['rate', budget({ cnyPerUnit: 'five' }), 'budget.cnyPerUnit: a rate above 0'],
    ['rate of zero', budget({ cnyPerUnit: '0.00' }), 'budget.cnyPerUnit: a rate above 0'],
    [
      'drift meant as per cent',
      budget({ drift: 5 }),
      'budget.drift: a share such as "15%" or 0.15, from 0%',
    ],
    ['share', budget({ smallestMargin: '15' }), 'budget.smallestMargin: a share such as "15%"'],
    ['negative drift', budget({ drift: '-5%' }), 'budget.drift: a share'],
    [
      'number template name',
      { sellerOrderNumber: '{order}{nr}' },
      '{nr} is no name this template knows; use {order}',
    ],
    [
      'number template without order',
      { sellerOrderNumber: '{store}' },
      'sellerOrderNumber: needs one of {order}, {orderId}',
    ],
    [
      'malformed template',
      { sellerOrderNumber: '{order' },
      'sellerOrderNumber: "{" at character 1',
    ],
    ['receiver template', receiver({ name: '{buyer}' }), 'receiver.name: {buyer} is no name'],
    ['empty receiver name', receiver({ name: '' }), 'receiver.name: Too small'],
    [
      'no phone',
      receiver({ mobilePhone: '' }),
      'receiver.mobilePhone: a warehouse needs phone or mobilePhone',
    ],
    ['receiver kind', receiver({ kind: 'friend' }), 'receiver.kind: '],
    [
      'leg not chosen',
      { tracking: {} },
      'tracking.leg: tracking.leg must be set when the receiver is a warehouse',
    ],
    [
      'cap missing',
      { purchase: { pay: { auto: true } } },
      'purchase.dailyCap: is missing; pay.auto: true may only be set with the most it may spend',
    ],
    ['no rule', { lines: [] }, 'lines: Too small'],
    ['rule of no kind', rule({}), 'lines.1: a line rule has one of the keys pattern, links'],
    ['rule of another type', rule('MUG'), 'lines.1: a line rule has one of the keys'],
    ['pattern', rule({ pattern: '{itemId}' }), 'lines.1.pattern: a SKU pattern needs {skuId}'],
    ['pattern type', rule({ pattern: 7 }), 'lines.1.pattern: Invalid input: expected string'],
    [
      'rule with a stranger',
      rule({ links: 'both', prize: 1 }),
      'lines.1: Unrecognized key: "prize"',
    ],
    ['links of whom', rule({ links: 'all' }), 'lines.1.links: Invalid option'],
    [
      'price word of another rule',
      rule({ links: 'both', price: 'pattern' }),
      'lines.1.price: "link", or fixed',
    ],
    [
      'price of zero',
      rule({ links: 'both', price: { fixed: 0 } }),
      'lines.1.price.fixed: a price above 0',
    ],
    [
      'bundle without parts',
      rule({ bundle: 'SET' }),
      'lines.1.parts: Invalid input: expected array',
    ],
    [
      'part quantity',
      rule({ bundle: 'S', parts: [{ itemId: '1', skuId: '2', quantity: 0 }] }),
      'lines.1.parts.0.quantity: Too small',
    ],
    [
      'part price',
      rule({ bundle: 'S', parts: [{ itemId: '1', skuId: '2', price: { fen: 0 } }] }),
      'lines.1.parts.0.price.fen: Too small',
    ],
    [
      'skip without reason',
      rule({ skip: ['GIFT'] }),
      'lines.1.reason: Invalid input: expected string',
    ],
  ])('%s', (_what, changes, expected) => {
    expect(fault(changes)).toContain(expected);
  });

  test('all faults are reported in one run', () => {
    expect(faults({ country: 'SG', poll: 5, orderSource: '' })).toHaveLength(3);
  });
});

test('a buyer as receiver needs no leg: the only number is the supplier’s', () => {
  expect(faults({ receiver: { kind: 'buyer' }, tracking: {} })).toEqual([]);
});

test('what is told to the warehouse may name the tracking number, a receiver may not', () => {
  const warehouse = { name: '{store}', address: '{tracking}' };
  expect(faults({ ship: { warehouse } })).toEqual([]);
  expect(faults({ receiver: { ...FILE.receiver, name: '{tracking}' } })).toHaveLength(1);
});
