/** `ponbridge init --answers`: one store or hundreds, all mistakes at once, nothing half written. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { formatProblem, loadSettings } from '../../src/config.ts';
import { readAnswers } from '../../src/init/answer-file.ts';
import { draftFiles, problemsOf } from '../../src/init/draft.ts';
import { readHome } from '../../src/init/known.ts';
import type { Problem } from '../../src/yaml.ts';
import { emptyHome, filesOf, initWith, KEYS, STORE } from './home.ts';

describe('answers of one store', () => {
  test('become settings that are taken, off until somebody switches them on', async () => {
    const home = await emptyHome();
    const answer = await initWith(home, `callbackToken: true\n${STORE}`);
    expect(answer.err).toBe('');
    expect(answer.out).toMatch(/^wrote ponbridge\.yaml$/m);
    expect(answer.out).toMatch(/^wrote stores\/tea-sg\.yaml$/m);
    const store = loadSettings({ ...KEYS, PONBRIDGE_HOME: home }).stores.get('tea-sg')?.settings;
    expect(store).toMatchObject({
      sellerId: '1000114855',
      lines: [{ pattern: 'TB-{itemId}-{skuId}-{fen}' }, { links: 'both' }],
      budget: { cnyPerUnit: '5.35', largestOrder: 30_000, smallestMargin: 0.15 },
      purchase: { mode: 'off', account: 'main' },
      tracking: { leg: 'agent' },
    });
    const files = await filesOf(home);
    // Keys that the environment has stay there.
    expect(Object.keys(files)).toContain('.env');
    expect(files['.env']).toMatch(/^PONBRIDGE_CALLBACK_TOKEN=[0-9a-f]{48}$/m);
    expect(files['.env']).not.toMatch(/LAZADA/);
  });

  test('every value that was written says what it does', async () => {
    const home = await emptyHome();
    await initWith(home, STORE);
    const text = (await filesOf(home))['stores/tea-sg.yaml'] ?? '';
    const [first] = text.split('\n');
    expect(first).toBe('# yaml-language-server: $schema=.schema.json');
    const lines = text.split('\n');
    const isTold = (at: number) => lines[at]?.includes(' # ') || lines[at - 1]?.startsWith('#');
    for (const key of [
      'country',
      'sellerId',
      'start',
      'orderSource',
      'lines',
      'receiver',
      'budget',
    ]) {
      const at = lines.findIndex((line) => line.startsWith(`${key}:`));
      expect(at, key).toBeGreaterThan(0);
      expect(isTold(at), key).toBe(true);
    }
    for (const key of ['cnyPerUnit', 'largestOrder', 'smallestMargin']) {
      expect(text).toMatch(new RegExp(`^  ${key}: .+ # .+`, 'm'));
    }
    expect(text).toMatch(/ponbridge mode tea-sg auto --daily-cap/);
  });

  test('--dry-run shows the files and writes none', async () => {
    const home = await emptyHome();
    const answer = await initWith(home, STORE, KEYS, '--dry-run');
    expect(answer.err).toMatch(/stores\/tea-sg\.yaml \(new\)/);
    expect(answer.err).not.toMatch(KEYS.LAZADA_APP_SECRET);
    expect(await filesOf(home)).toEqual({});
  });

  test('a key that nobody set is named, and nothing is written', async () => {
    const home = await emptyHome();
    const { LAZADA_APP_SECRET: _, ...rest } = KEYS;
    const answer = await initWith(home, STORE, rest);
    expect(answer.code).toBe(1);
    expect(answer.err).toMatch(/LAZADA_APP_SECRET is not set/);
    expect(await filesOf(home)).toEqual({});
  });
});

const AGENCY = `common:
  marketplace: shopee
  skus: links
  receiver: { kind: buyer }
  cnyPerUnit: "1.62"
  largestOrder: 200
stores:
  - { name: one, country: my, sellerId: 220688102 }
  - { name: two, country: sg, sellerId: "220688103", cnyPerUnit: "5.35", app: agency }
`;

describe('answers of many stores', () => {
  test('share what is common, and each gets its file', async () => {
    const home = await emptyHome();
    const agency = { SHOPEE_AGENCY_PARTNER_ID: '1', SHOPEE_AGENCY_PARTNER_KEY: 'x' };
    const env = { ...KEYS, ...agency };
    const answer = await initWith(home, AGENCY, env);
    expect(answer.err).toBe('');
    const { stores, apps } = loadSettings({ ...env, PONBRIDGE_HOME: home });
    expect([...stores.keys()]).toEqual(['one', 'two']);
    expect([...apps.keys()]).toEqual(['shopee/main', 'shopee/agency']);
    expect(stores.get('one')?.settings.budget.cnyPerUnit).toBe('1.62');
    expect(stores.get('two')?.settings.budget.cnyPerUnit).toBe('5.35');
    // Both buy on one account under one source.
    expect(stores.get('two')?.settings.sellerOrderNumber).toBe('{store}-{order}');
  });

  test('300 stores are read and drafted together', async () => {
    const home = await emptyHome();
    const stores = Array.from(
      { length: 300 },
      (_, at) => `  - { name: shop-${at}, country: my, sellerId: ${1000 + at} }\n`,
    );
    const text = AGENCY.replace(/stores:\n[\s\S]*/, `stores:\n${stores.join('')}`);
    const { answers, problems } = await read(home, text);
    expect(problems).toEqual([]);
    const known = readHome(home, KEYS);
    const wanted = {
      stores: answers?.stores ?? [],
      entries: answers?.entries ?? [],
      variables: new Map<string, string>(),
    };
    const files = draftFiles(known, wanted, '2026-03-01');
    expect(files.filter(({ path }) => path.startsWith('stores/shop-'))).toHaveLength(300);
    expect(problemsOf(known, files, wanted)).toEqual([]);
  });

  test('a list is the list of stores', async () => {
    const indented = STORE.replaceAll(/^/gm, '  ').replace('  name', '- name');
    const { answers, problems } = await read(await emptyHome(), indented.trimEnd());
    expect(problems).toEqual([]);
    expect(answers?.stores.map(({ name }) => name)).toEqual(['tea-sg']);
  });
});

