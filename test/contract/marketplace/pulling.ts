import { expect, test } from 'vitest';
import type { ListedOrder, Marketplace, PullPage } from '../../../connectors/marketplace.ts';
import type { MarketplaceAdapter, MarketplaceFixture } from '../marketplace-fixture.ts';

const SECOND = 1000;
const DAY = 24 * 3600 * SECOND;
/** More than two pages of any marketplace's listing (100 rows at most). */
const MANY = 230;

interface Pulled {
  readonly pages: readonly PullPage[];
  readonly rows: readonly ListedOrder[];
}

interface Period {
  readonly from: Date;
  readonly until: Date;
}

/** `afterPage` runs while the pull is under way. */
async function pullAll(
  store: Marketplace,
  period: Period,
  {
    changed = (rows: readonly ListedOrder[]) => rows.map(({ orderId }) => orderId),
    afterPage = (_page: number) => {},
  } = {},
): Promise<Pulled> {
  const pages: PullPage[] = [];
  const rows: ListedOrder[] = [];
  const options = {
    ...period,
    changed: async (listed: readonly ListedOrder[]) => {
      rows.push(...listed);
      return changed(listed);
    },
  };
  for await (const page of store.pull(options)) {
    pages.push(page);
    afterPage(pages.length);
  }
  return { pages, rows };
}

function idsOf(pages: readonly PullPage[]): string[] {
  return pages.flatMap((page) => page.orders.map(({ orderId }) => orderId));
}

/** Whole seconds, as both marketplaces have them. */
function secondsAgo(seconds: number): Date {
  return new Date(Math.floor(Date.now() / SECOND - seconds) * SECOND);
}

/** Some in seconds of their own, some crowded into one second. */
function putMany(fixture: MarketplaceFixture): Map<string, Date> {
  const orders = new Map<string, Date>();
  for (let index = 0; index < MANY; index += 1) {
    const crowded = index >= 90 && index < 115;
    const at = secondsAgo(5000 - 10 * (crowded ? 90 : index));
    orders.set(fixture.putOrder({ at }), at);
  }
  return orders;
}

