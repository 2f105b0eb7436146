import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchSku, parseSkuPattern } from '../../mappings/pattern.ts';
import type { LinkedSku } from '../../mappings/suggest/alike.ts';
import { likeness } from '../../mappings/suggest/alike.ts';
import type { HandBought, WaitingOrder } from '../../mappings/suggest/bought.ts';
import { effectOf } from '../../mappings/suggest/effect.ts';
import type { SuggestedSource } from '../../mappings/suggest/hint.ts';
import type { KnownSource } from '../../mappings/suggest/known.ts';
import { type Evidence, propose } from '../../mappings/suggest/propose.ts';
import { type Subject, subjectKey } from '../../mappings/suggest/subject.ts';
import { aStore } from './build.ts';

const ITEM = '600126245031041190';
const SKU = '5016042822039';
const LINK: SuggestedSource = { itemId: ITEM, skuId: SKU, quantity: 1, priceFen: 1250 };

function aSubject(sku: string, changes: Partial<Subject> = {}): Subject {
  const base = { store: 'sg1', sku, problem: 'unmapped', name: '', variation: undefined } as const;
  return { ...base, saleFen: 10_000, ...changes };
}

function evidence(changes: Partial<Evidence> = {}): Evidence {
  return {
    rules: new Map(),
    seen: new Map(),
    known: [],
    linked: new Map(),
    named: [],
    orders: [],
    bought: [],
    unpriced: new Map(),
    ...changes,
  };
}

function known(changes: Partial<KnownSource> = {}): KnownSource {
  return { itemId: ITEM, skuId: SKU, priceFen: undefined, where: 'bought for order 7', ...changes };
}

/** What is proposed for one SKU. */
function proposals(sku: string, changes: Partial<Evidence> = {}, subject: Partial<Subject> = {}) {
  const one = aSubject(sku, subject);
  return propose([one], evidence(changes)).proposals.get(subjectKey(one)) ?? [];
}

