/** A grant is renewed by one process at a time, also when that process dies or stands still. */
import { describe, expect, type TestContext, test } from 'vitest';
import type { Fault } from '../../connectors/sandbox.ts';
import { SHOPEE } from '../../src/demo/settings.ts';
import { readHolds } from './holds.ts';
import { type LeaseScene, type LeaseSceneOptions, startLeaseScene, until } from './scene.ts';

/** Instead of the 45 s of production, which session.test.ts looks at. */
const LEASE_MS = 5_000;
const REFRESH = { lazada: '/auth/token/refresh', shopee: 'refresh_access_token' };

async function openScene({ onTestFinished }: TestContext, options: LeaseSceneOptions) {
  const scene = await startLeaseScene({ quiet: true, leaseMs: LEASE_MS, ...options });
  onTestFinished(() => scene.stop());
  return scene;
}

type Marketplace = 'lazada' | 'shopee';

/** Counts the refreshes that arrive, and can hold the next one. */
function watchRefreshes({ world }: LeaseScene, of: Marketplace) {
  let count = 0;
  let next: { readonly fault: Fault; readonly reached: () => void } | undefined;
  const watch = {
    /** For all that are not held, in ms. */
    slowMs: 0,
    count: () => count,
    /** The next one is done (`before`: never), and answered after `ms`; resolves on its arrival. */
    hold: (moment: 'before' | 'after', ms = 3_600_000) =>
      new Promise<void>((reached) => {
        next = { fault: { kind: moment === 'before' ? 'late-effect' : 'slow', ms }, reached };
      }),
  };
  world[of].shell.planFaults(({ operation }) => {
    if (operation !== REFRESH[of]) return undefined;
    count += 1;
    const held = next;
    next = undefined;
    held?.reached();
    return held?.fault ?? { kind: 'slow', ms: watch.slowMs };
  });
  return watch;
}

/** New orders, with a job for each that reads it; returns their numbers. */
async function readNew(scene: LeaseScene, of: Marketplace, count: number): Promise<string[]> {
  const [store, add] =
    of === 'lazada' ? ['tea-sg', scene.orderLazada] : ['tea-my', scene.orderShopee];
  const numbers = Array.from({ length: count }, () => add());
  for (const orderId of numbers) {
    await scene.core.jobs.send(scene.core.db, 'read', { store, orderId, by: 'test' });
  }
  return numbers;
}

async function untilRead(scene: LeaseScene, numbers: readonly string[]): Promise<number> {
  return until(async () => {
    const rows = await scene.core.db
      .selectFrom('sales_order')
      .select('order_id')
      .where('order_id', 'in', [...numbers])
      .execute();
    expect(rows.length).toBe(numbers.length);
  });
}

async function lazadaGrant({ core }: LeaseScene) {
  return core.db
    .selectFrom('grant')
    .selectAll()
    .where('marketplace', '=', 'lazada')
    .executeTakeFirstOrThrow();
}

