import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { grantOf, openTokens } from '../../src/database/grants.ts';
import { CALLBACK_TOKEN, LAZADA, PANDAPON, SHOPEE } from '../../src/demo/settings.ts';
import { encryptionKeys } from '../../src/keys.ts';
import { summariseOrders } from '../../src/report/orders.ts';
import { createSecretBox } from '../../src/secrets.ts';
import { CUP, CUP_MY } from '../stages/harness.ts';
import { startTestService, type TestService } from './service.ts';

const BUYER = {
  name: 'Tan Ah Kow',
  phone: '6591234567',
  address: '17 Cempaka Putih Lane',
  fullAddress: '17 Cempaka Putih Lane',
  username: 'tanahkow1958',
};

let service: TestService;
let tokens: string[];
/** Two orders whose goods go to the buyer, bought and sent on, with trouble on the way. */
beforeAll(async () => {
  const toBuyer = { receiver: { kind: 'buyer' }, purchase: { delay: '0s' }, poll: '500ms' };
  service = await startTestService({
    stores: {
      'tea-sg': { ...toBuyer, receiver: { ...NO_WAREHOUSE, kind: 'buyer' } },
      'tea-my': { ...toBuyer, receiver: { ...NO_WAREHOUSE, kind: 'buyer' } },
    },
    polling: true,
  });
  const { lazada, shopee, pandapon } = service.world;
  lazada.shell.addFault({
    operation: '/orders/items/get',
    fault: { kind: 'html', status: 502 },
  });
  pandapon.shell.addFault({ operation: 'createOrder', fault: { kind: 'lose-answer' } });
  shopee.shell.addFault({
    operation: 'get_order_detail',
    fault: { kind: 'error', code: 'error_auth', message: 'Invalid access_token.' },
  });
  const orders = [
    lazada.addOrder({
      country: 'sg',
      sellerId: LAZADA.sellerId,
      lines: [CUP],
      masked: false,
      buyer: { name: BUYER.name, phone: BUYER.phone, address: BUYER.address },
    }),
    shopee.addOrder({
      shopId: SHOPEE.shopId,
      lines: [CUP_MY],
      masked: false,
      buyer: {
        name: BUYER.name,
        phone: BUYER.phone,
        fullAddress: BUYER.fullAddress,
        username: BUYER.username,
        state: 'Selangor',
        city: 'Petaling Jaya',
      },
    }),
  ];
  // What strangers send.
  for (const path of ['/push/lazada/main', `/callback/pandapon/main/${CALLBACK_TOKEN}`]) {
    await fetch(service.url + path, {
      method: 'POST',
      headers: { authorization: 'f'.repeat(64) },
      body: `{"buyer":"${BUYER.name}"`,
    });
  }
  const bothShow = async (state: string) => {
    const rows = await summariseOrders(service.core.db);
    const shown = rows.map((row) => [row.state, ...row.holds].join(' '));
    if (shown.length === 2 && shown.every((each) => each === state)) return;
    const errors = service.logged().match(/^\{"level":50.*$/gm) ?? [];
    throw new Error(`they show ${shown.join(' and ')} instead of ${state}; ${errors.join('\n')}`);
  };
  // An order can miss that its account was listed; then it looks again after half a minute.
  const patience = { timeout: 45_000, interval: 50 };
  await vi.waitFor(() => bothShow('paid'), patience);
  for (const order of orders) pandapon.send(order);
  await vi.waitFor(() => bothShow('shipped'), patience);
  tokens = await tokensOf(service);
}, 100_000);
afterAll(() => service.stop());

/** Takes the warehouse's own keys out of the demo's receiver. */
const NO_WAREHOUSE = Object.fromEntries(
  ['name', 'mobilePhone', 'state', 'city', 'district', 'address', 'zip'].map((key) => [key, null]),
);

async function tokensOf({ core }: TestService): Promise<string[]> {
  const shops = [
    { marketplace: 'lazada', country: 'sg', sellerId: LAZADA.sellerId },
    { marketplace: 'shopee', country: 'my', sellerId: SHOPEE.shopId },
  ];
  const found: string[] = [];
  for (const shop of shops) {
    const grant = await grantOf(core.db, shop);
    if (!grant) throw new Error(`no grant of ${shop.sellerId}`);
    const { accessToken, refreshToken } = await openTokens(core.secrets, grant);
    found.push(accessToken, refreshToken);
  }
  return found;
}

const secrets = () => [
  LAZADA.appSecret,
  SHOPEE.partnerKey,
  PANDAPON.accessKey,
  PANDAPON.accessSecret,
  ...tokens,
];

test('the flow was logged, finely', () => {
  const lines = service.logged().trim().split('\n');
  expect(lines.length).toBeGreaterThan(20);
  expect(service.logged()).toContain('"operation":"createOrder"');
});

test('no token, secret, signature, name, phone or address is in the logs', () => {
  const logged = service.logged();
  for (const secret of [...secrets(), CALLBACK_TOKEN, ...Object.values(BUYER)]) {
    expect(logged).not.toContain(secret);
  }
  // HMAC-SHA256 in hexadecimal is what Lazada and Shopee sign with.
  expect(logged).not.toMatch(/\b[0-9a-f]{64}\b/i);
});

test('neither buyers nor tokens are readable in any column of any table', async () => {
  const text = await everythingStored(service);
  expect(text).toContain(CUP.sku);
  for (const hidden of [...secrets(), CALLBACK_TOKEN, ...Object.values(BUYER)]) {
    expect(text.includes(hidden), hidden).toBe(false);
  }
});

async function everythingStored({ core }: TestService): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE'`.execute(core.db);
  const texts = await Promise.all(
    tables.map(({ name }) =>
      sql<{ row: string }>`select t::text as row from ${sql.raw(name)} t`.execute(core.db),
    ),
  );
  return texts.flatMap(({ rows }) => rows.map(({ row }) => row)).join('\n');
}

