/**
 * The end of a run: the world is healed, people outside do what they would, and the clock runs until
 * nothing changes. Then every order has ended, or stands under a hold that its history explains.
 * @module
 */
import { sweep } from '../../src/sweep.ts';
import { arrive, giveNumbers } from './by-hand.ts';
import { explain } from './explain.ts';
import { dueJobs } from './jobs.ts';
import { decideAtMarket, deliver, payAtMarket, pickUp } from './market-acts.ts';
import type { Real } from './real.ts';
import { type OrderRow, type Rows, readRows } from './rows.ts';
import { DAY, HOUR, MINUTE, SECOND } from './times.ts';
import { isCalledOff, type MarketOrder, type World } from './world.ts';

/** Longer than any wait of the service by its own clock: what has not moved by then never will. */
const QUIET = 40 * MINUTE;
/** With nothing due: longer than the time between two listings of the account. */
const IDLE = 25 * MINUTE;
/** Between two sweeps, each of which sends for a pull of every store. */
const SWEEP = 8 * MINUTE;
const MOST_ROUNDS = 400;

/** Lets everything come to rest. Returns what is wrong with the ends. */
export async function bringToRest(real: Real, afterEach: () => Promise<void>): Promise<string[]> {
  const { world, clock } = real;
  world.fates.clear();
  real.crashAt = undefined;
  while (real.sleepers.length > 0) await real.wake(0);
  let rows = await readRows(real);
  let last = '';
  let since = clock.at;
  let swept = 0;
  let sweptIdle = 0;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    world.settle();
    if (peopleAct(world)) since = clock.at;
    await real.runDue();
    if (clock.at >= swept + SWEEP) {
      swept = clock.at;
      sweptIdle += 1;
      await real.execute(sweep);
      await real.runDue();
    }
    await afterEach();
    rows = await readRows(real);
    const now = restOf(rows);
    if (now !== last) {
      last = now;
      since = clock.at;
      sweptIdle = 0;
    }
    const known = world.orders.every((order) => rowOf(rows, order));
    if (known && rows.orders.every((row) => isEnd(row.state))) break;
    // Nothing is to come by itself, and sweeps, pulls and the account's listing have brought nothing.
    const isIdle = rows.orders.every((row) => isEnd(row.state) || row.due_at === null);
    if (isIdle && sweptIdle > 2 && clock.at > since + IDLE) break;
    const waitsForTomorrow = rows.holds.some((hold) => hold.open && hold.code === 'daily-cap');
    if (clock.at > since + (waitsForTomorrow ? DAY + QUIET : QUIET)) break;
    if (round === MOST_ROUNDS - 1) return [`it does not come to rest: ${last}`];
    await onward(real, swept + SWEEP, waitsForTomorrow);
  }
  return judge(real, rows);
}

const isEnd = (state: string) => state === 'done' || state === 'cancelled' || state === 'ignored';

/** What must stand still before the run is over. */
function restOf(rows: Rows): string {
  const holds = rows.holds
    .filter((hold) => hold.open)
    .map((hold) => `${hold.sales_order_id} ${hold.code}`);
  const states = [
    ...rows.orders.map((row) => `order ${row.order_id} ${row.state}`),
    ...rows.purchases.map((row) => `purchase ${row.id} ${row.state}`),
    ...rows.packages.map((row) => `package ${row.id} ${row.state} ${row.steps_done.join('+')}`),
    ...rows.attempts.map((row) => `attempt ${row.id} ${row.outcome}`),
  ];
  return [...states, ...holds.sort()].join('; ');
}

/** To the next job or sweep; in great steps where only tomorrow helps. */
async function onward(real: Real, nextSweep: number, waitsForTomorrow: boolean): Promise<void> {
  if (waitsForTomorrow) return real.clock.forward(2 * HOUR);
  const [next] = await dueJobs(real.db, new Date(nextSweep));
  const to = next ? next.due_at.getTime() + 1 : nextSweep;
  real.clock.forward(Math.max(to - real.clock.at, SECOND));
}

