/** The order a person means: by its number, by the marketplace's id, or by the id it has here. */
import type { Db } from '../database/connect.ts';
import { storeRow } from '../database/stores.ts';
import type { Service } from '../service.ts';
import { readSnapshot, type Snapshot } from '../snapshot.ts';
import { Misuse, Problem } from './errors.ts';

export interface FoundOrder {
  readonly id: string;
  readonly store: string;
  readonly orderNumber: string;
  readonly orderId: string;
}

/** Largest value of PostgreSQL's bigint. */
const LARGEST_ID = 9_223_372_036_854_775_807n;

/** Every order the word can mean. What the marketplace calls it stands above the id it has here. */
export async function findOrders(db: Db, word: string, store?: string): Promise<FoundOrder[]> {
  const named = await select(db, store)
    .where((row) => row.or([row('order_number', '=', word), row('order_id', '=', word)]))
    .execute();
  if (named.length > 0 || !isInternalId(word)) return named;
  return select(db, store).where('id', '=', word).execute();
}

function select(db: Db, store: string | undefined) {
  const query = db
    .selectFrom('sales_order')
    .select(['id', 'store', 'order_number as orderNumber', 'order_id as orderId'])
    .orderBy('id');
  return store === undefined ? query : query.where('store', '=', store);
}

function isInternalId(word: string): boolean {
  return /^\d{1,19}$/.test(word) && BigInt(word) <= LARGEST_ID;
}

/** @throws {Problem} when there is none; {Misuse} listing the candidates when there are several. */
export async function findOrder(
  service: Service,
  word: string,
  store?: string,
): Promise<FoundOrder> {
  if (store !== undefined) await readableStore(service, store);
  const found = await findOrders(service.db, word, store);
  const [only] = found;
  if (only && found.length === 1) return only;
  if (!only) {
    const where = store === undefined ? '' : ` in store ${store}`;
    throw new Problem(
      `no order ${word} is known${where}. It is taken in with the next pull: ponbridge pull <store>. All known ones: ponbridge orders.`,
    );
  }
  const candidates = found.map(
    (order) => `  --store ${order.store}   number ${order.orderNumber}, id ${order.orderId}`,
  );
  throw new Misuse(
    [`${word} names ${found.length} orders; say which one:`, ...candidates].join('\n'),
  );
}

/** The whole of one order. */
export async function readOrderSnapshot(
  service: Service,
  word: string,
  store?: string,
): Promise<Snapshot> {
  const { id } = await findOrder(service, word, store);
  const snapshot = await readSnapshot(service.db, id);
  if (!snapshot) throw new Problem(`no order ${word} is known`);
  return snapshot;
}

/**
 * For commands that only read: a store that was removed, or whose file is gone, still has its orders.
 * @throws {Misuse} when there never was such a store
 */
export async function readableStore(
  service: Pick<Service, 'settings' | 'db'>,
  name: string,
): Promise<void> {
  if (service.settings.stores.has(name) || (await storeRow(service.db, name))) return;
  knownStore(service, name);
}

/** @throws {Misuse} when the settings have no such store. */
export function knownStore(service: Pick<Service, 'settings'>, name: string) {
  const store = service.settings.stores.get(name);
  if (store) return store;
  const names = [...service.settings.stores.keys()].join(', ') || 'none';
  throw new Misuse(`there is no store "${name}" (stores/${name}.yaml); known: ${names}`);
}
