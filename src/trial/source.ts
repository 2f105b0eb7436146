/** Which orders a trial reads, and in words. */
import type { Store } from '../config.ts';
import { grantOf } from '../database/grants.ts';
import type { Service } from '../service.ts';
import { readAtMarketplace, readStored, type TrialPage } from './read.ts';

export interface TrialSource {
  readonly kind: 'marketplace' | 'stored';
  readonly since: Date;
  readonly pages: AsyncIterable<TrialPage>;
}

/** @throws {Error} saying what to do, when the store is not connected and its orders are to be read */
export async function openSource(
  service: Service,
  store: Store,
  options: { readonly since: Date; readonly stored?: boolean | undefined },
): Promise<TrialSource> {
  const { since } = options;
  if (options.stored) return { kind: 'stored', since, pages: readStored(service, store, since) };
  const { marketplace, app, country, sellerId } = store.settings;
  if (!(await grantOf(service.db, { marketplace, app, country, sellerId }))) {
    throw new Error(
      `store ${store.name} is not connected, so its orders cannot be read. Connect it with: ponbridge connect ${store.name}. Orders that are stored already can be planned with --stored.`,
    );
  }
  return { kind: 'marketplace', since, pages: readAtMarketplace(service, store, since) };
}
