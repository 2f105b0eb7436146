import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OrderLine } from '../../connectors/marketplace.ts';
import { comparePlans, type PlanDifference } from '../../mappings/compare.ts';
import { explainDifference } from '../../mappings/compare-text.ts';
import { planDigest } from '../../mappings/digest.ts';
import { type Plan, planOrder } from '../../mappings/plan.ts';
import { aLine, aLink, anInput, anOrder, aStore } from './build.ts';

const LINKS = [aLink(), aLink({ sku: 'CUP', itemId: 'cup', skuId: '1', priceFen: 300 })];
const WAREHOUSE = {
  kind: 'warehouse',
  name: 'Ponbridge {store}',
  mobilePhone: '13800000000',
  state: '浙江省',
  city: '杭州市',
  district: '余杭区',
  address: '测试路 1 号 {order}',
};

function plan(settings: object = {}, lines: readonly OrderLine[] = [aLine()], links = LINKS): Plan {
  const order = anOrder({ lines });
  return planOrder(anInput({ order, store: aStore({ ...settings }), links }));
}

function differ(before: Plan, after: Plan): PlanDifference {
  const difference = comparePlans(before, after);
  if (!difference) throw new Error('no difference');
  return difference;
}

const text = (difference: PlanDifference) => explainDifference(difference, { showReceiver: true });

test('a line bought otherwise shows its units and its price, and cost and margin follow', () => {
  const bundle = (quantity: number, fen: number) => ({
    lines: [{ bundle: 'MUG', parts: [{ itemId: '7', skuId: '8', quantity, price: { fen } }] }],
  });
  const difference = differ(plan(bundle(1, 500)), plan(bundle(2, 450)));
  expect(difference).toMatchObject({
    kind: 'changed',
    costFen: { before: 500, after: 900 },
    marginShare: { before: 0.9, after: 0.82 },
  });
  expect(text(difference)).toEqual([
    'changes  itemId 7, skuId 8: 1 -> 2 units, 5.00 CNY -> 4.50 CNY a unit',
    'cost     5.00 CNY -> 9.00 CNY',
    'margin   90% -> 82%',
  ]);
});

test('a price alone is a difference of its line', () => {
  const dearer = [aLink({ priceFen: 501 })];
  expect(differ(plan(), plan({}, [aLine()], dearer)).lines).toMatchObject([
    { before: { quantity: 1, priceFen: 500 }, after: { quantity: 1, priceFen: 501 } },
  ]);
});

test('another source SKU is one added and one removed', () => {
  const other = [aLink({ skuId: 'other', priceFen: 500 })];
  const difference = differ(plan(), plan({}, [aLine()], other));
  expect(text(difference)).toEqual([
    'removes  1 x itemId 600126245031041190, skuId 5016042822039 at 5.00 CNY',
    'adds     1 x itemId 600126245031041190, skuId other at 5.00 CNY',
  ]);
});

test('newly bought names the hold that is gone, no longer bought the new one', () => {
  const held = plan({}, [aLine()], []);
  const difference = differ(held, plan());
  expect(difference.kind).toBe('newly-bought');
  expect(difference.holdsGone).toMatchObject([{ code: 'sku-unmapped', lineId: '1' }]);
  expect(text(difference)).toContainEqual(
    expect.stringMatching(/^hold gone +sku-unmapped \[line 1\]/),
  );
  expect(text(difference)).toContainEqual(expect.stringMatching(/^outcome +held -> to buy/));

  const back = differ(plan(), plan({ budget: { cnyPerUnit: '5', largestOrder: '1' } }));
  expect(back.kind).toBe('no-longer-bought');
  expect(back.holdsNew).toMatchObject([{ code: 'over-budget' }]);
  expect(back.holdsGone).toEqual([]);
});

test('receiver, number, source and line numbers each have their line', () => {
  const lines = [aLine(), aLine({ lineId: '2', sku: 'CUP' })];
  const after = {
    orderSource: 'other',
    sellerOrderNumber: '{store}-{order}',
    purchase: { lineNumbers: 'same' },
    receiver: { ...WAREHOUSE, city: '义乌市' },
  };
  expect(text(differ(plan({}, lines), plan(after, lines)))).toEqual([
    'city          "杭州市" -> "义乌市"',
    'order source  "lazada" -> "other"',
    'number        "N9001" -> "sg1-N9001"',
    'line numbers  1, 2 -> 1, 1',
  ]);
});

test("a buyer's address is named and not shown unless it is asked for", () => {
  const difference = differ(plan(), plan({ receiver: { kind: 'buyer' } }));
  const hidden = explainDifference(difference, { showReceiver: false }).join('\n');
  expect(hidden).toMatch(/^address +changes/m);
  expect(hidden).not.toContain('North Bridge');
  expect(text(difference).join('\n')).toContain('North Bridge');
});

