/**
 * Each call that spends money or makes a promise, and a process that dies at each of its moments: what the
 * books of the outside systems show in the end (docs/guarantees.md).
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CUP, CUP_MY, type Harness, POT, startHarness } from '../stages/harness.ts';
import {
  advanceUntilDead,
  type Dying,
  diesAt,
  diesAtCommit,
  nextProcess,
  type Where,
} from './dying.ts';

let h: Harness;

beforeAll(async () => {
  h = await startHarness({
    stores: {
      'tea-sg': { ship: { pack: 'sent', readyToShip: 'sent' } },
      'tea-my': { ship: { arrange: 'sent' } },
    },
  });
  // Without an order that the listing must show, absence would prove nothing.
  const witness = h.orderLazada([POT]);
  await h.pull('tea-sg');
  await h.waitForState(witness, 'paid');
  await h.elapse(5_000);
});

afterAll(() => h?.stop());

interface Case {
  readonly moment: string;
  /** Whether the outside system has done it when the process is dead. */
  readonly happened: boolean;
  readonly dying: (where: Where) => Dying;
}

const CASES: readonly Case[] = [
  {
    moment: 'before the intent is committed',
    happened: false,
    dying: () => diesAtCommit(h, 1, 'before'),
  },
  {
    moment: 'intent committed, not sent',
    happened: false,
    dying: (where) => diesAt(h, where, 'before'),
  },
  { moment: 'effect, no answer', happened: true, dying: (where) => diesAt(h, where, 'after') },
  {
    moment: 'answer, not stored',
    happened: true,
    dying: () => diesAtCommit(h, 2, 'before'),
  },
  { moment: 'answer stored', happened: true, dying: () => diesAtCommit(h, 2, 'after') },
];

const booked = (number: string) => {
  const order = h.pandapon.order(number);
  return order ? `bought ${h.boughtAtAgent(number)}, paid ${order.timesPaid}` : 'not bought';
};

async function readyToPlace(): Promise<string> {
  const number = h.orderLazada([CUP]);
  await h.pullNow('tea-sg');
  await h.listNow();
  await h.jobs.clear();
  return number;
}

async function readyToPay(): Promise<string> {
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  await h.waitForState(number, 'placed');
  await h.listNow();
  await h.jobs.clear();
  return number;
}

async function readyToShip(store: 'tea-sg' | 'tea-my', line = CUP): Promise<string> {
  const number = store === 'tea-sg' ? h.orderLazada([line]) : h.orderShopee([CUP_MY]);
  await h.pull(store);
  await h.waitForState(number, 'paid');
  h.pandapon.send(number);
  await h.listNow();
  await h.jobs.clear();
  return number;
}

const placing = { agent: 'place' } as const;
const paying = { agent: 'pay' } as const;
const shipping = { marketplace: 'ship' } as const;

describe.each(CASES)('$moment', ({ happened, dying, moment }) => {
  const noIntent = moment === 'before the intent is committed';
  const stored = moment === 'answer stored';

  test('placing: bought once', async () => {
    const number = await readyToPlace();
    await advanceUntilDead(h, number, dying(placing));
    expect(booked(number)).toBe(happened ? 'bought 1, paid 0' : 'not bought');
    expect(await h.outcomes(number, 'place')).toEqual(
      noIntent ? [] : [stored ? 'succeeded' : 'open'],
    );
    await nextProcess(h);
    await h.waitForState(number, 'paid');
    expect(booked(number)).toBe('bought 1, paid 1');
    const ends = { true: stored ? ['succeeded'] : ['adopted'], false: ['absent', 'succeeded'] };
    expect(await h.outcomes(number, 'place')).toEqual(
      noIntent ? ['succeeded'] : ends[`${happened}`],
    );
  });

  test('paying: paid once, or a person is asked', async () => {
    const number = await readyToPay();
    await advanceUntilDead(h, number, dying(paying));
    expect(booked(number)).toBe(`bought 1, paid ${happened ? 1 : 0}`);
    await nextProcess(h);
    const isUnpaid = !happened && !noIntent;
    await h.waitForState(number, isUnpaid ? 'held' : 'paid');
    expect(await h.holds(number)).toEqual(isUnpaid ? ['payment-unknown'] : []);
    expect(booked(number)).toBe(`bought 1, paid ${isUnpaid ? 0 : 1}`);
    expect(h.pandapon.order(number)?.payAttempts).toHaveLength(isUnpaid ? 0 : 1);
  });

  test('packing at Lazada: packed once, its number told', async () => {
    const number = await readyToShip('tea-sg');
    await advanceUntilDead(h, number, dying(shipping));
    const packed = () => itemsOf(number).map((item) => item.timesPacked);
    expect(packed()).toEqual([happened ? 1 : 0]);
    await nextProcess(h);
    await h.waitForState(number, 'shipped');
    expect(packed()).toEqual([1]);
    expect(packagesOf(number)).toMatchObject([{ rtsCalls: { accepted: 1 } }]);
    expect((await h.summary(number)).trackingNumber).toBe(packagesOf(number)[0]?.trackingNumber);
  });

  test('arranging at Shopee: arranged once, its number told', async () => {
    const number = await readyToShip('tea-my');
    await advanceUntilDead(h, number, dying(shipping));
    const packages = () => h.shopee.books().orders[number]?.packages ?? [];
    expect(packages().map((each) => each.arranged)).toEqual([happened ? 1 : 0]);
    await nextProcess(h);
    await h.waitForState(number, 'shipped');
    expect(packages().map((each) => each.arranged)).toEqual([1]);
    expect((await h.summary(number)).trackingNumber).toBe(packages()[0]?.trackingNumber);
  });
});

