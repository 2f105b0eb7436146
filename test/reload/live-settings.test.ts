/** What stays the same object over a reload, what becomes another one, and what waits for a restart. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { loadSettings, type Settings } from '../../src/config.ts';
import { createConnections } from '../../src/connections.ts';
import type { Database } from '../../src/database/connect.ts';
import { liveSettings, nextSettings, touchedStores } from '../../src/live/live-settings.ts';
import { readSettled } from '../../src/live/settled-files.ts';
import { createSecretBox } from '../../src/secrets.ts';
import { change, load, SECRETS, SERVICE, STORE, writeHome } from '../config/home.ts';

const OTHER = change(
  change(STORE, '"1000114855"', '"1000114856"'),
  'orderSource: lazada',
  'orderSource: other',
);
const BOTH = { 'tea.yaml': STORE, 'cup.yaml': OTHER };
const START = new Date('2026-06-01T00:00:00Z');

const live = (settings: Settings) => liveSettings(settings, [], START);
const nobody = () => false;

test('what did not change keeps its identity, and what did is named', async () => {
  const before = live(await load({ stores: BOTH }));
  const changed = change(STORE, 'poll: 5m', 'poll: 1m');
  const { next, changes } = nextSettings(
    before,
    await load({
      stores: { 'tea.yaml': changed, 'cup.yaml': OTHER, 'new.yaml': another() },
    }),
    nobody,
  );
  expect(next.settings.stores.get('cup')).toBe(before.current.stores.get('cup'));
  expect(next.settings.stores.get('tea')).not.toBe(before.current.stores.get('tea'));
  expect(next.settings.apps.get('lazada/main')).toBe(before.current.apps.get('lazada/main'));
  expect(next.settings.timings).toBe(before.current.timings);
  // Each home of this test has a data folder of its own.
  const restart = ['PONBRIDGE_DATA'];
  const nothing = { gone: [], kept: [], service: [], restart };
  expect(changes).toEqual({ ...nothing, added: ['new'], changed: ['tea'] });
  expect(next.digest).not.toBe(before.digest);
});

test('the same files give the same digest on any machine, and a secret changes it', async () => {
  const one = live(await load({ env: { PONBRIDGE_PORT: '1', PONBRIDGE_LOG_LEVEL: 'warn' } }));
  expect(live(await load({ env: { PONBRIDGE_PORT: '2' } })).digest).toBe(one.digest);
  const rotated = await load({ env: { LAZADA_SECRET: 'another-secret' } });
  const { next, changes } = nextSettings(one, rotated, nobody);
  expect(next.digest).not.toBe(one.digest);
  expect(changes.service).toContain('apps.lazada.main');
  expect(touchedStores(one.current, next.settings, changes)).toEqual(['tea']);
  expect(JSON.stringify(changes)).not.toContain('another-secret');
});

test('what the start opened stays as it is, and is named', async () => {
  const before = live(await load({ env: { PONBRIDGE_PORT: '1001' } }));
  const env = {
    PONBRIDGE_PORT: '1002',
    DATABASE_URL: 'postgres://elsewhere/ponbridge',
    PONBRIDGE_POLLING: 'off',
  };
  const { next, changes } = nextSettings(before, await load({ env }), nobody);
  expect(changes.restart.toSorted()).toEqual(['DATABASE_URL', 'PONBRIDGE_DATA', 'PONBRIDGE_PORT']);
  expect(changes.service).toEqual(['polling']);
  expect(next.settings).toMatchObject({ port: 1001, databaseUrl: undefined, polling: false });
});

test('a store without a file is paused while its orders live, with the app it needs', async () => {
  const before = live(await load({ stores: BOTH }));
  const without = await load({ service: 'apps: {}\naccounts: {}\n', stores: {} });
  const { next, changes } = nextSettings(before, without, (name) => name === 'tea');
  expect(changes).toMatchObject({ kept: ['tea'], gone: ['cup'] });
  expect(next.settings.stores.get('tea')?.settings.paused).toBe(true);
  expect(next.settings.apps.has('lazada/main')).toBe(true);
  before.replace(next, START);
  // Again, and then its file is back.
  const same = nextSettings(before, without, () => true);
  expect(same.next.settings.stores.get('tea')).toBe(next.settings.stores.get('tea'));
  const back = nextSettings(before, await load({ stores: BOTH }), nobody);
  expect(back.changes).toMatchObject({ added: ['cup'], changed: ['tea'], kept: [] });
  expect(back.next.kept.size).toBe(0);
});

test('connections, limits included, live on with what they were made of', async () => {
  const before = live(await load({ stores: BOTH }));
  const connections = createConnections({
    db: {} as Database,
    clock: { now: () => START },
    log: pino({ level: 'silent' }),
    get settings() {
      return before.current;
    },
    secrets: createSecretBox(`k1:${Buffer.alloc(32).toString('base64')}`),
  });
  const of = (name: string) => {
    const store = before.current.stores.get(name);
    if (!store) throw new Error(`no store ${name}`);
    return connections.marketplace(store);
  };
  const agent = () => connections.agent({ agent: 'pandapon', account: 'main' });
  const was = { tea: of('tea'), cup: of('cup'), agent: agent() };
  const oldTea = before.current.stores.get('tea');
  const files = { 'tea.yaml': change(STORE, 'poll: 5m', 'poll: 1m'), 'cup.yaml': OTHER };
  before.replace(nextSettings(before, await load({ stores: files }), nobody).next, START);
  expect(of('cup')).toBe(was.cup);
  expect(of('tea')).not.toBe(was.tea);
  expect(agent()).toBe(was.agent);
  // A job that began before goes on with what it began with.
  expect(oldTea && connections.marketplace(oldTea)).toBe(was.tea);

  const env = { LAZADA_SECRET: 'another-secret' };
  before.replace(nextSettings(before, await load({ stores: files, env }), nobody).next, START);
  expect(of('cup')).not.toBe(was.cup);
  expect(agent()).toBe(was.agent);
});

test('files that are being written are read when they stand still', async () => {
  const home = await writeHome({ service: SERVICE, stores: { 'tea.yaml': STORE } });
  const file = join(home, 'stores', 'tea.yaml');
  const read = () => loadSettings({ PONBRIDGE_HOME: home, ...SECRETS });
  await rm(file);
  const reading = readSettled(home, read);
  // Half a file that would pass for a whole one: without its last line a default would count.
  await writeFile(file, change(STORE, 'poll: 5m\n', ''));
  await delay(100);
  await writeFile(file, change(STORE, 'poll: 5m', 'poll: 7m'));
  expect((await reading).stores.get('tea')?.settings.poll).toBe(7 * 60_000);
});

function another(): string {
  return change(
    change(STORE, '"1000114855"', '"1000114857"'),
    'orderSource: lazada',
    'orderSource: new',
  );
}
