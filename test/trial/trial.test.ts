/** The pure parts of a trial. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SalesOrder } from '../../connectors/marketplace.ts';
import { comparePlans } from '../../mappings/compare.ts';
import { planOrder } from '../../mappings/plan.ts';
import { asThen } from '../../src/trial/as-then.ts';
import { openColumns } from '../../src/trial/columns.ts';
import { besides, commonDifference } from '../../src/trial/common.ts';
import { differentSettings } from '../../src/trial/different-settings.ts';
import type { BoughtBefore } from '../../src/trial/read.ts';
import { toRow } from '../../src/trial/row.ts';
import { marginText } from '../../src/trial/row-text.ts';
import { readSince } from '../../src/trial/since.ts';
import { openTally } from '../../src/trial/totals.ts';
import { aLine, aLink, anInput, anOrder, aStore, FILE } from '../mappings/build.ts';

const STORE = {
  name: 'sg1',
  currency: 'SGD',
  settings: aStore({ purchase: { dailyCap: '10.00', delay: '2h' } }),
};

/** One mug: 5.00 CNY, sold for 10.00 SGD, which are 50.00 CNY. */
function row(changes: Partial<SalesOrder> = {}, bought?: BoughtBefore) {
  const { order, past } = asThen(anOrder(changes));
  const links = [aLink()];
  const plan = planOrder(anInput({ order, store: STORE.settings, links }));
  return toRow({ order, plan, past, bought });
}

test('what was shipped or ended is planned as then, unless a line is still open', () => {
  const [shipped, closed] = [aLine({ phase: 'shipped' }), aLine({ lineId: '2', phase: 'closed' })];
  const cancelled = aLine({ lineId: '3', phase: 'cancelled' });
  const past = asThen(anOrder({ lines: [shipped, closed, cancelled] }));
  expect(past.past).toBe(true);
  expect(past.order.lines.map(({ phase }) => phase)).toEqual(['buyable', 'buyable', 'cancelled']);
  const open = anOrder({ lines: [shipped, aLine({ lineId: '2' })] });
  expect(asThen(open)).toEqual({ order: open, past: false });
  const gone = anOrder({ lines: [cancelled] });
  expect(asThen(gone)).toEqual({ order: gone, past: false });
});

test('days are those of China, after the delay, and the cap is reached by more than it', () => {
  const tally = openTally(STORE);
  const at = (time: string) => ({ createdAt: new Date(time) });
  // 13:59 UTC and two hours are 23:59 in China; 14:00 is the next day.
  tally.add(row(at('2025-03-01T13:59:00Z')));
  tally.add(row(at('2025-03-01T14:00:00Z')));
  tally.add(row(at('2025-03-02T01:00:00Z')));
  expect(tally.totals().cap).toEqual({
    capFen: 1000,
    highest: { day: '2025-03-02', orders: 2, fen: 1000 },
    days: 2,
    reached: [],
  });
  tally.add(row(at('2025-03-02T02:00:00Z')));
  expect(tally.totals().cap.reached).toEqual([{ day: '2025-03-02', orders: 3, fen: 1500 }]);
});

test('each order counts once: to buy, then, bought before at its real price, held, waiting, early', () => {
  const tally = openTally(STORE);
  tally.add(row());
  tally.add(row({ lines: [aLine({ phase: 'delivered' })] }));
  tally.add(row({}, { state: 'paid', fen: 700 }));
  tally.add(row({ lines: [aLine({ sku: 'LOST' }), aLine({ lineId: '2', sku: 'LOST' })] }));
  tally.add(row({ lines: [aLine({ phase: 'waiting' })] }));
  tally.add(row({ notOurs: 'fulfilled by Shopee' }));
  tally.add(row({ createdAt: new Date('2020-01-01') }));
  tally.addOlder(4);
  expect(tally.totals()).toMatchObject({
    orders: 6,
    early: 1,
    older: 4,
    past: 1,
    buy: { orders: 1, costFen: 500, saleFen: 5000, sale: '10', marginShare: 0.9 },
    asThen: { orders: 1, costFen: 500 },
    bought: { orders: 1, costFen: 700, marginShare: 0.86 },
    together: { orders: 3, costFen: 1700, saleFen: 15_000 },
    held: 1,
    waits: 1,
    nothing: 1,
    holds: [{ code: 'sku-unmapped', orders: 1 }],
    unmapped: [{ sku: 'LOST', orders: 1, name: 'Mug' }],
  });
});

test('a time back, a date and a time are understood; anything else says what is', () => {
  const now = new Date('2026-07-21T08:00:00Z');
  expect(readSince('7d', now).toISOString()).toBe('2026-07-14T08:00:00.000Z');
  expect(readSince('2026-07-01', now).toISOString()).toBe('2026-07-01T00:00:00.000Z');
  expect(readSince('2026-07-01T08:00:00+08:00', now).toISOString()).toBe(
    '2026-07-01T00:00:00.000Z',
  );
  for (const text of ['', 'yesterday', '7', '0d', '2026-13-01', '2026-07-22', '07/01/2026']) {
    expect(() => readSince(text, now), text).toThrow('--since');
  }
});

test('columns stay where they are from page to page', () => {
  const next = openColumns([
    { title: 'id', least: 5 },
    { title: 'n', right: true },
    { title: 'why' },
  ]);
  expect(next([['a', '1', 'x']])).toEqual(['ID     N  WHY', 'a      1  x']);
  expect(next([['b', '2', 'a long reason']])).toEqual(['b      2  a long reason']);
  expect(next([['longer-id', '3', '']])).toEqual(['longer-id  3']);
});

test('margins are rounded down', () => {
  expect([0.87699, -0.0001, 0.5, undefined].map(marginText)).toEqual([
    '87.6%',
    '-0.1%',
    '50.0%',
    '-',
  ]);
});

test('settings that differ are named down to the value, a list as a whole', () => {
  const other = aStore({
    lines: [{ links: 'store' }],
    budget: { cnyPerUnit: '4', largestOrder: '1000' },
  });
  expect(differentSettings(aStore(), other).sort()).toEqual(['budget.cnyPerUnit', 'lines']);
  expect(differentSettings(aStore(), aStore({ start: '2025-01-02' }))).toEqual(['start']);
  expect(differentSettings(aStore(), aStore())).toEqual([]);
});

test('what every purchase shares is taken off a difference, and nothing else', () => {
  const receiver = (city: string, address: string) => ({
    orderSource: city,
    receiver: { ...FILE.receiver, city, address },
  });
  const cities = fc.constantFrom('杭州市', '义乌市');
  const addresses = fc.constantFrom('1 {order}', '2 {order}', '3', '4');
  fc.assert(
    fc.property(cities, addresses, cities, addresses, (city, address, otherCity, otherAddress) => {
      const [one, other] = [
        aStore(receiver(city, address)),
        aStore(receiver(otherCity, otherAddress)),
      ];
      const common = commonDifference(one, other);
      const difference = comparePlans(
        planOrder(anInput({ store: one })),
        planOrder(anInput({ store: other })),
      );
      const own = difference && besides(difference, common);
      // Only an address with a template differs from order to order.
      const differs = address !== otherAddress && (address + otherAddress).includes('{');
      expect(own !== undefined).toBe(differs);
      expect(common.rows.length).toBe(
        (city === otherCity ? 0 : 2) + (address === otherAddress || differs ? 0 : 1),
      );
    }),
  );
});
