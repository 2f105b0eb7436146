import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../src/config.ts';
import {
  change,
  load,
  problemsIn,
  problemsOf,
  SECRETS,
  SERVICE,
  STORE,
  writeHome,
} from './home.ts';

const service = (piece: string, by: string) => ({ service: change(SERVICE, piece, by) });
const store = (piece: string, by: string) => ({ stores: { 'tea.yaml': change(STORE, piece, by) } });

/** As printed: file, line and column, path, and what was expected. */
async function said(files: Parameters<typeof problemsOf>[0]): Promise<string[]> {
  return (await problemsOf(files)).map(formatProblem);
}

test('right files are read', async () => {
  const settings = await load();
  expect([...settings.stores.keys()]).toEqual(['tea']);
  expect(settings.stores.get('tea')?.currency).toBe('SGD');
  expect(settings.apps.get('lazada/main')?.settings).toMatchObject({
    appKey: '100132',
    appSecret: SECRETS.LAZADA_SECRET,
  });
  expect(settings.accounts.get('pandapon/main')?.address).toBe('https://api.pandapon.com');
});

test('what a compose file passes on as empty text counts as not set', async () => {
  const empty = {
    DATABASE_URL: '',
    PONBRIDGE_DATA: '',
    PONBRIDGE_KEYS: '',
    PONBRIDGE_HOST: '',
    PONBRIDGE_PORT: '',
    PONBRIDGE_CALLBACK_TOKEN: '',
    PONBRIDGE_LOG_LEVEL: '',
    PONBRIDGE_POLLING: '',
  };
  expect(await load({ env: empty })).toMatchObject({
    databaseUrl: undefined,
    keys: undefined,
    host: '127.0.0.1',
    port: 8473,
    callbackToken: undefined,
    polling: true,
  });
});

