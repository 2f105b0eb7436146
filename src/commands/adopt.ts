/**
 * `ponbridge adopt <id> <agentOrderId>`: a person says which of the agent's orders is this purchase,
 * where the books alone could not tell (hold `purchase-ambiguous`).
 * @module
 */
import type { AgentOrder } from '../../connectors/agent.ts';
import { type AccountRef, storeAgentOrders } from '../database/agent-orders.ts';
import type { Tx } from '../database/connect.ts';
import { addEvent } from '../database/events.ts';
import { closeAttempt } from '../intent.ts';
import { senderDoneAt } from '../intent-rule.ts';
import { yuan } from '../report/table.ts';
import { type Service, storeOf } from '../service.ts';
import { type AttemptRow, openAttempt, type Snapshot } from '../snapshot.ts';
import { planStored } from '../stages/plan.ts';
import { recordPlaced, writePurchase } from '../stages/purchase-rows.ts';
import { moveOrder } from '../transition.ts';
import type { Context } from './context.ts';
import { withCore } from './core.ts';
import { Problem } from './errors.ts';
import { readOrderSnapshot } from './find-order.ts';
import { refuseEnded } from './retry.ts';

/** Links the order to that order of the agent. @throws {Problem} when it cannot be. */
export async function adoptOrder(
  service: Service,
  snapshot: Snapshot,
  agentOrder: string,
): Promise<AgentOrder> {
  const { order, purchase } = snapshot;
  refuseEnded(order.state, order.order_number);
  if (purchase?.agent_order_id) {
    throw new Problem(
      `order ${order.order_number} is linked to the agent's order ${purchase.order_no} already`,
    );
  }
  const attempt = openAttempt(snapshot, 'place');
  // The order that its request is about to make would be a second one.
  if (attempt && service.clock.now() < senderDoneAt(service, attempt)) {
    throw new Problem(
      `order ${order.order_number} is being bought in this moment; look again: ponbridge order ${order.order_number}`,
    );
  }
  const ref = accountOf(service, snapshot, attempt);
  const readBeganAt = service.clock.now();
  const found = await readFromAgent(service, ref, attempt, agentOrder);
  if (!found) {
    throw new Problem(
      `${ref.agent}/${ref.account} knows no order ${agentOrder}. Give its id or its order number, as its console shows them.`,
    );
  }
  if (found.phase === 'cancelled') {
    throw new Problem(`the agent's order ${found.orderNo} is cancelled: nothing will come of it`);
  }
  await service.db.transaction().execute(async (tx) => {
    await refuseOwned(tx, ref, found);
    const id = attempt
      ? await closePlacing(tx, attempt, service.clock.now())
      : await openPurchase(service, tx, snapshot);
    await addEvent(tx, {
      salesOrderId: order.id,
      at: service.clock.now(),
      actor: 'operator',
      kind: 'operator-adopted',
      detail: { agentOrderId: found.agentOrderId, orderNo: found.orderNo },
    });
    await recordPlaced(service, tx, id, found, 'purchase-adopted');
    // What it carries there, which is what listings are held against; bought by hand it may be nothing.
    await tx
      .updateTable('purchase')
      .set({
        seller_order_number: found.sellerOrderNumber ?? '',
        ...(found.orderSource === undefined ? {} : { order_source: found.orderSource }),
      })
      .where('id', '=', id)
      .execute();
    await storeAgentOrders(tx, ref, [found], readBeganAt);
    await service.jobs.send(tx, 'order', { id: order.id, look: 'agent', by: 'operator' });
  });
  return found;
}

function accountOf(
  service: Service,
  { order, purchase }: Snapshot,
  attempt: AttemptRow | undefined,
): AccountRef {
  if (attempt && purchase) return { agent: purchase.agent, account: purchase.account };
  const settings = storeOf(service, order.store).settings.purchase;
  return { agent: settings.agent, account: settings.account };
}

/** By its id; by the number its console shows where the books hold that. */
async function readFromAgent(
  service: Service,
  ref: AccountRef,
  attempt: AttemptRow | undefined,
  word: string,
): Promise<AgentOrder | undefined> {
  const agent = service.connections.agent({
    ...ref,
    ...(attempt ? { address: attempt.address, generation: attempt.generation ?? undefined } : {}),
  });
  const numbered = await service.db
    .selectFrom('agent_order')
    .select('agent_order_id')
    .where('agent', '=', ref.agent)
    .where('account', '=', ref.account)
    .where('order_no', '=', word)
    .executeTakeFirst();
  return agent.read(numbered?.agent_order_id ?? word);
}

async function refuseOwned(tx: Tx, ref: AccountRef, found: AgentOrder): Promise<void> {
  const owner = await tx
    .selectFrom('purchase')
    .innerJoin('sales_order', 'sales_order.id', 'purchase.sales_order_id')
    .select(['sales_order.order_number', 'sales_order.store'])
    .where('purchase.agent', '=', ref.agent)
    .where('purchase.account', '=', ref.account)
    .where('purchase.agent_order_id', '=', found.agentOrderId)
    .executeTakeFirst();
  if (owner) {
    throw new Problem(
      `the agent's order ${found.orderNo} is the purchase of order ${owner.order_number} (store ${owner.store}) already`,
    );
  }
}

async function closePlacing(tx: Tx, attempt: AttemptRow, now: Date): Promise<string> {
  await closeAttempt(tx, attempt, 'adopted', now);
  return String(attempt.purchase_id);
}

/** Nothing was sent by us: the purchase is written down as it is planned now. */
async function openPurchase(service: Service, tx: Tx, snapshot: Snapshot): Promise<string> {
  const { order } = snapshot;
  const store = storeOf(service, order.store);
  const plan = await planStored(service, tx, order);
  if (plan.kind !== 'purchase') {
    const why = plan.kind === 'held' ? plan.holds.map((hold) => hold.code).join(', ') : plan.reason;
    throw new Problem(
      `order ${order.order_number} has no plan to link it to (${why}): clear that first. See: ponbridge plan ${order.store} ${order.order_number}`,
    );
  }
  await moveOrder(tx, order.id, ['pulled', 'held', 'planned', 'waiting'], 'open', {
    now: service.clock.now(),
    actor: 'operator',
    event: 'purchase-placing',
    detail: { costFen: plan.costFen },
  });
  return writePurchase(service, tx, snapshot, store, plan);
}

export async function adopt(
  context: Context,
  word: string,
  agentOrder: string,
  options: { readonly store?: string },
): Promise<void> {
  await withCore(context, async (core) => {
    const snapshot = await readOrderSnapshot(core, word, options.store);
    const found = await adoptOrder(core, snapshot, agentOrder);
    const goods = found.lines
      .map((line) => `${line.quantity} x SKU ${line.skuId ?? '?'}`)
      .join(', ');
    context.print(
      `${snapshot.order.order_number} is now the agent's order ${found.orderNo} (${found.phase}, ${yuan(found.amountFen ?? null) ?? 'amount not known yet'}): ${goods}`,
    );
  });
}
