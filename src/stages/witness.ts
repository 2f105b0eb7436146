/**
 * Absence from a listing proves something only beside a witness: an order of ours that the listing does
 * show. On an account that buys seldom the last one can be older than the period that would be asked for.
 * @module
 */
import { addMs } from '../clock.ts';
import type { AccountRef } from '../database/agent-orders.ts';
import type { Db } from '../database/connect.ts';

/** A witness this far back makes a listing of hundreds of pages on no account that buys seldom. */
const LONGEST_MS = 90 * 86_400_000;
/** It must lie inside the period, not at its edge, where a listing need not show it. */
const INSIDE_MS = 2 * 60_000;

/** Where a listing that may settle an unknown placing begins: at `since`, or before our last order. */
export async function reachWitness(db: Db, account: AccountRef, since: Date): Promise<Date> {
  const { last } = await db
    .selectFrom('purchase')
    .innerJoin('agent_order', (join) =>
      join
        .onRef('agent_order.agent', '=', 'purchase.agent')
        .onRef('agent_order.account', '=', 'purchase.account')
        .onRef('agent_order.agent_order_id', '=', 'purchase.agent_order_id'),
    )
    .select((row) => row.fn.max('agent_order.created_at').as('last'))
    .where('purchase.agent', '=', account.agent)
    .where('purchase.account', '=', account.account)
    .where('purchase.state', '<>', 'cancelled')
    .executeTakeFirstOrThrow();
  if (!last || last < addMs(since, -LONGEST_MS)) return since;
  const before = addMs(last, -INSIDE_MS);
  return before < since ? before : since;
}