describe('a mistake is reported with its file, line, column, path and what was expected', () => {
  test.each<[string, Parameters<typeof problemsOf>[0], string]>([
    [
      'a key with a slip',
      store('poll: 5m', 'pol: 5m'),
      'stores/tea.yaml:22:6: pol: is not a known setting; did you mean poll?',
    ],
    [
      'a slip below',
      store('mode: auto', 'mode: auto\n  dely: 30m'),
      'stores/tea.yaml:19:9: purchase.dely: is not a known setting; did you mean delay?',
    ],
    [
      'a slip in a choice of shapes',
      store('district: 余杭区', 'district: 余杭区\n  zipp: "311121"'),
      'stores/tea.yaml:15:9: receiver.zipp: is not a known setting; did you mean zip?',
    ],
    [
      'a slip in a rule',
      store('- links: both', '- links: both\n    pirce: link'),
      'stores/tea.yaml:8:12: lines.0.pirce: is not a known setting; did you mean price?',
    ],
    [
      'a key that is near to nothing',
      store('tracking: { leg: agent }', 'tracking: { leg: agent, colour: red }'),
      'stores/tea.yaml:21:33: tracking.colour: is not a known setting; known here: leg, parcels, carriers',
    ],
    [
      'a slip in an app',
      service('appKey: "100132"', 'appKey: "100132"\n      appSecrt: x'),
      'ponbridge.yaml:5:17: apps.lazada.main.appSecrt: is not a known setting; did you mean appSecret?',
    ],
    [
      'a slip among the timings',
      { service: `${SERVICE}timings:\n  sweeep: 5s\n` },
      'ponbridge.yaml:14:11: timings.sweeep: is not a known setting; did you mean sweep?',
    ],
    [
      'a missing value',
      store('orderSource: lazada\n', ''),
      'stores/tea.yaml:1:1: orderSource: is missing; expected string',
    ],
    [
      'a value of another type',
      store('poll: 5m', 'poll: 5'),
      'stores/tea.yaml:22:7: poll: a duration such as "90s", "30m", "24h" or "7d"',
    ],
    [
      'a variable that is not set',
      { env: { LAZADA_SECRET: undefined } },
      'ponbridge.yaml:5:18: apps.lazada.main.appSecret: the environment variable LAZADA_SECRET is not set; export it before starting, or put it into .env',
    ],
    [
      'an unknown marketplace in ponbridge.yaml',
      service('  lazada:', '  lazda:\n    x: {}\n  lazada:'),
      'ponbridge.yaml:3:5: apps.lazda: no such system; did you mean lazada?',
    ],
    [
      'an unknown agent',
      service('  pandapon:', '  taobao:\n    x: {}\n  pandapon:'),
      'ponbridge.yaml:8:5: accounts.taobao: no such system; known: pandapon',
    ],
    [
      'an unknown marketplace of a store',
      store('marketplace: lazada', 'marketplace: amazon'),
      'stores/tea.yaml:1:14: marketplace: "amazon" is not known; use lazada or shopee',
    ],
    [
      'a country without shops',
      store('country: sg', 'country: br'),
      'stores/tea.yaml:2:10: country: Lazada has no shops in "br"; known: sg, my, th, vn, ph, id',
    ],
    [
      'an option of the other marketplace',
      store('poll: 5m', 'options: { shipMode: pickup }'),
      'stores/tea.yaml:22:22: options.shipMode: is not a known setting of a Lazada store; known here: crossBorder, shipmentProvider, sofStatusUpdate, sofStatus',
    ],
    [
      'an app nobody set',
      store('country: sg', 'country: sg\napp: second'),
      'stores/tea.yaml:3:6: app: ponbridge.yaml has no apps.lazada.second; it has main',
    ],
    [
      'an account nobody set',
      store('mode: auto', 'account: other'),
      'stores/tea.yaml:18:12: purchase.account: ponbridge.yaml has no accounts.pandapon.other; it has main',
    ],
    [
      'a send window that ends after the signature may be refused',
      { service: `${SERVICE}timings:\n  sendWithin: 580s\n` },
      'ponbridge.yaml:14:15: timings.sendWithin: is 580 s; it must be at most signatureWindow - clockSkew = 570 s, or a purchase could be sent when its signature is refused as too old, or after it was taken for lost',
    ],
    [
      'a settle time below its parts',
      { service: `${SERVICE}timings:\n  settle: 5m\n` },
      'ponbridge.yaml:14:11: timings.settle: is 300 s; it must be at least signatureWindow + clockSkew + requestLife + listingLag = 750 s, or a purchase still on its way could be bought again',
    ],
    [
      'a cap of nothing',
      store('dailyCap: "500"', 'dailyCap: 0'),
      'stores/tea.yaml:19:13: purchase.dailyCap: a cap above 0; to buy nothing set mode: off, to pay nothing set pay.auto: false',
    ],
    [
      'buying by itself without a cap',
      store('  dailyCap: "500"\n  pay: { auto: true }', ''),
      'stores/tea.yaml:18:3: purchase.dailyCap: is missing; mode: auto may only be set with the most it may spend in a day, in yuan, e.g. dailyCap: "500.00"',
    ],
    [
      'paying by itself without a cap',
      store('mode: auto\n  dailyCap: "500"', 'mode: manual'),
      'stores/tea.yaml:18:3: purchase.dailyCap: is missing; pay.auto: true may only be set with the most it may spend in a day, in yuan, e.g. dailyCap: "500.00"',
    ],
    [
      'a key twice',
      store('poll: 5m', 'poll: 5m\npoll: 6m'),
      'stores/tea.yaml:23:1: this key stands above already; write it once',
    ],
    [
      'a tab',
      store('  - links', '\t- links'),
      'stores/tea.yaml:7:1: a tab indents this line; YAML wants spaces',
    ],
    [
      'two documents in one file',
      store('poll: 5m', '---\npoll: 5m'),
      'stores/tea.yaml:22:1: a second document begins here; a file holds one',
    ],
    [
      'a list instead of settings',
      { stores: { 'tea.yaml': '- a\n' } },
      'stores/tea.yaml:1:1: Invalid input: expected object, received array',
    ],
    [
      'a store whose name cannot stand in a number',
      { stores: { 'my tea.yaml': STORE } },
      'stores/my tea.yaml:1:1: is the name of the store: use letters, digits, ".", "_" and "-" only',
    ],
  ])('%s', async (_what, files, expected) => {
    expect(await said(files)).toEqual([expected]);
  });
});

