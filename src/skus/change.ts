/** Changes the table of SKU links all at once, or not at all, and wakes the orders this concerns. */
import pRetry from 'p-retry';
import type { Database, Db } from '../database/connect.ts';
import { applyDiff, wakeOrders } from '../database/sku-diff.ts';
import { closeStaging, lockLinks, openStaging, unlockLinks } from '../database/sku-staging.ts';
import type { Service } from '../service.ts';

/** Somebody else changes SKU links at this moment. */
export class LinksBusy extends Error {
  constructor() {
    super(
      'SKU links are being changed by another import or removal right now, so nothing was changed. Repeat the command when that has ended.',
    );
    this.name = 'LinksBusy';
  }
}

/** Two that lock orders in another sequence: the server lets one begin again. */
const DEADLOCK = '40P01';

/**
 * Runs with staging tables of its own, on one connection.
 * @param alone nobody else may change links meanwhile: for what will change them
 * @throws {LinksBusy}
 */
export async function withStaging<T>(
  service: Pick<Service, 'db'>,
  alone: boolean,
  run: (db: Database) => Promise<T>,
): Promise<T> {
  return service.db.connection().execute(async (db) => {
    if (alone && !(await lockLinks(db))) throw new LinksBusy();
    try {
      await openStaging(db);
      return await run(db);
    } finally {
      // The connection goes on living in its pool; one that broke has nothing left to tidy.
      await tidy(db, alone).catch(() => {});
    }
  });
}

async function tidy(db: Db, alone: boolean): Promise<void> {
  await closeStaging(db);
  if (alone) await unlockLinks(db);
}

/** Applies what was compared. Returns how many orders are planned anew. */
export async function change(service: Service, db: Database): Promise<number> {
  return pRetry(
    () =>
      db.transaction().execute(async (tx) => {
        const now = service.clock.now();
        await applyDiff(tx, now);
        const orders = await wakeOrders(tx, now);
        const jobs = orders.map((id) => ({ id, by: 'sku-links' }));
        await service.jobs.sendAll(tx, 'order', jobs);
        return orders.length;
      }),
    { retries: 3, shouldRetry: ({ error }) => (error as { code?: string }).code === DEADLOCK },
  );
}
