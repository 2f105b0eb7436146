/** docs/guarantees.md has a row for every state and moment, and every test that it names exists. */
import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, read } from './project.ts';

const PAGE = 'docs/guarantees.md';
const CELLS = ['moment', 'dies', 'goes on', 'assumed', 'risk', 'tests'] as const;

interface Row {
  readonly moment: string;
  readonly cells: readonly string[];
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

/** The tables of six columns; their first cell is the moment. */
function rows(text: string): Row[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s:|-]+\|$/.test(line))
    .map((line) => line.split('|').slice(1, -1))
    .filter((cells) => cells.length === CELLS.length && cells[0]?.trim() !== 'where')
    .map((each) => {
      const cells = each.map((cell) => cell.trim());
      return { moment: cells[0] ?? '', cells, tests: testsIn(cells.at(-1) ?? '') };
    });
}

/** `[place.test.ts](../test/stages/place.test.ts): "one", "another"` */
function testsIn(cell: string) {
  return [...cell.matchAll(/\]\(([^)]+)\):((?: "[^"]+",?)+)/g)].flatMap(
    ([, path = '', names = '']) =>
      [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => ({
        file: normalize(join('docs', path)),
        name,
      })),
  );
}

/** The titles of a test file, as patterns: what is filled in per case can be anything. */
function titles(source: string): RegExp[] {
  const calls = /(?:\b(?:test|describe)\(|\)\()\s*(['"`])((?:\\.|(?!\1)[\s\S])*?)\1\s*,/g;
  return [...source.matchAll(calls)].map(([, , title = '']) => {
    const plain = title.replaceAll(/\\(.)/g, '$1');
    const escaped = plain.replaceAll(/[.*+?^()|[\]\\{}]/g, '\\$&');
    return new RegExp(`^${escaped.replaceAll(/\$\w+|%[sijdo]/g, '.+').replaceAll('$', '\\$')}$`);
  });
}

function union(name: string): string[] {
  const source = read('src/database/schema.ts');
  const [, body = ''] = new RegExp(`export type ${name} =([^;]+);`).exec(source) ?? [];
  return [...body.matchAll(/'([^']+)'/g)].map(([, word = '']) => word);
}

const MOMENTS = [
  'before the intent is committed',
  'intent committed, not sent',
  'sent, no effect',
  'effect, no answer',
  'answer, not stored',
  'answer stored',
];

const WANTED = [
  ...union('SalesOrderState').map((state) => `sales order \`${state}\``),
  ...union('PurchaseState').map((state) => `purchase \`${state}\``),
  ...union('PackageState').map((state) => `package \`${state}\``),
  ...union('AttemptKind').flatMap((kind) => MOMENTS.map((moment) => `\`${kind}\`: ${moment}`)),
  ...['pull page', 'push', 'callback', 'token refresh', 'listing', 'label', 'warehouse note'],
  'number entered by a person',
];

const table = rows(read(PAGE));

test('the states and kinds that the page must have are found in the code', () => {
  expect(union('SalesOrderState')).toContain('waiting');
  expect(union('AttemptKind')).toEqual(['place', 'pay', 'ship', 'cancel']);
  expect(WANTED.length).toBeGreaterThan(50);
});

test.each(WANTED)('%s has its row', (wanted) => {
  expect(table.filter((row) => row.moment === wanted)).toHaveLength(1);
});

describe.each(table)('$moment', ({ cells, tests }) => {
  test('has every cell, and at least one test', () => {
    for (const [index, cell] of cells.entries()) expect(cell, CELLS[index]).not.toBe('');
    expect(tests).not.toEqual([]);
    // Nothing that looks like a test may be left unread.
    const named = (cells.at(-1)?.match(/"/g)?.length ?? 0) / 2;
    expect(tests).toHaveLength(named);
  });

  test.each(tests)('is tested by "$name" of $file', ({ file, name }) => {
    expect(existsSync(join(ROOT, file)), file).toBe(true);
    expect(titles(read(file)).some((title) => title.test(name))).toBe(true);
  });
});

test('a test that was renamed is missed', () => {
  const source = "test('is bought once', () => {});\n  test.each(x)('$kind: %s', async () => {});";
  const found = (name: string) => titles(source).some((title) => title.test(name));
  expect(found('is bought once')).toBe(true);
  expect(found('reset: an order')).toBe(true);
  expect(found('is bought twice')).toBe(false);
});

test('a row without a cell, and a test without a name, are seen', () => {
  const [row] = rows('| `a` | b |  | d | e | [x.test.ts](../test/x.test.ts): "one", "two" |');
  expect(row?.cells).toContain('');
  expect(row?.tests).toEqual([
    { file: 'test/x.test.ts', name: 'one' },
    { file: 'test/x.test.ts', name: 'two' },
  ]);
});
