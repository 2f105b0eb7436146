import { describe, expect, test } from 'vitest';
import { checkHeader, LINK_COLUMNS, readRow } from '../../mappings/sku-links.ts';

const ROW = { sku: 'MUG', itemId: '600126245031041190', skuId: '5016042822039' };

describe('the header', () => {
  test('may have the columns in any order, and a byte order mark', () => {
    expect(checkHeader(['\uFEFFskuId', ' sku', 'itemId', 'price'])).toEqual({
      ok: true,
      columns: ['skuId', 'sku', 'itemId', 'price'],
    });
    expect(checkHeader(LINK_COLUMNS)).toMatchObject({ ok: true });
  });

  test('without a needed column is refused, each named', () => {
    expect(checkHeader(['sku', 'quantity'])).toEqual({
      ok: false,
      errors: [
        { column: 'itemId', error: 'column "itemId" is missing' },
        { column: 'skuId', error: 'column "skuId" is missing' },
      ],
    });
  });

  test.each([
    ['item_id', 'itemId'],
    ['SKU ID', 'skuId'],
    ['quantitiy', 'quantity'],
    ['Price', 'price'],
    ['price_fen', 'priceFen'],
    ['Stores', 'store'],
  ])('%s is answered with %s', (typed, meant) => {
    expect(checkHeader(['sku', 'itemId', 'skuId', typed])).toMatchObject({
      errors: [
        { column: typed, error: `column "${typed}" is not known; did you mean "${meant}"?` },
      ],
    });
  });

  test('an unlike column is answered with the known ones', () => {
    expect(checkHeader(['sku', 'itemId', 'skuId', '商品'])).toMatchObject({
      errors: [{ error: expect.stringContaining('known are sku, itemId, skuId') }],
    });
  });

  test('nameless and repeated columns are refused', () => {
    expect(checkHeader(['sku', 'sku', '', 'itemId', 'skuId'])).toMatchObject({
      errors: [
        { column: 'sku', error: 'column "sku" is there twice' },
        { column: '', error: 'column 3 has no name' },
      ],
    });
  });
});

describe('a row', () => {
  test('needs SKU and ids only: one unit, price unknown, shared by all stores', () => {
    expect(readRow(ROW, 2)).toEqual({
      ok: true,
      link: { ...ROW, quantity: 1, priceFen: undefined, store: undefined },
    });
  });

  test('with everything, spaces around cells do not count', () => {
    const full = {
      ...ROW,
      sku: ' MUG ',
      quantity: ' 3',
      price: '12.50',
      priceFen: '',
      store: 'sg1',
    };
    expect(readRow(full, 2)).toEqual({
      ok: true,
      link: { ...ROW, quantity: 3, priceFen: 1250, store: 'sg1' },
    });
  });

  test('may state the price in fen, or both ways when they agree', () => {
    expect(readRow({ ...ROW, priceFen: '1250' }, 2)).toMatchObject({ link: { priceFen: 1250 } });
    const both = { ...ROW, price: '12.5', priceFen: '1250' };
    expect(readRow(both, 2)).toMatchObject({ ok: true, link: { priceFen: 1250 } });
  });

  test.each([
    [{ sku: '  ' }, 'sku', 'column "sku" "  " is empty'],
    [{ itemId: '' }, 'itemId', 'column "itemId" is empty'],
    [
      { itemId: '6.00126E+17' },
      'itemId',
      'column "itemId" "6.00126E+17" was rounded by a spreadsheet',
    ],
    [{ skuId: '12 34' }, 'skuId', 'may hold letters, digits'],
    [{ quantity: '0' }, 'quantity', 'column "quantity" "0" is not a whole number from 1'],
    [{ quantity: '1.5' }, 'quantity', 'is not a whole number from 1'],
    [{ price: '12,50' }, 'price', 'column "price" "12,50" is not a price in yuan'],
    [{ price: '1.234' }, 'price', 'is not a price in yuan'],
    [{ price: '1e2' }, 'price', 'is not a price in yuan'],
    [{ price: '0' }, 'price', 'is not a price in yuan above 0'],
    [{ priceFen: '12.5' }, 'priceFen', 'is not a price in fen'],
    [
      { price: '12.50', priceFen: '1200' },
      'priceFen',
      'says another price than the column "price"',
    ],
    [{ store: 'SG 1' }, 'store', 'column "store" "SG 1" is no store name'],
    [{ colour: 'red' }, 'colour', 'colour'],
  ])('%o is refused', (changes, column, error) => {
    const read = readRow({ ...ROW, ...changes }, 7);
    expect(read).toMatchObject({
      ok: false,
      line: 7,
      column,
      error: expect.stringContaining(error),
    });
  });

  test('without a needed cell is refused', () => {
    expect(readRow({ sku: 'MUG', itemId: '1' }, 3)).toMatchObject({ ok: false, column: 'skuId' });
  });
});
