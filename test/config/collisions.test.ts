/** Order numbers of two stores that could be equal on one account, and accounts that are one. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Characters, canBeEqual, shapeOf } from '../../src/config/order-numbers.ts';
import { formatProblem, loadStoreFile } from '../../src/config.ts';
import { change, problemsOf, SECRETS, SERVICE, STORE, writeHome } from './home.ts';

const numbers = (template: string, store: string, country: string, characters: Characters) => ({
  shape: shapeOf({ template, store, country, seller: '1000114855' }),
  characters,
});

describe('two templates', () => {
  test.each<[string, string, string, string, boolean]>([
    ['{order}', 'a', '{order}', 'b', true],
    ['{orderId}', 'a', '{order}', 'b', true],
    ['{store}-{order}', 'a', '{store}-{order}', 'b', false],
    ['{store}-{order}', 'a', '{order}', 'b', false],
    ['a-{order}', 'a', 'b-{order}', 'b', false],
    ['{order}-{store}', 'a', '{order}-{store}', 'b', false],
    ['{order}-{store}', 'a', '{order}-{store}', 'xa', false],
    // A store's name may hold the sign that parts it from the number.
    ['{store}-{order}', 'a', '{store}-{order}', 'a-1', false],
    ['{store}-{order}', 'a', '{store}{order}', 'a-1', true],
    ['{store}{order}', 'a', '{store}{order}', 'a1', true],
    ['{store}{order}', 'a', '{store}{order}', 'b', false],
    ['{seller}-{order}', 'a', '{seller}-{order}', 'b', true],
    ['x{order}', 'a', '{order}', 'b', false],
    ['1{order}', 'a', '{order}', 'b', true],
    ['{order}-{orderId}', 'a', '{order}-{order}', 'b', true],
    ['{order}{{', 'a', '{order}', 'b', false],
  ])('%s of store %s and %s of store %s: %s', (one, storeOne, other, storeOther, expected) => {
    const a = numbers(one, storeOne, 'sg', 'digits');
    const b = numbers(other, storeOther, 'sg', 'digits');
    expect([canBeEqual(a, b), canBeEqual(b, a)]).toEqual([expected, expected]);
  });

  test('letters belong to an order’s number where the marketplace uses them', () => {
    const lettered = numbers('{order}', 'b', 'sg', 'letters and digits');
    expect(canBeEqual(numbers('x{order}', 'a', 'sg', 'digits'), lettered)).toBe(true);
    expect(canBeEqual(numbers('x-{order}', 'a', 'sg', 'digits'), lettered)).toBe(false);
  });

  test('of different countries cannot be equal when they hold the country', () => {
    const of = (country: string) => numbers('{country}-{order}', 'x', country, 'digits');
    expect(canBeEqual(of('sg'), of('my'))).toBe(false);
    expect(canBeEqual(of('sg'), of('sg'))).toBe(true);
  });
});

async function said(files: Parameters<typeof problemsOf>[0]): Promise<string[]> {
  return (await problemsOf(files)).map(formatProblem);
}

const shop = (sellerId: string, number?: string, more = '') =>
  `${change(STORE, '"1000114855"', `"${sellerId}"`)}${number ? `sellerOrderNumber: "${number}"\n` : ''}${more}`;
const SECOND = `    second: { accessKey: other, accessSecret: s, userId: "9", address: https://api.pandapon.com }\n`;
const onAccount = (text: string, account: string) =>
  change(text, 'mode: auto', `mode: auto\n  account: ${account}`);

describe('stores', () => {
  test('on two accounts cannot collide', async () => {
    const stores = { 'a.yaml': shop('1'), 'b.yaml': onAccount(shop('2'), 'second') };
    expect(await said({ service: SERVICE + SECOND, stores })).toEqual([]);
  });

  test('on two accounts with one access key can: its listing shows the orders of both', async () => {
    const service =
      SERVICE + change(SECOND, 'accessKey: other', 'accessKey: { env: PANDAPON_KEY }');
    const stores = { 'a.yaml': shop('1'), 'b.yaml': onAccount(shop('2'), 'second') };
    const found = await said({ service, stores });
    expect(found).toEqual([
      expect.stringMatching(
        /^stores\/b\.yaml:1:1: sellerOrderNumber: stores\/a\.yaml buys on the same/,
      ),
    ]);
    expect(found[0]).toContain('e.g. "{store}-{order}", or give each its own orderSource');
  });

  test('of which many collide are told once each', async () => {
    const stores = Object.fromEntries([1, 2, 3].map((id) => [`${id}.yaml`, shop(String(id))]));
    expect((await problemsOf({ stores })).map(({ file }) => file)).toEqual([
      'stores/2.yaml',
      'stores/3.yaml',
    ]);
  });

  test('that collide by their group’s template are told once, at the group', async () => {
    const service = `${SERVICE}groups:\n  cn:\n    sellerOrderNumber: "{country}-{order}"\n`;
    const stores = Object.fromEntries(
      [1, 2, 3].map((id) => [`${id}.yaml`, shop(String(id), undefined, 'group: cn\n')]),
    );
    expect(await said({ service, stores })).toEqual([
      expect.stringMatching(
        /^ponbridge\.yaml:15:24: groups\.cn\.sellerOrderNumber: stores of this group buy on one account .*\(as stores\/2\.yaml and 1 more take it\)$/,
      ),
    ]);
  });

  test('are compared also while something else in a file is wrong', async () => {
    const wrong = change(shop('2'), 'poll: 5m', 'poll: soon');
    const found = await problemsOf({ stores: { 'a.yaml': shop('1'), 'b.yaml': wrong } });
    expect(found.map(({ path }) => path)).toEqual(['sellerOrderNumber', 'poll']);
  });
});

describe('sellers', () => {
  const app = '    other: { appKey: "2", appSecret: s }\n';
  const service = change(SERVICE, 'accounts:', `${app}accounts:`);

  test('of one shop through two apps are one shop', async () => {
    const other = `${shop('1000114855', '{store}-{order}')}app: other\n`;
    const stores = { 'a.yaml': STORE, 'b.yaml': other };
    expect(await said({ service, stores })).toEqual([
      'stores/b.yaml:3:11: sellerId: is the shop of stores/a.yaml too; a shop has one file',
    ]);
  });

  test('of Lazada are others in each country, a shop of Shopee is one in all', async () => {
    const inMalaysia = (text: string) => change(text, 'country: sg', 'country: my');
    const number = 'sellerOrderNumber: "{store}-{order}"\n';
    const lazada = { 'a.yaml': STORE + number, 'b.yaml': inMalaysia(STORE) + number };
    expect(await said({ stores: lazada })).toEqual([]);
    const shopee = `  shopee: { main: { partnerId: "1", partnerKey: k } }\n`;
    const asShopee = (text: string) => change(text, 'marketplace: lazada', 'marketplace: shopee');
    const stores = {
      'a.yaml': asShopee(lazada['a.yaml']),
      'b.yaml': asShopee(lazada['b.yaml']),
    };
    const found = await said({
      service: change(SERVICE, 'accounts:', `${shopee}accounts:`),
      stores,
    });
    expect(found).toEqual([expect.stringContaining('is the shop of stores/a.yaml too')]);
  });
});

describe('one login under two names', () => {
  const twin = (address: string) =>
    `    second: { accessKey: k2, accessSecret: s, userId: "2100007341207", address: ${address} }\n`;

  test('is refused: it would have two caps a day', async () => {
    const found = await said({ service: SERVICE + twin('https://API.pandapon.com/') });
    expect(found).toEqual([
      expect.stringMatching(
        /^ponbridge\.yaml:13:13: accounts\.pandapon\.second: is the same login as accounts\.pandapon\.main; keep one/,
      ),
    ]);
  });

  test('at another address it is another', async () => {
    expect(await said({ service: SERVICE + twin('https://www.xportcn.com/api') })).toEqual([]);
  });
});

test('a file tried in another’s place is judged beside the others, by its group’s template too', async () => {
  const service = `${SERVICE}groups:\n  cn:\n    sellerOrderNumber: "{country}-{order}"\n`;
  const grouped = (id: string) => shop(id, undefined, 'group: cn\n');
  const home = await writeHome({ service, stores: { 'a.yaml': grouped('1'), 'b.yaml': STORE } });
  const other = join(home, 'other.yaml');
  const env = { PONBRIDGE_HOME: home, ...SECRETS };
  await writeFile(other, grouped('2'));
  expect(() => loadStoreFile(env, other, 'b')).toThrow(
    /^ponbridge\.yaml:15:24: groups\.cn\.sellerOrderNumber: .*\(as other\.yaml takes it\)$/,
  );
  await writeFile(other, shop('2', '{store}-{order}', 'group: cn\n'));
  expect(loadStoreFile(env, other, 'b').settings.sellerId).toBe('2');
  await writeFile(other, grouped('1'));
  expect(loadStoreFile(env, other, 'a').settings.sellerId).toBe('1');
});
