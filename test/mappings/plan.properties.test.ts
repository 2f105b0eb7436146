import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OrderLine } from '../../connectors/marketplace.ts';
import { planDigest } from '../../mappings/digest.ts';
import { type Plan, planOrder } from '../../mappings/plan.ts';
import { aLine, aLink, anOrder, aStore } from './build.ts';

const SKUS = ['MUG', 'CUP', 'SET', 'GIFT-1', 'TB-7-8-250', 'TB-7-9-100', 'LOST'];
const sku = fc.constantFrom(...SKUS, undefined);

const line = fc.record({
  sku,
  quantity: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 50 }) }, fc.constant(1.5)),
  unitPrice: fc.integer({ min: 0, max: 99_999 }).map((cents) => (cents / 100).toFixed(2)),
  phase: fc.oneof(
    { weight: 8, arbitrary: fc.constant('buyable' as const) },
    fc.constantFrom('waiting', 'cancelling', 'shipped', 'cancelled', 'unknown' as const),
  ),
  fulfilment: fc.oneof(
    { weight: 6, arbitrary: fc.constant('seller' as const) },
    fc.constantFrom('marketplace' as const, 'digital' as const),
  ),
});

/** Lines that can all be bought, at prices that do not contradict each other. */
const goodLine = fc.record({
  sku: fc.constantFrom('MUG', 'CUP', 'SET', 'TB-7-8-250', 'TB-7-9-100'),
  quantity: fc.integer({ min: 1, max: 50 }),
  unitPrice: fc.constant('500.00'),
});

const withIds = (changes: readonly Partial<OrderLine>[]): OrderLine[] =>
  changes.map((each, index) => aLine({ ...each, lineId: `L${index}` }));

const someLines = fc.array(line, { maxLength: 12 }).map(withIds);
const goodLines = fc.array(goodLine, { minLength: 1, maxLength: 12 }).map(withIds);

const RULES = {
  skip: { skip: ['GIFT-*'], reason: 'a gift' },
  bundle: {
    bundle: 'SET',
    parts: [
      { itemId: '7', skuId: '8', quantity: 2, price: { fen: 250 } },
      { itemId: '600126245031041190', skuId: '5016042822039', price: { fen: 500 } },
    ],
  },
  pattern: { pattern: 'TB-{itemId}-{skuId}-{fen}' },
  links: { links: 'both' },
};
const RULE_LIST: unknown[] = Object.values(RULES);

const LINKS = [
  aLink(),
  aLink({ sku: 'CUP', quantity: 3 }),
  aLink({ sku: 'CUP', itemId: 'saucer', skuId: '1', priceFen: 33 }),
  aLink({ sku: 'SET', store: undefined, itemId: 'shared', skuId: '1', priceFen: 44 }),
];

function run(lines: readonly OrderLine[], rules = RULE_LIST, links = LINKS): Plan {
  const budget = { cnyPerUnit: '5', largestOrder: '99999999' };
  return planOrder({
    order: anOrder({ lines }),
    store: aStore({ lines: rules, budget }),
    storeName: 'sg1',
    storeCurrency: 'SGD',
    links,
  });
}

function bought(plan: Plan): string[] {
  if (plan.kind !== 'purchase') throw new Error(`not bought: ${JSON.stringify(plan)}`);
  return plan.draft.lines.map(({ orderLineNo: _no, ...each }) => JSON.stringify(each)).sort();
}

test('amounts add up: the whole is the sum of price x quantity, and of the shares', () => {
  fc.assert(
    fc.property(goodLines, (lines) => {
      const plan = run(lines);
      if (plan.kind !== 'purchase') throw new Error(JSON.stringify(plan));
      const { draft, allocations } = plan;
      const sum = draft.lines.reduce((total, each) => total + each.priceFen * each.quantity, 0);
      expect(draft.purchaseAmountFen).toBe(sum);
      expect(plan.costFen).toBe(sum);
      for (const [index, each] of draft.lines.entries()) {
        const shares = allocations.filter(({ draftLine }) => draftLine === index);
        expect(shares.reduce((total, share) => total + share.quantity, 0)).toBe(each.quantity);
      }
    }),
  );
});

test('what each line asks for is bought, counted by hand', () => {
  const perUnit: Record<string, Record<string, number>> = {
    MUG: { '600126245031041190': 1 },
    CUP: { '600126245031041190': 3, saucer: 1 },
    SET: { '600126245031041190': 1, '7/8': 2 },
    'TB-7-8-250': { '7/8': 1 },
    'TB-7-9-100': { '7/9': 1 },
  };
  fc.assert(
    fc.property(goodLines, (lines) => {
      const plan = run(lines);
      if (plan.kind !== 'purchase') throw new Error(JSON.stringify(plan));
      const expected: Record<string, number> = {};
      for (const each of lines) {
        for (const [item, units] of Object.entries(perUnit[each.sku ?? ''] ?? {})) {
          expected[item] = (expected[item] ?? 0) + units * each.quantity;
        }
      }
      const found = plan.draft.lines.map(({ itemId, skuId, quantity }) => [
        itemId === '7' ? `7/${skuId}` : itemId,
        quantity,
      ]);
      expect(Object.fromEntries(found)).toEqual(expected);
    }),
  );
});

test('line numbers are unique, and a source SKU stands in one line only', () => {
  fc.assert(
    fc.property(goodLines, (lines) => {
      const plan = run(lines);
      if (plan.kind !== 'purchase') throw new Error(JSON.stringify(plan));
      const numbers = plan.draft.lines.map(({ orderLineNo }) => orderLineNo);
      expect(numbers).toEqual(plan.draft.lines.map((_each, index) => String(index + 1)));
      const sources = plan.draft.lines.map(({ itemId, skuId }) => `${itemId}/${skuId}`);
      expect(new Set(sources).size).toBe(sources.length);
    }),
  );
});

