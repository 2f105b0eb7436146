/** What the seller does with our own commands. */
import fc from 'fast-check';
import { adoptOrder } from '../../src/commands/adopt.ts';
import { approveOrder } from '../../src/commands/approve.ts';
import { cancelOrder } from '../../src/commands/cancel.ts';
import { retryOrder } from '../../src/commands/retry.ts';
import { enterNumber } from '../../src/commands/tracking.ts';
import type { Service } from '../../src/service.ts';
import { readSnapshot, type Snapshot } from '../../src/snapshot.ts';
import { idOf, onOrder, type Part, pick, some } from './part.ts';
import type { Ended, Real } from './real.ts';
import { goodsBought, goodsOf, type MarketOrder, type World } from './world.ts';

/** A command of a person about one order, with what is stored of it. */
function byOperator(
  name: string,
  run: (service: Service, snapshot: Snapshot, order: MarketOrder, world: World) => Promise<unknown>,
): fc.Arbitrary<Part> {
  return onOrder(name, async (order, world, real) => {
    const id = await idOf(real, order);
    if (id === undefined) return 'not pulled yet';
    const ended: Ended = await real.execute(async (service) => {
      const snapshot = await readSnapshot(service.db, id);
      if (snapshot) await run(service, snapshot, order, world);
    });
    return ended;
  });
}

/** The goods of the order as stored: what a person who says yes has before them. */
function goodsStored(snapshot: Snapshot): string {
  return goodsOf(
    snapshot.lines
      .filter((line) => line.phase !== 'cancelled')
      .map((line) => ({ sku: line.sku ?? '', quantity: line.quantity })),
  );
}

/** Noted before: should the process die in it, the yes may stand all the same. */
async function noteApproval(
  snapshot: Snapshot,
  order: MarketOrder,
  run: () => Promise<boolean>,
): Promise<void> {
  const goods = goodsStored(snapshot);
  const isNew = !order.approved.has(goods);
  order.approved.add(goods);
  const stands = await run().catch((error: unknown) => {
    if (isNew) order.approved.delete(goods);
    throw error;
  });
  if (isNew && !stands) order.approved.delete(goods);
}

/** A retry is no look at the plan: it approves nothing. */
export const retry = byOperator('Retry', async (service, snapshot) => {
  await retryOrder(service, snapshot.order.id);
});

export const approve = byOperator('Approve', (service, snapshot, order) =>
  noteApproval(snapshot, order, async () => {
    await approveOrder(service, snapshot);
    return true;
  }),
);

export const adopt = fc.tuple(some, fc.nat(5)).chain(([, at]) =>
  onOrder(`Adopt agent order ${at} as that`, async (order, world, real) => {
    const id = await idOf(real, order);
    const book = pick(world.books, at);
    if (id === undefined || !book) return 'nothing to adopt';
    let goods = '';
    const link = () => {
      book.adoptedFor = order.key;
      order.history.add('adopted');
      if (goodsBought(book.lines) !== goods) order.history.add('adopted-other');
    };
    const ended: Ended = await real.execute(async (service) => {
      const snapshot = await readSnapshot(service.db, id);
      if (!snapshot) return;
      goods = goodsStored(snapshot);
      await adoptOrder(service, snapshot, book.id);
      link();
    });
    // Should the process have died in it, the link may stand all the same.
    if (ended === 'crashed' && (await isLinked(real, id, book.id))) link();
    return ended;
  }),
);

async function isLinked(real: Real, id: string, agentOrderId: string): Promise<boolean> {
  const row = await real.db
    .selectFrom('purchase')
    .select('id')
    .where('sales_order_id', '=', id)
    .where('agent_order_id', '=', agentOrderId)
    .executeTakeFirst();
  return row !== undefined;
}

export const cancel = byOperator('Cancel', async (service, snapshot, order) => {
  order.history.add('cancel-asked');
  await cancelOrder(service, snapshot, { reason: 'out-of-stock', force: true });
});

export const enter = byOperator('EnterNumber', async (service, snapshot, order, world) => {
  const number = `HAND${order.id}`;
  // Noted first: with the process's death in between it may stand all the same.
  world.entered.set(order.key, [...(world.entered.get(order.key) ?? []), number]);
  await enterNumber(service, snapshot, { number, carrier: undefined });
});