describe('mistakes in the answers', () => {
  test('are all told at once, each with its line', async () => {
    const { problems } = await read(
      await emptyHome(),
      `apps:
  shopee:
    agency: { partnerId: "1", partnerKey: written-here }
common:
  skus: both
  patern: "x"
  receiver: { kind: warehouse, name: "{stor}", mobilePhone: "1", state: a, city: b, district: c, address: d }
  largestOrder: 300
stores:
  - { name: a/b, marketplace: lazada, country: sg, sellerId: 1, cnyPerUnit: 0 }
  - { name: ok, marketplace: lazada, country: xx, sellerId: 2, cnyPerUnit: 1, group: none }
  - { name: OK, marketplace: amazon, country: sg, sellerId: 2, cnyPerUnit: 1 }
`,
    );
    expect(problems).toEqual([
      'answers.yaml:3:43: apps.shopee.agency.partnerKey: is a secret and belongs into no file but .env: write { env: NAME } here',
      'answers.yaml:6:11: common.patern: is not a known setting; did you mean pattern?',
      expect.stringMatching(/^answers\.yaml:7:38: common\.receiver\.name: \{stor\} is no name/),
      expect.stringMatching(/^answers\.yaml:10:13: stores\.0\.name: letters, digits/),
      expect.stringMatching(/^answers\.yaml:10:77: stores\.0\.cnyPerUnit: a rate above 0/),
      expect.stringMatching(/^answers\.yaml:11:47: stores\.1\.country: Lazada has no shops there/),
      expect.stringMatching(/^answers\.yaml:11:86: stores\.1\.group: ponbridge\.yaml has no such/),
      expect.stringMatching(/^answers\.yaml:12:30: stores\.2\.marketplace: is not known; use/),
    ]);
  });

  test.each([
    ['a rate', 'cnyPerUnit', 'cnyPerUnit: is missing'],
    ['how SKUs are mapped', 'skus', 'skus: must be pattern or both'],
    ['a pattern', 'pattern', 'pattern: is missing; skus: both needs one'],
    ['whose number is told', 'trackingLeg', 'trackingLeg: is missing; agent, abroad or manual'],
  ])('without %s', async (_what, key, message) => {
    const without = STORE.split('\n').filter((line) => !line.startsWith(`${key}:`));
    const { problems } = await read(await emptyHome(), without.join('\n'));
    expect(problems.join('\n')).toContain(message);
  });

  test('a name or shop that is there already, or twice in the file', async () => {
    const home = await emptyHome();
    await initWith(home, STORE);
    const again = await read(home, STORE);
    expect(again.problems).toEqual([
      expect.stringMatching(/^answers\.yaml:1:7: name: there is a stores\/tea-sg\.yaml already/),
      expect.stringMatching(/^answers\.yaml:4:11: sellerId: is the shop of stores\/tea-sg\.yaml/),
    ]);
    const twice = AGENCY.replace(
      'name: two, country: sg, sellerId: "220688103"',
      'name: ONE, country: my, sellerId: "220688102"',
    );
    const { problems } = await read(await emptyHome(), twice);
    expect(problems).toEqual([
      expect.stringMatching(/stores\.1\.name: another store of this file is called ONE/),
      expect.stringMatching(/stores\.1\.sellerId: is the shop of one too/),
    ]);
  });

  test('what only the settings refuse is told at the answer it came from', async () => {
    const home = await emptyHome();
    const answer = await initWith(
      home,
      `apps:\n  lazada:\n    main: { appKey: "1", appSecret: { env: NOBODY_SET_IT } }\n${STORE}`,
    );
    expect(answer.err).toMatch(
      /answers\.yaml:3:37: apps\.lazada\.main\.appSecret: .*NOBODY_SET_IT/,
    );
    expect(await filesOf(home)).toEqual({});
  });
});

