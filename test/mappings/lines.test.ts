import { describe, expect, test } from 'vitest';
import { type LineInput, mapLines, numberLines, orderSkus } from '../../mappings/lines.ts';
import { matchesGlob } from '../../mappings/rules.ts';
import { aLine, aLink, anOrder, aStore } from './build.ts';

const PATTERN = { pattern: 'TB-{itemId}-{skuId}-{fen}' };
const BUNDLE = {
  bundle: 'SET',
  parts: [
    { itemId: '1', skuId: '11', quantity: 2, price: { fen: 300 } },
    { itemId: '2', skuId: '22', price: { fixed: '1.50' } },
  ],
};

function map(rules: readonly unknown[], input: Partial<Omit<LineInput, 'rules'>>) {
  const { lines } = aStore({ lines: rules });
  return mapLines({ lines: [aLine()], links: [], storeName: 'sg1', ...input, rules: lines });
}

describe('one line', () => {
  test('is bought by what a pattern reads in its SKU', () => {
    const mapped = map([PATTERN], { lines: [aLine({ sku: 'TB-7-8-250', quantity: 3 })] });
    expect(mapped).toMatchObject({
      bought: [{ itemId: '7', skuId: '8', quantity: 3, priceFen: 250 }],
      allocations: [{ lineId: '1', draftLine: 0, quantity: 3 }],
      explained: [
        {
          rule: { index: 0, text: 'SKU pattern "TB-{itemId}-{skuId}-{fen}"' },
          evidence: 'read from the SKU: itemId 7, skuId 8, quantity 1',
          sources: [{ perUnit: 1, priceFrom: 'pattern' }],
        },
      ],
      skipped: [],
      holds: [],
    });
  });

  test("is bought by the store's link, units times quantity per unit", () => {
    const links = [aLink({ quantity: 4, priceFen: 99 })];
    const mapped = map([{ links: 'both' }], { lines: [aLine({ quantity: 3 })], links });
    expect(mapped.bought).toMatchObject([{ quantity: 12, priceFen: 99 }]);
    expect(mapped.explained[0]).toMatchObject({
      units: 3,
      evidence: '1 link of this store',
      sources: [{ perUnit: 4, quantity: 12, priceFrom: 'link' }],
    });
  });

  test('is bought as several source SKUs where its SKU has several links, in stable order', () => {
    const links = [
      aLink({ itemId: 'b' }),
      aLink({ itemId: 'a', skuId: '2' }),
      aLink({ itemId: 'a' }),
    ];
    const one = map([{ links: 'store' }], { links });
    const other = map([{ links: 'store' }], { links: links.toReversed() });
    expect(one.bought.map(({ itemId }) => itemId)).toEqual(['a', 'a', 'b']);
    expect(other).toEqual(one);
  });

  test.each([
    ['both', [undefined, 'sg1'], 'own'],
    ['both', [undefined], 'shared'],
    ['store', [undefined, 'sg1'], 'own'],
    ['shared', [undefined, 'sg1'], 'shared'],
    ['store', [undefined], 'none'],
    ['shared', ['sg1'], 'none'],
    ['both', ['my2'], 'none'],
  ])('links: %s with links of %o takes %s', (which, stores, taken) => {
    const links = stores.map((store) =>
      aLink({
        store,
        itemId: store === undefined ? 'shared' : store === 'sg1' ? 'own' : 'foreign',
      }),
    );
    const { bought } = map([{ links: which }], { links });
    expect(bought.map(({ itemId }) => itemId).join() || 'none').toBe(taken);
  });

  test('is bought as the parts of a bundle, each with its own price', () => {
    const mapped = map([BUNDLE], { lines: [aLine({ sku: 'SET', quantity: 3 })] });
    expect(mapped.bought).toEqual([
      { itemId: '1', skuId: '11', quantity: 6, priceFen: 300 },
      { itemId: '2', skuId: '22', quantity: 3, priceFen: 150 },
    ]);
    expect(mapped.explained[0]?.sources).toMatchObject([
      { priceFrom: 'fixed' },
      { priceFrom: 'fixed' },
    ]);
  });

  test("takes the rule's fixed price before that of the link or the pattern", () => {
    const linked = map([{ links: 'both', price: { fixed: '2' } }], { links: [aLink()] });
    expect(linked.bought).toMatchObject([{ priceFen: 200 }]);
    const read = map([{ ...PATTERN, price: { fixed: '2' } }], {
      lines: [aLine({ sku: 'TB-7-8-250' })],
    });
    expect(read.bought).toMatchObject([{ priceFen: 200 }]);
  });

  test('is skipped by a rule, with its reason', () => {
    const mapped = map([{ skip: ['GIFT*'], reason: 'a gift' }], {
      lines: [aLine({ sku: 'GIFT-7' })],
    });
    expect(mapped).toMatchObject({
      bought: [],
      skipped: [{ lineId: '1', cause: 'rule', reason: 'a gift' }],
      holds: [],
    });
  });

  test('goes by the first rule that matches', () => {
    const skip = { skip: ['*'], reason: 'all' };
    const lines = [aLine({ sku: 'SET' })];
    expect(map([BUNDLE, skip], { lines }).bought).toHaveLength(2);
    expect(map([skip, BUNDLE], { lines }).bought).toHaveLength(0);
  });

  test('matches whatever spaces surround its SKU', () => {
    expect(map([BUNDLE], { lines: [aLine({ sku: ' SET ' })] }).bought).toHaveLength(2);
  });
});

