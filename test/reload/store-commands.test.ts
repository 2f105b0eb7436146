/** `mode`, `pause`, `resume`, `remove` and `stores`, in a seller's folder without a running service. */
import { existsSync, readdirSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { cannotWrite } from '../../src/commands/change-stores.ts';
import type { Context } from '../../src/commands/context.ts';
import { explainError } from '../../src/commands/errors.ts';
import { mode } from '../../src/commands/mode.ts';
import { pause, resume } from '../../src/commands/pause.ts';
import { remove } from '../../src/commands/remove.ts';
import { stores } from '../../src/commands/stores.ts';
import { LAZADA, SHOPEE } from '../../src/demo/settings.ts';
import { sweep } from '../../src/sweep.ts';
import { CUP, type Home, openHome, stateOf } from '../cli/home.ts';

let home: Home;

beforeAll(async () => {
  home = await openHome({
    'tea-sg': (settings) => {
      settings.purchase = { ...settings.purchase, mode: 'manual' };
    },
    'tea-my': (settings) => {
      settings.purchase = { delay: '0s' };
    },
  });
  const file = fileOf('tea-my');
  const text = await readFile(file, 'utf8');
  await writeFile(file, `# my second shop\ngroup: malay # the south\n${text}`);
  const service = join(home.folder, 'ponbridge.yaml');
  await writeFile(service, `${await readFile(service, 'utf8')}groups: { malay: {} }\n`);
}, 30_000);
afterAll(() => home.stop());

const fileOf = (name: string) => join(home.folder, 'stores', `${name}.yaml`);
const settingsIn = async (name: string) => parse(await readFile(fileOf(name), 'utf8'));

/** In this process: what a command prints, or its error as the terminal shows it. */
async function said(run: (context: Context) => Promise<void>): Promise<string> {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const { env, folder } = home;
  const context: Context = {
    env,
    home: folder,
    readAgain: () => env,
    print: say,
    note: say,
  };
  await run(context).catch((error: unknown) => say(explainError(error, folder, false)));
  return lines.join('\n');
}

function takeLazada(): Promise<string> {
  const { lazada } = home.world;
  const line = { sku: CUP.sku, name: CUP.name, price: CUP.price };
  return home.take(
    'tea-sg',
    lazada.addOrder({ country: 'sg', sellerId: LAZADA.sellerId, lines: [line] }),
  );
}

test('auto is refused without a cap beside it, for a group, and for what is not known', async () => {
  const before = await readFile(fileOf('tea-sg'), 'utf8');
  expect(await said((context) => mode(context, ['tea-sg', 'auto'], {}))).toContain(
    '--daily-cap <yuan>',
  );
  for (const dailyCap of ['0', '-5', 'much', '1.234']) {
    expect(await said((context) => mode(context, ['tea-sg', 'auto'], { dailyCap }))).toContain(
      'above 0',
    );
  }
  const group = { group: 'malay', dailyCap: '100' };
  expect(await said((context) => mode(context, ['auto'], group))).toContain('never by a group');
  expect(await said((context) => mode(context, ['tea-xx', 'off'], {}))).toContain('tea-my, tea-sg');
  expect(await said((context) => mode(context, ['tea-sg'], {}))).toContain('off, manual, auto');
  expect(await said((context) => pause(context, [], { group: 'north' }))).toContain('malay');
  expect(await readFile(fileOf('tea-sg'), 'utf8')).toBe(before);
});

test('auto names the cap, what waits, and how to stop; comments in the file stay', async () => {
  const id = await takeLazada();
  await home.drive(id, async () => (await stateOf(home, id)) === 'waiting');
  const text = await readFile(fileOf('tea-sg'), 'utf8');
  await writeFile(
    fileOf('tea-sg'),
    text.replace('purchase:', '# ask me first\npurchase: # how it buys'),
  );
  const answer = await said((context) =>
    mode(context, ['tea-sg', 'auto'], { dailyCap: '2000', pay: false }),
  );
  expect(answer).toContain('Up to 2000.00 CNY a day on pandapon/main is bought by itself');
  expect(answer).toContain('1 order waits');
  expect(answer).toContain('ponbridge pause tea-sg');
  expect(answer).toContain('the next start reads it');
  const after = await readFile(fileOf('tea-sg'), 'utf8');
  expect(after).toContain('# ask me first\npurchase: # how it buys');
  expect(parse(after).purchase).toMatchObject({
    mode: 'auto',
    dailyCap: '2000.00',
    pay: { auto: false },
  });
  expect(await said((context) => mode(context, ['tea-sg', 'manual'], {}))).toContain('approve');
});

test('a group is paused and resumed, and says so when it was already', async () => {
  const group = { group: 'malay' };
  expect(await said((context) => pause(context, [], group))).toContain('tea-my is paused:');
  expect(await said((context) => pause(context, [], group))).toContain('paused already');
  expect(await settingsIn('tea-my')).toMatchObject({ paused: true });
  expect(await said((context) => stores(context, {}))).toMatch(/tea-my +shopee +my +off +paused/);
  expect(await said((context) => resume(context, ['tea-my', 'tea-sg'], {}))).toMatch(
    /tea-my goes on.*\n.*tea-sg is not paused/,
  );
  expect(await readFile(fileOf('tea-my'), 'utf8')).toMatch(
    /^# my second shop\ngroup: malay # the south\n/,
  );
});

test('where a file cannot be written, the answer says what to enter', () => {
  const edits = [
    { path: ['purchase', 'mode'], value: 'auto' },
    { path: ['purchase', 'dailyCap'], value: '2000.00' },
  ];
  const error = { code: 'EROFS', message: 'read-only file system' };
  expect(cannotWrite('stores/tea-sg.yaml', edits, error)).toBe(
    [
      'stores/tea-sg.yaml cannot be written (EROFS); nothing was changed. Set there yourself:',
      '  purchase.mode: auto',
      '  purchase.dailyCap: "2000.00"',
      'Then: ponbridge reload',
    ].join('\n'),
  );
});

test('with a mistake in another file nothing is written', async () => {
  const other = await readFile(fileOf('tea-my'), 'utf8');
  await writeFile(fileOf('tea-my'), other.replace('country: my', 'country: xx'));
  const before = await readFile(fileOf('tea-sg'), 'utf8');
  expect(await said((context) => pause(context, ['tea-sg'], {}))).toMatch(
    /stores\/tea-my.yaml:\d+:\d+/,
  );
  expect(await readFile(fileOf('tea-sg'), 'utf8')).toBe(before);
  await writeFile(fileOf('tea-my'), other);
});

test('a store is not removed while a purchase is on its way', { timeout: 30_000 }, async () => {
  await said((context) => mode(context, ['tea-sg', 'auto'], { dailyCap: '2000', pay: false }));
  const [order] = await home.core.db.selectFrom('sales_order').selectAll().execute();
  const id = String(order?.id);
  await home.core.db.updateTable('sales_order').set({ approved_at: new Date() }).execute();
  await home.drive(id, async () => (await stateOf(home, id)) === 'open');
  const answer = await said((context) => remove(context, 'tea-sg', {}));
  expect(answer).toContain('1 order is bought and not at the end');
  expect(answer).toContain(String(order?.order_number));
  expect(existsSync(fileOf('tea-sg'))).toBe(true);
  expect(await stateOf(home, id)).toBe('open');
});

test('a removed store is out of service, and everything of it can still be read', {
  timeout: 60_000,
}, async () => {
  const { core } = home;
  const number = home.world.shopee.addOrder({
    shopId: SHOPEE.shopId,
    lines: [{ ...CUP, price: 62.5, quantity: 1 }],
  });
  const id = await home.take('tea-my', number);
  await core.db
    .insertInto('hold')
    .values({
      sales_order_id: id,
      stage: 'plan',
      code: 'sku-unmapped',
      detail: '',
      raised_at: new Date(),
    })
    .execute();
  const answer = await said((context) => remove(context, 'tea-my', {}));
  expect(answer).toContain('tea-my is removed; its file is stores/tea-my.yaml.removed now');
  expect(answer).toContain('consent is forgotten');
  expect(readdirSync(join(home.folder, 'stores')).sort()).toEqual([
    'tea-my.yaml.removed',
    'tea-sg.yaml',
  ]);
  expect(await stateOf(home, id)).toBe('ignored');
  const grants = await core.db.selectFrom('grant').select('marketplace').execute();
  expect(grants).toEqual([{ marketplace: 'lazada' }]);

  // By the real command, as a person would.
  expect(await home.run('orders', '--store', 'tea-my')).toMatchObject({ code: 0, err: '' });
  const shown = await home.run('order', number);
  expect(shown.out).toContain('its store was removed before it was bought');
  const holds = await home.run('holds', '--store', 'tea-my', '--json');
  expect(JSON.parse(holds.out)).toMatchObject({ orders: [], unread: [], accounts: [] });
  expect(await said((context) => remove(context, 'tea-my', {}))).toContain('removed already');
  expect(await said((context) => stores(context, {}))).not.toContain('tea-my');
  expect(await said((context) => stores(context, { all: true }))).toMatch(/tea-my .*removed 20/);

  // Its buyers' data are erased by what its row keeps.
  await core.db
    .updateTable('sales_order')
    .set({ ended_at: new Date(Date.now() - 91 * 86_400_000), buyer: 'sealed' })
    .where('id', '=', id)
    .execute();
  await sweep(core);
  const erased = await core.db
    .selectFrom('sales_order')
    .select('buyer')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  expect(erased.buyer).toBeNull();
});

test('a removed shop comes back under its own name only, and its orders with it', {
  timeout: 30_000,
}, async () => {
  const kept = join(home.folder, 'stores', 'tea-my.yaml.removed');
  await rename(kept, fileOf('tea-south'));
  expect(await said((context) => stores(context, {}))).toContain(
    'Name the file stores/tea-my.yaml',
  );
  await rename(fileOf('tea-south'), fileOf('tea-my'));
  const text = await readFile(fileOf('tea-my'), 'utf8');
  await writeFile(fileOf('tea-my'), text.replace(SHOPEE.shopId, '99887766'));
  expect(await said((context) => stores(context, {}))).toContain('Give this shop');
  await writeFile(fileOf('tea-my'), text);
  expect(await said((context) => stores(context, {}))).toMatch(/tea-my .*not connected/);
});

test('forced, what is bought is ignored and named', { timeout: 30_000 }, async () => {
  const answer = await said((context) => remove(context, 'tea-sg', { force: true }));
  expect(answer).toContain('1 order is bought, and yours to see to by hand');
  const [order] = await home.core.db
    .selectFrom('sales_order')
    .selectAll()
    .where('store', '=', 'tea-sg')
    .execute();
  expect(order?.state).toBe('ignored');
  expect(order?.state_reason).toContain("see to it in the agent's console");
});
