/** What a consent becomes in the database, and what a refused one leaves as it was. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Unavailable } from '../../connectors/errors.ts';
import type { GrantTokens } from '../../connectors/marketplace.ts';
import { connectStore, UnfitConsent } from '../../src/consents/connect.ts';
import { grantOf, openTokens, renewGrant } from '../../src/database/grants.ts';
import type { Core } from '../../src/main.ts';
import { renewAhead } from '../../src/tokens.ts';
import { ABROAD, LAZADA, MAIN, openPlace, type Place, SHOPEE } from './place.ts';

const DAY = 86_400_000;

let place: Place;
let core: Core;
beforeAll(async () => {
  place = await openPlace();
  core = await place.open();
});
beforeEach(async () => {
  await core.db.deleteFrom('grant').execute();
});
afterAll(() => place.stop());

const lazadaShop = { marketplace: 'lazada', country: 'sg', sellerId: LAZADA.sellerId };
const shopeeShop = { marketplace: 'shopee', country: 'my', sellerId: SHOPEE.shopId };
const mainShop = (country: 'my' | 'sg') => ({
  marketplace: 'shopee',
  country,
  sellerId: MAIN[country],
});

async function grants() {
  const rows = await core.db.selectFrom('grant').select(['app', 'subject']).orderBy('id').execute();
  return rows.map((row) => `${row.app} ${row.subject}`);
}

async function pairOf(shop: Parameters<typeof grantOf>[1]) {
  const grant = await grantOf(core.db, shop);
  if (!grant) throw new Error(`no grant of ${shop.sellerId}`);
  return { grant, ...(await openTokens(core.secrets, grant)) };
}

/** The reason; the consent must be refused. */
async function refusal(store: string, code: string, options = {}): Promise<string> {
  try {
    await connectStore(core, store, code, options);
  } catch (error) {
    if (error instanceof UnfitConsent) return error.message;
    throw error;
  }
  throw new Error('it was connected');
}

const refreshes = () =>
  place.shopee.shell.calls.filter((call) => call.operation === 'refresh_access_token').length;

test('a cross-border consent connects every store it covers, and names the shop no store uses', async () => {
  const said = await connectStore(core, 'abroad-sg', place.lazadaCode(...Object.values(ABROAD)));
  expect(said[0]).toContain('abroad-sg is connected: Lazada shop 5001');
  expect(said.join('\n')).toContain('The same consent serves abroad-my (my 5002).');
  expect(said.join('\n')).toContain('It also covers ph 5003: no store uses them');
  expect(await grants()).toEqual(['main my:5002,ph:5003,sg:5001']);
  for (const name of ['abroad-sg', 'abroad-my']) {
    const store = core.settings.stores.get(name);
    if (!store) throw new Error('no store');
    const until = new Date();
    const from = new Date(until.getTime() - 60_000);
    const pull = core.connections.marketplace(store).pull({ from, until, changed: async () => [] });
    for await (const page of pull) expect(page.listed).toBe(0);
  }
});

test('a main account: each store’s shop gets a grant and a pair of its own', async () => {
  const before = refreshes();
  const subject = { sellerId: undefined, mainAccountId: MAIN.id };
  const code = place.mainCode(MAIN.my, MAIN.sg, MAIN.th);
  const said = await connectStore(core, 'main-sg', code, { subject });
  expect(said.join('\n')).toContain('The same consent serves main-my (my 33142).');
  expect(said.join('\n')).toContain('th 55555: no store uses them, so nothing of them is kept');
  expect(await grants()).toEqual([`main my:${MAIN.my}`, `main sg:${MAIN.sg}`]);
  expect(refreshes() - before).toBe(2);
  const [my, sg] = [await pairOf(mainShop('my')), await pairOf(mainShop('sg'))];
  expect(my.accessToken).not.toBe(sg.accessToken);
  expect(my.refreshToken).not.toBe(sg.refreshToken);
  expect(my.grant.access_expires_at.getTime()).toBeGreaterThan(Date.now() + 3 * 3_600_000);
});