export function pulling({ start, traits }: MarketplaceAdapter): void {
  test('hands over each of more orders than fit one page, once', async () => {
    const fixture = await start();
    const orders = putMany(fixture);
    const period = { from: secondsAgo(6000), until: new Date() };
    const { pages } = await pullAll(fixture.connect(), period);
    expect(pages.length).toBeGreaterThan(2);
    expect(idsOf(pages).sort()).toEqual([...orders.keys()].sort());
    expect(pages.reduce((sum, page) => sum + page.listed, 0)).toBe(MANY);
    expect(pages.flatMap((page) => [...page.broken, ...page.missing])).toEqual([]);
  });

  test('never says that more is covered than was handed over, and at the end all that was', async () => {
    const fixture = await start();
    const orders = putMany(fixture);
    const period = { from: secondsAgo(6000), until: new Date() };
    const { pages } = await pullAll(fixture.connect(), period);
    let covered = period.from.getTime();
    const given = new Set<string>();
    for (const page of pages) {
      for (const { orderId } of page.orders) given.add(orderId);
      const now = page.coveredUntil.getTime();
      expect(now).toBeGreaterThanOrEqual(covered - SECOND);
      covered = now;
      const owed = [...orders].filter(([id, at]) => at.getTime() < covered && !given.has(id));
      expect(owed).toEqual([]);
    }
    // Up to the last one listed, or up to the end, where the marketplace's clock can be relied on.
    const last = Math.max(...[...orders.values()].map((at) => at.getTime()));
    expect(covered).toBeGreaterThan(last - SECOND - 1);
    expect(covered).toBeLessThanOrEqual(period.until.getTime());
  });

  test('goes through periods longer than any window', async () => {
    const fixture = await start();
    const wanted = [40, 31, 16, 14, 1].map((days) =>
      fixture.putOrder({ at: secondsAgo((days * DAY) / SECOND) }),
    );
    const before = fixture.putOrder({ at: secondsAgo((50 * DAY) / SECOND) });
    const { pages } = await pullAll(fixture.connect(), {
      from: new Date(Date.now() - 45 * DAY),
      until: new Date(),
    });
    expect(idsOf(pages).sort()).toEqual([...wanted].sort());
    expect(idsOf(pages)).not.toContain(before);
  });

  test('loses nothing when orders change while it runs', async () => {
    const fixture = await start();
    const orders = [...putMany(fixture).keys()];
    const early = orders.slice(0, 40);
    const late = orders.slice(190);
    const store = fixture.connect();
    const first = await pullAll(
      store,
      { from: secondsAgo(6000), until: new Date() },
      {
        afterPage(page) {
          if (page !== 1) return;
          // What moves to now leaves the rows that are still to be listed, and shifts the others.
          for (const order of [...early, ...late]) fixture.cancelByBuyer(order);
        },
      },
    );
    const resume = first.pages.at(-1)?.coveredUntil ?? new Date(0);
    const second = await pullAll(store, {
      from: new Date(resume.getTime() - 2 * SECOND),
      until: new Date(Date.now() + 2 * SECOND),
    });
    const seen = new Map(
      [...first.pages, ...second.pages]
        .flatMap((page) => page.orders)
        .map((order) => [order.orderId, order.lines[0]?.phase]),
    );
    expect([...seen.keys()].sort()).toEqual([...orders].sort());
    for (const order of [...early, ...late]) expect(seen.get(order)).toBe('cancelled');
  });

  test('reads nothing in full that the caller says is unchanged', async () => {
    const fixture = await start();
    const orders = [1, 2, 3].map((index) => fixture.putOrder({ at: secondsAgo(100 * index) }));
    const period = { from: secondsAgo(6000), until: new Date() };
    const { pages, rows } = await pullAll(fixture.connect(), period, { changed: () => [] });
    expect(rows.map(({ orderId }) => orderId).sort()).toEqual([...orders].sort());
    expect(idsOf(pages)).toEqual([]);
    expect(pages.reduce((sum, page) => sum + page.listed, 0)).toBe(3);
    expect(fixture.calls('read')).toBe(0);
  });

  test(`the listing ${traits.listsTimes ? 'says' : 'does not say'} when a row was updated`, async () => {
    const fixture = await start();
    const at = secondsAgo(500);
    fixture.putOrder({ at });
    const { rows } = await pullAll(fixture.connect(), {
      from: secondsAgo(6000),
      until: new Date(),
    });
    expect(rows.map(({ updatedAt }) => updatedAt)).toEqual([traits.listsTimes ? at : undefined]);
  });

  test('keeps a broken order aside, and hands over the others of its page', async () => {
    const fixture = await start();
    const [first, broken, last] = [300, 200, 100].map((age) =>
      fixture.putOrder({ at: secondsAgo(age) }),
    ) as [string, string, string];
    fixture.breakOrder(broken);
    const { pages } = await pullAll(fixture.connect(), {
      from: secondsAgo(6000),
      until: new Date(Date.now() + SECOND),
    });
    expect(idsOf(pages).sort()).toEqual([first, last].sort());
    const aside = pages.flatMap((page) => page.broken);
    expect(aside.map(({ orderId }) => orderId)).toEqual([broken]);
    expect(aside[0]?.error).not.toBe('');
    expect(pages.flatMap((page) => page.missing)).toEqual([]);
  });

  if (traits.hidesOrders) {
    test('an order that is listed but absent from its details stays owed', async () => {
      const fixture = await start();
      const hidden = fixture.putOrder({ at: secondsAgo(200) });
      const shown = fixture.putOrder({ at: secondsAgo(100) });
      fixture.hideOrder(hidden);
      const { pages } = await pullAll(fixture.connect(), {
        from: secondsAgo(6000),
        until: new Date(),
      });
      expect(idsOf(pages)).toEqual([shown]);
      expect(pages.flatMap((page) => page.missing)).toEqual([hidden]);
    });
  }
}