describe('ids written in the SKU', () => {
  test.each([
    [`TB-${ITEM}-${SKU}-1250`],
    [`${ITEM}/${SKU} ¥12.50`],
    [`item:${ITEM}_sku:${SKU}#12.50`],
    [`MUG ${ITEM}.${SKU}.1250 red`],
  ])('%s is read with its price', (sku) => {
    const [best] = proposals(sku, { known: [known()] });
    expect(best).toMatchObject({ confidence: 'sure', sources: [LINK] });
  });

  test.each([['x2'], ['*2'], ['2pcs'], ['qty:2']])('%s is a quantity', (text) => {
    const [best] = proposals(`${ITEM}-${SKU}-${text}`, { known: [known()] });
    expect(best?.sources).toMatchObject([{ itemId: ITEM, skuId: SKU, quantity: 2 }]);
  });

  test('without evidence it stays unsure which number is the item: both ways are guesses', () => {
    const found = proposals(`${ITEM}-${SKU}9`);
    expect(found.map(({ confidence }) => confidence)).toEqual(['guess', 'guess']);
    expect(found.map(({ sources }) => sources[0]?.itemId)).toEqual([ITEM, `${SKU}9`]);
    expect(found[0]?.why.join()).toContain('unsure');
  });

  test('what is known of one SKU tells the order of all SKUs of its form', () => {
    const told = aSubject(`A-${SKU}-${ITEM}`);
    const silent = aSubject('A-4860968496626-600129202197070073');
    const { proposals: found } = propose([told, silent], evidence({ known: [known()] }));
    expect(found.get(subjectKey(told))).toMatchObject([
      { confidence: 'sure', sources: [{ itemId: ITEM, skuId: SKU }] },
    ]);
    expect(found.get(subjectKey(silent))).toMatchObject([
      {
        confidence: 'likely',
        sources: [{ itemId: '600129202197070073', skuId: '4860968496626' }],
      },
    ]);
  });

  test('hints that contradict each other leave it unsure', () => {
    const contrary = [
      known({ skuId: '1111111111' }),
      known({ itemId: SKU, skuId: '2222222222', where: 'linked to the SKU "X"' }),
    ];
    const found = proposals(`${ITEM}-${SKU}`, { known: contrary });
    expect(found.map(({ confidence }) => confidence)).toEqual(['guess', 'guess']);
    expect(found[0]?.why.join()).toContain('but itemId');
  });

  test('"SKU" at the very start names the text, not the number behind it', () => {
    const [best] = proposals(`SKU-${ITEM}-${SKU}`);
    expect(best?.confidence).toBe('guess');
    const [labelled] = proposals(`${ITEM}-sku-${SKU}`);
    expect(labelled).toMatchObject({ confidence: 'likely', sources: [{ itemId: ITEM }] });
  });

  test.each([
    ['1250', 10_000, 1250],
    ['12', 2_000, 1200],
    // 2 fen and 2 yuan are both no believable cost of goods sold for 100 yuan.
    ['2', 10_000, undefined],
  ])('a bare %s with goods sold for %i fen is a price of %s', (number, saleFen, priceFen) => {
    const found = proposals(`${ITEM}-${SKU}-${number}`, { known: [known()] }, { saleFen });
    expect(found[0]?.sources[0]?.priceFen).toBe(priceFen);
    expect(found[0]?.confidence).toBe(priceFen === undefined ? 'likely' : 'sure');
  });

  test('a known price outweighs what the sale price makes plausible', () => {
    const [best] = proposals(`${ITEM}-${SKU}-12`, { known: [known({ priceFen: 1150 })] });
    expect(best?.sources[0]?.priceFen).toBe(1200);
  });

  test('a SKU id alone is enough when its item is known', () => {
    expect(proposals(`RED-${SKU}`)).toEqual([]);
    expect(proposals(`RED-${SKU}`, { known: [known()] })).toMatchObject([
      { confidence: 'likely', sources: [{ itemId: ITEM, skuId: SKU }] },
    ]);
  });
});

describe('line rules', () => {
  const many = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, at) =>
      aSubject(`${prefix}-60012624503104${1000 + at}-50160428${20000 + at}-1250`),
    );

  test('SKUs of one form become one rule, which reads each of them as proposed', () => {
    const subjects = many('TB', 30);
    const [first] = subjects;
    const told = known({ itemId: '600126245031041000', skuId: '5016042820000' });
    const { rules, proposals: found } = propose(subjects, evidence({ known: [told] }));
    expect(rules).toMatchObject([
      { store: 'sg1', pattern: 'TB-{itemId}-{skuId}-{fen}', confidence: 'likely' },
    ]);
    expect(rules[0]?.reads).toHaveLength(30);
    expect(rules[0]?.why).toContain('bought for order 7');
    expect(found.get(subjectKey(first as Subject))?.[0]?.confidence).toBe('sure');
  });

  test('words that change become {any}', () => {
    const subjects = ['RED', 'BLUE', 'GREEN'].flatMap((word) => many(word, 2));
    const { rules } = propose(subjects, evidence({ known: [known({ skuId: '5016042820000' })] }));
    expect(rules.map(({ pattern }) => pattern)).toEqual(['{any}-{itemId}-{skuId}-{fen}']);
    expect(rules[0]?.caution).toContain('below all other rules');
  });

  test('a rule that would read SKUs of other goods is not proposed', () => {
    const subjects = [`${ITEM}-${SKU}`, '600129202197070073-4860968496626'].map((sku) =>
      aSubject(sku),
    );
    const rules = (seen: string[]) =>
      propose(subjects, evidence({ seen: new Map([['sg1', seen]]) })).rules;
    expect(rules([])).toHaveLength(1);
    expect(rules(['MUG-RED'])).toEqual([]);
  });

  test("another store's rule is proposed with its own order of ids", () => {
    const rules = new Map([['my1', aStore({ lines: [{ pattern: 'X{skuId}_{itemId}' }] }).lines]]);
    const one = aSubject(`X${SKU}_${ITEM}`);
    const found = propose([one], evidence({ rules }));
    expect(found.rules).toMatchObject([
      { store: 'sg1', pattern: 'X{skuId}_{itemId}', reads: [one.sku], confidence: 'likely' },
    ]);
    expect(found.proposals.get(subjectKey(one))?.[0]?.sources).toMatchObject([
      { itemId: ITEM, skuId: SKU },
    ]);
  });
});

