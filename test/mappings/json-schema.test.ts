import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { storeJsonSchema } from '../../mappings/json-schema.ts';
import { FILE } from './build.ts';

const validate = new Ajv({ strict: false, validateFormats: false }).compile(storeJsonSchema());

test('the published schema takes the files that the program takes', () => {
  const fixture = new URL('../fixtures/seed-example/store.yaml', import.meta.url);
  expect(validate(parse(readFileSync(fixture, 'utf8'))), JSON.stringify(validate.errors)).toBe(
    true,
  );
  expect(validate(FILE)).toBe(true);
});

test('it marks unknown keys, wrong words and missing keys for the editor', () => {
  expect(validate({ ...FILE, colour: 'red' })).toBe(false);
  expect(validate({ ...FILE, purchase: { mode: 'always' } })).toBe(false);
  expect(validate({ ...FILE, orderSource: undefined })).toBe(false);
});

test('it describes what is written in the file: titles, and defaults in the words of the file', () => {
  expect(storeJsonSchema()).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Ponbridge store settings',
    properties: {
      poll: { type: 'string', default: '5m' },
      budget: { properties: { drift: { default: '5%' } } },
      lines: { items: { anyOf: [{ title: 'SKU pattern' }, {}, {}, { title: 'Skip' }] } },
    },
  });
});