/** Buyers pay, sellers decide, suppliers send, carriers deliver. True when anything happened. */
function peopleAct(world: World): boolean {
  const before = JSON.stringify([world.orders.map((order) => order.updatedAt), world.books]);
  for (const order of world.orders) {
    payAtMarket(world, order);
    decideAtMarket(world, order, false);
    pickUp(world, order, false);
    deliver(world, order);
  }
  for (const book of world.books) {
    // Only what is paid is sent, whoever paid it.
    if (book.phase === 'paid') book.phase = 'sent';
    if (book.phase === 'sent') {
      giveNumbers(book);
      arrive(book);
    }
  }
  return before !== JSON.stringify([world.orders.map((order) => order.updatedAt), world.books]);
}

export async function pullAll(real: Real): Promise<void> {
  for (const store of ['lz', 'sp'] as const) {
    await real.runJob({ id: '0', queue: 'pull', data: { store }, due_at: new Date(), tries: 20 });
  }
}

function rowOf(rows: Rows, order: MarketOrder): OrderRow | undefined {
  return rows.orders.find((row) => row.store === order.store && row.order_id === order.id);
}

function judge(real: Real, rows: Rows): string[] {
  const wrong: string[] = [];
  for (const order of real.world.orders) {
    const row = rowOf(rows, order);
    if (!row) {
      wrong.push(`${order.key} was never taken in`);
      continue;
    }
    const holds = rows.holds.filter((hold) => hold.open && hold.sales_order_id === row.id);
    for (const hold of holds) {
      real.world.count(`hold at the end: ${hold.code}`);
      const why = explain({ real, rows, order, row, hold });
      if (!why) {
        wrong.push(
          `${order.key} (${row.state}) is held without a reason in its history: ${hold.code} (${hold.stage}): ${hold.detail}`,
        );
      }
    }
    real.world.count(`end: ${holds.length > 0 ? `${row.state} under a hold` : row.state}`);
    if (holds.length === 0 && !isRightEnd(real, rows, order, row)) {
      wrong.push(
        `${order.key} stays ${row.state} for ever (due ${row.due_at ?? 'never'}, awaits ${row.awaits ?? 'nothing'}, ${row.state_reason ?? 'no reason'})`,
      );
    }
  }
  for (const hold of rows.holds) if (!hold.open) real.world.count(`hold met: ${hold.code}`);
  return wrong;
}

function isRightEnd(real: Real, rows: Rows, order: MarketOrder, row: OrderRow): boolean {
  const isCancelled = isCalledOff(order.lines);
  const store = real.settings.stores.get(order.store)?.settings.purchase;
  const ours = rows.purchases.filter(
    (each) => each.sales_order_id === row.id && each.agent_order_id,
  );
  switch (row.state) {
    case 'done':
      return order.lines.every((line) => line.phase === 'delivered' || line.phase === 'cancelled');
    case 'cancelled':
      return isCancelled;
    case 'ignored':
      // Nothing to buy, or somebody shipped it before it was bought.
      return (
        ours.length === 0 &&
        (order.history.has('shipped-by-hand') ||
          isCancelled ||
          isOnlyGifts(order) ||
          hasNothingLeft(order))
      );
    case 'planned':
      // A person asked to cancel it, and nothing came of it: that person is told by the reason.
      return (
        store?.mode === 'off' || (order.history.has('cancel-asked') && row.state_reason !== null)
      );
    case 'waiting':
      return store?.mode === 'manual';
    case 'open':
      // Linked by a person to other goods, whose numbers belong to no line of ours: an alert tells.
      return order.history.has('adopted-other');
    default:
      return false;
  }
}

function isOnlyGifts(order: MarketOrder): boolean {
  return order.lines.every((line) => line.sku.startsWith('GIFT') || line.phase === 'cancelled');
}

function hasNothingLeft(order: MarketOrder): boolean {
  return order.lines.every((line) => line.phase !== 'buyable');
}