describe.concurrent('where the old pair stays good', () => {
  test('each grant is renewed once, whoever dies or freezes over it', {
    timeout: 150_000,
  }, async (context) => {
    const scene = await openScene(context, { oldTokensSurvive: true });
    const atLazada = watchRefreshes(scene, 'lazada');
    const atShopee = watchRefreshes(scene, 'shopee');
    const [one, two, three] = await Promise.all([scene.start(), scene.start(), scene.start()]);
    const warm = [...(await readNew(scene, 'lazada', 6)), ...(await readNew(scene, 'shopee', 6))];
    await untilRead(scene, warm);

    // All of them at once, and both marketplaces take their time.
    scene.world.lazada.expireAccessTokens();
    scene.world.shopee.expireAccessToken(SHOPEE.shopId);
    atLazada.slowMs = 400;
    atShopee.slowMs = 400;
    const reads = [
      ...(await readNew(scene, 'lazada', 40)),
      ...(await readNew(scene, 'shopee', 40)),
    ];
    await untilRead(scene, reads);
    expect([atLazada.count(), atShopee.count()]).toEqual([1, 1]);
    for (const worker of [one, two, three]) expect(worker.logged()).toContain('"msg":"call"');
    atLazada.slowMs = 0;

    // Killed before the refresh had its effect: the lock ends with the connection.
    two.freeze();
    three.freeze();
    scene.world.lazada.expireAccessTokens();
    let reached = atLazada.hold('before');
    await readNew(scene, 'lazada', 1);
    await reached;
    two.goOn();
    three.goOn();
    await one.kill();
    const afterKill = await untilRead(scene, await readNew(scene, 'lazada', 8));
    expect(afterKill).toBeLessThan(15);
    // The one that never happened, and the one that did.
    expect(atLazada.count()).toBe(3);

    // Killed after it: the pair is lost, and the old one gets another.
    three.freeze();
    scene.world.lazada.expireAccessTokens();
    reached = atLazada.hold('after');
    await readNew(scene, 'lazada', 1);
    await reached;
    three.goOn();
    await two.kill();
    await untilRead(scene, await readNew(scene, 'lazada', 8));
    expect(await readHolds(scene.core.db)).toEqual([]);

    // Frozen with the answer on its way: the lock ends with the lease.
    const four = await scene.start();
    four.freeze();
    scene.world.lazada.expireAccessTokens();
    reached = atLazada.hold('after', 200);
    await readNew(scene, 'lazada', 1);
    await reached;
    three.freeze();
    four.goOn();
    const whileFrozen = await untilRead(scene, await readNew(scene, 'lazada', 8));
    expect(whileFrozen).toBeGreaterThan(LEASE_MS / 1_000 / 2);
    expect(whileFrozen).toBeLessThan(LEASE_MS / 1_000 + 15);
    const { tokens, version } = await lazadaGrant(scene);
    three.goOn();
    await until(() => expect(three.logged()).toContain('renewed tokens came too late'));
    expect(await lazadaGrant(scene)).toMatchObject({ tokens, version });
    four.freeze();
    await untilRead(scene, await readNew(scene, 'lazada', 2));
  });
});

describe.concurrent('where a refresh ends the old pair at once', () => {
  test('a lost pair holds the grant with its remedy; one that was frozen is kept after all', {
    timeout: 150_000,
  }, async (context) => {
    const scene = await openScene(context, {});
    const atLazada = watchRefreshes(scene, 'lazada');
    const [one, two] = await Promise.all([scene.start(), scene.start()]);
    two.freeze();
    scene.world.lazada.expireAccessTokens();
    let reached = atLazada.hold('after');
    await readNew(scene, 'lazada', 1);
    await reached;
    two.goOn();
    await one.kill();
    const refused = await readNew(scene, 'lazada', 3);
    const held = ['grant-refused: ponbridge connect <store>'];
    await until(async () => expect(await readHolds(scene.core.db)).toEqual(held));
    await untilRead(scene, await readNew(scene, 'shopee', 3));

    // Refused once is enough: each of the calls would be refused too.
    await until(() => expect(two.logged().split('refused to renew').length).toBeGreaterThan(4));
    expect(atLazada.count()).toBe(2);

    await scene.connect('tea-sg');
    await untilRead(scene, refused);
    expect(await readHolds(scene.core.db)).toEqual([]);

    const three = await scene.start();
    three.freeze();
    scene.world.lazada.expireAccessTokens();
    reached = atLazada.hold('after', 200);
    await readNew(scene, 'lazada', 1);
    await reached;
    two.freeze();
    three.goOn();
    const waiting = await readNew(scene, 'lazada', 3);
    await until(async () => expect(await readHolds(scene.core.db)).toEqual(held));
    two.goOn();
    await until(() => expect(two.logged()).toContain('renewed tokens were kept late'));
    await untilRead(scene, waiting);
    expect(await readHolds(scene.core.db)).toEqual([]);
  });
});
