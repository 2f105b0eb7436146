/** An order of the agent that no purchase of ours owns: bought by hand, by another, or lost here. */
import type { AgentOrder } from '../../connectors/agent.ts';
import type { PurchaseState, SalesOrderState } from '../database/schema.ts';
import { senderDoneAt } from '../intent-rule.ts';
import { openAttempt, readSnapshot, type Snapshot } from '../snapshot.ts';
import type { AccountRun } from './accounts.ts';
import type { Difference } from './difference.ts';
import { isOurSource, salesOrdersNumbered } from './numbered.ts';
import { person, sendUnlessHeld } from './send.ts';

type Done = Pick<Difference, 'code' | 'outcome' | 'done'>;

/** The living orders that share a source and a number, by both. */
export function sameNumbers(orders: readonly AgentOrder[]): Map<string, readonly AgentOrder[]> {
  const numbered = orders.filter(
    (order) => order.sellerOrderNumber !== undefined && order.phase !== 'cancelled',
  );
  const groups = Map.groupBy(numbered, keyOf);
  return new Map([...groups].filter(([, group]) => group.length > 1));
}

function keyOf(order: AgentOrder): string {
  return JSON.stringify([order.orderSource, order.sellerOrderNumber]);
}

export async function compareUnlinked(
  run: AccountRun,
  order: AgentOrder,
  twins: ReadonlyMap<string, readonly AgentOrder[]>,
): Promise<void> {
  const { service, ref, findings } = run;
  const { sellerOrderNumber: number } = order;
  // Nothing comes of a cancelled one, and one without a number is matched before each purchase.
  if (number === undefined || order.phase === 'cancelled' || !isOurSource(service, ref, order)) {
    findings.byHand += 1;
    return;
  }
  findings.compared += 1;
  const theirs = `${order.orderNo}, ${order.phase}`;
  const [id, ...others] = await salesOrdersNumbered(service, ref, order);
  const snapshot = id === undefined ? undefined : await readSnapshot(service.db, id);
  if (!snapshot || others.length > 0) {
    const ours = snapshot ? `${others.length + 1} orders could be it` : `no order ${number}`;
    const remedy = `If it is a store's order, ponbridge pull <store> takes it in. If it is none, cancel ${order.orderNo} in the agent's console, or ask for a refund there.`;
    const what = { code: 'no-such-order' as const, ...person(remedy) };
    findings.differences.push({ orderNumber: number, theirs, ours, ...what });
    return;
  }
  const done = await decide(run, order, snapshot, twins.get(keyOf(order)) ?? []);
  if (done === 'said') return;
  if (done === 'fresh') {
    findings.fresh += 1;
    return;
  }
  const { purchase } = snapshot;
  const ours = purchase?.order_no
    ? `${purchase.order_no}, ${purchase.state}`
    : `${snapshot.order.state}, no purchase`;
  findings.differences.push({ orderNumber: snapshot.order.order_number, theirs, ours, ...done });
}

const ENDED: readonly SalesOrderState[] = ['done', 'cancelling', 'cancelled', 'ignored'];
const LIVING: readonly PurchaseState[] = ['placed', 'paying', 'paid', 'sent', 'cancelling'];

/** `fresh`: our own placing is on its way this moment. */
async function decide(
  { service }: AccountRun,
  order: AgentOrder,
  snapshot: Snapshot,
  twins: readonly AgentOrder[],
): Promise<Done | 'fresh' | 'said'> {
  const { order: sales, purchase } = snapshot;
  const console = "in the agent's console";
  if (purchase && LIVING.includes(purchase.state)) {
    const remedy = `Compare ${purchase.order_no} and ${order.orderNo} ${console}; cancel the one that is too many, or ask for a refund.`;
    return { code: 'bought-twice', ...person(remedy) };
  }
  if (twins.length > 1) {
    // Said once for all of them.
    if (twins[0] !== order) return 'said';
    const numbers = twins.map((each) => each.orderNo).join(' and ');
    const remedy = `Compare ${numbers} ${console}; cancel all but one. The other is then taken as the purchase.`;
    return { code: 'bought-twice', ...person(remedy) };
  }
  if (ENDED.includes(sales.state)) {
    const remedy = `The order is ${sales.state} here: cancel ${order.orderNo} ${console}, or ask for a refund.`;
    return { code: 'bought-though-ended', ...person(remedy) };
  }
  const attempt = openAttempt(snapshot, 'place');
  if (attempt && service.clock.now() < senderDoneAt(service, attempt)) return 'fresh';
  const code = 'bought-unlinked';
  if (attempt) {
    const text = 'its job is sent; the settle stage adopts it';
    return { code, ...(await sendUnlessHeld(service, sales.id, text)) };
  }
  if (purchase?.agent_order_id) {
    const remedy = `Its purchase ${purchase.order_no} is ${purchase.state} and another was made by hand: tell the marketplace its tracking by hand.`;
    return { code, ...person(remedy) };
  }
  const adopt = `ponbridge adopt ${sales.order_number} ${order.orderNo}`;
  const mode = service.settings.stores.get(sales.store)?.settings.purchase.mode ?? 'off';
  const waits = sales.state === 'waiting' || sales.state === 'pulled';
  if (waits && (mode === 'auto' || (mode === 'manual' && sales.approved_at !== null))) {
    const text = 'its job is sent; the place stage adopts it';
    return { code, ...(await sendUnlessHeld(service, sales.id, text)) };
  }
  if (waits && mode === 'manual') {
    const remedy = `Approve it, and it is adopted instead of bought: ponbridge approve ${sales.order_number}.`;
    return { code, ...person(remedy) };
  }
  return { code, ...person(`It is ${sales.state}. Link it: ${adopt}.`) };
}
