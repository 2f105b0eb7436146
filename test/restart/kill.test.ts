import { describe, expect, type TestContext, test, vi } from 'vitest';
import { LAZADA } from '../../src/demo/settings.ts';
import { POT, POT_SKU } from '../stages/harness.ts';
import { holdCalls } from './hold.ts';
import { type Scene, startScene } from './scene.ts';

/** After a kill: a sender may live for 30 s more, a dead process's jobs wait up to 26 s. */
const WITHIN_MS = 200_000;

async function openScene(
  { onTestFinished }: TestContext,
  options: Parameters<typeof startScene>[0] = {},
): Promise<Scene> {
  const scene = await startScene(options);
  onTestFinished(() => scene.stop());
  return scene;
}

/** Kills the service, and starts it again on the PostgreSQL that outlived it. */
async function killAndStart(scene: Scene, service: { kill(): Promise<void> }): Promise<void> {
  const before = await scene.serverStart();
  await service.kill();
  await scene.start();
  expect(await scene.serverStart()).toBe(before);
}

/** In the agent's own books. */
function boughtAndPaid(scene: Scene, number: string): string {
  const { pandapon } = scene.world;
  const orders = pandapon.books().orders.filter((each) => each.sellerOrderNumber === number);
  return `bought ${orders.length}, paid ${orders.reduce((sum, each) => sum + each.timesPaid, 0)}`;
}