describe('SKUs written alike', () => {
  const linked = (sku: string, changes: Partial<LinkedSku> = {}) =>
    ({ sku, store: 'sg1', by: 'link', sources: [LINK], ...changes }) as const;
  const alike = (sku: string, ...others: LinkedSku[]) =>
    proposals(sku, { linked: new Map([[sku, others]]) });

  test.each([
    ['MUG RED', 'mug-red', 'spelling'],
    ['A-007', 'a-7', 'zeros'],
    ['MUG-RED-L', 'MUG-RED-M', 'ending'],
    ['A-1-1', 'A-11', undefined],
    ['MUG - 1.5', 'mug_1/5', 'spelling'],
    ['MUG', 'POT', undefined],
    ['---', '***', undefined],
  ])('%s and %s: %s', (a, b, rank) => {
    expect(likeness(a, b)?.rank).toBe(rank);
  });

  test('the same writing is likely; another size is a guess that says so', () => {
    expect(alike('MUG RED', linked('mug-red'))).toMatchObject([
      { confidence: 'likely', sources: [LINK] },
    ]);
    const [size] = alike('MUG-RED-L', linked('MUG-RED-M'));
    expect(size).toMatchObject({ confidence: 'guess' });
    expect(size?.why.join()).toContain('not the same goods');
  });

  test('a slip of the pen is a guess, a series of numbers is none', () => {
    expect(alike('TEAPOTGRENE', linked('TEAPOTGREEN'))).toMatchObject([{ confidence: 'guess' }]);
    expect(alike('TEAPOT1', linked('TEAPOT2'))).toEqual([]);
  });

  test('bought before as the same SKU of the same store is sure', () => {
    expect(alike('MUG', linked('MUG', { by: 'bought' }))[0]?.confidence).toBe('sure');
    expect(alike('MUG', linked('MUG', { store: 'my1' }))[0]?.confidence).toBe('likely');
  });

  test('a name with the same variation is likely, and agrees with a link to sure', () => {
    const named = [
      { store: 'sg1', sku: 'M1', name: 'Tea  mug', variation: 'Red', sources: [LINK] },
    ];
    const subject = { name: 'tea mug', variation: 'red' };
    expect(proposals('NEW', { named }, subject)[0]?.confidence).toBe('likely');
    expect(proposals('NEW', { named }, { ...subject, variation: 'blue' })).toEqual([]);
    expect(proposals('NEW', { named }, { name: 'tea mug' })[0]?.confidence).toBe('guess');
    const both = { named, linked: new Map([['M 1', [linked('M-1')]]]) };
    expect(proposals('M 1', both, subject)[0]?.confidence).toBe('sure');
  });

  test('two that are sure of different goods are both only likely', () => {
    const other = { ...LINK, skuId: '4860968496626' };
    const found = alike(
      'MUG',
      linked('MUG', { by: 'bought' }),
      linked('MUG', { by: 'bought', sources: [other] }),
    );
    expect(found.map(({ confidence }) => confidence)).toEqual(['likely', 'likely']);
  });
});

