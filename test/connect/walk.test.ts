/**
 * The whole way: the command as a process that waits, the web side as another, and a browser that walks
 * through the marketplace's own page.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grantOf, openTokens } from '../../src/database/grants.ts';
import type { Core } from '../../src/main.ts';
import { type ServiceProcess, startServiceProcess } from '../restart/service-process.ts';
import { agree, walk } from './browser.ts';
import { connecting } from './command.ts';
import { LAZADA, MAIN, OPEN_SHOP, openPlace, type Place, SHOPEE } from './place.ts';

let place: Place;
let core: Core;
let web: ServiceProcess;
beforeAll(async () => {
  place = await openPlace();
  core = await place.open();
  web = await startServiceProcess(place.env, 'web');
});
afterAll(async () => {
  await web.kill();
  await place.stop();
});

const lazadaShop = { marketplace: 'lazada', country: 'sg', sellerId: LAZADA.sellerId };
const shopeeShop = { marketplace: 'shopee', country: 'my', sellerId: SHOPEE.shopId };

test('Lazada: the page and the waiting command say what was connected; no secret is logged', async () => {
  const command = connecting(place.env, 'tea-sg');
  const link = await command.link();
  expect(command.err()).toContain(`${place.url}/oauth/lazada/callback`);
  const page = await walk(link, { sellers: LAZADA.sellerId });
  const { code, out } = await command.ended();
  expect([code, page.status]).toEqual([0, 200]);
  const said = 'tea-sg is connected: Lazada shop 1000114855 "shop 1000114855" in sg.';
  expect(out).toContain(said);
  expect(out).toMatch(/The consent lasts until 20\S+ \S+ UTC; connect again before/);
  expect(page.html).toContain(said.replaceAll('"', '&quot;'));

  const grant = await grantOf(core.db, lazadaShop);
  if (!grant) throw new Error('no grant');
  const { accessToken, refreshToken } = await openTokens(core.secrets, grant);
  const { searchParams } = new URL(page.url);
  const secrets = [searchParams.get('code'), searchParams.get('state'), accessToken, refreshToken];
  const told = `${web.logged()}${out}${command.err()}`.replaceAll(link, '');
  for (const secret of secrets) expect(told).not.toContain(secret);
});

test('Shopee, by the signed link and by the page that echoes the state', async () => {
  const signed = connecting(place.env, 'tea-my');
  const open = connecting(place.env, 'open-my');
  const [old, current] = await Promise.all([signed.link(), open.link()]);
  expect([new URL(old).pathname, new URL(current).pathname]).toEqual([
    '/api/v2/shop/auth_partner',
    '/auth',
  ]);
  expect(signed.err()).toContain('Shopee opens this link for 5 min; a fresh one follows then.');
  expect(open.err()).not.toContain('opens this link');
  const page = await walk(old, { shop: SHOPEE.shopId, days: '90' });
  await walk(current, { shop: OPEN_SHOP, days: '7' });
  const [one, other] = await Promise.all([signed.ended(), open.ended()]);
  expect([one.code, other.code]).toEqual([0, 0]);
  expect(one.out).toContain('Shopee shop 220688102 "Tea <b>& more</b>" in my.');
  expect(page.html).toContain('&quot;Tea &lt;b&gt;&amp; more&lt;/b&gt;&quot;');
  expect(other.out).toContain('the alert grant-ending stands from now on');
});

test('the wrong shop in the browser, and Ctrl-C: each its reason, and the grant before stays', async () => {
  const before = await grantOf(core.db, shopeeShop);
  expect(before).toBeDefined();
  const wrong = connecting(place.env, 'tea-my');
  const stopped = connecting(place.env, 'main-sg');
  const [first, second] = await Promise.all([wrong.link(), stopped.link()]);
  const page = await walk(first, { main: MAIN.id });
  stopped.interrupt();
  const [one, two] = await Promise.all([wrong.ended(), stopped.ended()]);
  expect([one.code, two.code]).toEqual([1, 130]);
  const reason =
    'Wrong shop: the browser was logged in as 33142, the store main-my; 46154, the store main-sg. For tea-my: log out of Shopee in the browser, log in as shop 220688102 (my), and begin again: ponbridge connect tea-my.';
  expect(one.err).toContain(reason);
  expect(page.html).toContain(reason);
  expect(two.err).toContain('The link is worth nothing any more, and nothing was changed.');
  const late = await walk(second, { shop: MAIN.sg });
  expect(late.html).toContain('The time for this consent is over');
  expect(await grantOf(core.db, shopeeShop)).toEqual(before);
  expect(
    await grantOf(core.db, { ...shopeeShop, country: 'sg', sellerId: MAIN.sg }),
  ).toBeUndefined();
});

test('without an address outside: the address is pasted into the open question', async () => {
  const env = { ...place.env, PONBRIDGE_PUBLIC_URL: '' };
  const nowhere = connecting(env, 'tea-sg');
  const asked = connecting(env, 'tea-sg', '--paste');
  const address = await agree(await asked.link(), { sellers: LAZADA.sellerId });
  asked.type(`${address}\n`);
  const [refused, done] = await Promise.all([nowhere.ended(), asked.ended()]);
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toContain('or use: ponbridge connect tea-sg --paste');
  expect(done.code).toBe(0);
  expect(done.out).toContain('tea-sg is connected');
});

test('a browser that reaches the web side although it was to be pasted ends the question', async () => {
  const asked = connecting(place.env, 'main-my', '--paste');
  const page = await walk(await asked.link(), { main: MAIN.id });
  const { code, out } = await asked.ended();
  expect(code).toBe(0);
  expect(out).toContain('The same consent serves main-sg (sg 46154).');
  expect(page.html).toContain('th 55555: no store uses them');
});