describe.concurrent('kill -9, and a start after it', () => {
  test('while pulling, reading and buying', { timeout: WITHIN_MS }, async (context) => {
    const scene = await openScene(context, { pollShopee: '1h' });
    const { lazada, shopee, pandapon } = scene.world;
    const service = await scene.start();
    // An order that the listing must show: only such a listing proves that another is not there.
    const known = scene.orderLazada();
    await scene.waitFor(known, 'shipped');

    const [atLazada, atShopee, atAgent] = [lazada, shopee, pandapon].map(({ shell }) =>
      holdCalls(shell),
    );
    if (!atLazada || !atShopee || !atAgent) throw new Error('three simulators');
    const never = scene.orderLazada();
    const bought = scene.orderLazada();
    const reached = [
      atAgent.hold('createOrder', 'before', never),
      atAgent.hold('createOrder', 'after', bought),
    ];
    await Promise.all(reached);
    const reading = atShopee.hold('get_order_detail', 'after');
    const pushed = scene.orderShopee();
    const pulling = atLazada.hold('/orders/get', 'after');
    const pulled = scene.orderLazadaQuietly();
    await Promise.all([reading, pulling]);
    expect(await scene.summary(pulled)).toBeUndefined();
    expect(await scene.summary(pushed)).toBeUndefined();
    expect(boughtAndPaid(scene, never)).toBe('bought 0, paid 0');
    expect(boughtAndPaid(scene, bought)).toBe('bought 1, paid 0');

    await killAndStart(scene, service);
    for (const number of [pulled, pushed, bought, never]) {
      await scene.waitFor(number, 'shipped');
      expect(boughtAndPaid(scene, number)).toBe('bought 1, paid 1');
    }
    expect(await scene.attempts(bought)).toContain('place adopted');
    expect((await scene.attempts(never)).slice(0, 2)).toEqual(['place absent', 'place succeeded']);
  });

  test('while paying and while telling that it is ready', {
    timeout: WITHIN_MS,
  }, async (context) => {
    const scene = await openScene(context);
    const { lazada, pandapon } = scene.world;
    const service = await scene.start();
    const [atLazada, atAgent] = [holdCalls(lazada.shell), holdCalls(pandapon.shell)];
    const ready = scene.orderLazada();
    const paid = scene.orderShopee();
    const unpaid = scene.orderShopee();
    await Promise.all([
      atLazada.hold('/order/package/rts', 'after', ready),
      atAgent.hold('payOrder', 'after', paid),
      atAgent.hold('payOrder', 'before', unpaid),
    ]);
    expect(boughtAndPaid(scene, paid)).toBe('bought 1, paid 1');
    expect(boughtAndPaid(scene, unpaid)).toBe('bought 1, paid 0');

    await killAndStart(scene, service);
    for (const number of [ready, paid]) {
      await scene.waitFor(number, 'shipped');
      expect(boughtAndPaid(scene, number)).toBe('bought 1, paid 1');
    }
    // There is no second automatic payment: a person is asked.
    await scene.waitFor(unpaid, 'held', 'payment-unknown');
    expect(boughtAndPaid(scene, unpaid)).toBe('bought 1, paid 0');
    const rts = lazada.shell.calls.filter((call) => call.operation === '/order/package/rts');
    expect(rts.filter((call) => call.order === ready)).toHaveLength(0);
  });

  test('while cancelling, answering a buyer, readying, fetching a label and telling the warehouse', {
    timeout: WITHIN_MS,
  }, async (context) => {
    const scene = await openScene(context, { buyerWish: 'accept' });
    const { lazada, shopee, pandapon } = scene.world;
    const service = await scene.start();
    const [atLazada, atShopee, atAgent] = [lazada, shopee, pandapon].map(({ shell }) =>
      holdCalls(shell),
    );
    if (!atLazada || !atShopee || !atAgent) throw new Error('three simulators');
    // What costs more than planned is not paid, so that it can still be cancelled.
    pandapon.raisePrice(POT_SKU, 2_000);
    const unpaid = () =>
      lazada.addOrder({ country: 'sg', sellerId: LAZADA.sellerId, lines: [POT] });
    const [cancelled, uncancelled] = [unpaid(), unpaid()];
    for (const number of [cancelled, uncancelled]) {
      await scene.waitFor(number, 'held', 'price-raised');
    }
    const reached = [
      atAgent.hold('cancelOrder', 'after', cancelled),
      atAgent.hold('cancelOrder', 'before', uncancelled),
    ];
    for (const number of [cancelled, uncancelled]) lazada.buyerCancels(number);
    const ready = scene.orderLazada();
    reached.push(atLazada.hold('/order/package/rts', 'before', ready));
    const told = scene.orderLazada();
    reached.push(atAgent.hold('updateWarehouse', 'after', told));
    const labelled = scene.orderShopee();
    reached.push(atShopee.hold('download_shipping_document', 'after'));
    await Promise.all(reached);
    const wished = scene.orderShopee();
    const answering = atShopee.hold('handle_buyer_cancellation', 'after');
    await vi.waitFor(() => expect(boughtAndPaid(scene, wished)).toBe('bought 1, paid 1'), 20_000);
    shopee.requestCancellation(wished);
    await answering;

    await killAndStart(scene, service);
    for (const number of [cancelled, uncancelled]) {
      await scene.waitFor(number, 'cancelled');
      expect(pandapon.order(number)?.cancelAttempts).toHaveLength(1);
    }
    expect(await scene.attempts(cancelled)).toContain('cancel adopted');
    expect((await scene.attempts(uncancelled)).slice(-2)).toEqual([
      'cancel absent',
      'cancel succeeded',
    ]);
    for (const number of [ready, told, labelled]) {
      await scene.waitFor(number, 'shipped');
      expect(boughtAndPaid(scene, number)).toBe('bought 1, paid 1');
    }
    expect(pandapon.order(told)?.warehouseUpdates).toHaveLength(2);
    await scene.waitFor(wished, 'held', 'cancelled-after-payment');
    expect(await scene.attempts(wished)).toContain('cancel adopted');
  });

  test('while arranging the shipping', { timeout: WITHIN_MS }, async (context) => {
    const scene = await openScene(context);
    const { lazada, shopee } = scene.world;
    const service = await scene.start();
    const [atLazada, atShopee] = [holdCalls(lazada.shell), holdCalls(shopee.shell)];
    const orders = {
      packed: scene.orderLazada(),
      unpacked: scene.orderLazada(),
      arranged: scene.orderShopee(),
      unarranged: scene.orderShopee(),
    };
    await Promise.all([
      atLazada.hold('/order/fulfill/pack', 'after', orders.packed),
      atLazada.hold('/order/fulfill/pack', 'before', orders.unpacked),
      atShopee.hold('ship_order', 'after', orders.arranged),
      atShopee.hold('ship_order', 'before', orders.unarranged),
    ]);

    await killAndStart(scene, service);
    for (const number of Object.values(orders)) {
      await scene.waitFor(number, 'shipped');
      expect(boughtAndPaid(scene, number)).toBe('bought 1, paid 1');
    }
    const packed = lazada.books().orders.flatMap((each) => each.items);
    expect(packed.map((item) => item.timesPacked)).toEqual([1, 1]);
    const arranged = Object.values(shopee.books().orders).flatMap((each) => each.packages);
    expect(arranged.map((each) => each.arranged)).toEqual([1, 1]);
  });
});
