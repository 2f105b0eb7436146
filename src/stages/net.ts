/**
 * The safety net under pushes and pulls, where a marketplace offers one (Shopee): pushes it could not
 * deliver, and packages it waits for whose orders neither a push nor a pull ever showed.
 * @module
 */
import type { Store } from '../config.ts';
import { keepPush } from '../push-inbox.ts';
import { marketplaces } from '../registry.ts';
import type { Service } from '../service.ts';

/** Pages of lost pushes taken in one go; Shopee keeps three days in pages of 100. */
const MOST_PAGES = 50;

export async function castNet(service: Service): Promise<void> {
  for (const key of service.settings.apps.keys()) {
    await takeLostPushes(service, key).catch((error: unknown) => {
      service.log.warn({ app: key, err: error }, 'lost pushes could not be fetched');
    });
  }
  for (const store of service.settings.stores.values()) {
    if (store.settings.paused) continue;
    await findForgotten(service, store).catch((error: unknown) => {
      service.log.warn({ store: store.name, err: error }, 'packages to ship could not be listed');
    });
  }
}

/** The list has a watermark: a page is stored before it is confirmed, so that none is lost twice. */
export async function takeLostPushes(service: Service, key: string): Promise<number> {
  const app = service.settings.apps.get(key);
  const module = app && marketplaces.get(app.marketplace);
  if (!app || !module?.lostPushes) return 0;
  const next = module.lostPushes(app.settings, { clock: service.clock });
  let taken = 0;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await next();
    for (const hint of page.hints) await keepPush(service, key, hint);
    for (const why of page.unreadable)
      service.log.warn({ app: key, why }, 'a lost push is unreadable');
    await page.confirm();
    taken += page.hints.length;
    if (!page.more) break;
  }
  return taken;
}

/** Reads the orders of packages that wait to be arranged and are not known here. */
export async function findForgotten(service: Service, store: Store): Promise<number> {
  const packages = service.connections.marketplace(store).unarranged?.();
  if (!packages) return 0;
  const waiting = new Set<string>();
  for await (const { orderId } of packages) waiting.add(orderId);
  if (waiting.size === 0) return 0;
  const known = await service.db
    .selectFrom('sales_order')
    .select('order_id')
    .where('store', '=', store.name)
    .where('order_id', 'in', [...waiting])
    .execute();
  for (const { order_id: orderId } of known) waiting.delete(orderId);
  for (const orderId of waiting) {
    await service.jobs.send(service.db, 'read', { store: store.name, orderId, by: 'net' });
  }
  return waiting.size;
}