describe('a line is held', () => {
  const held = (rules: readonly unknown[], input: Partial<Omit<LineInput, 'rules'>>) =>
    map(rules, input).holds;

  test.each([undefined, '', '  '])('without a SKU (%o)', (sku) => {
    expect(held([{ skip: ['*'], reason: 'all' }], { lines: [aLine({ sku })] })).toEqual([
      { code: 'sku-missing', detail: 'line 1 has no seller SKU', lineId: '1' },
    ]);
  });

  test('when no rule matches, saying why each did not', () => {
    expect(held([PATTERN, { links: 'both' }, BUNDLE], {})).toEqual([
      {
        code: 'sku-unmapped',
        lineId: '1',
        sku: 'MUG',
        detail:
          'no rule matches SKU "MUG": rule 1 (SKU pattern "TB-{itemId}-{skuId}-{fen}"): "TB-" is not at character 1; rule 2 (SKU links of this store, else shared): no link for this SKU; 1 bundle or skip rule: other SKUs',
      },
    ]);
  });

  test.each<[string, unknown, Partial<LineInput>]>([
    ['a link has none', { links: 'both' }, { links: [aLink({ priceFen: undefined })] }],
    ['a link says 0', { links: 'both' }, { links: [aLink({ priceFen: 0 })] }],
    ['the pattern has none', { pattern: '{itemId}-{skuId}' }, { lines: [aLine({ sku: '7-8' })] }],
    ['the SKU says 0', PATTERN, { lines: [aLine({ sku: 'TB-7-8-0' })] }],
    ['a part of the bundle has none', { bundle: 'MUG', parts: [{ itemId: '7', skuId: '8' }] }, {}],
  ])('when the price is unknown: %s', (_why, rule, input) => {
    const mapped = map([rule], input);
    expect(mapped.holds).toMatchObject([{ code: 'price-unknown', lineId: '1' }]);
    expect(mapped.explained[0]?.sources).toMatchObject([{ priceFrom: 'unknown' }]);
  });

  test('when one SKU is linked twice to the same source SKU: nothing is bought twice', () => {
    const mapped = map([{ links: 'both' }], { links: [aLink(), aLink({ quantity: 2 })] });
    expect(mapped.holds).toMatchObject([{ code: 'link-repeated', lineId: '1' }]);
    expect(mapped.bought).toEqual([]);
  });

  test.each([1.5, -1, Number.NaN])('when its quantity is %d', (quantity) => {
    expect(held([BUNDLE], { lines: [aLine({ sku: 'SET', quantity })] })).toMatchObject([
      { code: 'quantity-invalid', detail: expect.stringContaining(`sent ${quantity}`) },
    ]);
  });

  test('when the quantity of its link is no count, or the product is too large', () => {
    const links = [aLink({ quantity: 0 })];
    expect(held([{ links: 'both' }], { links })).toMatchObject([{ code: 'quantity-invalid' }]);
    const many = [aLink({ quantity: Number.MAX_SAFE_INTEGER })];
    expect(
      held([{ links: 'both' }], { links: many, lines: [aLine({ quantity: 2 })] }),
    ).toMatchObject([{ code: 'quantity-invalid', detail: expect.stringContaining('too many') }]);
  });

  test('with another when both want one source SKU at different prices', () => {
    const lines = [aLine({ sku: 'TB-7-8-250' }), aLine({ lineId: '2', sku: 'TB-7-8-260' })];
    expect(held([PATTERN], { lines })).toEqual([
      {
        code: 'price-conflict',
        lineId: '2',
        sku: 'TB-7-8-260',
        detail: 'itemId 7, skuId 8 costs 250 fen for one line and 260 fen for line 2',
      },
    ]);
  });
});