describe('bought by hand', () => {
  const AT = new Date('2025-03-01T00:00:00Z');
  const order: WaitingOrder = {
    store: 'sg1',
    orderNumber: 'N1',
    sellerOrderNumber: 'N1',
    orderSource: 'lazada',
    account: 'pandapon/main',
    createdAt: AT,
    saleFen: 10_000,
    unmapped: [{ sku: 'MUG', units: 2 }],
    mapped: [],
  };
  const bought = (changes: Partial<HandBought> = {}): HandBought => ({
    account: 'pandapon/main',
    agentOrderId: '1',
    orderNo: 'P1',
    orderSource: 'lazada',
    sellerOrderNumber: 'N1',
    createdAt: new Date(AT.getTime() + 3_600_000),
    amountFen: 5_000,
    status: '0',
    phase: 'paid',
    lines: [aBoughtLine(ITEM, SKU, 4)],
    ...changes,
  });
  function aBoughtLine(itemId: string, skuId: string, quantity: number) {
    const nothing = { subOrderId: undefined, subPurchaseOrderId: undefined, status: undefined };
    const fine = { phase: undefined, closed: false, errorCode: undefined, errorMessage: undefined };
    return { ...nothing, ...fine, itemId, skuId, quantity };
  }
  const found = (rows: HandBought[], orders = [order]) =>
    proposals('MUG', { orders, bought: rows });

  test('with our number it is sure: units and price per unit are worked out', () => {
    expect(found([bought()])).toMatchObject([
      {
        confidence: 'sure',
        sources: [{ itemId: ITEM, skuId: SKU, quantity: 2, priceFen: 1250 }],
      },
    ]);
  });

  test.each([
    ['another source', { orderSource: 'shopee' }],
    ['another account', { account: 'pandapon/other' }],
    ['a cancelled one', { phase: 'cancelled' as const }],
    ['units that do not divide', { lines: [aBoughtLine(ITEM, SKU, 3)] }],
    ['a closed line', { lines: [{ ...aBoughtLine(ITEM, SKU, 4), closed: true }] }],
  ])('%s says nothing', (_, changes) => {
    expect(found([bought(changes)])).toEqual([]);
  });

  test('without number only one that fits in time, quantity and amount is a guess', () => {
    const nameless = bought({ sellerOrderNumber: undefined, lines: [aBoughtLine(ITEM, SKU, 2)] });
    expect(found([nameless])).toMatchObject([{ confidence: 'guess' }]);
    expect(found([{ ...nameless, amountFen: 20_000 }])).toEqual([]);
    expect(found([nameless, { ...nameless, agentOrderId: '2' }])).toEqual([]);
    const twin = { ...order, orderNumber: 'N2', sellerOrderNumber: 'N2' };
    expect(found([nameless], [order, twin])).toEqual([]);
  });

  test('what the other lines of the order are bought as is taken off', () => {
    const pot = { itemId: '600129202197070073', skuId: '4860968496626', quantity: 1 };
    const both = bought({
      lines: [aBoughtLine(ITEM, SKU, 2), aBoughtLine(pot.itemId, pot.skuId, 1)],
    });
    expect(found([both], [{ ...order, mapped: [pot] }])).toMatchObject([
      { sources: [{ itemId: ITEM, skuId: SKU, quantity: 1, priceFen: undefined }] },
    ]);
  });
});

test('a SKU without price gets the price known of the same goods', () => {
  const one = aSubject('MUG', { problem: 'unpriced' });
  const bare = { ...LINK, priceFen: undefined };
  const unpriced = new Map([[subjectKey(one), [bare]]]);
  const found = (rows: KnownSource[]) =>
    propose([one], evidence({ unpriced, known: rows })).proposals.get(subjectKey(one));
  expect(found([])).toBeUndefined();
  expect(found([known({ priceFen: 1250 })])).toMatchObject([{ sources: [LINK] }]);
});

