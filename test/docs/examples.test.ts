/** The examples are settings that the program takes, and that a clone of the project does not load. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { environment, loadSettings, SettingsError } from '../../src/config.ts';
import { ROOT, read } from './project.ts';

const EXAMPLES = readdirSync(join(ROOT, 'stores'))
  .filter((file) => file.endsWith('.example'))
  .map((file) => join('stores', file));

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ponbridge-examples-'));
  mkdirSync(join(home, 'stores'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const env = (): Record<string, string | undefined> => ({
  // Filled in, as by a seller.
  ...Object.fromEntries(
    Object.keys(parseEnv(read('.env.example'))).map((name) => [name, '1000001']),
  ),
  PONBRIDGE_HOME: home,
});

function copy(from: string, to: string) {
  copyFileSync(join(ROOT, from), join(home, to));
}

test('the examples, copied to their names, are whole settings', () => {
  copy('ponbridge.example.yaml', 'ponbridge.yaml');
  for (const example of EXAMPLES) copy(example, example.replace('.example', ''));
  const settings = loadSettings(env());
  expect([...settings.stores.keys()]).toEqual(['lazada-sg', 'shopee-my']);
  expect([...settings.apps.keys()]).toEqual(['lazada/main', 'shopee/main']);
  expect([...settings.accounts.keys()]).toEqual(['pandapon/main']);
});

test('without the environment each missing variable is named', () => {
  copy('ponbridge.example.yaml', 'ponbridge.yaml');
  const refusal = problemsOf(() => loadSettings({ PONBRIDGE_HOME: home }));
  // Of each app or account the first missing one is enough to stop it.
  expect(refusal).toMatch(/LAZADA_APP_KEY/);
  expect(refusal).toMatch(/SHOPEE_PARTNER_ID/);
  expect(refusal).toMatch(/PANDAPON_ACCESS_KEY/);
});

test('examples that nobody copied are no stores, and that is no mistake', () => {
  for (const example of EXAMPLES) copy(example, example);
  expect(loadSettings({ PONBRIDGE_HOME: home }).stores.size).toBe(0);
});

test('.env.example names every variable that the program reads', () => {
  const text = read('.env.example');
  for (const name of Object.keys(environment.shape))
    expect(text).toMatch(new RegExp(`\\b${name}=`));
  for (const [, name] of read('ponbridge.example.yaml').matchAll(/\{ env: (\w+) \}/g)) {
    expect(text).toMatch(new RegExp(`\\b${name}=`));
  }
});

function problemsOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return '';
}