function itemsOf(number: string) {
  return h.lazada.books().orders.find((order) => order.orderId === number)?.items ?? [];
}

function packagesOf(number: string) {
  return h.lazada.books().packages.filter((each) => each.orderId === number);
}

describe.each(['before', 'after'] as const)('dies %s it', (moment) => {
  test('ready-to-ship at Lazada: said once', async () => {
    const number = await readyToShip('tea-sg');
    await advanceUntilDead(h, number, diesAt(h, { ...shipping, nth: 2 }, moment));
    expect(packagesOf(number)).toMatchObject([
      { rtsCalls: { accepted: moment === 'after' ? 1 : 0 } },
    ]);
    await nextProcess(h);
    await h.waitForState(number, 'shipped');
    expect(packagesOf(number)).toMatchObject([{ rtsCalls: { accepted: 1 } }]);
    expect(itemsOf(number).map((item) => item.timesPacked)).toEqual([1]);
  });

  test("telling the seller's own number: told once, or a person is asked", async () => {
    const number = await readyToShip('tea-sg', { ...CUP, deliveryOptionSof: true } as typeof CUP);
    const steps = diesAt(h, { ...shipping, nth: 3 }, moment);
    await advanceUntilDead(h, number, steps);
    const told = () => packagesOf(number)[0]?.told.length;
    expect(told()).toBe(moment === 'after' ? 1 : 0);
    await nextProcess(h);
    await h.elapse(30 * 60_000);
    expect(told()).toBe(moment === 'after' ? 1 : 0);
    expect(await h.holds(number)).toEqual(['ship-unknown']);
  });

  test('fetching the label: kept once, and the order goes on', async () => {
    const number = await readyToShip('tea-sg');
    await advanceUntilDead(h, number, diesAt(h, { marketplace: 'readLabel' }, moment));
    expect(await labelsOf(number)).toBe(0);
    await nextProcess(h);
    await h.waitForState(number, 'shipped');
    expect(await labelsOf(number)).toBe(1);
    expect(itemsOf(number).map((item) => item.timesPacked)).toEqual([1]);
  });

  test("the warehouse's note: told again at most, with the same words", async () => {
    const number = await readyToShip('tea-sg');
    await advanceUntilDead(h, number, diesAt(h, { agent: 'updateWarehouse' }, moment));
    await nextProcess(h);
    await h.waitForState(number, 'shipped');
    const notes = h.pandapon.order(number)?.warehouseUpdates ?? [];
    expect(notes).toHaveLength(moment === 'after' ? 2 : 1);
    const words = notes.map((each) => each.warehouseAddress);
    expect(new Set(words)).toEqual(
      new Set([`write ${packagesOf(number)[0]?.trackingNumber} on ${number}`]),
    );
  });

  test("asking for the suppliers' tracking numbers: asked again", async () => {
    const number = await readyToShip('tea-sg');
    await advanceUntilDead(h, number, diesAt(h, { agent: 'parcels' }, moment));
    await nextProcess(h);
    await h.waitForState(number, 'shipped');
    expect((await h.snapshot(number)).parcels).toHaveLength(1);
  });
});

async function labelsOf(number: string): Promise<number> {
  return (await h.snapshot(number)).labelled.size;
}