test('a start that is later or earlier says so', () => {
  const difference = differ(plan({ start: '2026-01-01' }), plan());
  expect(difference.kind).toBe('newly-bought');
  expect(text(difference)[0]).toMatch(/before the store's start -> to buy$/);
});

test('a rule that only reads otherwise is no difference', () => {
  const never = { pattern: 'NEVER-{itemId}-{skuId}-{fen}' };
  expect(comparePlans(plan(), plan({ lines: [never, { links: 'both' }] }))).toBeUndefined();
  const unmapped = (rules: unknown[]) => plan({ lines: rules }, [aLine()], []);
  expect(
    comparePlans(unmapped([{ links: 'both' }]), unmapped([{ links: 'store' }])),
  ).toBeUndefined();
});

const lines = fc
  .array(
    fc.record({
      sku: fc.constantFrom('MUG', 'CUP', 'GIFT-1', 'LOST', 'TB-7-8-250', undefined),
      quantity: fc.integer({ min: 1, max: 5 }),
      unitPrice: fc.constantFrom('1.00', '10.00', '80.00', 'x'),
      phase: fc.constantFrom('buyable', 'buyable', 'waiting', 'cancelling', 'shipped', 'unknown'),
    }) as fc.Arbitrary<Partial<OrderLine>>,
    { minLength: 0, maxLength: 5 },
  )
  .map((all) => all.map((each, index) => aLine({ ...each, lineId: `L${index}` })));

const settings = fc.record(
  {
    start: fc.constantFrom('2025-01-01', '2026-01-01'),
    orderSource: fc.constantFrom('lazada', 'other'),
    sellerOrderNumber: fc.constantFrom('{order}', '{store}-{order}'),
    sellerOrderNumberLimit: fc.constantFrom(64, 6),
    lines: fc.shuffledSubarray(
      [
        { links: 'both' },
        { pattern: 'TB-{itemId}-{skuId}-{fen}' },
        { skip: ['GIFT-*'], reason: 'a gift' },
        { bundle: 'MUG', parts: [{ itemId: '7', skuId: '8', quantity: 2, price: { fen: 100 } }] },
      ],
      { minLength: 1 },
    ),
    receiver: fc.constantFrom<object>(WAREHOUSE, { ...WAREHOUSE, zip: '1' }, { kind: 'buyer' }),
    budget: fc.constantFrom(
      { cnyPerUnit: '5', largestOrder: '1000' },
      { cnyPerUnit: '4', largestOrder: '10', smallestMargin: '20%' },
    ),
    purchase: fc.constantFrom({}, { lineNumbers: 'same' }, { cashOnDelivery: true }),
  },
  { requiredKeys: [] },
);

test('a plan never differs from itself', () => {
  fc.assert(
    fc.property(lines, settings, (all, its) => {
      expect(comparePlans(plan(its, all), plan(its, all))).toBeUndefined();
    }),
  );
});

test('each difference has its line, and what is bought never changes without one', () => {
  let found = 0;
  fc.assert(
    fc.property(lines, settings, settings, (all, its, others) => {
      const [before, after] = [plan(its, all), plan(others, all)];
      const difference = comparePlans(before, after);
      const same = before.kind === after.kind && planDigest(before) === planDigest(after);
      // Two plans of which one is bought: the digest says exactly whether the same is.
      if (before.kind === 'purchase' || after.kind === 'purchase') {
        if (!same) expect(difference).toBeDefined();
      }
      if (!difference) return;
      found += 1;
      const { kind: _kind, ...parts } = difference;
      const count = Object.values(parts).reduce<number>(
        (sum, part) => sum + (Array.isArray(part) ? part.length : 1),
        0,
      );
      const rows = explainDifference(difference, { showReceiver: true });
      // Equal holds of several lines share one.
      const merged = new Set(
        [...difference.holdsGone, ...difference.holdsNew].map(({ code, detail }) => code + detail),
      );
      const holds = difference.holdsGone.length + difference.holdsNew.length;
      expect(rows.length).toBeGreaterThanOrEqual(count - holds + Math.min(merged.size, 1));
      expect(rows.length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
  expect(found).toBeGreaterThan(100);
});

test('the lines that differ are exactly those that are not in both', () => {
  const bought = (each: Plan) =>
    each.kind === 'nothing' ? [] : each.bought.map((line) => JSON.stringify(line));
  fc.assert(
    fc.property(lines, settings, settings, (all, its, others) => {
      const [before, after] = [plan(its, all), plan(others, all)];
      const [was, is] = [bought(before), bought(after)];
      const found = comparePlans(before, after)?.lines ?? [];
      const told = (side: 'before' | 'after') =>
        found.flatMap((line) => (line[side] ? [JSON.stringify(line[side])] : [])).sort();
      expect(told('before')).toEqual(was.filter((line) => !is.includes(line)).sort());
      expect(told('after')).toEqual(is.filter((line) => !was.includes(line)).sort());
    }),
  );
});

test('the other way round, the same difference is read backwards', () => {
  fc.assert(
    fc.property(lines, settings, settings, (all, its, others) => {
      const [before, after] = [plan(its, all), plan(others, all)];
      const [there, back] = [comparePlans(before, after), comparePlans(after, before)];
      expect(there === undefined).toBe(back === undefined);
      expect(there?.costFen?.before).toBe(back?.costFen?.after);
      expect(there?.holdsGone).toEqual(back?.holdsNew);
      expect(there?.lines.length).toBe(back?.lines.length);
    }),
  );
});
