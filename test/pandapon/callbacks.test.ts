import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROBE, readCallback } from '../../connectors/pandapon/callbacks.ts';

const read = (message: unknown) =>
  readCallback(Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)));

const body = { orderId: '1031992847890383164', orderNo: '1031992847781331418', orderStatus: 'X' };

/** The shape of the KA page: body as JSON text, platform a number, time as text. */
const ka = {
  messageType: 'ORDER_PAY_SUCCESS',
  messageBody: JSON.stringify(body),
  messagePlatform: 1,
  timestamp: '1779263269913',
};

describe('both documented shapes', () => {
  test('body as JSON text', () => {
    expect(read(ka)).toMatchObject({
      messageType: 'ORDER_PAY_SUCCESS',
      ids: ['1031992847890383164', '1031992847781331418'],
    });
  });

  test('body as an object, time as a number: the same hint with the same key', () => {
    expect(read({ ...ka, messageBody: body, timestamp: 1779263269913 })).toEqual(read(ka));
  });

  test('a price message names the order, and the ids of its lines', () => {
    const hint = read({
      messageType: 'TAOBAO_ORDER_BUYER_VIEW_ORDER_PRICE_MODIFY',
      messageBody: {
        salesOrderId: '3716059574020579405',
        purchaseOrderPriceDTO: { purchaseTotalFee: 12345678900, purchaseCurrency: 'CNY' },
        subOrders: [
          {
            purchase_order_line_outer_id: '3716059574020579406',
            sub_purchase_order_id: '200035407713',
            product_amount: '4500000000',
            logistic_number: '78772098123456',
            item_id: '2048259680555903',
            sku_id: '5632601723775',
            quantity: 1,
            close_time_without_payment: 1779263269913,
          },
        ],
      },
      messagePlatform: 0,
      timestamp: '1779263269913',
    });
    expect(hint.ids).toEqual(['3716059574020579405', '3716059574020579406', '200035407713']);
  });
});

describe('ids', () => {
  const idsOf = (messageBody: unknown) => read({ messageType: 'T', messageBody }).ids;

  test('beyond 2^53 as JSON integers arrive intact, at both levels', () => {
    const nested = '{"messageType":"T","messageBody":"{\\"orderId\\":1051400341536827267}"}';
    expect(read(nested).ids).toEqual(['1051400341536827267']);
    const plain = '{"messageType":"T","messageBody":{"orderId":1051400341536827267}}';
    expect(read(plain).ids).toEqual(['1051400341536827267']);
  });

  test('are found in lists and in JSON inside strings, once each', () => {
    const inner = JSON.stringify({ purchase_id: 'P-1', lines: [{ subOrderId: 22 }] });
    expect(idsOf({ orderIds: ['11111111', '22222222'], data: inner, again: [inner] })).toEqual([
      '11111111',
      '22222222',
      'P-1',
      '22',
    ]);
  });

  test('of messages not documented are found under any key when they are long digits', () => {
    expect(idsOf({ thing: '1031992847890383164', note: 'hello', count: 3 })).toEqual([
      '1031992847890383164',
    ]);
  });

  test.each([
    'logisticsNo',
    'logistic_number',
    'mailNo',
    'waybillNo',
    'trackingNumber',
    'mobile_phone',
    'phone',
    'payTime',
    'totalAmount',
    'skuId',
    'sku_id',
    'itemMapId',
    'sellerId',
    'userId',
  ])('are not taken from %s', (key) => {
    expect(idsOf({ [key]: '2100007341207' })).toEqual([]);
  });

  test('are not searched for in text nested deeper than any message', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}"11111111"${']'.repeat(depth)}`;
    expect(idsOf({ a: nested(10), b: nested(40).replace('1', '2') })).toEqual(['11111111']);
  });

  test('are at most some hundred', () => {
    const orderIds = Array.from({ length: 5_000 }, (_, index) => `${10_000_000 + index}`);
    expect(idsOf({ orderIds })).toHaveLength(300);
  });
});

describe('the message key', () => {
  const keyOf = (message: unknown) => read(message).messageKey;

  test('is the same for a repeat pushed later, with keys in another order', () => {
    const reordered = JSON.stringify(Object.fromEntries(Object.entries(body).reverse()));
    expect(keyOf({ ...ka, timestamp: '1779265069913', messageBody: reordered })).toBe(keyOf(ka));
  });

  test('differs by type and by content', () => {
    const other = JSON.stringify({ ...body, orderStatus: 'Y' });
    expect(keyOf({ ...ka, messageType: 'ORDER_CANCEL' })).not.toBe(keyOf(ka));
    expect(keyOf({ ...ka, messageBody: other })).not.toBe(keyOf(ka));
    expect(keyOf({ ...ka, messageBody: '{}' })).not.toBe(keyOf({ ...ka, messageBody: '[]' }));
  });
});

describe("the console's verify probe", () => {
  test.each([
    '',
    '  \n',
    '{}',
    '{"messageType":null,"messageBody":null,"timestamp":"1"}',
    '{"messageType":"","messageBody":""}',
  ])('%j is told by having neither type nor body', (raw) => {
    expect(read(raw)).toMatchObject({ messageType: PROBE, ids: [] });
  });
});

describe('a malformed callback is refused with what is wrong', () => {
  test.each([
    ['cut JSON', '{"messageType":"T","mess', 'the callback is no JSON'],
    ['text', 'hello', 'the callback is no JSON'],
    ['null', 'null', 'the callback is not as documented'],
    ['a list', '[]', 'the callback is not as documented'],
    ['no type', '{"messageBody":{"orderId":"1"}}', 'messageType'],
    ['an empty type', '{"messageType":"","messageBody":{}}', 'empty messageType'],
    ['no body', '{"messageType":"T"}', 'messageBody'],
    ['no envelope', '{"orderId":"1"}', 'messageType'],
    ['a body that is no JSON', '{"messageType":"T","messageBody":"Lin"}', 'messageBody is no JSON'],
    ['a cut body', '{"messageType":"T","messageBody":"{\\"a\\":"}', 'messageBody is no JSON'],
    ['a body that is a number', '{"messageType":"T","messageBody":"7"}', 'neither an object'],
  ])('%s', (_case, raw, why) => {
    expect(() => read(raw)).toThrow(why);
  });

  test.each([40, 100_000])('nested %i deep', (depth) => {
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(() => read(`{"messageType":"T","messageBody":{"a":${deep}}}`)).toThrow(/deep/);
  });
});

test('whatever arrives is a hint or an Error, never something else', () => {
  const anything = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record({ messageType: fc.jsonValue(), messageBody: fc.jsonValue() })
      .map((m) => JSON.stringify(m)),
  );
  fc.assert(
    fc.property(anything, (raw) => {
      try {
        const hint = read(raw);
        expect(hint.messageKey).toMatch(/^[0-9a-f]{64}$/);
        expect(hint.ids.every((id) => typeof id === 'string' && id !== '')).toBe(true);
      } catch (error) {
        expect((error as Error).message).toMatch(/callback|messageBody/);
      }
    }),
  );
});