test('settings that are there stay as they are, with their comments', async () => {
  const home = await emptyHome();
  const service = `# mine
apps:
  shopee:
    main: # the old one
      partnerId: "2001887"   # seven digits
      partnerKey: { env: OLD_KEY }
limits:
  app: 7 # slow
`;
  await writeFile(join(home, 'ponbridge.yaml'), service);
  await writeFile(join(home, '.env'), '# secrets\nOLD_KEY="a b"\n');
  await mkdir(join(home, 'stores'));
  const answer = await initWith(home, `publicUrl: https://b.example.com\n${STORE}`);
  expect(answer.err).toBe('');
  const files = await filesOf(home);
  for (const piece of [
    '# mine',
    '# the old one',
    '# seven digits',
    'app: 7 # slow',
    '{ env: OLD_KEY }',
  ]) {
    expect(files['ponbridge.yaml']).toContain(piece);
  }
  expect(parse(files['ponbridge.yaml'] ?? '')).toMatchObject({
    apps: { shopee: { main: { partnerId: '2001887' } }, lazada: { main: {} } },
    accounts: { pandapon: { main: { userId: { env: 'PANDAPON_USER_ID' } } } },
  });
  expect(files['.env']).toBe(
    '# secrets\nOLD_KEY="a b"\nPONBRIDGE_PUBLIC_URL=https://b.example.com\n',
  );
});

async function read(home: string, text: string) {
  const file = join(home, 'answers.yaml');
  await writeFile(file, text);
  const problems: Problem[] = [];
  const answers = readAnswers(file, readHome(home, KEYS), problems);
  const byLine = problems.toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
  return { answers, problems: byLine.map(formatProblem) };
}
