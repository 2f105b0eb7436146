import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { placeBody } from '../../connectors/pandapon/place.ts';
import { planOrder } from '../../mappings/plan.ts';
import { storeSettings } from '../../mappings/store.ts';
import { readFixtureOrder } from './fixture-order.ts';

const folder = new URL('../fixtures/', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, folder), 'utf8');

/** The vendor's example, with its strings of JSON opened, so that key order does not count. */
function opened(body: unknown): unknown {
  const { receiver, orderLineList, ...rest } = body as Record<string, string>;
  return {
    ...rest,
    receiver: JSON.parse(receiver ?? ''),
    orderLineList: JSON.parse(orderLineList ?? ''),
  };
}

const recorded = JSON.parse(text('pandapon/order-create.request.body'));

function planFixture(changes: Record<string, unknown> = {}) {
  const file = parse(text('seed-example/store.yaml'));
  return planOrder({
    order: readFixtureOrder(text('seed-example/order.json')),
    store: storeSettings.parse({ ...file, purchase: { ...file.purchase, ...changes } }),
    storeName: 'lazada-sg',
    storeCurrency: 'SGD',
    links: [],
  });
}

test("the request example of the agent's documentation comes out, JSON-equal", () => {
  const plan = planFixture();
  if (plan.kind !== 'purchase') throw new Error(JSON.stringify(plan));
  expect(plan.draft).toEqual({
    orderSource: 'lazada',
    sellerOrderNumber: '1',
    purchaseAmountFen: 400,
    lines: [
      {
        orderLineNo: '1',
        itemId: '600126245031041190',
        skuId: '5016042822039',
        quantity: 200,
        priceFen: 1,
      },
      {
        orderLineNo: '1',
        itemId: '600129202197070073',
        skuId: '4860968496626',
        quantity: 200,
        priceFen: 1,
      },
    ],
    receiver: {
      name: 'a测试aa',
      phone: '',
      mobilePhone: '15068763421',
      country: '中国',
      state: '浙江省',
      city: '杭州市',
      district: '余杭区',
      address: '测试地址',
      zip: '11111',
    },
  });
  expect(opened(placeBody(plan.draft))).toEqual(opened(recorded));
});

test('unless the store says otherwise, its lines are numbered 1 and 2', () => {
  const plan = planFixture({ lineNumbers: undefined });
  if (plan.kind !== 'purchase') throw new Error(JSON.stringify(plan));
  expect(plan.draft.lines.map((line) => line.orderLineNo)).toEqual(['1', '2']);
});
