/** The pure parts: a pattern out of a SKU, variables in .env, a group's share of the answers. */
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { storeAnswers } from '../../src/init/answers.ts';
import { fillEnv } from '../../src/init/env-file.ts';
import { proposePatterns } from '../../src/init/propose-pattern.ts';
import { extendService } from '../../src/init/service-file.ts';
import { storeFile } from '../../src/init/store-file.ts';
import { missingAnswers } from '../../src/init/supplied.ts';

const ITEM = '600126245031041190';
const SOURCE = '5016042822039';

describe('a SKU suggests its pattern', () => {
  test.each([
    [`TB-${ITEM}-${SOURCE}-1250`, 'TB-{itemId}-{skuId}-{fen}', 1250],
    [`${ITEM}_${SOURCE}_12.50`, '{itemId}_{skuId}_{yuan}', 1250],
    [`${ITEM}/${SOURCE}x3@480`, '{itemId}/{skuId}x{quantity}@{fen}', 480],
    [`A1-${ITEM}-${SOURCE}`, 'A1-{itemId}-{skuId}', undefined],
    [`{${ITEM}}-${SOURCE}`, '{{{itemId}}}-{skuId}', undefined],
  ])('%s: %s', (sku, pattern, priceFen) => {
    const [best] = proposePatterns(sku);
    expect(best).toMatchObject({ pattern, parts: { itemId: ITEM, skuId: SOURCE, priceFen } });
  });

  test('a whole number at the end may be fen, yuan or no price', () => {
    const patterns = proposePatterns(`${ITEM}-${SOURCE}-12`).map(({ pattern }) => pattern);
    expect(patterns).toEqual([
      '{itemId}-{skuId}-{fen}',
      '{itemId}-{skuId}-{yuan}',
      '{itemId}-{skuId}-{any}',
    ]);
  });

  test.each(['MUG-RED', ITEM, `${ITEM}-42`])('%s holds no two ids', (sku) => {
    expect(proposePatterns(sku)).toEqual([]);
  });

  test('whatever is proposed reads the SKU it came from', () => {
    const piece = fc.oneof(
      fc.bigInt({ min: 1n, max: 10n ** 18n }).map(String),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
        for (const { parts } of proposePatterns(pieces.join(''))) {
          expect(pieces.join('')).toContain(parts.itemId);
          expect(pieces.join('')).toContain(parts.skuId);
        }
      }),
    );
  });
});

describe('.env', () => {
  test('an empty variable is filled, another is added, the rest stays', () => {
    const text = '# mine\nA=1\nKEY=\n# KEY=old\nexport B="x y"';
    const filled = fillEnv(
      text,
      new Map([
        ['KEY', 'k'],
        ['NEW', 'n'],
      ]),
    );
    expect(filled).toBe('# mine\nA=1\nKEY=k\n# KEY=old\nexport B="x y"\nNEW=n\n');
  });

  test('any key comes back as it was typed, or is refused', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 40 }), (key) => {
        let text: string;
        try {
          text = fillEnv('A=1\n', new Map([['KEY', key]]));
        } catch {
          return;
        }
        expect(parseEnv(text)).toEqual({ A: '1', KEY: key });
      }),
    );
    const hard = `a#b $c 'd' "e"=\\n`;
    expect(parseEnv(fillEnv('', new Map([['KEY', hard]]))).KEY).toBe(hard);
  });

  test('a text that cannot be extended safely is refused', () => {
    // KEY= inside a value of several lines is not the variable.
    const text = 'CERT="first\nKEY=\nlast"\n';
    expect(() => fillEnv(text, new Map([['KEY', 'k']]))).toThrow(/by hand/);
  });
});

describe('ponbridge.yaml', () => {
  const entry = {
    kind: 'apps',
    system: 'lazada',
    name: 'main',
    values: { a: 1 },
    comment: 'c',
  } as const;

  test.each([
    ['an empty key', 'apps:\nlimits: {}\n'],
    ['an empty map', 'apps: {}\n'],
    ['only a comment', '# nothing yet\n'],
  ])('with %s takes an app', (_what, text) => {
    expect(extendService(text, [entry])).toMatch(
      /^apps:\n {2}lazada:\n {4}main:\n {6}# c\n {6}a: 1/m,
    );
  });

  test('that is no YAML is refused', () => {
    expect(() => extendService('apps: [', [entry])).toThrow(/cannot be extended/);
  });
});

describe('a store of a group', () => {
  const group = {
    lines: [{ links: 'both' }],
    receiver: { kind: 'warehouse' },
    tracking: { leg: 'agent' },
    budget: { cnyPerUnit: '5.35', largestOrder: '300' },
    start: '2026-01-01',
    purchase: { account: 'agency' },
  };
  const answers = storeAnswers.parse({
    name: 'tea',
    marketplace: 'lazada',
    country: 'sg',
    sellerId: '1',
    group: 'sg',
  });

  test('needs only what the group does not say', () => {
    expect(missingAnswers(answers, group)).toEqual([]);
    const { receiver: _, ...less } = group;
    expect(missingAnswers(answers, less).map(({ key }) => key)).toEqual(['receiver']);
  });

  test('its file repeats nothing of the group, and is off', () => {
    const text = storeFile({
      answers,
      group,
      title: 'Lazada',
      currency: 'SGD',
      today: '2026-03-01',
      schema: '.schema.json',
      sharesNumbers: false,
    });
    expect(text).toMatch(/^group: sg /m);
    expect(text).toMatch(/^ {2}mode: off$/m);
    expect(text).not.toMatch(/^(lines|receiver|start|tracking):|cnyPerUnit:|account:/m);
    expect(text).toMatch(/^ {2}smallestMargin: 15%/m);
  });
});
