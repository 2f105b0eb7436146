/**
 * The orders of a trial, page by page: as the marketplace shows them now, or as stored. Stores nothing.
 * @module
 */
import type { BuyerAddress, SalesOrder } from '../../connectors/marketplace.ts';
import type { Store } from '../config.ts';
import type { Db } from '../database/connect.ts';
import { documentOf, noBuyer } from '../database/orders.ts';
import type { PurchaseState } from '../database/schema.ts';
import type { Service } from '../service.ts';

/** What Ponbridge has bought for an order already. */
export interface BoughtBefore {
  readonly state: PurchaseState;
  /** What the agent asks, where it has said so; else what was planned. */
  readonly fen: number;
}

export interface TakenOrder {
  readonly order: SalesOrder;
  readonly bought: BoughtBefore | undefined;
}

export interface UnreadOrder {
  readonly orderId: string;
  readonly error: string;
}

export interface TrialPage {
  readonly orders: readonly TakenOrder[];
  /** Changed since, but created before. */
  readonly older: number;
  readonly unread: readonly UnreadOrder[];
  /** How far the reading has come. */
  readonly reached: Date;
}

const STORED_PAGE = 200;

/**
 * Whatever was created since then has changed since then, so the listing by update time shows it. An
 * order that changes while it is read comes twice: its first reading counts.
 */
export async function* readAtMarketplace(
  service: Service,
  store: Store,
  since: Date,
): AsyncGenerator<TrialPage> {
  const seen = new Set<string>();
  const pages = service.connections.marketplace(store).pull({
    from: since,
    until: service.clock.now(),
    changed: async (rows) => rows.map(({ orderId }) => orderId).filter((id) => !seen.has(id)),
  });
  for await (const { orders, broken, missing, coveredUntil } of pages) {
    const fresh = orders.filter(({ orderId }) => !seen.has(orderId));
    for (const { orderId } of fresh) seen.add(orderId);
    const wanted = fresh.filter(({ createdAt }) => createdAt >= since);
    const bought = await boughtOf(
      service.db,
      store.name,
      wanted.map(({ orderId }) => orderId),
    );
    const reached = wanted.reduce(
      (latest, { updatedAt }) => (updatedAt > latest ? updatedAt : latest),
      coveredUntil,
    );
    yield {
      orders: wanted.map((order) => ({ order, bought: bought.get(order.orderId) })),
      older: fresh.length - wanted.length,
      unread: [
        ...broken,
        ...missing.map((orderId) => ({
          orderId,
          error: 'listed, but not answered when asked for',
        })),
      ],
      reached,
    };
  }
}

/** Oldest first. */
export async function* readStored(
  service: Service,
  store: Store,
  since: Date,
): AsyncGenerator<TrialPage> {
  let last: { readonly at: Date; readonly id: string } | undefined;
  for (;;) {
    const after = last;
    let query = service.db
      .selectFrom('sales_order')
      .select(['id', 'order_id', 'document', 'buyer', 'source_created_at'])
      .where('store', '=', store.name)
      .where('source_created_at', '>=', since)
      .orderBy('source_created_at')
      .orderBy('id')
      .limit(STORED_PAGE);
    if (after) {
      query = query.where((row) =>
        row.or([
          row('source_created_at', '>', after.at),
          row.and([row('source_created_at', '=', after.at), row('id', '>', after.id)]),
        ]),
      );
    }
    const rows = await query.execute();
    const end = rows.at(-1);
    if (!end) return;
    last = { at: end.source_created_at, id: end.id };
    const bought = await boughtOf(
      service.db,
      store.name,
      rows.map((row) => row.order_id),
    );
    const orders: TakenOrder[] = [];
    for (const row of rows) {
      const buyer = row.buyer ? await service.secrets.open<BuyerAddress>(row.buyer) : noBuyer;
      orders.push({ order: { ...documentOf(row), buyer }, bought: bought.get(row.order_id) });
    }
    yield { orders, older: 0, unread: [], reached: last.at };
  }
}

/** By the marketplace's order id; a purchase that was cancelled or taken back counts as none. */
async function boughtOf(
  db: Db,
  store: string,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, BoughtBefore>> {
  if (orderIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('purchase')
    .innerJoin('sales_order', 'sales_order.id', 'purchase.sales_order_id')
    .select(['sales_order.order_id', 'purchase.state', 'planned_fen', 'agent_fen'])
    .where('sales_order.store', '=', store)
    .where('sales_order.order_id', 'in', [...orderIds])
    .where('purchase.state', '!=', 'cancelled')
    .orderBy('purchase.part')
    .execute();
  return new Map(
    rows.map((row) => [
      row.order_id,
      { state: row.state, fen: Number(row.agent_fen ?? 0) || Number(row.planned_fen) },
    ]),
  );
}
