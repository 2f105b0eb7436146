import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demoEnvironment, writeDemoSettings } from '../../src/demo/settings.ts';
import { run } from './home.ts';

let home: string;
let env: Record<string, string>;

beforeEach(async () => {
  const nowhere = 'http://127.0.0.1:1';
  home = await writeDemoSettings(
    { lazada: nowhere, shopee: nowhere, pandapon: nowhere },
    'https://shop.example',
  );
  env = demoEnvironment(home, 0);
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

const storeFile = (name: string) => join(home, 'stores', `${name}.yaml`);

async function replace(file: string, from: string, to: string): Promise<number> {
  const text = await readFile(file, 'utf8');
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
  return text.slice(0, text.indexOf(from)).split('\n').length;
}

test('right settings are summed up, one line per store, without a database', async () => {
  const { code, out } = await run(['check'], { ...env, PONBRIDGE_DATA: '/proc/no/such/place' });
  expect(code).toBe(0);
  expect(out).toMatch(/^tea-sg +lazada sg +1000114855 +SGD +auto/m);
  expect(out).toMatch(/^tea-my +shopee my +220688102 +MYR +auto/m);
  expect(out).toContain('All settings are right: 2 stores, 2 apps, 1 agent account');
});

test('every problem of every file is told with its line, and the exit code is 1', async () => {
  const receiver = await replace(storeFile('tea-sg'), 'mobilePhone:', 'mobileFone:');
  const rate = await replace(storeFile('tea-my'), 'cnyPerUnit: "1.62"', 'cnyPerUnit: cheap');
  const leg = await replace(storeFile('tea-my'), 'leg: agent', 'leg: sideways');
  const key = await replace(join(home, 'ponbridge.yaml'), 'appKey:', 'appSchlüssel:');
  const { DEMO_PANDAPON_KEY: _unset, ...rest } = env;

  const { code, out, err } = await run(['check'], rest);
  expect(code).toBe(1);
  expect(out).toBe('');
  const found = err.trim().split('\n');
  expect(found).toContainEqual(
    expect.stringMatching(new RegExp(`^stores/tea-sg\\.yaml:${receiver}:\\d+: receiver\\.`)),
  );
  expect(found).toContainEqual(
    expect.stringMatching(new RegExp(`^stores/tea-my\\.yaml:${rate}:\\d+: budget\\.cnyPerUnit: `)),
  );
  expect(found).toContainEqual(
    expect.stringMatching(new RegExp(`^stores/tea-my\\.yaml:${leg}:\\d+: tracking\\.leg: `)),
  );
  expect(found).toContainEqual(
    expect.stringMatching(new RegExp(`^ponbridge\\.yaml:${key}:\\d+: apps\\.lazada\\.main`)),
  );
  expect(err).toMatch(
    /^ponbridge\.yaml:\d+:\d+: accounts\.pandapon\.main\.accessKey: .*DEMO_PAND/m,
  );
  expect(found.at(-1)).toMatch(/^\d+ problems in the settings of /);
});

test('some stores, one store’s settings with their places, and JSON', async () => {
  const some = await run(['check', 'tea-my'], env);
  expect(some.out).toMatch(/^tea-my /m);
  expect(some.out).not.toMatch(/^tea-sg /m);
  const unknown = await run(['check', 'tea-mu'], env);
  expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('did you mean tea-my?') });

  const effective = await run(['check', 'tea-sg', '--effective'], env);
  expect(effective.out).toMatch(/^purchase\.dailyCap +5000\.00 +stores\/tea-sg\.yaml:\d+$/m);
  expect(effective.out).toMatch(/^retention +90d +default$/m);
  expect((await run(['check', '--effective'], env)).code).toBe(2);

  const right = await run(['check', 'tea-sg', '--json'], env);
  expect(JSON.parse(right.out)).toMatchObject({
    right: true,
    stores: [{ store: 'tea-sg', mode: 'auto', dailyCapFen: 500_000, paysByItself: true }],
  });
  const line = await replace(storeFile('tea-sg'), 'leg: agent', 'leg: sideways');
  const wrong = await run(['check', '--json'], { ...env, PONBRIDGE_KEYS: 'none' });
  expect(wrong.code).toBe(1);
  expect(JSON.parse(wrong.out)).toMatchObject({
    right: false,
    problems: [
      { file: 'environment', path: 'PONBRIDGE_KEYS' },
      { file: 'stores/tea-sg.yaml', line, path: 'tracking.leg' },
    ],
  });
});

test('what the start would refuse is refused here: a server of one’s own without keys', async () => {
  const { code, err } = await run(['check'], { ...env, DATABASE_URL: 'postgresql://db.example/x' });
  expect(code).toBe(1);
  expect(err).toContain('PONBRIDGE_KEYS');
});

test('.env of the home is read, and what is set already stands', async () => {
  const { DEMO_LAZADA_SECRET: secret = '', ...rest } = env;
  await writeFile(join(home, '.env'), `DEMO_LAZADA_SECRET=${secret}\nPONBRIDGE_PORT=wrong\n`);
  expect((await run(['check'], rest)).code).toBe(0);
  const { PONBRIDGE_PORT: _port, ...withoutPort } = rest;
  const { code, err } = await run(['check'], withoutPort);
  expect(code).toBe(1);
  expect(err).toContain('environment: PONBRIDGE_PORT');
});

test('a home without any file says what to write', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'ponbridge-empty-'));
  await mkdir(join(empty, 'stores'));
  try {
    const { code, out } = await run(['check'], { PONBRIDGE_HOME: empty });
    expect(code).toBe(0);
    expect(out).toContain('write stores/<name>.yaml');
  } finally {
    await rm(empty, { recursive: true, force: true });
  }
});

test('calling it wrongly ends with 2, help with 0, and neither shows a stack', async () => {
  const wrong = [
    ['frobnicate'],
    ['plan', 'tea-sg'],
    ['orders', '--limit', 'many'],
    ['orders', '--state', 'lost'],
    ['start', '--role', 'king'],
    ['cancel', '1', '--reason', 'whim'],
    ['connect', 'tea-sg', '--wait', 'soon'],
  ];
  for (const args of wrong) {
    const { code, err } = await run(args, env);
    expect({ args, code }).toEqual({ args, code: 2 });
    expect(err).not.toContain('    at ');
    expect(err).not.toBe('');
  }
  const { code, out } = await run(['--help'], env);
  expect(code).toBe(0);
  expect(out).toContain('PONBRIDGE_HOME');
});

test('schema prints the JSON Schema of a store’s file', async () => {
  const { code, out } = await run(['schema'], env);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ title: 'Ponbridge store settings', type: 'object' });
  const service = await run(['schema', 'service'], env);
  expect(JSON.parse(service.out)).toMatchObject({ title: 'Ponbridge service settings' });
});