test('a main account: what fails in the middle keeps the shared pair for each shop that has none yet', async () => {
  const subject = { sellerId: undefined, mainAccountId: MAIN.id };
  const { connections } = core;
  const killed = async () => {
    throw new Error('killed');
  };
  const authoriser: typeof connections.authoriser = (...of) => ({
    ...connections.authoriser(...of),
    refresh: killed,
  });
  const dying = { ...core, connections: { ...connections, authoriser } };
  await connectStore(dying, 'main-sg', place.mainCode(MAIN.my, MAIN.sg), { subject });
  const shared = await pairOf(mainShop('my'));
  expect((await pairOf(mainShop('sg'))).refreshToken).toBe(shared.refreshToken);
  expect(shared.grant.access_expires_at.getTime()).toBeLessThanOrEqual(Date.now());

  const parts = { ...core, authoriser: core.connections.authoriser };
  expect(await renewAhead(parts)).toBe(2);
  const [my, sg] = [await pairOf(mainShop('my')), await pairOf(mainShop('sg'))];
  expect(new Set([shared, my, sg].map((pair) => pair.refreshToken)).size).toBe(3);
});

test('connecting again replaces the pair, and heals a refused grant', async () => {
  await connectStore(core, 'tea-sg', place.lazadaCode(LAZADA.sellerId));
  const first = await pairOf(lazadaShop);
  await core.db.updateTable('grant').set({ refused_at: new Date() }).execute();
  await connectStore(core, 'tea-sg', place.lazadaCode(LAZADA.sellerId));
  const second = await pairOf(lazadaShop);
  expect(second.grant).toMatchObject({ id: first.grant.id, refused_at: null });
  expect(second.accessToken).not.toBe(first.accessToken);
});

test('under another app the old app’s grant goes with its last shop', async () => {
  await connectStore(core, 'abroad-sg', place.lazadaCode(ABROAD.sg, ABROAD.my));
  const settings = await place.rewrite({ 'abroad-sg': { app: 'second' } });
  const moved = await place.open(settings);
  const store = settings.stores.get('abroad-sg');
  if (!store) throw new Error('no store');
  await expect(moved.connections.marketplace(store).readShop?.()).rejects.toThrow(
    'abroad-sg is connected for app main, and its settings say app second',
  );
  const code = (...sellerIds: string[]) => place.lazada.issueCode({ appKey: '200200', sellerIds });
  const said = await connectStore(moved, 'abroad-sg', code(ABROAD.sg, ABROAD.my));
  expect(said.join('\n')).toContain('my 5002 is left as it is: store abroad-my uses app main');
  expect(await grants()).toEqual(['main my:5002,sg:5001', 'second my:5002,sg:5001']);

  const all = await place.rewrite({
    'abroad-sg': { app: 'second' },
    'abroad-my': { app: 'second' },
  });
  await connectStore(await place.open(all), 'abroad-my', code(ABROAD.my));
  expect(await grants()).toEqual(['second my:5002,sg:5001', 'second my:5002']);
  await place.rewrite({});
});

test.each([
  [
    'another store’s shop',
    'tea-my',
    () => place.shopeeCode(MAIN.my),
    { subject: { sellerId: MAIN.my } },
    /browser was logged in as 33142, the store main-my\. For tea-my: log out of Shopee/,
  ],
  [
    'another store’s seller',
    'tea-sg',
    () => place.lazadaCode(ABROAD.sg),
    {},
    /logged in as 5001, the store abroad-sg.*log in as shop 1000114855 \(sg\)/,
  ],
  [
    'a seller of no store',
    'tea-sg',
    () => place.lazadaCode(ABROAD.ph),
    {},
    /the consent is for ph 5003, and stores\/tea-sg\.yaml says sg 1000114855/,
  ],
  [
    'a code that is none',
    'tea-sg',
    () => '0_100132_none',
    {},
    /does not take the code.*InvalidCode/,
  ],
  ['another app’s code', 'tea-my', () => 'abc', {}, /does not take the code.*app main only/],
])(
  '%s is refused, and the grant before stays as it was',
  async (_what, store, code, options, why) => {
    await connectStore(core, 'tea-sg', place.lazadaCode(LAZADA.sellerId));
    await connectStore(core, 'tea-my', place.shopeeCode(SHOPEE.shopId));
    const kept = [await pairOf(lazadaShop), await pairOf(shopeeShop)];
    expect(await refusal(store, code(), options)).toMatch(why);
    expect([await pairOf(lazadaShop), await pairOf(shopeeShop)]).toEqual(kept);
  },
);

