/** A purchase of ours against the agent's order of it. */
import type { AgentOrder, AgentOrderLine, AgentOrderPhase } from '../../connectors/agent.ts';
import { addMs } from '../clock.ts';
import { type AccountRef, agentDigest } from '../database/agent-orders.ts';
import type { Db } from '../database/connect.ts';
import type { PurchaseState } from '../database/schema.ts';
import { holdText } from '../holds.ts';
import { yuan } from '../report/table.ts';
import type { AccountRun } from './accounts.ts';
import type { Difference } from './difference.ts';
import { person, sendOn } from './send.ts';

export type OwnedPurchase = Awaited<ReturnType<typeof select>>[number];

/** With the agent's row as it was known before this listing; by the agent's id. */
export async function ownedPurchases(
  db: Db,
  ref: AccountRef,
  agentOrderIds: readonly string[],
): Promise<Map<string, OwnedPurchase>> {
  if (agentOrderIds.length === 0) return new Map();
  const rows = await select(db, ref, agentOrderIds);
  return new Map(rows.map((row) => [row.agent_order_id ?? '', row]));
}

function select(db: Db, ref: AccountRef, agentOrderIds: readonly string[]) {
  return db
    .selectFrom('purchase')
    .innerJoin('sales_order', 'sales_order.id', 'purchase.sales_order_id')
    .leftJoin('agent_order', (join) =>
      join
        .onRef('agent_order.agent', '=', 'purchase.agent')
        .onRef('agent_order.account', '=', 'purchase.account')
        .onRef('agent_order.agent_order_id', '=', 'purchase.agent_order_id'),
    )
    .select(['purchase.id', 'purchase.sales_order_id', 'purchase.state', 'purchase.agent_fen'])
    .select(['purchase.agent_order_id', 'purchase.order_no', 'purchase.seller_order_number'])
    .select(['purchase.agent_digest', 'purchase.placed_at', 'purchase.paid_at'])
    .select(['sales_order.order_number', 'sales_order.state as order_state'])
    .select(['agent_order.digest as known_digest', 'agent_order.read_began_at as known_at'])
    .select('agent_order.lines as known_lines')
    .where('purchase.agent', '=', ref.agent)
    .where('purchase.account', '=', ref.account)
    .where('purchase.agent_order_id', 'in', [...agentOrderIds])
    .execute();
}

/** Which state follow leads to; it never leads back. */
const RANK: Readonly<Partial<Record<PurchaseState | AgentOrderPhase, number>>> = {
  placed: 1,
  paid: 3,
  sent: 4,
};

export async function compareOwned(
  run: AccountRun,
  order: AgentOrder,
  purchase: OwnedPurchase,
): Promise<void> {
  const { findings } = run;
  findings.compared += 1;
  if (isOfAnotherNumber(order, purchase)) {
    findings.differences.push({
      ...sides(order, purchase),
      code: 'number-differs',
      theirs: `${order.orderNo} for ${order.sellerOrderNumber}`,
      ours: `${purchase.order_no} for ${purchase.seller_order_number}`,
      ...person("Compare both orders' goods in the agent's console, and correct the number there."),
    });
  }
  const contradiction = contradicts(run, order, purchase);
  if (contradiction) findings.differences.push(contradiction);
  else await takeNews(run, order, purchase);
}

/** One that a person linked by hand may carry no number at all. */
function isOfAnotherNumber(order: AgentOrder, { seller_order_number }: OwnedPurchase): boolean {
  const { sellerOrderNumber } = order;
  return sellerOrderNumber !== undefined && sellerOrderNumber !== seller_order_number;
}

function sides(order: AgentOrder, purchase: OwnedPurchase) {
  const there = [order.orderNo, order.phase, yuan(order.amountFen)];
  const here = [purchase.state, yuan(purchase.agent_fen)];
  // Where nothing else shows it, the lines do.
  const [theirLines, ourLines] = [order.lines, purchase.known_lines].map(lineWords);
  if (theirLines !== ourLines) {
    there.push(theirLines);
    here.push(ourLines);
  }
  return {
    orderNumber: purchase.order_number,
    theirs: there.filter(Boolean).join(', '),
    ours: here.filter(Boolean).join(', '),
  };
}

