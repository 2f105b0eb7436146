import { expect, test } from 'vitest';
import type { SalesOrder } from '../../connectors/marketplace.ts';
import { explainPlan } from '../../mappings/explain.ts';
import { MAPPING_HOLDS } from '../../mappings/holds.ts';
import { type PlanInput, planOrder } from '../../mappings/plan.ts';
import { aLine, aLink, anInput, anOrder, aStore } from './build.ts';

function explain(order: Partial<SalesOrder>, input: Partial<PlanInput> = {}, payload?: unknown) {
  return explainPlan(planOrder(anInput({ order: anOrder(order), ...input })), payload);
}

test('a purchase says which rule made which part, what it costs, and the payload', () => {
  const lines = [aLine({ lineId: 'a', quantity: 2 }), aLine({ lineId: 'b', phase: 'cancelled' })];
  const links = [aLink({ quantity: 3, priceFen: 250 })];
  expect(explain({ lines }, { links }, { purchaseAmount: 1500 })).toBe(`\
Order N9001 (id 9001) of store sg1: to be bought

Lines
  line a: 2 x "MUG", Mug
    by rule 1, SKU links of this store, else shared: 1 link of this store
    buys 6 (2 x 3) of itemId 600126245031041190, skuId 5016042822039; price 2.50 CNY, from the SKU link

Purchase
  6 x itemId 600126245031041190, skuId 5016042822039 at 2.50 CNY (6 for line a)

Receiver: warehouse
  name        Ponbridge sg1  (template "Ponbridge {store}")
  mobilePhone 13800000000  (from the settings)
  country     中国  (from the settings)
  state       浙江省  (from the settings)
  city        杭州市  (from the settings)
  district    余杭区  (from the settings)
  address     测试路 1 号 N9001  (template "测试路 1 号 {order}")

Amounts
  cost    15.00 CNY
  sale    100.00 CNY
  margin  85% of the sale
  order source "lazada", number "N9001"

Not bought
  line b: cancelled

Request body
{
  "purchaseAmount": 1500
}
`);
});

test('holds are shown with their remedy, equal ones of several lines once', () => {
  const lines = ['a', 'b', 'c'].map((lineId) => aLine({ lineId, sku: 'CUP' }));
  const text = explain({ lines });
  expect(text).toContain('Order N9001 (id 9001) of store sg1: held');
  expect(text).toContain(
    '  sku-unmapped [lines a, b, c]: No line rule of the store fits this SKU.',
  );
  expect(text.split(MAPPING_HOLDS['sku-unmapped'].remedy)).toHaveLength(2);
  expect(text).toContain('cost    not known');
});

test('a line without a rule says why none fits', () => {
  expect(explain({ lines: [aLine({ sku: 'CUP' })] })).toContain(
    '    by no rule: rule 1 (SKU links of this store, else shared): no link for this SKU',
  );
});

test('what waits says for what, and what would hold it then', () => {
  const text = explain({ lines: [aLine({ phase: 'waiting', status: 'unpaid', sku: 'CUP' })] });
  expect(text).toContain('waits, not ready to be bought: unpaid (line 1)');
  expect(text).toContain('Holds, if it were bought now\n  sku-unmapped [line 1]');
});

test('what is nobody’s is short', () => {
  expect(explain({ notOurs: 'digital goods', orderId: 'N9001' })).toBe(
    'Order N9001 of store sg1: nothing to buy, digital goods\n\nNot bought\n  line 1: digital goods\n',
  );
});

test('a price that the rule does not give is called not known', () => {
  const text = explain({}, { links: [aLink({ priceFen: undefined })], store: aStore() });
  expect(text).toContain('price not known, the rule gives none');
  expect(text).toContain('margin  not known');
});