describe('several lines', () => {
  test('three rows of one SKU become one source line with three allocations', () => {
    const lines = ['a', 'b', 'c'].map((lineId) => aLine({ lineId }));
    const mapped = map([{ links: 'both' }], { lines, links: [aLink()] });
    expect(mapped.bought).toMatchObject([{ quantity: 3, priceFen: 500 }]);
    expect(mapped.allocations).toEqual([
      { lineId: 'a', draftLine: 0, quantity: 1 },
      { lineId: 'b', draftLine: 0, quantity: 1 },
      { lineId: 'c', draftLine: 0, quantity: 1 },
    ]);
  });

  test('a bundle and a single SKU share a source line', () => {
    const lines = [aLine({ lineId: 'a', sku: 'SET' }), aLine({ lineId: 'b', sku: 'TB-2-22-150' })];
    const mapped = map([BUNDLE, PATTERN], { lines });
    expect(mapped.bought).toEqual([
      { itemId: '1', skuId: '11', quantity: 2, priceFen: 300 },
      { itemId: '2', skuId: '22', quantity: 2, priceFen: 150 },
    ]);
    expect(mapped.allocations).toEqual([
      { lineId: 'a', draftLine: 0, quantity: 2 },
      { lineId: 'a', draftLine: 1, quantity: 1 },
      { lineId: 'b', draftLine: 1, quantity: 1 },
    ]);
  });

  test('are numbered from 1, or all "1" where the store says so', () => {
    const bought = ['a', 'b'].map((itemId) => ({ itemId, skuId: '1', quantity: 1, priceFen: 1 }));
    const numbers = (setting: 'unique' | 'same') =>
      numberLines(bought, setting).map(({ orderLineNo }) => orderLineNo);
    expect(numbers('unique')).toEqual(['1', '2']);
    expect(numbers('same')).toEqual(['1', '1']);
  });

  test('name the SKUs whose links are needed, each once', () => {
    const lines = ['MUG', undefined, ' MUG', 'CUP', ''].map((sku) => aLine({ sku }));
    expect(orderSkus(anOrder({ lines }))).toEqual(['MUG', 'CUP']);
  });
});

test.each([
  ['GIFT', 'GIFT', true],
  ['GIFT', 'GIFTS', false],
  ['GIFT*', 'GIFT', true],
  ['*-GIFT', 'A-GIFT', true],
  ['*-GIFT', 'A-GIFTS', false],
  ['A*B*C', 'AxBxBxC', true],
  ['A*B*C', 'AxC', false],
  ['AB*BA', 'ABA', false],
  ['*', '', true],
  ['**', 'x', true],
  ['A.C', 'ABC', false],
])('the skip text %s and the SKU %s: %s', (glob, sku, expected) => {
  expect(matchesGlob(glob, sku)).toBe(expected);
});
