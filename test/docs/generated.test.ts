/** The pages made from the code are those of today's code, and the generator guards itself. */
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { documents } from '../../scripts/documents.ts';
import { schemaRows } from '../../scripts/schema-rows.ts';
import { describedStoreSchema } from '../../scripts/store-schema.ts';
import { HOLD_CODES } from '../../src/holds.ts';
import { read } from './project.ts';

test.each([...documents()])('%s is what npm run generate makes', (path, text) => {
  expect(read(path)).toBe(text);
});

test('the same code gives the same bytes', () => {
  expect([...documents()]).toEqual([...documents()]);
});

test('every hold has its row, with a remedy', () => {
  const page = read('docs/holds.md');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows).toHaveLength(HOLD_CODES.length);
  for (const code of HOLD_CODES)
    expect(page).toMatch(new RegExp(`\\| \`${code}\` \\| .+ \\| .+ \\|`));
});

test('editors are told of every key what it means', () => {
  const silent = schemaRows(describedStoreSchema()).filter(({ node }) => !node.description);
  expect(silent.map(({ path }) => path)).toEqual([]);
});

test.each(['stores/lazada-sg.yaml.example', 'stores/shopee-my.yaml.example'])(
  'the published schema takes %s',
  (path) => {
    const schema = JSON.parse(read('docs/schema/store.schema.json')) as object;
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    expect(validate(parse(read(path))), JSON.stringify(validate.errors)).toBe(true);
  },
);
