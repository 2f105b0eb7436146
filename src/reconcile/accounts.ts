/** An agent account against our purchases: its orders of the last days, listed once. */
import type { AgentListing, AgentOrder } from '../../connectors/agent.ts';
import { CallError } from '../../connectors/errors.ts';
import { addMs } from '../clock.ts';
import { type AccountRef, storeAgentOrders } from '../database/agent-orders.ts';
import { holdText } from '../holds.ts';
import type { Service } from '../service.ts';
import { judge } from '../stages/list.ts';
import { bookAccount } from './books.ts';
import type { Findings } from './difference.ts';
import { compareOwned, ownedPurchases } from './owned.ts';
import { notCompared, person } from './send.ts';
import { compareUnlinked, sameNumbers } from './unlinked.ts';

const DAY_MS = 86_400_000;
const BATCH = 500;
/** Reads by id of purchases that a listing lacks: a listing that lost more is said to be no evidence. */
const MOST_READS = 50;

export interface AccountRun {
  readonly service: Service;
  readonly ref: AccountRef;
  readonly findings: Findings;
  readonly from: Date;
}

export async function reconcileAccount(
  service: Service,
  ref: AccountRef,
  days: number,
  findings: Findings,
): Promise<void> {
  const now = service.clock.now();
  const run: AccountRun = { service, ref, findings, from: addMs(now, -days * DAY_MS) };
  const listing = await list(run, now);
  const verdict = await judge(service, ref, listing);
  if (!verdict.trusted) {
    // What it shows is true all the same; what it does not show is read by id or left open.
    findings.differences.push({
      code: 'listing-untrusted',
      orderNumber: undefined,
      theirs: verdict.reason ?? 'incomplete',
      ours: 'nothing is concluded from what it lacks',
      ...person(holdText('listing-untrusted').remedy),
    });
  }
  const twins = sameNumbers(listing.orders);
  for (let start = 0; start < listing.orders.length; start += BATCH) {
    await compare(run, listing.orders.slice(start, start + BATCH), listing.beganAt, twins);
  }
  await readAbsent(run, listing, verdict.trusted);
  await bookAccount(run);
}

/** On a busy account orders arrive between the pages: a period that ended a moment ago stays as it is. */
async function list({ service, ref, from }: AccountRun, now: Date): Promise<AgentListing> {
  const agent = service.connections.agent(ref);
  const listing = await agent.list({ from, until: addMs(now, DAY_MS) });
  if (listing.complete) return listing;
  return agent.list({ from, until: addMs(now, -service.settings.timings.clockSkew) });
}

async function compare(
  run: AccountRun,
  orders: readonly AgentOrder[],
  beganAt: Date,
  twins: ReadonlyMap<string, readonly AgentOrder[]>,
): Promise<void> {
  const { service, ref } = run;
  const owned = await ownedPurchases(
    service.db,
    ref,
    orders.map((order) => order.agentOrderId),
  );
  await storeAgentOrders(service.db, ref, orders, beganAt);
  for (const order of orders) {
    const purchase = owned.get(order.agentOrderId);
    if (purchase) await compareOwned(run, order, purchase);
    else await compareUnlinked(run, order, twins);
  }
}

/** Purchases of ours that lie in the period and were not listed: asked for by their id. */
async function readAbsent(run: AccountRun, listing: AgentListing, trusted: boolean): Promise<void> {
  const { service, ref, findings } = run;
  const rows = await service.db
    .selectFrom('purchase')
    .innerJoin('sales_order', 'sales_order.id', 'purchase.sales_order_id')
    .select(['purchase.agent_order_id', 'purchase.order_no', 'purchase.state'])
    .select('sales_order.order_number')
    .where('purchase.agent', '=', ref.agent)
    .where('purchase.account', '=', ref.account)
    .where('purchase.agent_order_id', 'is not', null)
    .where('purchase.state', '<>', 'cancelled')
    .where('purchase.placed_at', '>=', addMs(run.from, 60_000))
    .where('purchase.placed_at', '<', addMs(listing.beganAt, -service.settings.timings.listingLag))
    .orderBy('purchase.id')
    .execute();
  const listed = new Set(listing.orders.map((order) => order.agentOrderId));
  const absent = rows.filter((row) => !listed.has(row.agent_order_id ?? ''));
  for (const row of absent.slice(0, MOST_READS)) {
    const beganAt = service.clock.now();
    try {
      const order = await service.connections.agent(ref).read(row.agent_order_id ?? '');
      if (order) {
        await compare(run, [order], beganAt, new Map());
        continue;
      }
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      // An account in such trouble is said to be so once.
      if (trusted)
        findings.differences.push({ ...notCompared(error), orderNumber: row.order_number });
      continue;
    }
    findings.compared += 1;
    findings.differences.push({
      code: 'purchase-unknown',
      orderNumber: row.order_number,
      theirs: `no order ${row.order_no}`,
      ours: `${row.order_no} is ${row.state}`,
      ...person(
        "Look for it in the agent's console; if it is gone, ask the agent, and buy by hand.",
      ),
    });
  }
}
