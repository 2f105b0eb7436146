import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { refusal } from '../database/embedded-tools.ts';
import { dropDatabase, freshDatabase } from '../database-server.ts';
import { holdCalls } from './hold.ts';
import { type Scene, startScene } from './scene.ts';

async function openScene(options: Parameters<typeof startScene>[0] = {}): Promise<Scene> {
  const scene = await startScene(options);
  onTestFinished(() => scene.stop());
  return scene;
}

/** Twice what stopping may take: answers under way 5 s, running jobs 20 s. */
const STOP_WITHIN_MS = 50_000;

describe('SIGTERM', () => {
  test('ends with 0 and stops the database with the last process', {
    // Two services are stopped, one after the other.
    timeout: 2 * STOP_WITHIN_MS,
  }, async () => {
    const scene = await openScene();
    const [one, two] = [await scene.start('web'), await scene.start('worker')];
    expect(await one.terminate()).toBe(0);
    expect(await refusal(scene.databaseUrl)).toBeUndefined();
    const number = scene.orderLazadaQuietly();
    await scene.waitFor(number, 'paid');
    expect(await two.terminate()).toBe(0);
    expect(await refusal(scene.databaseUrl)).toBe('ECONNREFUSED');
  });

  test('lets a purchase under way end, and its answer is kept', {
    timeout: STOP_WITHIN_MS,
  }, async () => {
    const scene = await openScene();
    const service = await scene.start();
    // Answered after 2 s: the signal comes in between.
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    scene.world.pandapon.shell.planFaults(({ operation }) => {
      if (operation !== 'createOrder') return undefined;
      arrived();
      return { kind: 'slow', ms: 2_000 };
    });
    const number = scene.orderLazada();
    await arrival;
    expect(await service.terminate()).toBe(0);
    await scene.start();
    expect((await scene.attempts(number))[0]).toBe('place succeeded');
    expect(scene.world.pandapon.purchasesBySellerOrder()).toEqual({ [`lazada/${number}`]: 1 });
  });
});

test('a PostgreSQL that is killed is started again, and the work goes on by itself', {
  timeout: 120_000,
}, async () => {
  const scene = await openScene();
  const service = await scene.start();
  const before = scene.orderLazada();
  await holdCalls(scene.world.pandapon.shell).hold('createOrder', 'after', before);
  process.kill(await scene.serverPid(), 'SIGKILL');
  const after = scene.orderShopee();
  // Jobs whose end could not be written wait until their heartbeat has lapsed: up to 26 s.
  for (const number of [after, before]) {
    await scene.waitFor(number, 'shipped');
    const orders = scene.world.pandapon.books().orders;
    const its = orders.filter((each) => each.sellerOrderNumber === number);
    expect(its.map((each) => each.timesPaid)).toEqual([1]);
  }
  expect(await service.terminate()).toBe(0);
});

test('two workers on one database buy each of twenty orders once', {
  timeout: 60_000,
}, async () => {
  const serverUrl = inject('databaseUrl');
  const databaseUrl = await freshDatabase(serverUrl);
  onTestFinished(() => dropDatabase(serverUrl, databaseUrl));
  const scene = await openScene({ databaseUrl });
  const workers = await Promise.all([scene.start('worker'), scene.start('worker')]);
  const numbers = Array.from({ length: 20 }, (_, index) =>
    index % 2 === 0 ? scene.orderLazada() : scene.orderShopee(),
  );
  for (const number of numbers) await scene.waitFor(number, 'shipped');
  const orders = scene.world.pandapon.books().orders;
  expect(orders.map((each) => each.sellerOrderNumber).sort()).toEqual(numbers.sort());
  expect(orders.every((each) => each.timesPaid === 1)).toBe(true);
  expect(scene.world.pandapon.counters().payAttempts).toBe(20);
  // Both took part.
  for (const worker of workers) expect(worker.logged()).toContain('"msg":"call"');
  expect(await Promise.all(workers.map((worker) => worker.terminate()))).toEqual([0, 0]);
});