function lineWords(lines: readonly AgentOrderLine[] | null): string | undefined {
  if (lines === null) return undefined;
  const words = lines.map(({ skuId, status, phase, closed, errorCode }) =>
    [skuId, status ?? phase, closed ? 'closed' : undefined, errorCode].filter(Boolean).join(' '),
  );
  return `lines ${words.toSorted().join('; ')}`;
}

/** What no stage may put right by itself: money. */
function contradicts(
  { service }: AccountRun,
  order: AgentOrder,
  purchase: OwnedPurchase,
): Difference | undefined {
  const lives = order.phase !== 'cancelled';
  if (purchase.state === 'cancelled' && lives) {
    const remedy = "Cancel it in the agent's console, or ask for a refund there.";
    return { ...sides(order, purchase), code: 'cancelled-here', ...person(remedy) };
  }
  const unpaid = order.phase === 'unpaid' || order.phase === 'building';
  const ended = ['done', 'cancelled', 'ignored'].includes(purchase.order_state);
  if (ended && unpaid) {
    const remedy = `The order is ${purchase.order_state} here: cancel its purchase in the agent's console.`;
    return { ...sides(order, purchase), code: 'bought-though-ended', ...person(remedy) };
  }
  const isPaid = purchase.state === 'paid' || purchase.state === 'sent';
  // The agent's finance takes its time to show a payment: as long as an unknown one would have.
  const shows = addMs(service.clock.now(), -service.settings.timings.settle);
  if (isPaid && unpaid && purchase.paid_at !== null && purchase.paid_at < shows) {
    const { remedy } = holdText('payment-unknown');
    return { ...sides(order, purchase), code: 'payment-missing', ...person(remedy) };
  }
  if (isPaid && order.phase === 'refused') {
    const { remedy } = holdText('payment-refused');
    return { ...sides(order, purchase), code: 'payment-missing', ...person(remedy) };
  }
  return undefined;
}

/** Paid, sent, cancelled, dearer there: follow applies it. Open payments and cancellings settle themselves. */
async function takeNews(run: AccountRun, order: AgentOrder, purchase: OwnedPurchase) {
  const { service, findings } = run;
  const follows = ['placed', 'paid', 'sent', 'cancelled'].includes(purchase.state);
  if (purchase.order_state !== 'open' || !follows) return;
  const digest = agentDigest(order);
  const isApplied = purchase.agent_digest === digest;
  if (isApplied && !isBehind(order, purchase)) return;
  // Applied, and not what the row says: somebody changed the row. Follow is to apply it again.
  if (isApplied) {
    await service.db
      .updateTable('purchase')
      .set({ agent_digest: null })
      .where('id', '=', purchase.id)
      .where('agent_digest', '=', digest)
      .execute();
  }
  const text = 'stored, and its job is sent; the follow stage applies it';
  const done = await sendOn(service, purchase.sales_order_id, text);
  if (!isApplied && isFresh(run, purchase, digest)) findings.fresh += 1;
  else findings.differences.push({ ...sides(order, purchase), code: 'purchase-differs', ...done });
}

function isBehind(order: AgentOrder, { state, agent_fen }: OwnedPurchase): boolean {
  if (order.phase === 'cancelled') return state !== 'cancelled';
  if ((RANK[order.phase] ?? 0) > (RANK[state] ?? Number.POSITIVE_INFINITY)) return true;
  return (order.amountFen ?? null) !== (agent_fen === null ? null : Number(agent_fen));
}

/** News are no difference before the listing by the clock, or the job it sent, was due. */
function isFresh({ service }: AccountRun, purchase: OwnedPurchase, digest: string): boolean {
  const { agentPoll, sweep } = service.settings.timings;
  const now = service.clock.now();
  const wasKnown = purchase.known_digest === digest;
  const lastLook = purchase.known_at ?? purchase.placed_at;
  return lastLook !== null && lastLook > addMs(now, wasKnown ? -sweep : -2 * agentPoll);
}
