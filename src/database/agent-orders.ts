/** The agent's books as last read, and whether a listing of them is evidence. */
import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { AgentOrder, AgentOrderLine } from '../../connectors/agent.ts';
import type { Db } from './connect.ts';
import type { AgentListingTable, AgentOrderTable } from './schema.ts';

export interface AccountRef {
  readonly agent: string;
  readonly account: string;
}

export type AgentListingRow = Selectable<AgentListingTable>;

/** What of an agent's order can move ours. */
export function agentDigest(order: AgentOrder): string {
  // As the database gives the lines back: without absent values, and with the keys in another order.
  const lines = order.lines.map((line) =>
    Object.entries(line)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  // The agent may list them in any order.
  const sorted = lines.map((line) => JSON.stringify(line)).sort();
  const facts = [order.status, order.phase, order.amountFen, sorted];
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url');
}

/** Keeps what was read, unless a later read is stored. */
export async function storeAgentOrders(
  db: Db,
  account: AccountRef,
  orders: readonly AgentOrder[],
  readBeganAt: Date,
): Promise<void> {
  const unique = [...new Map(orders.map((order) => [order.agentOrderId, order])).values()];
  for (let start = 0; start < unique.length; start += 500) {
    const part = unique.slice(start, start + 500);
    await db
      .insertInto('agent_order')
      .values(
        part.map((order) => ({
          agent: account.agent,
          account: account.account,
          agent_order_id: order.agentOrderId,
          order_no: order.orderNo,
          order_source: order.orderSource ?? null,
          seller_order_number: order.sellerOrderNumber ?? null,
          created_at: order.createdAt ?? null,
          amount_fen: order.amountFen ?? null,
          status: order.status ?? null,
          phase: order.phase,
          lines: JSON.stringify(order.lines),
          digest: agentDigest(order),
          read_began_at: readBeganAt,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['agent', 'account', 'agent_order_id'])
          .doUpdateSet((row) => ({
            order_no: row.ref('excluded.order_no'),
            order_source: row.ref('excluded.order_source'),
            seller_order_number: row.ref('excluded.seller_order_number'),
            created_at: row.ref('excluded.created_at'),
            amount_fen: row.ref('excluded.amount_fen'),
            status: row.ref('excluded.status'),
            phase: row.ref('excluded.phase'),
            lines: row.ref('excluded.lines'),
            digest: row.ref('excluded.digest'),
            read_began_at: row.ref('excluded.read_began_at'),
          }))
          .whereRef('agent_order.read_began_at', '<=', 'excluded.read_began_at'),
      )
      .execute();
  }
}

export async function readListing(
  db: Db,
  account: AccountRef,
): Promise<AgentListingRow | undefined> {
  return db
    .selectFrom('agent_listing')
    .selectAll()
    .where('agent', '=', account.agent)
    .where('account', '=', account.account)
    .executeTakeFirst();
}

/**
 * The account's orders that could be one with this number: those that carry it, and those that carry
 * none, created since an instant.
 */
export async function matchCandidates(
  db: Db,
  account: AccountRef,
  sellerOrderNumber: string,
  since: Date,
): Promise<AgentOrder[]> {
  const rows = await db
    .selectFrom('agent_order')
    .selectAll()
    .where('agent', '=', account.agent)
    .where('account', '=', account.account)
    .where((row) =>
      row.or([
        row('seller_order_number', '=', sellerOrderNumber),
        row('seller_order_number', 'is', null),
      ]),
    )
    .where((row) => row.or([row('created_at', 'is', null), row('created_at', '>=', since)]))
    .execute();
  return rows.map(toAgentOrder);
}

/** Of these agent orders, the ones that purchases of ours own already. */
export async function ownedAgentOrders(
  db: Db,
  account: AccountRef,
  ids: readonly string[],
  exceptPurchase: string | undefined,
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  let query = db
    .selectFrom('purchase')
    .select('agent_order_id')
    .where('agent', '=', account.agent)
    .where('account', '=', account.account)
    .where('agent_order_id', 'in', [...ids]);
  if (exceptPurchase) query = query.where('id', '<>', exceptPurchase);
  const rows = await query.execute();
  return new Set(rows.flatMap((row) => (row.agent_order_id ? [row.agent_order_id] : [])));
}

export function toAgentOrder(row: Selectable<AgentOrderTable>): AgentOrder {
  return {
    agentOrderId: row.agent_order_id,
    orderNo: row.order_no,
    orderSource: row.order_source ?? undefined,
    sellerOrderNumber: row.seller_order_number ?? undefined,
    createdAt: row.created_at ?? undefined,
    amountFen: row.amount_fen === null ? undefined : Number(row.amount_fen),
    status: row.status ?? undefined,
    phase: row.phase,
    lines: row.lines as AgentOrderLine[],
  };
}
