/** The fresh look before spending: the order is read again from its marketplace, and stored. */
import type { SalesOrder } from '../../connectors/marketplace.ts';
import type { StoreOutcome } from '../database/orders.ts';
import { type Service, storeOf } from '../service.ts';
import type { Snapshot } from '../snapshot.ts';
import { isEmpty, newsOf, sealBuyers, takeIn } from './take-in.ts';

export interface Look {
  readonly order: SalesOrder;
  readonly outcome: StoreOutcome['kind'];
}

/**
 * @param send whether what changed gives the order a job: a stage goes on by itself, a command does not
 * @throws {Error} when the marketplace does not show the order, or shows it broken.
 */
export async function lookAgain(
  service: Service,
  snapshot: Snapshot,
  actor: string,
  send = false,
): Promise<Look> {
  const store = storeOf(service, snapshot.order.store);
  const readBeganAt = service.clock.now();
  const read = await service.connections.marketplace(store).readOrders([snapshot.order.order_id]);
  const [order] = read.orders;
  const news = await newsOf(service, store, read, readBeganAt);
  if (order && isEmpty(news)) return { order, outcome: 'unchanged' };
  const sealed = await sealBuyers(service, news.orders);
  const taking = { store, read: news, sealed, readBeganAt, actor, send };
  const [outcome] = await service.db.transaction().execute((tx) => takeIn(service, tx, taking));
  if (!order || !outcome) {
    const why = read.broken[0]?.error ?? 'it is absent from the answer';
    throw new Error(`the order could not be read again at ${store.settings.marketplace}: ${why}`);
  }
  return { order, outcome: outcome.kind };
}