describe('the effect of a link', () => {
  const effect = (changes: Record<string, unknown>, sources = [LINK], unitPrice = '10.00') =>
    effectOf({
      storeName: 'sg1',
      settings: aStore(changes),
      storeCurrency: 'SGD',
      currency: 'SGD',
      unitPrice,
      sku: 'MUG',
      sources,
    });

  test('cost, sale and margin are those of the plan', () => {
    expect(effect({})).toMatchObject({ costFen: 1250, saleFen: 5000, marginShare: 0.75 });
  });

  test('what the budget refuses is said', () => {
    expect(effect({}, [LINK], '1.00').breaks.join()).toContain('margin');
  });

  test('a store that reads no links, or reads the SKU otherwise first, is told', () => {
    expect(effect({ lines: [{ pattern: 'TB-{itemId}-{skuId}' }] }).blocked).toContain(
      '- links: both',
    );
    expect(
      effect({ lines: [{ skip: ['M*'], reason: 'gift' }, { links: 'both' }] }).blocked,
    ).toContain('rule 1');
    expect(effect({ lines: [{ links: 'shared' }] }).blocked).toBeUndefined();
  });
});

describe('whatever a SKU says', () => {
  const digits = fc.stringMatching(/^[1-9]\d{9,18}$/);
  const part = fc.oneof(
    digits,
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom('x2', '12.50', '1250', '¥', '{', '}}', 'sku', 'item', '-', '\u0000', '{any}'),
  );
  const sku = fc
    .array(part, { minLength: 1, maxLength: 8 })
    .map((parts) => parts.join(''))
    .filter((text) => text.trim() !== '');
  const source = fc.record({
    itemId: digits,
    skuId: digits,
    priceFen: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined }),
    where: fc.constant('linked'),
  });
  const linked = fc.record({
    sku,
    store: fc.constantFrom(undefined, 'sg1', 'my1'),
    by: fc.constantFrom('link', 'bought'),
    sources: fc.array(
      source.map((each) => ({ ...each, quantity: 1 })),
      {
        minLength: 1,
        maxLength: 2,
      },
    ),
  });

  test('every proposed id stands, with all its digits, in the SKU or in the evidence', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(sku, { maxLength: 6 }),
        fc.array(source, { maxLength: 4 }),
        fc.array(linked, { maxLength: 4 }),
        (skus, rows, others) => {
          const found = propose(
            skus.map((each) => aSubject(each)),
            evidence({ known: rows, linked: new Map(skus.map((each) => [each, others])) }),
          );
          const ids = new Set([
            ...rows.flatMap((each) => [each.itemId, each.skuId]),
            ...others.flatMap(({ sources }) => sources.flatMap((s) => [s.itemId, s.skuId])),
          ]);
          for (const [key, list] of found.proposals) {
            const text = key.slice(key.indexOf('\u0000') + 1);
            const runs = new Set(text.match(/\d+/g));
            for (const { itemId, skuId } of list.flatMap((each) => each.sources)) {
              for (const id of [itemId, skuId]) expect(ids.has(id) || runs.has(id)).toBe(true);
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test('every proposed rule is one that settings take, and reads what it says it reads', () => {
    const form = fc.record({
      before: fc.constantFrom('', 'TB-', '{x}-', 'RED ', 'é/'),
      between: fc.constantFrom('-', '_', '--', ' ', 'x', '}'),
      behind: fc.constantFrom('', '-1250', ' x2', '¥12.50', '-2-3', '!'),
    });
    const pair = fc.tuple(digits, digits);
    fc.assert(
      fc.property(
        form,
        fc.array(pair, { minLength: 2, maxLength: 5 }),
        ({ before, between, behind }, pairs) => {
          const skus = pairs.map(([a, b]) => `${before}${a}${between}${b}${behind}`);
          const subjects = [...new Set(skus)].map((each) => aSubject(each));
          for (const { pattern, reads } of propose(subjects, evidence()).rules) {
            const parsed = parseSkuPattern(pattern);
            expect(parsed.ok).toBe(true);
            for (const each of reads) {
              const match = parsed.ok ? matchSku(parsed.pattern, each) : undefined;
              const { itemId, skuId } = match?.ok ? match.parts : {};
              const written = pairs[skus.indexOf(each)];
              expect([itemId, skuId].sort()).toEqual(written?.toSorted());
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
