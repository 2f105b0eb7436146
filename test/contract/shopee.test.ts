/** The battery for Shopee, and what of the port only Shopee has. */
import { describe, expect, test } from 'vitest';
import { Malformed } from '../../connectors/errors.ts';
import type { LostPushes, Marketplace } from '../../connectors/marketplace.ts';
import type { ChannelName } from '../../connectors/shopee/sandbox/index.ts';
import { failure } from './faults.ts';
import { look, OWN, walk } from './marketplace/walk.ts';
import { marketplaceBattery } from './marketplace.ts';
import { eventually, openReceiver } from './receiver.ts';
import { SHOP, type ShopeeFixture, shopeeTraits, startShopee } from './shopee-fixture.ts';

marketplaceBattery('Shopee', { traits: shopeeTraits, start: () => startShopee() });

test('says which shop the consent is for, that it is active, and when the consent ends', async () => {
  const fixture = await startShopee();
  const shop = await fixture.connect().readShop?.();
  expect(shop).toMatchObject({
    sellerId: SHOP,
    name: 'Tea house',
    country: 'my',
    state: 'active',
    status: 'NORMAL',
  });
  const days = ((shop?.expiresAt?.getTime() ?? 0) - Date.now()) / (24 * 3600_000);
  expect(days).toBeGreaterThan(364);
  expect(days).toBeLessThan(366);
});

async function unarranged(store: Marketplace): Promise<string[]> {
  const found: string[] = [];
  for await (const { orderId, packageId } of store.unarranged?.() ?? []) {
    found.push(`${orderId}/${packageId}`);
  }
  return found;
}

function packagesInBooks(fixture: ShopeeFixture, orderId: string): string[] {
  const packages = fixture.sandbox.books().orders[orderId]?.packages ?? [];
  return packages.map(({ packageNumber }) => `${orderId}/${packageNumber}`);
}

describe('packages that wait to be arranged', () => {
  test('are found whichever way their orders came; others are not', async () => {
    const fixture = await startShopee();
    const open = [fixture.putOrder(), fixture.putOrder({ kind: 'two-packages' })];
    fixture.putOrder({ kind: 'unpaid' });
    const lines = [{ sku: 'TEA-CUP', price: '62.50', quantity: 1 }];
    fixture.sandbox.addOrder({ shopId: SHOP, lines, status: 'PENDING' });
    fixture.putOrder({ kind: 'by-marketplace' });
    fixture.cancelByBuyer(fixture.putOrder());
    await walk(fixture, fixture.putOrder());
    const wanted = open.flatMap((order) => packagesInBooks(fixture, order));
    expect(wanted).toHaveLength(3);
    expect((await unarranged(fixture.connect())).sort()).toEqual(wanted.sort());
  });

  test('are listed past the first page, each once', async () => {
    const fixture = await startShopee();
    const orders = Array.from({ length: 130 }, () => fixture.putOrder());
    const found = await unarranged(fixture.connect());
    expect(found.map((one) => one.split('/')[0]).sort()).toEqual([...orders].sort());
  });

  test('are none in an empty shop', async () => {
    expect(await unarranged((await startShopee()).connect())).toEqual([]);
  });
});

describe('lost pushes', () => {
  async function losing(orders: number) {
    const fixture = await startShopee([]);
    const receiver = await openReceiver(500);
    fixture.sendPushesTo(receiver.url);
    const lost = Array.from({ length: orders }, () => fixture.putOrder());
    await eventually(() =>
      expect(fixture.sandbox.pushOutcomes().filter(({ accepted }) => !accepted)).toHaveLength(
        orders,
      ),
    );
    const readPage = fixture.module.lostPushes?.(fixture.app());
    if (!readPage) throw new Error('Shopee keeps lost pushes');
    return { fixture, lost, readPage };
  }

  const idsOf = (page: LostPushes) => page.hints.map(({ orderId }) => orderId).sort();

  test.each(['text', 'object'] as const)(
    'are read as hints, the message being %s, and gone once confirmed',
    async (lostDataAs) => {
      const { fixture, lost, readPage } = await losing(3);
      fixture.sandbox.setSwitches({ lostDataAs });
      const page = await readPage();
      expect(idsOf(page)).toEqual([...lost].sort());
      expect([page.more, page.unreadable]).toEqual([false, []]);
      expect(new Set(page.hints.map(({ sellerId }) => sellerId))).toEqual(new Set([SHOP]));
      expect(idsOf(await readPage())).toEqual(idsOf(page));
      await page.confirm();
      const after = await readPage();
      expect([after.hints, after.more]).toEqual([[], false]);
      await after.confirm();
    },
  );

  test('come page by page, and none is passed over', async () => {
    const { lost, readPage } = await losing(130);
    const first = await readPage();
    expect([first.hints.length, first.more]).toEqual([100, true]);
    await first.confirm();
    const second = await readPage();
    expect(second.more).toBe(false);
    expect([...idsOf(first), ...idsOf(second)].sort()).toEqual([...lost].sort());
  });

  test('have the key of the push that was refused, so that the inbox keeps each once', async () => {
    const fixture = await startShopee([]);
    const receiver = await openReceiver(500);
    fixture.sendPushesTo(receiver.url);
    const handler = fixture.module.pushes(fixture.app({ callbackUrl: receiver.url }));
    fixture.putOrder();
    const { raw } = await receiver.next();
    const readPage = fixture.module.lostPushes?.(fixture.app());
    const page = await eventually(async () => {
      const read = await readPage?.();
      expect(read?.hints).toHaveLength(1);
      return read;
    });
    expect(page?.hints[0]?.messageKey).toBe(handler.read(raw).messageKey);
  });
});

