import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BudgetInput, checkBudget, priceWithinDrift } from '../../mappings/budget.ts';
import { aStore, FILE } from './build.ts';

function check(changes: Partial<BudgetInput> & { readonly file?: Record<string, unknown> } = {}) {
  const { file, ...input } = changes;
  return checkBudget({
    bought: [{ itemId: '1', skuId: '2', quantity: 2, priceFen: 1000 }],
    complete: true,
    sold: [{ lineId: '1', unitPrice: '10.00', quantity: 1 }],
    currency: 'SGD',
    storeCurrency: 'SGD',
    budget: aStore({ budget: { ...FILE.budget, ...file } }).budget,
    ...input,
  });
}

test('cost, sale and margin are stated exactly', () => {
  // 10.00 SGD at 5 yuan = 50 yuan; 2 x 10 yuan.
  expect(check()).toEqual({ costFen: 2000, saleFen: 5000, marginShare: 0.6, holds: [] });
});

test('the sale is rounded down to fen, the rest is exact', () => {
  const sold = [{ lineId: '1', unitPrice: '0.1', quantity: 3 }];
  expect(check({ sold, file: { cnyPerUnit: '1.1155' } }).saleFen).toBe(33);
});

test('dong have no minor unit, and need none here', () => {
  const vnd = { currency: 'VND', storeCurrency: 'VND', file: { cnyPerUnit: '0.00028' } };
  const sold = [{ lineId: '1', unitPrice: '350000.00', quantity: 1 }];
  expect(check({ ...vnd, sold }).saleFen).toBe(9800);
});

describe('held', () => {
  test('over-budget: above the largest order, not at it', () => {
    expect(check({ file: { largestOrder: 20 } }).holds).toEqual([]);
    expect(check({ file: { largestOrder: '19.99' } }).holds).toEqual([
      { code: 'over-budget', detail: 'costs 20.00 CNY, at most 19.99 CNY is allowed' },
    ]);
  });

  test('over-budget also when a price is unknown and the others are too much already', () => {
    const bought = [
      { itemId: '1', skuId: '2', quantity: 2, priceFen: 1000 },
      { itemId: '3', skuId: '4', quantity: 2, priceFen: undefined },
    ];
    expect(check({ bought, complete: false, file: { largestOrder: 10 } })).toEqual({
      costFen: undefined,
      saleFen: 5000,
      marginShare: undefined,
      holds: [
        { code: 'over-budget', detail: 'costs at least 20.00 CNY, at most 10.00 CNY is allowed' },
      ],
    });
  });

  test('margin-too-small: below the smallest margin, not at it, with the numbers', () => {
    expect(check({ file: { smallestMargin: '60%' } }).holds).toEqual([]);
    expect(check({ file: { smallestMargin: '60.01%' } }).holds).toEqual([
      {
        code: 'margin-too-small',
        detail:
          'costs 20.00 CNY, sold for 10 SGD x 5 = 50.00 CNY: margin 60% of the sale, at least 60.01% is wanted',
      },
    ]);
  });

  test('margin-too-small: at a loss, unless the store allows it', () => {
    const sold = [{ lineId: '1', unitPrice: '3.50', quantity: 1 }];
    expect(check({ sold })).toMatchObject({ holds: [{ code: 'margin-too-small' }] });
    expect(check({ sold, file: { smallestMargin: '-20%' } }).holds).toEqual([]);
  });

  test('margin-too-small: sold for nothing, whatever margin is wanted', () => {
    const sold = [{ lineId: '1', unitPrice: '0.00', quantity: 5 }];
    expect(check({ sold, file: { smallestMargin: '-100%' } })).toEqual({
      costFen: 2000,
      saleFen: 0,
      marginShare: undefined,
      holds: [
        {
          code: 'margin-too-small',
          detail: 'costs 20.00 CNY, sold for 0 SGD x 5 = 0.00 CNY: nothing was paid for it',
        },
      ],
    });
  });

  test('currency-unexpected: the rate is for another currency', () => {
    expect(check({ currency: 'MYR' })).toEqual({
      costFen: 2000,
      saleFen: undefined,
      marginShare: undefined,
      holds: [
        {
          code: 'currency-unexpected',
          detail: "the order is in MYR, the store's country has SGD",
        },
      ],
    });
  });

  test.each(['', 'ten', '-1', '1e2', '1,50'])('sale-price-unreadable: "%s"', (unitPrice) => {
    const sold = [{ lineId: '7', unitPrice, quantity: 1 }];
    expect(check({ sold })).toMatchObject({
      saleFen: undefined,
      holds: [{ code: 'sale-price-unreadable', lineId: '7' }],
    });
  });
});

describe('drift', () => {
  test.each([
    [1000, 1050, 0.05, true],
    [1000, 1051, 0.05, false],
    [1000, 1, 0, true],
    [1000, 1001, 0, false],
    [0, 1, 1, false],
    [1000, 0, 0.05, false],
    // 0.07 * 100 is 7.000000000000001 in floating point.
    [10000, 10700, 0.07, true],
  ])('planned %d fen, asked %d fen, drift %d: %s', (planned, asked, drift, expected) => {
    expect(priceWithinDrift(planned, asked, drift)).toBe(expected);
  });
});

test('amounts are those of integer arithmetic, for any number of lines', () => {
  const line = fc.record({
    cents: fc.nat(10_000_000),
    quantity: fc.integer({ min: 1, max: 1000 }),
  });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1 }), (lines) => {
      const sold = lines.map(({ cents, quantity }, index) => {
        const unitPrice = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
        return { lineId: String(index), unitPrice, quantity };
      });
      const cents = lines.reduce(
        (sum, each) => sum + BigInt(each.cents) * BigInt(each.quantity),
        0n,
      );
      expect(check({ sold }).saleFen).toBe(Number(cents * 5n));
    }),
  );
});
