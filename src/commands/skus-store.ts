/** The store an option names. */
import { hasLinks } from '../database/sku-links.ts';
import type { Service } from '../service.ts';
import { storeCheck } from '../skus/stores.ts';
import { Problem } from './errors.ts';

/** A store without settings is known as long as it has links: they outlive its file. */
export async function knownStore(service: Service, store: string | undefined): Promise<void> {
  if (store === undefined) return;
  const wrong = storeCheck(service.settings.stores.keys())(store);
  if (wrong !== undefined && !(await hasLinks(service.db, store))) {
    throw new Problem(`--store ${wrong}`);
  }
}
