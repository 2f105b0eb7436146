/** Files that cannot be read, or are no settings: each says what to do. */
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refusal } from '../../src/config/text.ts';
import { formatProblem } from '../../src/config.ts';
import { change, load, problemsIn, SECRETS, STORE, writeHome } from './home.ts';

/** What is said of a home whose file `stores/odd.yaml` is made by `make`. */
async function saidOf(make: (path: string) => Promise<unknown>): Promise<string[]> {
  const home = await writeHome({ stores: {} });
  await make(join(home, 'stores', 'odd.yaml'));
  return problemsIn({ PONBRIDGE_HOME: home, ...SECRETS }).map(formatProblem);
}

test.each<[string, (path: string) => Promise<unknown>, string]>([
  ['a folder', (path) => mkdir(path), 'cannot be read: it is a folder, and settings are a file'],
  [
    'a link to nothing',
    (path) => symlink('/nowhere/x', path),
    'cannot be read: there is no such file',
  ],
  [
    'a link to itself',
    (path) => symlink(path, path),
    'cannot be read: it is a link that leads back to itself',
  ],
  ['a device', (path) => symlink('/dev/zero', path), 'cannot be read: it is no regular file'],
  [
    'UTF-16, as Windows saves "Unicode"',
    (path) => writeFile(path, Buffer.from(`\uFEFF${STORE}`, 'utf16le')),
    'is UTF-16; save it as UTF-8',
  ],
  [
    'GBK, as Chinese Windows saves text',
    (path) => writeFile(path, Buffer.from([0x61, 0x3a, 0x20, 0xba, 0xbc, 0xd6, 0xdd])),
    'is not UTF-8 text; save it as UTF-8 (in Chinese Windows it is often GBK)',
  ],
  ['no text', (path) => writeFile(path, 'a: 1\0'), 'is no text: it holds a zero byte'],
  [
    'much too large',
    async (path) => {
      await writeFile(path, '');
      await truncate(path, 3 * 1_048_576);
    },
    'has 3.0 MB, and settings have at most 1 MB. Many SKUs go into the database: ponbridge skus import',
  ],
])('%s', async (_what, make, expected) => {
  expect(await saidOf(make)).toEqual([`stores/odd.yaml: ${expected}`]);
});

test('a byte order mark in front is no mistake, and moves no column', async () => {
  const settings = await load({ stores: { 'tea.yaml': `\uFEFF${STORE}` } });
  expect([...settings.stores.keys()]).toEqual(['tea']);
  const [found] = await saidOf((path) => writeFile(path, '\uFEFFmarketplace: ebay\n'));
  expect(found).toMatch(/^stores\/odd\.yaml:1:/);
  const wrong = await saidOf((path) =>
    writeFile(path, `\uFEFF${change(STORE, 'lazada', 'lazda')}`),
  );
  expect(wrong).toEqual([
    'stores/odd.yaml:1:14: marketplace: "lazda" is not known; did you mean lazada?',
  ]);
});

test('stores that is a file', async () => {
  const home = await writeHome({ stores: {} });
  const problems = problemsIn({ PONBRIDGE_HOME: await asFile(home), ...SECRETS }).map(
    formatProblem,
  );
  expect(problems).toEqual(['stores: cannot be read: it is a file, and must be a folder']);
});

async function asFile(home: string): Promise<string> {
  const { rm } = await import('node:fs/promises');
  await rm(join(home, 'stores'), { recursive: true });
  await writeFile(join(home, 'stores'), '');
  return home;
}

// Tests may run as a user to whom nothing is forbidden.
describe('what the system refuses', () => {
  test.each([
    ['EACCES', 'permission denied. Let the user that runs ponbridge read it (chmod, chown)'],
    ['EPERM', 'permission denied. Let the user that runs ponbridge read it (chmod, chown)'],
    ['EIO', 'EIO'],
  ])('%s', (code, expected) => {
    const error = Object.assign(new Error(`${code}: open '/home/me/stores/odd.yaml'`), { code });
    expect(refusal(error)).toEqual({ refused: `cannot be read: ${expected}` });
  });
});
