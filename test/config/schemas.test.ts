/** The published schemas take and refuse what the program takes and refuses. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { publishedSchema } from '../../src/published-schema.ts';
import { change, problemsOf, SERVICE, STORE } from './home.ts';

const compile = (name: 'store' | 'service') =>
  new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(publishedSchema(name)));
const validate = { store: compile('store'), service: compile('service') };

/** Judges of a text: the schema an editor uses, and the program. */
async function judge(name: 'store' | 'service', text: string) {
  const found = await problemsOf(
    name === 'store' ? { service: GROUPED, stores: { 'tea.yaml': text } } : { service: text },
  );
  const at = name === 'store' ? 'stores/tea.yaml' : 'ponbridge.yaml';
  return {
    editor: validate[name](parse(text, { logLevel: 'silent' })),
    program: !found.some(({ file }) => file === at),
  };
}

const GROUPED = `${SERVICE}groups:
  cn:
    receiver: { kind: warehouse, name: A, mobilePhone: "1", state: s, city: c, district: d, address: a }
    tracking: { leg: agent }
    budget: { largestOrder: "1", drift: 1% }
    orderSource: lazada
    start: 2026-01-01
    lines: [{ links: both }]
`;
const SHORT = `marketplace: lazada\ncountry: sg\nsellerId: "1"\nbudget: { cnyPerUnit: "5" }\ngroup: cn\n`;
const example = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('right files', () => {
  test.each<[string, 'store' | 'service', string]>([
    ['a store', 'store', STORE],
    ['a store that leaves to its group what it sets', 'store', SHORT],
    ['a store that sets a part of a block', 'store', `${SHORT}receiver: { name: "B {store}" }\n`],
    ['ponbridge.yaml', 'service', SERVICE],
    ['ponbridge.yaml with groups', 'service', GROUPED],
    ['an empty group', 'service', `${SERVICE}groups: { cn: }\n`],
  ])('%s', async (_what, name, text) => {
    expect(await judge(name, text)).toEqual({ editor: true, program: true });
  });

  test.each<['store' | 'service', string]>([
    ['store', 'stores/lazada-sg.yaml.example'],
    ['store', 'stores/shopee-my.yaml.example'],
    ['service', 'ponbridge.example.yaml'],
  ])('%s: %s, which names its schema', (name, path) => {
    const text = example(path);
    const [first = ''] = text.split('\n');
    expect(first).toMatch(
      new RegExp(`^# yaml-language-server: \\$schema=(../)?docs/schema/${name}\\.schema\\.json$`),
    );
    expect(validate[name](parse(text)), JSON.stringify(validate[name].errors)).toBe(true);
  });
});

describe('wrong files', () => {
  test.each<[string, 'store' | 'service', string]>([
    ['a missing key without a group', 'store', change(STORE, 'orderSource: lazada\n', '')],
    ['a missing part without a group', 'store', change(STORE, 'cnyPerUnit: "5.35", ', '')],
    ['a receiver without its city', 'store', change(STORE, '  city: 杭州市\n', '')],
    ['a group without the shop', 'store', change(SHORT, 'sellerId: "1"\n', '')],
    ['an unknown key', 'store', `${SHORT}colour: red\n`],
    ['an unknown key below', 'store', change(STORE, 'leg: agent', 'leg: agent, lag: 1')],
    ['a wrong word', 'store', change(STORE, 'mode: auto', 'mode: always')],
    ['auto without a cap', 'store', change(STORE, '  dailyCap: "500"\n', '')],
    ['auto without a cap, in a group', 'store', `${SHORT}purchase: { mode: auto }\n`],
    ['a warehouse without a leg', 'store', change(STORE, 'tracking: { leg: agent }\n', '')],
    ['a marketplace that is not there', 'store', change(STORE, 'lazada\n', 'ebay\n')],
    ['a country without shops', 'store', change(STORE, 'country: sg', 'country: br')],
    ['an option of the other marketplace', 'store', `${STORE}options: { shipMode: pickup }\n`],
    ['an unknown key of an app', 'service', change(SERVICE, 'appKey:', 'appKye:')],
    ['an account without its key', 'service', change(SERVICE, 'accessKey', 'accesKey')],
    ['a marketplace there is not', 'service', change(SERVICE, 'lazada:', 'lazda:')],
    ['a wrong time', 'service', `${SERVICE}timings: { settle: soon }\n`],
    ['a mode in a group', 'service', `${SERVICE}groups: { cn: { purchase: { mode: auto } } }\n`],
    ['a cap in a group', 'service', `${SERVICE}groups: { cn: { purchase: { dailyCap: 5 } } }\n`],
    ['a seller in a group', 'service', `${SERVICE}groups: { cn: { sellerId: "1" } }\n`],
    ['an unknown key in a group', 'service', `${SERVICE}groups: { cn: { pol: 5m } }\n`],
    ['a name of a group', 'service', `${SERVICE}groups: { "My Group": {} }\n`],
    [
      'a rule without its reason in a group',
      'service',
      `${SERVICE}groups: { cn: { lines: [{ skip: [A] }] } }\n`,
    ],
  ])('%s', async (_what, name, text) => {
    expect(await judge(name, text)).toEqual({ editor: false, program: false });
  });
});

test('the schema of a store completes each key with its meaning', () => {
  const schema = JSON.parse(publishedSchema('store'));
  expect(schema.properties.purchase.properties.dailyCap.description).toContain('In yuan, above 0');
  expect(JSON.stringify(schema)).not.toContain('`');
});