test('no line is lost: each is allocated, skipped, held, or what the order waits for', () => {
  fc.assert(
    fc.property(someLines, (lines) => {
      const plan = run(lines);
      const found = new Set(plan.skipped.map(({ lineId }) => lineId));
      const skippedCount = found.size;
      expect(plan.skipped).toHaveLength(skippedCount);
      if (plan.kind !== 'nothing') {
        for (const { lineId } of plan.allocations) {
          expect(plan.skipped.some((each) => each.lineId === lineId)).toBe(false);
          found.add(lineId);
        }
      }
      if (plan.kind === 'held' || plan.kind === 'wait') {
        for (const { lineId } of plan.holds) if (lineId !== undefined) found.add(lineId);
      }
      if (plan.kind === 'wait') {
        for (const [lineId] of plan.reason.matchAll(/L\d+/g)) found.add(lineId);
      }
      expect([...found].sort()).toEqual(lines.map(({ lineId }) => lineId).sort());
    }),
  );
});

test('a purchase plan has no unpriced or invalid part, whatever the order was', () => {
  fc.assert(
    fc.property(someLines, (lines) => {
      const plan = run(lines);
      if (plan.kind !== 'purchase') return;
      expect(plan.draft.lines.length).toBeGreaterThan(0);
      for (const { quantity, priceFen } of plan.draft.lines) {
        expect(Number.isSafeInteger(quantity) && quantity > 0).toBe(true);
        expect(Number.isSafeInteger(priceFen) && priceFen > 0).toBe(true);
      }
      const kept = new Set(plan.skipped.map(({ lineId }) => lineId));
      for (const { lineId, phase } of lines) if (!kept.has(lineId)) expect(phase).toBe('buyable');
    }),
  );
});

test('a rule that never matches, put first, changes nothing but the count', () => {
  const never = [
    { pattern: 'NEVER-{itemId}-{skuId}' },
    { bundle: 'NEVER', parts: [{ itemId: '1', skuId: '1', price: { fen: 1 } }] },
    { skip: ['NEVER*'], reason: 'never' },
  ];
  fc.assert(
    fc.property(goodLines, fc.constantFrom<unknown>(...never), (lines, rule) => {
      const [plain, more] = [run(lines), run(lines, [rule, ...RULE_LIST])];
      if (plain.kind !== 'purchase' || more.kind !== 'purchase') throw new Error('not bought');
      expect(more.draft).toEqual(plain.draft);
      const winners = (plan: typeof plain) => plan.lines.map((each) => each.rule?.index ?? -1);
      expect(winners(more)).toEqual(winners(plain).map((index) => index + 1));
    }),
  );
});

test('of two rules that match, the first wins; swapped, the other', () => {
  const all = { skip: ['*'], reason: 'all' };
  const { bundle, links } = RULES;
  const pairs = fc.constantFrom<[unknown, unknown]>([bundle, links], [all, bundle], [links, all]);
  fc.assert(
    fc.property(pairs, fc.integer({ min: 1, max: 9 }), ([first, second], quantity) => {
      const lines = withIds([{ sku: 'SET', quantity, unitPrice: '500' }]);
      const alone = (rule: unknown) => outcome(run(lines, [rule]));
      expect(outcome(run(lines, [first, second]))).toBe(alone(first));
      expect(outcome(run(lines, [second, first]))).toBe(alone(second));
      expect(alone(first)).not.toBe(alone(second));
    }),
  );
});

function outcome(plan: Plan): string {
  return plan.kind === 'nothing' ? plan.reason : bought(plan).join();
}

test('another order of the lines or of the links buys the same', () => {
  const shuffled = goodLines.chain((lines) =>
    fc.tuple(
      fc.constant(lines),
      fc.shuffledSubarray(lines, { minLength: lines.length }),
      fc.shuffledSubarray(LINKS, { minLength: LINKS.length }),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([lines, otherLines, otherLinks]) => {
      const [one, other] = [run(lines), run(otherLines, RULE_LIST, otherLinks)];
      expect(bought(other)).toEqual(bought(one));
      expect(planDigest(other)).toBe(planDigest(one));
    }),
  );
});

test('links of other stores and other SKUs change nothing', () => {
  const foreign = fc.record({
    store: fc.constantFrom('my2', 'sg', 'SG1'),
    sku: fc.constantFrom(...SKUS),
    priceFen: fc.nat(),
  });
  const other = fc.record({ store: fc.constant('sg1'), sku: fc.constantFrom('mug', 'MUG2') });
  fc.assert(
    fc.property(someLines, fc.array(fc.oneof(foreign, other)), (lines, more) => {
      expect(run(lines, RULE_LIST, [...more.map((each) => aLink(each)), ...LINKS])).toEqual(
        run(lines),
      );
    }),
  );
});

test('planning is pure: the same input gives the same plan, and stays as it was', () => {
  fc.assert(
    fc.property(someLines, (lines) => {
      const before = structuredClone(lines);
      const links = LINKS.map((link) => Object.freeze({ ...link }));
      const frozen = Object.freeze(lines.map((each) => Object.freeze({ ...each })));
      expect(run(frozen, RULE_LIST, links)).toEqual(run(frozen, RULE_LIST, links));
      expect(frozen).toEqual(before);
    }),
  );
});
