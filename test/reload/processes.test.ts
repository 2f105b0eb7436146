/** Two workers and a web process on one database, their settings changed under them. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadSettings } from '../../src/config.ts';
import { connectStore } from '../../src/consents/connect.ts';
import { LAZADA } from '../../src/demo/settings.ts';
import { openCore } from '../../src/main.ts';
import { run } from '../cli/home.ts';
import { dropDatabase, freshDatabase } from '../database-server.ts';
import { type Scene, startScene } from '../restart/scene.ts';
import type { ServiceProcess } from '../restart/service-process.ts';
import { CUP } from '../stages/harness.ts';

let scene: Scene;
let databaseUrl: string;
let processes: ServiceProcess[];

const NEW_SELLER = '1000200300';

beforeAll(async () => {
  databaseUrl = await freshDatabase(inject('databaseUrl'));
  scene = await startScene({ databaseUrl, envFile: true });
  processes = await Promise.all([scene.start('worker'), scene.start('worker'), scene.start('web')]);
}, 60_000);

afterAll(async () => {
  await scene?.stop();
  await dropDatabase(inject('databaseUrl'), databaseUrl);
});

const reload = () => run(['reload'], { ...scene.env });
const storePath = (name: string) => join(scene.home, 'stores', `${name}.yaml`);
const readStore = async (name: string) => parse(await readFile(storePath(name), 'utf8'));
const writeStore = (name: string, settings: object) =>
  writeFile(storePath(name), stringify(settings));
const eventually = (check: () => Promise<void> | void) =>
  vi.waitFor(check, { timeout: 30_000, interval: 100 });

async function pullError(store: string) {
  const row = await scene.db
    .selectFrom('cursor')
    .select('last_error')
    .where('store', '=', store)
    .executeTakeFirst();
  return row?.last_error;
}

async function digests(): Promise<string[]> {
  const rows = await scene.db.selectFrom('process').select('digest').execute();
  return rows.map((row) => row.digest);
}

test('a new store is pulled, and each process says what it found', {
  timeout: 60_000,
}, async () => {
  await writeStore('tea-new', {
    ...(await readStore('tea-sg')),
    sellerId: NEW_SELLER,
    orderSource: 'new',
  });
  scene.world.lazada.addSeller({ country: 'sg', sellerId: NEW_SELLER });
  const env = { ...scene.env, ...(await envFile()) };
  const core = await openCore({ settings: loadSettings(env), sendOnly: true });
  const code = scene.world.lazada.issueCode({
    appKey: LAZADA.appKey,
    sellerIds: [NEW_SELLER],
  });
  await connectStore(core, 'tea-new', code);
  await core.close();

  const answer = await reload();
  expect(answer).toMatchObject({ code: 0, err: '' });
  for (const { pid } of processes) {
    expect(answer.out).toMatch(new RegExp(`^${pid} .*new: tea-new$`, 'm'));
  }
  expect(new Set(await digests()).size).toBe(1);
  scene.world.lazada.setPushBehaviour({ drop: 1 });
  const number = scene.world.lazada.addOrder({
    country: 'sg',
    sellerId: NEW_SELLER,
    lines: [CUP],
  });
  scene.world.lazada.setPushBehaviour({ drop: 0 });
  await eventually(async () => expect(await scene.summary(number)).toBeDefined());
});

test('a wrong file changes nothing, by reload or SIGHUP, and the service goes on', {
  timeout: 60_000,
}, async () => {
  const right = await readFile(storePath('tea-sg'), 'utf8');
  const before = await digests();
  await writeFile(storePath('tea-sg'), right.replace('poll: 2s', 'poll: soon'));
  const line = right.split('\n').indexOf('poll: 2s') + 1;
  const refused = await reload();
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(`stores/tea-sg.yaml:${line}:`);
  expect(await digests()).toEqual(before);

  for (const { pid } of processes) process.kill(pid, 'SIGHUP');
  for (const { logged } of processes) {
    await eventually(() =>
      expect(logged()).toMatch(/those before stay in force: .*stores\/tea-sg.yaml:\d+:\d+/),
    );
  }
  const { rows } = await errorsKept();
  expect(rows).toHaveLength(3);
  const number = scene.orderLazadaQuietly();
  await eventually(async () => expect(await scene.summary(number)).toBeDefined());

  await writeFile(storePath('tea-sg'), right);
  expect((await reload()).code).toBe(0);
  expect((await errorsKept()).rows).toHaveLength(0);
});

test('a secret changed in .env is used with the next call', { timeout: 60_000 }, async () => {
  await changeEnvFile({ DEMO_LAZADA_SECRET: 'another-secret-of-the-app' });
  const answer = await reload();
  expect(answer.out).toContain('settings: apps.lazada.main');
  await eventually(async () => expect(await pullError('tea-sg')).toMatch(/signature/i));
  await changeEnvFile({ DEMO_LAZADA_SECRET: LAZADA.appSecret });
  expect((await reload()).code).toBe(0);
  await eventually(async () => expect(await pullError('tea-sg')).toBeNull());
});

test('a variable taken out of .env is gone, and the former settings stay', {
  timeout: 60_000,
}, async () => {
  const text = await readFile(join(scene.home, '.env'), 'utf8');
  await writeFile(join(scene.home, '.env'), text.replace(/^DEMO_LAZADA_SECRET=.*\n/m, ''));
  const [worker] = processes;
  process.kill(worker?.pid ?? 0, 'SIGHUP');
  await eventually(() =>
    expect(worker?.logged()).toContain('variable DEMO_LAZADA_SECRET is not set'),
  );
  await writeFile(join(scene.home, '.env'), text);
});

test('reloads in the middle of calls lose nothing and buy nothing twice', {
  timeout: 90_000,
}, async () => {
  const right = await readStore('tea-sg');
  const numbers: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    numbers.push(scene.orderLazada(), scene.orderShopee(), scene.orderLazadaQuietly());
    await writeStore('tea-sg', {
      ...right,
      budget: { ...right.budget, largestOrder: `${300 + round}.00` },
    });
    expect((await reload()).code).toBe(0);
  }
  await writeStore('tea-sg', right);
  for (const number of numbers) await scene.waitFor(number, 'shipped');
  const { orders } = scene.world.pandapon.books();
  for (const number of numbers) {
    const its = orders.filter((each) => each.sellerOrderNumber === number);
    expect(its.map((each) => each.timesPaid)).toEqual([1]);
  }
});

test('a store whose file is gone buys nothing more, and what is bought goes on', {
  timeout: 90_000,
}, async () => {
  scene.world.pandapon.setTimings({ sendMs: 4_000 });
  const bought = scene.orderLazada();
  await scene.waitFor(bought, 'paid');
  const text = await readFile(storePath('tea-sg'), 'utf8');
  await rm(storePath('tea-sg'));
  const answer = await reload();
  expect(answer.out).toContain('paused, because its file is gone while orders live: tea-sg');
  expect(processes[0]?.logged()).toContain('"code":"store-file-gone"');
  // A push brings it in; it is not bought.
  const unbought = scene.orderLazada();
  await scene.waitFor(unbought, 'waiting');
  await scene.waitFor(bought, 'shipped');
  const shown = await run(['order', unbought], { ...scene.env });
  expect(shown).toMatchObject({ code: 0 });
  expect((await run(['stores'], { ...scene.env })).out).toMatch(/tea-sg .*its file is gone/);
  expect(await scene.attempts(unbought)).toEqual([]);

  await writeFile(storePath('tea-sg'), text);
  expect((await reload()).out).toContain('changed: tea-sg');
  await scene.waitFor(unbought, 'paid');
});

test('without a running service, reload says so', { timeout: 60_000 }, async () => {
  expect(await Promise.all(processes.map((each) => each.terminate()))).toEqual([0, 0, 0]);
  const answer = await reload();
  expect(answer.code).toBe(0);
  expect(answer.out).toContain('the next start reads them');
});

async function envFile(): Promise<Record<string, string>> {
  const text = await readFile(join(scene.home, '.env'), 'utf8');
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => line.split('=', 2) as [string, string]),
  );
}

async function changeEnvFile(changes: Readonly<Record<string, string>>) {
  const lines = Object.entries({ ...(await envFile()), ...changes });
  await writeFile(
    join(scene.home, '.env'),
    lines.map(([name, value]) => `${name}=${value}\n`).join(''),
  );
}

async function errorsKept() {
  const rows = await scene.db
    .selectFrom('process')
    .select('last_error')
    .where('last_error', 'is not', null)
    .execute();
  return { rows };
}