test('an order list that repeats its cursor stops instead of paging for ever', async () => {
  const fixture = await startShopee();
  for (let index = 0; index < 3; index += 1) fixture.putOrder();
  fixture.sandbox.stuckCursor(true);
  const now = Date.now();
  const pull = async () => {
    const period = { from: new Date(now - 60_000), until: new Date(now + 1000) };
    for await (const page of fixture.connect().pull({ ...period, changed: async () => [] })) {
      expect(page.coveredUntil.getTime()).toBeLessThanOrEqual(now - 59_000);
    }
  };
  expect(await failure(pull())).toBeInstanceOf(Malformed);
});

test('short pages lose nothing: only the end that Shopee states is one', async () => {
  const fixture = await startShopee();
  fixture.sandbox.shortPages(true);
  const orders = Array.from({ length: 120 }, () => fixture.putOrder());
  const now = Date.now();
  const found: string[] = [];
  const period = { from: new Date(now - 60_000), until: new Date(now + 5000) };
  const changed = async (rows: readonly { readonly orderId: string }[]) =>
    rows.map(({ orderId }) => orderId);
  for await (const page of fixture.connect().pull({ ...period, changed })) {
    found.push(...page.orders.map(({ orderId }) => orderId));
  }
  expect(found.sort()).toEqual([...orders].sort());
});

describe('each kind of channel', () => {
  const put = (fixture: ShopeeFixture, channel: ChannelName) =>
    fixture.sandbox.addOrder({
      shopId: SHOP,
      channel,
      lines: [{ sku: 'TEA-CUP', price: '62.50', quantity: 1 }],
    });

  test.each([
    ['dropoff', 'marketplace'],
    ['pickup', 'marketplace'],
    ['dropoff_or_pickup', 'marketplace'],
    ['dropoff_with_number', 'seller'],
    ['non_integrated', 'seller'],
  ] as const)('%s is arranged, its number being the %s’s', async (channel, owner) => {
    const fixture = await startShopee();
    const orderId = put(fixture, channel);
    const { packages } = await look(fixture.connect(), orderId);
    expect(packages.map((pkg) => [pkg.numberOwner, pkg.needsNumber])).toEqual([
      [owner, owner === 'seller'],
    ]);
    expect((await walk(fixture, orderId)).steps).toEqual(['arrange']);
    const [number] = fixture.bookedNumbers(orderId);
    expect(number === OWN.trackingNumber).toBe(owner === 'seller');
  });

  test('one that asks for a branch which is not set is blocked, with what to set', async () => {
    const fixture = await startShopee();
    const orderId = put(fixture, 'dropoff_with_branch');
    const { packages } = await look(fixture.connect(), orderId);
    expect(packages.map((pkg) => pkg.next)).toEqual(['arrange']);
    expect(packages[0]?.blocked).toContain('dropoffBranchId');
  });
});

test('a pickup that failed is arranged again, once', async () => {
  const fixture = await startShopee();
  const orderId = fixture.putOrder();
  await walk(fixture, orderId);
  fixture.sandbox.failPickup(orderId);
  const { packages } = await look(fixture.connect(), orderId);
  expect(packages.map((pkg) => [pkg.phase, pkg.next])).toEqual([['waiting', 'arrange']]);
  expect((await walk(fixture, orderId)).steps).toEqual(['arrange']);
  expect(fixture.timesDone(orderId, 'arrange')).toBe(2);
});

test('a number that comes late is undefined until it is there', async () => {
  const fixture = await startShopee();
  fixture.sandbox.setSwitches({ number: { delayMs: 0, reads: 4 } });
  const orderId = fixture.putOrder();
  const { packages } = await walk(fixture, orderId);
  expect(packages.map((pkg) => [pkg.phase, pkg.trackingNumber])).toEqual([['arranged', undefined]]);
  const store = fixture.connect();
  const number = await eventually(async () => {
    const [pkg] = (await look(store, orderId)).packages;
    if (!pkg?.trackingNumber) throw new Error('no number yet');
    return pkg.trackingNumber;
  });
  expect(fixture.bookedNumbers(orderId)).toEqual([number]);
});

test('an order that Shopee is still allocating is blocked, and can be arranged afterwards', async () => {
  const fixture = await startShopee();
  const orderId = fixture.putOrder();
  fixture.sandbox.setAllocating(orderId, true);
  const { packages } = await look(fixture.connect(), orderId);
  expect(packages[0]?.blocked).toMatch(/allocat/);
  fixture.sandbox.setAllocating(orderId, false);
  expect((await walk(fixture, orderId)).steps).toEqual(['arrange']);
});

test("a main account's consent covers its shops, and each gets a pair of its own", async () => {
  const fixture = await startShopee();
  fixture.sandbox.addShop({ shopId: '220688103', region: 'SG' });
  const code = fixture.sandbox.issueCode({ partnerId: '2001887', mainAccountId: '77' });
  const granted = await fixture.authoriser.exchange(code, {
    sellerId: undefined,
    mainAccountId: '77',
  });
  expect(granted.shops).toEqual([
    { sellerId: SHOP, country: 'my' },
    { sellerId: '220688103', country: 'sg' },
  ]);
  const pairs = [];
  for (const { sellerId } of granted.shops) {
    pairs.push(await fixture.authoriser.refresh(granted.refreshToken, { sellerId }));
  }
  expect(new Set(pairs.map(({ refreshToken }) => refreshToken)).size).toBe(2);
  fixture.grant.tokens = pairs[0] ?? fixture.grant.tokens;
  expect((await fixture.connect().readShop?.())?.sellerId).toBe(SHOP);
});
