/**
 * The stores as rows: what refers to them outlives their files. A row stands for one shop for ever, so
 * that an order of it can neither be asked for at another shop nor be bought again under another name.
 * @module
 */
import { createHash } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Settings, Store } from '../config.ts';
import type { Problem } from '../yaml.ts';
import type { Db, Tx } from './connect.ts';
import type { StoreTable } from './schema.ts';

export type StoreRow = Omit<Selectable<StoreTable>, 'settings' | 'state'>;

interface KeptSettings {
  readonly digest: string;
  readonly currency: string;
  readonly settings: Omit<Store['settings'], 'start'> & { readonly start: string };
}

/** What only the database can tell of the stores' files: a name, or a shop, that stands for another. */
export async function shopProblems(db: Db, settings: Settings): Promise<Problem[]> {
  const rows = await storeRows(db);
  const byShop = new Map(rows.map((row) => [shopOf(row), row]));
  const byName = new Map(rows.map((row) => [row.name, row]));
  const problems: Problem[] = [];
  for (const store of settings.stores.values()) {
    const shop = shopOf(facts(store));
    const same = byName.get(store.name);
    const other = byShop.get(shop);
    const file = `stores/${store.name}.yaml`;
    if (same && shopOf(same) !== shop && (await hasOrders(db, same.name))) {
      const message = `is shop ${shop}; the orders kept under the name ${store.name} are of shop ${shopOf(same)}. Give this shop's file another name`;
      problems.push({ file, path: 'sellerId', message });
    }
    if (other && other.name !== store.name && (await hasOrders(db, other.name))) {
      const message = `is shop ${shop}, whose orders are kept under the name ${other.name}. Name the file stores/${other.name}.yaml: they go on, and nothing is bought twice`;
      problems.push({ file, path: 'sellerId', message });
    }
  }
  return problems;
}

/**
 * Writes what changed of the stores' rows; with `missingOnly`, only rows that no service works by. Those
 * removed earlier whose file is back live again.
 */
export async function registerStores(
  db: Db,
  settings: Settings,
  { missingOnly = false } = {},
): Promise<void> {
  const rows = await db
    .selectFrom('store')
    .select(['name', 'marketplace', 'country', 'seller_id', 'removed_at'])
    .select(sql<string | null>`settings ->> 'digest'`.as('digest'))
    .execute();
  const byShop = new Map(rows.map((row) => [shopOf(row), row]));
  const byName = new Map(rows.map((row) => [row.name, row]));
  const changed = [...settings.stores.values()].flatMap((store) => {
    const row = byName.get(store.name);
    const digest = digestOf(store);
    const other = byShop.get(shopOf(facts(store)));
    const isSame = row === other && row?.digest === digest && row.removed_at === null;
    const isWorked = [row, other].some((each) => each?.removed_at === null);
    return isSame || (missingOnly && isWorked) ? [] : [{ store, row, other, digest }];
  });
  if (changed.length === 0) return;
  const write = async (tx: Db) => {
    for (const { store, row, other, digest } of changed) {
      // Without orders a name or a shop was only written wrongly.
      if (other && other.name !== store.name) await forgetStore(tx, other.name);
      if (row && shopOf(row) !== shopOf(facts(store))) await forgetProgress(tx, store.name);
      const its = {
        ...facts(store),
        removed_at: null,
        retention_ms: store.settings.retention,
        settings: JSON.stringify({ digest, currency: store.currency, settings: store.settings }),
      };
      await tx
        .insertInto('store')
        .values({ name: store.name, ...its })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(its))
        .execute();
    }
  };
  if (db.isTransaction) return write(db);
  await db.transaction().execute(write);
}

/**
 * Stores without a file whose orders live, with the settings that were last in force. What is removed
 * has no living orders.
 */
export async function lostStores(db: Db, settings: Settings): Promise<Store[]> {
  const rows = await db
    .selectFrom('store')
    .select(['name', 'settings'])
    .where('removed_at', 'is', null)
    .where('settings', 'is not', null)
    .where(sql<boolean>`not (name = any(${[...settings.stores.keys()]}))`)
    .execute();
  const living = await livingStores(
    db,
    rows.map((row) => row.name),
  );
  return rows
    .filter((row) => living.has(row.name))
    .map(({ name, settings: kept }) => {
      const { currency, settings: its } = kept as KeptSettings;
      return { name, currency, settings: { ...its, start: new Date(its.start) } };
    });
}

/** Of these, the stores with orders that have not ended. */
export async function livingStores(db: Db, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const rows = await db
    .selectFrom('sales_order')
    .select('store')
    .distinct()
    .where('store', 'in', [...names])
    .where('state', 'not in', ['done', 'cancelled', 'ignored'])
    .execute();
  return new Set(rows.map((row) => row.store));
}

export async function storeRow(db: Db, name: string): Promise<StoreRow | undefined> {
  return rowsQuery(db).where('name', '=', name).executeTakeFirst();
}

export async function storeRows(db: Db): Promise<StoreRow[]> {
  return rowsQuery(db).orderBy('name').execute();
}

function rowsQuery(db: Db) {
  return db
    .selectFrom('store')
    .select(['name', 'marketplace', 'country', 'seller_id', 'first_seen_at'])
    .select(['removed_at', 'retention_ms']);
}

async function hasOrders(db: Db, name: string): Promise<boolean> {
  const row = await db
    .selectFrom('sales_order')
    .select('id')
    .where('store', '=', name)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** How far the wrong shop was pulled says nothing about the right one. */
async function forgetProgress(tx: Db | Tx, name: string) {
  for (const table of ['cursor', 'unread_order', 'hold'] as const) {
    await tx
      .deleteFrom(table as 'cursor')
      .where('store', '=', name)
      .execute();
  }
}

async function forgetStore(tx: Db | Tx, name: string) {
  await forgetProgress(tx, name);
  await tx.deleteFrom('store').where('name', '=', name).execute();
}

function facts({ settings }: Store) {
  return {
    marketplace: settings.marketplace,
    country: settings.country,
    seller_id: settings.sellerId,
  };
}

function shopOf(row: Pick<StoreRow, 'marketplace' | 'country' | 'seller_id'>): string {
  return `${row.marketplace} ${row.country} ${row.seller_id}`;
}

function digestOf({ currency, settings }: Store): string {
  return createHash('sha256')
    .update(JSON.stringify([currency, settings]))
    .digest('base64url');
}
