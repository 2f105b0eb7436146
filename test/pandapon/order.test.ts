import { describe, expect, test } from 'vitest';
import { readRow, toAgentOrder } from '../../connectors/pandapon/order.ts';
import { fixture } from './support.ts';

function row(more: object = {}, line: object = {}) {
  return {
    id: '11',
    orderNo: '12',
    status: 0,
    purchaseAmount: 400,
    createTime: '2024-07-18 18:01:30',
    subOrderVOS: [{ quantity: 1, itemId: 'i', skuId: 's', ...line }],
    ...more,
  };
}

describe('the documented answers', () => {
  test('the create answer maps to an order with the id that logistics are asked by', () => {
    const { data } = JSON.parse(fixture('order-create.response.body'));
    expect(toAgentOrder(data)).toEqual({
      agentOrderId: '1031992847890383164',
      orderNo: '1031992847781331418',
      orderSource: undefined,
      sellerOrderNumber: undefined,
      createdAt: new Date('2023-10-18T10:11:08Z'),
      amountFen: undefined,
      status: undefined,
      phase: 'unknown',
      lines: [
        {
          subOrderId: '1031992851828834889',
          subPurchaseOrderId: '200027842448',
          itemId: '600086815456800431',
          skuId: '4766078803304',
          quantity: 1,
          status: undefined,
          phase: undefined,
          closed: false,
          errorCode: undefined,
          errorMessage: undefined,
        },
      ],
    });
  });

  test('the v1 row takes line status and logistics id out of subOrderResult', () => {
    const [first] = JSON.parse(fixture('order-page-v1.response.body')).data.data;
    const order = toAgentOrder(first);
    expect(order).toMatchObject({
      agentOrderId: '1022505290408395575',
      orderSource: 'lazada',
      sellerOrderNumber: '1',
      createdAt: new Date('2023-09-22T05:50:59Z'),
      amountFen: 400,
      status: '0',
      phase: 'unpaid',
    });
    expect(order.lines).toHaveLength(2);
    expect(order.lines[1]).toMatchObject({
      subOrderId: undefined,
      subPurchaseOrderId: '200035407713',
      itemId: '600129202197070073',
      skuId: '4860968496626',
      quantity: 200,
      status: 'WAIT_BUYER_P',
      phase: 'unpaid',
    });
  });

  test('the v2 rows have status 0 and amount 0, but are still being built', () => {
    const rows = JSON.parse(fixture('order-page-v2.response.body')).data.data;
    expect(rows).toHaveLength(5);
    for (const each of rows.map(toAgentOrder)) {
      expect(each).toMatchObject({ status: '0', phase: 'building', amountFen: undefined });
      expect(each.lines[0]).toMatchObject({ status: 'BULIDING', phase: 'building' });
    }
    expect(toAgentOrder(rows[1]).lines[0]).toMatchObject({
      itemId: 'LEk_7EVHneNPguYtWdb3UrdqmzNNcIX-IQGrQ53mhv0',
      skuId: '9777632426789',
      quantity: 3,
      subPurchaseOrderId: '200048879986',
    });
  });
});

