/** A verified push, or one recovered from the marketplace's list of lost ones: kept, and followed. */
import type { PushHint } from '../connectors/marketplace.ts';
import type { Store } from './config.ts';
import { storeMessage } from './database/inbox.ts';
import type { Service } from './service.ts';

/**
 * Sends the read it asks for, then stores the hint. No transaction: the marketplace is answered after both,
 * and repeats what was not answered. A repeat asks again: a read too many harms nobody.
 * @param app `shopee/main`: the app it came for
 */
export async function keepPush(service: Service, app: string, hint: PushHint): Promise<void> {
  const store = hint.orderId === undefined ? undefined : storeFor(service, app, hint);
  if (store && hint.orderId !== undefined) {
    const read = { store: store.name, orderId: hint.orderId, by: 'push' };
    await service.jobs.send(service.db, 'read', read);
  }
  // Last, and on the disk: its commit carries the job before it.
  await storeMessage(service.durable, {
    source: app,
    messageKey: hint.messageKey,
    topic: hint.topic,
    hint: { orderId: hint.orderId, sellerId: hint.sellerId, country: hint.country },
    receivedAt: service.clock.now(),
  });
  if (!store && hint.orderId !== undefined) {
    service.log.info({ app, topic: hint.topic }, 'a push for a shop that is in no store file');
  }
}

function storeFor(service: Service, app: string, hint: PushHint): Store | undefined {
  for (const store of service.settings.stores.values()) {
    const { settings } = store;
    const itsApp = `${settings.marketplace}/${settings.app}`;
    if (itsApp !== app || settings.sellerId !== hint.sellerId) continue;
    if (hint.country === undefined || hint.country === settings.country) return store;
  }
  return undefined;
}
