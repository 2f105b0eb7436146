/** Our own books: what no outside system shows, and what none of our stages would notice. */
import { addMs } from '../clock.ts';
import type { AccountRef } from '../database/agent-orders.ts';
import { holdText } from '../holds.ts';
import type { Service } from '../service.ts';
import type { AccountRun } from './accounts.ts';
import type { Difference } from './difference.ts';
import { person, sendUnlessHeld } from './send.ts';
import { compareSpend } from './spend.ts';
import { LIVE } from './stored.ts';
import type { StoreRun } from './stores.ts';

/** Orders that could not be read, and promises to the marketplace without a result. */
export async function bookStore({ service, store, findings }: StoreRun): Promise<void> {
  const unread = await service.db
    .selectFrom('unread_order')
    .selectAll()
    .where('store', '=', store.name)
    .orderBy('first_seen_at')
    .execute();
  for (const row of unread) {
    const since = row.first_seen_at.toISOString().slice(0, 16);
    findings.differences.push({
      code: 'unreadable',
      orderNumber: row.order_id,
      theirs: row.error,
      ours: `tried ${row.tries} times since ${since}`,
      ...person(
        'Nothing at first: it is asked for with every pull. If it stays, handle it in the seller centre, and report its error.',
      ),
    });
  }
  const open = await openAttempts(service)
    .where('sales_order.store', '=', store.name)
    .where('attempt.purchase_id', 'is', null)
    .execute();
  for (const row of open) findings.differences.push(await openTooLong(service, row));
}

/** Spending without a result, purchases in a dead end, the day's cap. */
export async function bookAccount(run: AccountRun): Promise<void> {
  const { service, ref, findings } = run;
  const open = await openAttempts(service)
    .innerJoin('purchase', 'purchase.id', 'attempt.purchase_id')
    .where('purchase.agent', '=', ref.agent)
    .where('purchase.account', '=', ref.account)
    .execute();
  for (const row of open) findings.differences.push(await openTooLong(service, row));
  findings.differences.push(...(await stranded(service, ref)));
  findings.differences.push(...(await compareSpend(run)));
}

/** Past the moment at which reading settles them, and a while for it to happen. */
function openAttempts(service: Service) {
  const { clockSkew, agentPoll } = service.settings.timings;
  return service.db
    .selectFrom('attempt')
    .innerJoin('sales_order', 'sales_order.id', 'attempt.sales_order_id')
    .select(['attempt.kind', 'attempt.step', 'attempt.signed_at', 'attempt.error'])
    .select(['sales_order.id', 'sales_order.order_number'])
    .where('attempt.closed_at', 'is', null)
    .where('attempt.settle_at', '<', addMs(service.clock.now(), -clockSkew - agentPoll))
    .orderBy('attempt.id');
}

interface OpenRow {
  readonly id: string;
  readonly order_number: string;
  readonly kind: string;
  readonly step: string | null;
  readonly signed_at: Date;
  readonly error: string | null;
}

async function openTooLong(service: Service, row: OpenRow): Promise<Difference> {
  return {
    code: 'attempt-open',
    orderNumber: row.order_number,
    theirs: row.error ?? 'no answer came',
    ours: `${row.step ?? row.kind} of ${row.signed_at.toISOString()} is open`,
    ...(await sendUnlessHeld(service, row.id, 'its job is sent; it is settled by reading')),
  };
}

/** `placing` and `paying` are left through their attempt only, and a live order through its purchase. */
async function stranded(service: Service, { agent, account }: AccountRef): Promise<Difference[]> {
  const rows = await service.db
    .selectFrom('purchase')
    .innerJoin('sales_order', 'sales_order.id', 'purchase.sales_order_id')
    .select(['sales_order.order_number', 'purchase.state', 'purchase.order_no'])
    .where('purchase.agent', '=', agent)
    .where('purchase.account', '=', account)
    .where('purchase.state', 'in', ['placing', 'paying'])
    .where('sales_order.state', 'in', [...LIVE])
    .where((row) =>
      row.not(
        row.exists(
          row
            .selectFrom('attempt')
            .select('attempt.id')
            .whereRef('attempt.purchase_id', '=', 'purchase.id')
            .where('attempt.closed_at', 'is', null),
        ),
      ),
    )
    .execute();
  return rows.map((row) => ({
    code: 'stranded' as const,
    orderNumber: row.order_number,
    theirs: row.order_no ?? 'no order number',
    ours: `${row.state}, without an open attempt`,
    ...person(
      `Somebody changed its rows by hand. Look at it in the agent's console. ${holdText('payment-unknown').remedy}`,
    ),
  }));
}