describe('an order', () => {
  test.each([
    [0, 'unpaid'],
    [1, 'paid'],
    [2, 'paid'],
    [3, 'refused'],
    [4, 'cancelled'],
    [5, 'paid'],
    [9, 'unknown'],
    [10, 'paid'],
    [11, 'sent'],
    [12, 'building'],
    [77, 'unknown'],
  ])('with status %i, as number or text, is %s', (status, phase) => {
    expect(toAgentOrder(row({ status }))).toMatchObject({ status: `${status}`, phase });
    expect(toAgentOrder(row({ status: `${status}` }))).toMatchObject({
      status: `${status}`,
      phase,
    });
  });

  test('without a status is unknown', () => {
    expect(toAgentOrder(row({ status: null }))).toMatchObject({
      status: undefined,
      phase: 'unknown',
    });
  });

  test.each([0, 12, 77, null])('with status %s and a line BULIDING is building', (status) => {
    const order = toAgentOrder(row({ status }, { status: 'BULIDING' }));
    expect(order.phase).toBe('building');
  });

  test.each([
    [4, 'cancelled'],
    [11, 'sent'],
  ])('with status %i stays %s beside a line left in BULIDING', (status, phase) => {
    expect(toAgentOrder(row({ status }, { status: 'BULIDING' })).phase).toBe(phase);
  });

  test.each([
    [400, 400],
    ['400', 400],
    [0, undefined],
    ['0', undefined],
    [null, undefined],
    ['4.00', undefined],
    [-1, undefined],
    ['', undefined],
  ])('with purchaseAmount %j costs %s fen', (purchaseAmount, amountFen) => {
    expect(toAgentOrder(row({ purchaseAmount })).amountFen).toBe(amountFen);
  });

  test('with an unreadable time has none', () => {
    expect(toAgentOrder(row({ createTime: '18/07/2024' })).createdAt).toBeUndefined();
    expect(toAgentOrder(row({ createTime: '2024-02-30 10:00:00' })).createdAt).toBeUndefined();
  });

  test('keeps empty strings out', () => {
    const order = toAgentOrder(row({ orderSource: '', sellerOrderNumber: '' }));
    expect(order).toMatchObject({ orderSource: undefined, sellerOrderNumber: undefined });
  });
});

describe('a line', () => {
  const lineOf = (line: object) => toAgentOrder(row({}, line)).lines[0];

  test('refused inside an accepted order keeps its error, also as a number', () => {
    expect(lineOf({ errorCode: 1001, errorMessage: '库存不足' })).toMatchObject({
      errorCode: '1001',
      errorMessage: '库存不足',
    });
  });

  test('takes its quantity as number or digits', () => {
    expect(lineOf({ quantity: '200' })?.quantity).toBe(200);
  });

  test.each(['not JSON', '{"status":', '[1]', '42', 7, null, '', '{"status":{"a":1}}'])(
    'with the damaged subOrderResult %j loses only what was in it',
    (subOrderResult) => {
      expect(lineOf({ subOrderResult })).toMatchObject({
        itemId: 'i',
        skuId: 's',
        quantity: 1,
        status: undefined,
        subPurchaseOrderId: undefined,
      });
    },
  );

  test('reads a subOrderResult that came as an object, and damaged option fields inside one', () => {
    const result = {
      sub_purchase_order_id: 200035407713,
      status: 'TRADE_CLOSED',
      option_fields: { en: '{"broken' },
    };
    const expected = {
      subPurchaseOrderId: '200035407713',
      status: 'TRADE_CLOSED',
      phase: 'cancelled',
      closed: true,
    };
    expect(lineOf({ subOrderResult: result })).toMatchObject(expected);
    expect(lineOf({ subOrderResult: JSON.stringify(result) })).toMatchObject(expected);
  });

  test('keeps a logistics id beyond 2^53 that stands as an integer inside the nested JSON', () => {
    const subOrderResult = '{"sub_purchase_order_id":1051400341536827267,"closed":true}';
    expect(lineOf({ subOrderResult })).toMatchObject({
      subPurchaseOrderId: '1051400341536827267',
      closed: true,
    });
  });

  test('says its own status first', () => {
    const subOrderResult = '{"status":"WAIT_BUYER_P"}';
    expect(lineOf({ status: 'WAIT_BUYER_CONFIRM_GOODS', subOrderResult })).toMatchObject({
      status: 'WAIT_BUYER_CONFIRM_GOODS',
      phase: 'sent',
    });
  });
});

describe('an unreadable row says what is wrong, and repeats no value of it', () => {
  test.each([
    ['a quantity that is no whole number', row({}, { quantity: 'Lin Secret' }), 'order 11: line 1'],
    ['no lines', row({ subOrderVOS: null }), 'order 11: subOrderVOS'],
    ['no order number', row({ orderNo: '' }), 'order 11: its orderNo is empty'],
    ['no id', row({ id: null }), 'order without id: id'],
    ['no object at all', 'Lin Secret', 'order without id'],
  ])('%s', (_case, wire, start) => {
    const { problem } = readRow(wire);
    expect(problem).toContain(start);
    expect(problem).not.toContain('Secret');
  });
});