test('an empty file of a store names everything that must be in it', async () => {
  const found = await said({ stores: { 'tea.yaml': '' } });
  const keys = ['marketplace', 'country', 'sellerId', 'start', 'orderSource', 'lines', 'receiver'];
  for (const key of keys) expect(found.join('\n')).toContain(` ${key}: `);
});

test('an empty ponbridge.yaml, or none, is all defaults: the stores miss their app', async () => {
  for (const text of ['', '# nothing yet\n', null]) {
    expect(await said({ service: text })).toEqual([
      'stores/tea.yaml:1:1: app: ponbridge.yaml has no apps.lazada.main',
      'stores/tea.yaml:18:3: purchase.account: ponbridge.yaml has no accounts.pandapon.main',
    ]);
  }
});

test('what cannot be read is said with its reason', async () => {
  const home = await writeHome({});
  await mkdir(join(home, 'stores', 'folder.yaml'));
  const [problem, ...others] = problemsIn({ PONBRIDGE_HOME: home, ...SECRETS });
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ file: 'stores/folder.yaml' });
  expect(problem?.message).toBe('cannot be read: it is a folder, and settings are a file');
});

test('all mistakes of all files and of the environment are reported in one run', async () => {
  const found = await problemsOf({
    service: change(SERVICE, 'appKey:', 'appKye:'),
    stores: {
      'a.yaml': change(STORE, 'poll: 5m', 'poll: soon'),
      'b.yaml': 'marketplace: [',
      'c.yaml': change(STORE, 'country: sg', 'country: xx'),
    },
    env: { PONBRIDGE_PORT: 'http', PANDAPON_KEY: undefined, PANDAPON_SECRET: undefined },
  });
  expect(found.map(({ file, path }) => `${file} ${path ?? ''}`)).toEqual([
    'environment PONBRIDGE_PORT',
    'ponbridge.yaml apps.lazada.main.appKey',
    'ponbridge.yaml apps.lazada.main.appKye',
    'ponbridge.yaml accounts.pandapon.main.accessKey',
    'ponbridge.yaml accounts.pandapon.main.accessSecret',
    'stores/a.yaml poll',
    'stores/b.yaml ',
    'stores/c.yaml sellerOrderNumber',
    'stores/c.yaml country',
  ]);
});

test('a ponbridge.yaml that is no YAML is reported once, not again by each store', async () => {
  const found = await problemsOf({ service: 'apps: [\n' });
  expect(new Set(found.map(({ file }) => file))).toEqual(new Set(['ponbridge.yaml']));
});

describe('the environment', () => {
  test.each([
    ['PONBRIDGE_PORT', '70000', 'Too big'],
    ['PONBRIDGE_PORT', 'http', 'expected number'],
    ['PONBRIDGE_CALLBACK_TOKEN', 'too-short', 'at least 24 characters'],
    ['PONBRIDGE_CALLBACK_TOKEN', 'nobody/can/guess/this/address', 'letters, digits'],
    ['PONBRIDGE_LOG_LEVEL', 'loud', 'expected one of "trace"'],
    ['PONBRIDGE_POLLING', 'yes', 'expected one of "on"|"off"'],
  ])('%s=%s', async (name, value, expected) => {
    const found = await problemsOf({ env: { [name]: value } });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ file: 'environment', path: name });
    expect(found[0]?.message).toContain(expected);
  });

  test('a home that is not there is no empty service', () => {
    const [problem] = problemsIn({ PONBRIDGE_HOME: '/nowhere/at-all' });
    expect(problem).toMatchObject({ file: 'environment', path: 'PONBRIDGE_HOME' });
  });
});