test('a wrong country is refused', async () => {
  const settings = await place.rewrite({
    'tea-sg': { country: 'th' },
    'tea-my': { country: 'sg' },
  });
  const other = await place.open(settings);
  for (const [name, code, is] of [
    ['tea-sg', place.lazadaCode(LAZADA.sellerId), 'sg'],
    ['tea-my', place.shopeeCode(SHOPEE.shopId), 'my'],
  ] as const) {
    await expect(connectStore(other, name, code)).rejects.toThrow(
      new RegExp(
        `Wrong country: the consent is for shop \\d+ in ${is}, and stores/${name}.yaml says`,
      ),
    );
  }
  expect(await grants()).toEqual([]);
  await place.rewrite({});
});

test('a shop that may not be worked for is refused with the marketplace’s word', async () => {
  place.shopee.setSwitches({ shopStatus: 'BANNED' });
  expect(await refusal('tea-my', place.shopeeCode(SHOPEE.shopId))).toContain(
    'Shopee says that shop 220688102 is BANNED',
  );
  place.shopee.setSwitches({ shopStatus: 'NORMAL' });
  expect(await grants()).toEqual([]);
});

test('a shop that cannot be asked is connected all the same, and that is said', async () => {
  const { connections } = core;
  const marketplace: typeof connections.marketplace = (...of) => ({
    ...connections.marketplace(...of),
    readShop: async () => {
      throw new Unavailable('away', { system: 'shopee', operation: 'getShopInfo' });
    },
  });
  const blind = { ...core, connections: { ...connections, marketplace } };
  const said = await connectStore(blind, 'tea-my', place.shopeeCode(SHOPEE.shopId));
  expect(said.join('\n')).toContain('Shopee could not be asked about the shop yet');
  expect(await grants()).toEqual([`main my:${SHOPEE.shopId}`]);
});

test('the end of a consent is the marketplace’s, and a short one is said to be alerted at once', async () => {
  const long = await connectStore(core, 'tea-my', place.shopeeCode(SHOPEE.shopId, 90));
  const { grant } = await pairOf(shopeeShop);
  expect(Math.round(((grant.ends_at?.getTime() ?? 0) - Date.now()) / DAY)).toBe(90);
  expect(Math.round(((grant.refresh_expires_at?.getTime() ?? 0) - Date.now()) / DAY)).toBe(30);
  expect(long.join('\n')).not.toContain('alert');
  const short = await connectStore(core, 'tea-my', place.shopeeCode(SHOPEE.shopId, 7));
  expect(short.join('\n')).toContain('the alert grant-ending stands from now on');
});

test('a consent that cannot be renewed says so, with the end of its access', async () => {
  const code = place.lazada.issueCode({
    appKey: LAZADA.appKey,
    sellerIds: [LAZADA.sellerId],
    refreshSeconds: 0,
  });
  expect((await connectStore(core, 'tea-sg', code)).join('\n')).toContain(
    'It cannot be renewed, and ends',
  );
  const { grant } = await pairOf(lazadaShop);
  expect(grant.ends_at).toEqual(grant.access_expires_at);
});

const renewed = (days: number | undefined, endIsFixed: boolean): GrantTokens => {
  const end = days === undefined ? undefined : new Date(Date.now() + days * DAY);
  return {
    accessToken: 'a',
    refreshToken: 'r',
    accessExpiresAt: new Date(Date.now() + DAY),
    refreshExpiresAt: end,
    consentEndsAt: end,
    endIsFixed,
    sharedByShops: false,
    shops: [],
  };
};

test.each([
  ['stated anew, whole, it stays', 180, true, 50],
  ['stated earlier, it comes earlier', 20, true, 20],
  ['unstated, it stays', undefined, true, 50],
  ['read later, it moves', 180, false, 180],
  ['read earlier, it moves', 20, false, 20],
  ['unread, it stays', undefined, false, 50],
])('an end with a renewal: %s (%s d, fixed: %s)', async (_what, days, endIsFixed, ends) => {
  await connectStore(core, 'tea-sg', place.lazadaCode(LAZADA.sellerId));
  const { grant } = await pairOf(lazadaShop);
  await core.db
    .transaction()
    .execute((tx) => renewGrant(tx, core.secrets, grant, renewed(days, endIsFixed), new Date()));
  const after = await pairOf(lazadaShop);
  expect(Math.round(((after.grant.ends_at?.getTime() ?? 0) - Date.now()) / DAY)).toBe(ends);
});

test('at rest no token is readable', async () => {
  await connectStore(core, 'tea-sg', place.lazadaCode(LAZADA.sellerId));
  const { grant, accessToken, refreshToken } = await pairOf(lazadaShop);
  const row = JSON.stringify(grant);
  expect(row).not.toContain(accessToken);
  expect(row).not.toContain(refreshToken);
});