describe('keys', () => {
  const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
  const [old, fresh] = [key('k1'), key('k2')];

  test('a new first key seals, and the old one still opens', async () => {
    const before = await createSecretBox(old).seal({ name: BUYER.name });
    const rotated = createSecretBox(`${fresh},${old}`);
    expect(await rotated.open(before)).toEqual({ name: BUYER.name });
    const after = await rotated.seal({ name: BUYER.name });
    expect(await createSecretBox(fresh).open(after)).toEqual({ name: BUYER.name });
    await expect(createSecretBox(old).open(after)).rejects.toThrow(
      'sealed with encryption key "k2", which is not given',
    );
  });

  test('the same value is never sealed to the same text', async () => {
    const box = createSecretBox(old);
    expect(await box.seal('x')).not.toBe(await box.seal('x'));
  });

  test('a changed text does not open', async () => {
    const box = createSecretBox(old);
    const sealed = await box.seal({ name: BUYER.name });
    const middle = sealed.length - 30;
    const changed =
      sealed.slice(0, middle) + (sealed[middle] === 'A' ? 'B' : 'A') + sealed.slice(middle + 1);
    await expect(box.open(changed)).rejects.toThrow();
    // Another key under the same id.
    await expect(createSecretBox(key('k1')).open(sealed)).rejects.toThrow();
  });

  test.each([
    ['no id', randomBytes(32).toString('base64'), 'an encryption key is written id:base64'],
    ['too short', `k1:${randomBytes(16).toString('base64')}`, '"k1" has 16 bytes; it needs 32'],
    ['an id twice', `${key('k1')},${key('k1')}`, 'encryption key "k1" is given twice'],
    ['nothing', '', 'an encryption key is written id:base64'],
    ['one too many commas', `${key('k1')},`, 'an encryption key is written id:base64'],
  ])('%s is refused with what is wrong, without the key', (_what, keys, message) => {
    let error: Error | undefined;
    try {
      createSecretBox(keys);
    } catch (thrown) {
      error = thrown as Error;
    }
    expect(error?.message).toContain(message);
    const value = keys.split(':')[1] ?? keys;
    if (value) expect(error?.message).not.toContain(value);
  });

  test("a server of one's own needs its keys stated; the error says how to make one", async () => {
    const settings = { keys: undefined, databaseUrl: 'postgresql://x', dataFolder: '/nowhere' };
    await expect(encryptionKeys(settings)).rejects.toThrow(/PONBRIDGE_KEYS is not set; make one/);
  });

  test('processes that start together on one folder agree on one key, readable by its owner only', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ponbridge-keys-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const settings = { keys: undefined, databaseUrl: undefined, dataFolder: join(folder, 'data') };
    const keys = await Promise.all(Array.from({ length: 20 }, () => encryptionKeys(settings)));
    expect(new Set(keys).size).toBe(1);
    const file = join(settings.dataFolder, 'encryption.key');
    expect((await readFile(file, 'utf8')).trim()).toBe(keys[0]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});