describe('stores together', () => {
  const shopOf = (sellerId: string, more = '') =>
    `${change(STORE, '"1000114855"', `"${sellerId}"`)}${more}`;

  test('a shop has one file', async () => {
    const second = change(STORE, 'orderSource: lazada', 'orderSource: other');
    expect(await said({ stores: { 'a.yaml': STORE, 'b.yaml': second } })).toEqual([
      'stores/b.yaml:3:11: sellerId: is the shop of stores/a.yaml too; a shop has one file',
    ]);
  });

  test('a store has one file', async () => {
    const files = { 'tea.yaml': shopOf('1'), 'tea.yml': shopOf('2') };
    expect(await said({ stores: files })).toEqual([
      'stores/tea.yml:1:1: a store of this name has another file already',
    ]);
  });

  test('numbers that can collide on one account are refused', async () => {
    const found = await said({ stores: { 'a.yaml': shopOf('1'), 'b.yaml': shopOf('2') } });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('stores/b.yaml:1:1: sellerOrderNumber: stores/a.yaml buys on');
  });

  test('numbers that hold the store, or another source, cannot collide', async () => {
    const own = 'sellerOrderNumber: "{store}-{order}"\n';
    const both = { 'a.yaml': shopOf('1', own), 'b.yaml': shopOf('2', own) };
    expect(await said({ stores: both })).toEqual([]);
    const other = change(shopOf('2'), 'orderSource: lazada', 'orderSource: lazada-2');
    expect(await said({ stores: { 'a.yaml': shopOf('1'), 'b.yaml': other } })).toEqual([]);
  });
});

describe('ids written as numbers keep all their digits', () => {
  const sellerOf = async (text: string) =>
    (await load(store('"1000114855"', text))).stores.get('tea')?.settings.sellerId;

  test.each([
    ['within 2^53', '1000114855'],
    ['beyond 2^53', '1051400341536827267'],
    ['leading zeros', '007341207'],
    ['looks octal', '0o17'],
    ['looks hexadecimal', '0x1F'],
    ['looks like a power', '5016e3'],
    ['a trailing zero', '12.10'],
  ])('%s', async (_what, text) => {
    // A plain decimal is the one form that stays a number: no id is written with a point.
    if (text.includes('.')) await expect(sellerOf(text)).rejects.toThrow('an id without spaces');
    else expect(await sellerOf(text)).toBe(text);
  });

  test('also where text is expected, the error says to quote them', async () => {
    expect(await said(store('orderSource: lazada', 'orderSource: 5016'))).toEqual([
      'stores/tea.yaml:5:14: orderSource: Invalid input: expected string, received number; put it in quotes',
    ]);
  });

  test('also as keys', async () => {
    const settings = await load(
      store('tracking: { leg: agent }', 'tracking: { leg: agent, carriers: { 0123: YTO } }'),
    );
    expect(settings.stores.get('tea')?.settings.tracking.carriers).toEqual({ '0123': 'YTO' });
  });
});

describe('no secret is repeated', () => {
  const SECRET = 'hunter2-hunter2';

  test.each<[string, Parameters<typeof problemsOf>[0]]>([
    ['written down with the wrong key', service('appSecret: {', `apSecret: ${SECRET}\n      x: {`)],
    ['of the wrong type', service('appSecret: { env: LAZADA_SECRET }', `appSecret: [${SECRET}]`)],
    ['read as an alias', service('{ env: LAZADA_SECRET }', `*${SECRET}`)],
    ['read as a tag', service('{ env: LAZADA_SECRET }', `!${SECRET}`)],
    ['that breaks the YAML', service('{ env: LAZADA_SECRET }', `"${SECRET}`)],
    ['that looks like a mapping', service('{ env: LAZADA_SECRET }', `a: ${SECRET}: b`)],
    ['with a reserved sign', service('{ env: LAZADA_SECRET }', `@${SECRET}`)],
    ['in a variable of another kind', { env: { PONBRIDGE_PORT: SECRET } }],
    ['too short a token', { env: { PONBRIDGE_CALLBACK_TOKEN: SECRET } }],
    [
      'in a variable that the address refuses',
      {
        service: change(SERVICE, 'https://api.pandapon.com', '{ env: WRONG }'),
        env: { WRONG: SECRET },
      },
    ],
  ])('%s', async (_what, files) => {
    const found = await said(files);
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).not.toContain(SECRET);
    for (const secret of Object.values(SECRETS)) expect(found.join('\n')).not.toContain(secret);
  });
});
