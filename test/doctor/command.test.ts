/** The command as a process, in a seller's folder with orders in it. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openTokens } from '../../src/database/grants.ts';
import { readNoted } from '../../src/database/noted.ts';
import { CALLBACK_TOKEN, LAZADA, PANDAPON, SHOPEE } from '../../src/demo/settings.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { examine } from '../../src/doctor/run.ts';
import { createApp } from '../../src/http/app.ts';
import { CUP, type Home, openHome, purchaseStateOf } from '../cli/home.ts';

const BUYER = {
  name: 'Rahmadani Kusumawati',
  phone: '081234567890',
  address: 'Jalan Melati Nomor 17',
  city: 'Bukittinggi',
};

let home: Home;
let web: Server;
let secrets: string[];

beforeAll(async () => {
  home = await openHome();
  // The web side of a service, where the simulators send to.
  web = createServer(createApp(home.core, home.core.metrics.registry));
  await new Promise<void>((resolve) =>
    web.listen(Number(home.env.PONBRIDGE_PORT), '127.0.0.1', resolve),
  );
  const { lazada, shopee } = home.world;
  const order = lazada.addOrder({
    country: 'sg',
    sellerId: LAZADA.sellerId,
    lines: [CUP],
    masked: false,
    buyer: BUYER,
  });
  const id = await home.take('tea-sg', order);
  await home.drive(id, async () => (await purchaseStateOf(home, id)) === 'paid');
  shopee.addOrder({ shopId: SHOPEE.shopId, lines: [{ sku: CUP.sku, price: 62.5, quantity: 1 }] });
  await vi.waitFor(() => expect(shopee.pushOutcomes().some((push) => push.accepted)).toBe(true));

  const grants = await home.core.db.selectFrom('grant').selectAll().execute();
  const tokens = await Promise.all(grants.map((grant) => openTokens(home.core.secrets, grant)));
  const key = await readFile(join(home.folder, 'data', 'encryption.key'), 'utf8');
  secrets = [
    ...tokens.flatMap((pair) => [pair.accessToken, pair.refreshToken]),
    key.trim(),
    key.trim().slice(3),
    new URL(home.core.databaseUrl).password,
    LAZADA.appSecret,
    SHOPEE.partnerKey,
    PANDAPON.accessKey,
    PANDAPON.accessSecret,
    PANDAPON.userId,
    CALLBACK_TOKEN,
    ...Object.values(BUYER),
    '15068763421',
    '仓前街道',
  ];
});

afterAll(async () => {
  web.closeAllConnections();
  await new Promise((resolve) => web.close(resolve));
  await home.stop();
});

async function ask(...args: string[]) {
  const answer = await home.run('doctor', ...args, '--json');
  const { findings } = JSON.parse(answer.out) as { findings: Finding[] };
  const of = (question: string, name?: string) =>
    findings.find(
      (each) => each.question === question && (name === undefined || each.subject.name === name),
    );
  return { ...answer, findings, of };
}

test('a store that works passes, and what traffic told has its date', async () => {
  const { code, of, findings } = await ask();
  expect(findings.filter((each) => each.verdict === 'fail')).toEqual([]);
  expect(code).toBe(0);
  const today = new Date().toISOString().slice(0, 10);
  expect(of('app/pushes', 'lazada/main')).toMatchObject({ outcome: 'verified' });
  expect(of('app/pushes', 'shopee/main')?.found).toContain(today);
  expect(of('store/buyers', 'tea-sg')).toMatchObject({ outcome: 'clear' });
  expect(of('store/pull', 'tea-sg')).toMatchObject({ outcome: 'recent' });
  expect(of('store/number-owner', 'tea-sg')?.found).toContain(today);
  expect(of('pandapon/numbers')).toMatchObject({ outcome: 'carried' });
  expect(of('pandapon/time-zone')).toMatchObject({ outcome: 'china' });
  expect(of('account/callbacks')).toMatchObject({ outcome: 'arrive' });
  expect(of('account/listing')).toMatchObject({ outcome: 'trusted' });
});

test('a named store is asked with its own app and account, and nobody else', async () => {
  const before = home.world.shopee.shell.calls.length;
  const { findings } = await ask('tea-sg');
  const subjects = new Set(findings.map(({ subject }) => `${subject.kind} ${subject.name}`));
  expect(subjects).toContain('store tea-sg');
  expect(subjects).toContain('app lazada/main');
  expect(subjects).toContain('account pandapon/main');
  expect([...subjects].filter((subject) => /tea-my|shopee/.test(subject))).toEqual([]);
  expect(home.world.shopee.shell.calls.length).toBe(before);
});

test('asks by reading only, and with few calls', async () => {
  const { lazada, shopee, pandapon } = home.world;
  const shells = [lazada.shell, shopee.shell, pandapon.shell];
  const before = shells.map((shell) => shell.calls.length);
  await ask();
  const calls = shells.flatMap((shell, index) => shell.calls.slice(before[index]));
  const reads = /listOrders|\/(orders|seller)\/get$|\/auth\/token\/create$|^get_/;
  expect(calls.map((call) => call.operation).filter((name) => !reads.test(name))).toEqual([]);
  expect(calls.length).toBeGreaterThan(10);
  expect(calls.length).toBeLessThan(36);
});

test('neither screen nor JSON nor report holds a secret or a person, even when a system repeats one', async () => {
  const message = `no ${PANDAPON.accessSecret} of ${PANDAPON.userId}, call 15068763421`;
  const fault = { kind: 'error', code: '401', message } as const;
  home.world.pandapon.shell.addFault({ operation: 'listOrders', times: 1_000, fault });
  try {
    const file = join(home.folder, 'report.md');
    const screen = await home.run('doctor', '--report', file);
    const json = await home.run('doctor', '--json');
    const report = await readFile(file, 'utf8');
    expect(screen.code).toBe(1);
    expect(json.code).toBe(1);
    for (const text of [screen.out, screen.err, json.out, json.err, report]) {
      for (const secret of secrets) expect(text).not.toContain(secret);
    }
    // The message itself is there.
    for (const text of [screen.out, json.out, report])
      expect(text).toContain('no [hidden] of [hidden]');
    expect(screen.out).toContain(
      'FAIL pandapon/generation (pandapon/main): Set generation: v2 for this account',
    );
    expect(report).toContain('| FAIL | pandapon/main | `pandapon/');
  } finally {
    home.world.pandapon.shell.clearFaults();
  }
});

test('a store without a consent says how to connect it, and the others are asked', async () => {
  const { db } = home.core;
  const shop = await db
    .deleteFrom('grant_shop')
    .where('marketplace', '=', 'shopee')
    .returningAll()
    .executeTakeFirstOrThrow();
  try {
    const { of, code } = await ask();
    expect(of('shopee/token')).toMatchObject({
      verdict: 'unknown',
      needs: 'ponbridge connect tea-my',
    });
    expect(of('store/consent', 'tea-my')?.needs).toBe('ponbridge connect tea-my');
    expect(of('lazada/token')).toMatchObject({ verdict: 'pass' });
    expect(code).toBe(0);
  } finally {
    await db.insertInto('grant_shop').values(shop).execute();
  }
});

test('a push with a wrong signature, and a callback to a wrong address, are counted', async () => {
  const url = `http://127.0.0.1:${home.env.PONBRIDGE_PORT}`;
  const push = await fetch(`${url}/push/lazada/main`, {
    method: 'POST',
    headers: { authorization: 'f'.repeat(64) },
    body: '{"seller_id":"1","message_type":0,"data":{"trade_order_id":"1"}}',
  });
  const callback = await fetch(`${url}/callback/pandapon/main/some-other-token`, {
    method: 'POST',
  });
  expect([push.status, callback.status]).toEqual([401, 404]);
  await vi.waitFor(async () => {
    const facts = await readNoted(home.core.db);
    expect(facts.get('push-refused lazada/main')?.times).toBe(1);
    expect(facts.get('callback-refused pandapon/main')?.times).toBe(1);
  });
  const { of } = await ask();
  expect(of('app/pushes', 'lazada/main')).toMatchObject({ outcome: 'some-refused' });
  expect(of('app/pushes', 'lazada/main')?.remedy).toContain('appSecret');
  expect(of('account/callbacks')).toMatchObject({ outcome: 'arrive' });
});

test('a system that hangs leaves its own questions open, in time, and no others', async () => {
  const open = new Set<Socket>();
  const deaf = createSocketServer((socket) => void open.add(socket));
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  const { settings, db, secrets: box, clock } = home.core;
  const address = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`;
  const accounts = new Map(
    [...settings.accounts].map(([key, account]) => [
      key,
      { ...account, settings: { ...(account.settings as object), address } },
    ]),
  );
  const timings = { ...settings.timings, callTimeout: 400 };
  const began = performance.now();
  const { findings } = await examine({
    settings: { ...settings, accounts, timings },
    opened: { db, secrets: box, why: undefined, close: async () => {} },
    clock,
    home: home.folder,
    nodeVersion: '24.21.0',
  });
  expect(performance.now() - began).toBeLessThan(5_000);
  for (const socket of open) socket.destroy();
  await new Promise((resolve) => deaf.close(resolve));
  const pandapon = findings.filter((each) => each.question.startsWith('pandapon/'));
  expect(pandapon.length).toBeGreaterThan(5);
  expect(pandapon.every((each) => each.outcome === 'unanswered')).toBe(true);
  expect(findings.find((each) => each.question === 'lazada/token')?.verdict).toBe('pass');
  expect(findings.find((each) => each.question === 'shopee/token')?.verdict).toBe('pass');
});

test('without its database it still says what it can, and that this is what is wrong', async () => {
  const keys = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
  const url = 'postgresql://x:the-password-of-it@127.0.0.1:1/x';
  const { run } = await import('../cli/home.ts');
  const answer = await run(['doctor'], { ...home.env, DATABASE_URL: url, PONBRIDGE_KEYS: keys });
  expect(answer.code).toBe(1);
  expect(answer.out).toContain('FAIL machine/database: Check DATABASE_URL');
  expect(answer.out).toContain('it does not answer: ECONNREFUSED');
  expect(answer.out).toMatch(/pass +pandapon\/main +Are the signature/);
  expect(answer.out + answer.err).not.toContain('the-password-of-it');
});

test('a store that is in no file is said', async () => {
  const answer = await home.run('doctor', 'nowhere');
  expect(answer.code).toBe(2);
  expect(answer.err).toContain('nowhere');
});
