import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchSku, parseSkuPattern } from '../../mappings/pattern.ts';
import { fillTemplate } from '../../mappings/template.ts';

function read(text: string, sku: string) {
  const parsed = parseSkuPattern(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return matchSku(parsed.pattern, sku);
}

describe('a pattern reads a SKU', () => {
  test('with ids beyond 2^53, quantity and price in fen', () => {
    expect(
      read('TB-{itemId}-{skuId}-x{quantity}-{fen}', 'TB-600126245031041190-5016042822039-x3-1250'),
    ).toEqual({
      ok: true,
      parts: {
        itemId: '600126245031041190',
        skuId: '5016042822039',
        quantity: 3,
        priceFen: 1250,
      },
    });
  });

  test('with yuan, exactly: 0.29 is 29 fen', () => {
    expect(read('{itemId}-{skuId}@{yuan}', '1-2@0.29')).toMatchObject({ parts: { priceFen: 29 } });
    expect(read('{itemId}-{skuId}@{yuan}', '1-2@12')).toMatchObject({ parts: { priceFen: 1200 } });
  });

  test('without quantity and price: one unit, price unknown', () => {
    expect(read('{itemId}_{skuId}', '1_2')).toEqual({
      ok: true,
      parts: { itemId: '1', skuId: '2', quantity: 1, priceFen: undefined },
    });
  });

  test('with {any} for text that does not matter, also none', () => {
    expect(read('{any}/{itemId}-{skuId}-{any}', 'Red mug/1-2-')).toMatchObject({
      parts: { itemId: '1', skuId: '2' },
    });
  });

  test('with characters that regular expressions would read', () => {
    expect(read('(.*)[{itemId}]+{skuId}?', '(.*)[1]+2?')).toMatchObject({ ok: true });
    expect(read('(.*)[{itemId}]+{skuId}?', 'xx[1]+2?')).toMatchObject({ ok: false });
  });

  test('a part ends where the literal after it first occurs', () => {
    expect(read('{itemId}_{skuId}', 'a_b_c')).toMatchObject({
      parts: { itemId: 'a', skuId: 'b_c' },
    });
  });
});

test.each([
  ['tb-{itemId}-{skuId}', 'TB-1-2', '"tb-" is not at character 1'],
  ['{itemId}-{skuId}', '1', 'nothing ends {itemId}'],
  ['{itemId}-{skuId}', '-2', '{itemId} "" is not letters, digits and _'],
  ['{itemId}-{skuId}', '1-2-3', '{skuId} "2-3" is not letters, digits and _'],
  ['{itemId}-{skuId}', '1-2 ', '{skuId} "2 " is not letters, digits and _'],
  ['{itemId}-{skuId}-x', '1-2-xy', '"y" is left over'],
  ['{itemId}-{skuId}-{quantity}', '1-2-0', '{quantity} "0" is not a whole number from 1'],
  ['{itemId}-{skuId}-{quantity}', '1-2-1.5', '{quantity} "1.5" is not a whole number from 1'],
  ['{itemId}-{skuId}-{quantity}', '1-2-99999999999999999', 'is not a whole number from 1'],
  ['{itemId}-{skuId}-{fen}', '1-2-1.5', '{fen} "1.5" is not a whole number'],
  ['{itemId}-{skuId}-{fen}', '1-2-99999999999999999', 'the price is too large'],
  [
    '{itemId}-{skuId}-{yuan}',
    '1-2-1.234',
    '{yuan} "1.234" is not an amount with at most two decimals',
  ],
  ['{itemId}-{skuId}-{yuan}', '1-2--1', '{yuan} "-1" is not an amount'],
])('%s does not read "%s"', (text, sku, reason) => {
  expect(read(text, sku)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
});

test.each([
  ['{itemId}', 'needs {skuId} exactly once'],
  ['{skuId}-{skuId}-{itemId}', 'needs {skuId} exactly once'],
  ['{itemId}-{skuId}-{fen}-{fen}', '{fen} only once'],
  ['{itemId}-{skuId}-{fen}-{yuan}', '{fen} or {yuan}, not both'],
  ['{itemId}{skuId}', '{itemId}{skuId} cannot be told apart'],
  ['{itemId}-{skuId}{any}', '{skuId}{any} cannot be told apart'],
  ['{itemId}-{skuId}-{price}', '{price} is no part of a SKU pattern; use {itemId}, {skuId}'],
  ['{itemId}-{skuId', '"{" at character 10 has no partner'],
  ['{itemId}-{yuan}.{skuId}', '{yuan} cannot be told from the "." that follows'],
  ['{itemId}-{quantity}0{skuId}', '{quantity} cannot be told from the "0" that follows'],
])('the pattern %s is refused', (text, error) => {
  expect(parseSkuPattern(text)).toMatchObject({ ok: false, error: expect.stringContaining(error) });
});

const idText = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '9', '_'), minLength: 1 });
const separator = fc.string({ unit: fc.constantFrom('-', '.', '/', '(', '*', '商'), minLength: 1 });

test('what is written by a pattern is read back by it', () => {
  const names = ['itemId', 'skuId', 'quantity', 'fen'] as const;
  fc.assert(
    fc.property(
      fc.record({ itemId: idText, skuId: idText, quantity: fc.nat(), fen: fc.nat() }),
      fc.shuffledSubarray([...names], { minLength: 4 }),
      fc.array(separator, { minLength: 5, maxLength: 5 }),
      (values, order, literals) => {
        const quantity = values.quantity + 1;
        const text =
          order.map((name, index) => `${literals[index]}{${name}}`).join('') + literals[4];
        const written = fillTemplate(text, {
          itemId: values.itemId,
          skuId: values.skuId,
          quantity: String(quantity),
          fen: String(values.fen),
        });
        const { itemId, skuId, fen } = values;
        const parts = { itemId, skuId, quantity, priceFen: fen };
        expect(read(text, written)).toEqual({ ok: true, parts });
      },
    ),
  );
});

test('no SKU, however long or odd, makes reading slow', () => {
  // Backtracking over these would take longer than the test may.
  const text = '{any}a{any}a{any}a{any}a{itemId}-{skuId}';
  const sku = 'a'.repeat(200_000);
  expect(read(text, sku)).toMatchObject({ ok: false });
  expect(read('{any}--{itemId}-{skuId}', '-'.repeat(200_000))).toMatchObject({ ok: false });
});
