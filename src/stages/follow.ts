/** Follow: what the agent says of a purchase moves ours; later words never move it back. */
import { sql } from 'kysely';
import type { AgentOrder } from '../../connectors/agent.ts';
import { priceWithinDrift } from '../../mappings/budget.ts';
import { type Answer, done, type HoldReason, later } from '../answer.ts';
import { storeAgentOrders, toAgentOrder } from '../database/agent-orders.ts';
import type { Tx } from '../database/connect.ts';
import type { PurchaseState } from '../database/schema.ts';
import { type Service, storeOf } from '../service.ts';
import type { AgentOrderRow, PurchaseRow, Snapshot } from '../snapshot.ts';
import { movePurchase } from '../transition.ts';

/** How far a purchase has come; a late word about an earlier state is not believed. */
const RANK: Readonly<Partial<Record<PurchaseState, number>>> = {
  placed: 1,
  paying: 2,
  paid: 3,
  sent: 4,
};

/** Reads the purchase afresh from the agent and keeps what it said; used after a callback. */
export async function readPurchase(
  service: Service,
  purchase: PurchaseRow,
): Promise<AgentOrder | undefined> {
  if (!purchase.agent_order_id) return undefined;
  const ref = { agent: purchase.agent, account: purchase.account };
  const readBeganAt = service.clock.now();
  const order = await service.connections.agent(ref).read(purchase.agent_order_id);
  if (order) await storeAgentOrders(service.db, ref, [order], readBeganAt);
  return order;
}

/** Applies the newest word of the agent. */
export async function follow(service: Service, snapshot: Snapshot): Promise<Answer> {
  const { purchase } = snapshot;
  if (!purchase?.agent_order_id) return later(undefined, 'nothing is placed');
  const known = snapshot.agentOrder;
  if (!known) return later(undefined, 'the agent has not listed it yet');
  const order = toAgentOrder(known);
  if (known.digest !== purchase.agent_digest) {
    await apply(service, purchase, order, known);
    // Then a fresh look: it may have left the stage of another hold behind.
    return done;
  }
  const holds = concerns(service, snapshot, order);
  return holds.length > 0 ? { kind: 'hold', holds } : later(undefined, 'waits for the agent');
}

async function apply(
  service: Service,
  purchase: PurchaseRow,
  order: AgentOrder,
  known: AgentOrderRow,
): Promise<void> {
  const now = service.clock.now();
  await service.db.transaction().execute(async (tx) => {
    await tx
      .updateTable('purchase')
      .set({
        agent_digest: known.digest,
        agent_status: order.status ?? null,
        agent_fen: order.amountFen ?? null,
        read_began_at: known.read_began_at,
      })
      .where('id', '=', purchase.id)
      .execute();
    // What follows from it is due, should its job be lost with this process.
    await tx
      .updateTable('sales_order')
      .set({ due_at: now })
      .where('id', '=', purchase.sales_order_id)
      .where('state', 'in', ['open', 'cancelling'])
      .execute();
    await applyLines(tx, purchase, order, now);
    const to = targetState(purchase.state, order);
    // A payment under way is closed by its own settling, which knows the attempt.
    if (to && purchase.state !== 'paying') {
      await movePurchase(tx, purchase, [purchase.state], to, {
        now,
        actor: 'follow',
        event: `purchase-${to}`,
        detail: { status: order.status, amountFen: order.amountFen },
        set: {
          ...(to === 'cancelled' ? {} : { paid_at: purchase.paid_at ?? now }),
          ...(to === 'sent' ? { sent_at: now } : {}),
        },
      });
    }
  });
}

function targetState(from: PurchaseState, order: AgentOrder): PurchaseState | undefined {
  if (order.phase === 'cancelled') return from === 'cancelled' ? undefined : 'cancelled';
  if (order.phase !== 'paid' && order.phase !== 'sent') return undefined;
  const rank = RANK[from];
  return rank !== undefined && rank < (RANK[order.phase] ?? 0) ? order.phase : undefined;
}

/** From the moment a line is first seen as sent, its tracking number is waited for. */
function sinceSent(now: Date) {
  return sql<Date>`case when state in ('sent', 'refused') then untracked_since else ${now}::timestamptz end`;
}

async function applyLines(tx: Tx, purchase: PurchaseRow, order: AgentOrder, now: Date) {
  for (const line of order.lines) {
    if (line.skuId === undefined) continue;
    const refused = line.errorCode !== undefined;
    const state = refused
      ? 'refused'
      : line.phase === 'sent'
        ? 'sent'
        : line.phase === 'cancelled' || line.closed
          ? 'cancelled'
          : 'accepted';
    await tx
      .updateTable('purchase_line')
      .set({
        status: line.status ?? null,
        ...(line.subOrderId ? { sub_order_id: line.subOrderId } : {}),
        ...(line.subPurchaseOrderId ? { sub_purchase_order_id: line.subPurchaseOrderId } : {}),
        ...(refused ? { error: `${line.errorCode} ${line.errorMessage ?? ''}`.trim() } : {}),
        // Sent is final, and so is a refusal: a listing that does not repeat it does not undo it.
        state: sql<
          typeof state
        >`case when state in ('sent', 'refused') then state else ${state} end`,
        ...(state === 'sent' ? { untracked_since: sinceSent(now) } : {}),
      })
      .where('purchase_id', '=', purchase.id)
      .where('sku_id', '=', line.skuId)
      .execute();
  }
  if (order.phase === 'sent') {
    await tx
      .updateTable('purchase_line')
      .set({ state: 'sent', untracked_since: now })
      .where('purchase_id', '=', purchase.id)
      .where('state', 'in', ['placing', 'accepted'])
      .execute();
  }
}

/** What in the agent's word stops the purchase in front of a person. */
function concerns(service: Service, snapshot: Snapshot, order: AgentOrder): HoldReason[] {
  const { purchase } = snapshot;
  if (!purchase) return [];
  const holds: HoldReason[] = [];
  for (const line of order.lines) {
    if (line.errorCode !== undefined) {
      holds.push({
        code: 'line-refused',
        detail: `SKU ${line.skuId ?? '?'}: ${line.errorCode} ${line.errorMessage ?? ''}`.trim(),
      });
    } else if (line.closed && order.phase !== 'cancelled') {
      holds.push({
        code: 'line-closed',
        detail: `SKU ${line.skuId ?? '?'} was closed by the agent`,
      });
    }
  }
  const listed = new Set(order.lines.flatMap((line) => (line.errorCode ? [line.skuId] : [])));
  for (const line of snapshot.purchaseLines) {
    // Refused in the answer to the placing; the listing need not say so again.
    if (line.state === 'refused' && !listed.has(line.sku_id)) {
      holds.push({
        code: 'line-refused',
        detail: `SKU ${line.sku_id}: ${line.error ?? ''}`.trim(),
      });
    }
  }
  if (order.phase === 'refused') {
    holds.push({
      code: 'payment-refused',
      detail: `the agent refused the payment of ${order.orderNo}`,
    });
  }
  if (order.phase === 'unknown') {
    holds.push({
      code: 'agent-status-unknown',
      detail: `status ${order.status ?? 'none'} of ${order.orderNo}`,
    });
  }
  if (order.phase === 'cancelled' && snapshot.order.state === 'open') {
    holds.push({
      code: 'purchase-closed',
      detail: `the agent shows ${order.orderNo} as cancelled`,
    });
  }
  const { drift } = storeOf(service, snapshot.order.store).settings.budget;
  const { amountFen } = order;
  const plannedFen = Number(purchase.planned_fen);
  // No amount, or 0, means that the agent does not know it yet.
  if (order.phase === 'unpaid' && amountFen && !priceWithinDrift(plannedFen, amountFen, drift)) {
    holds.push({
      code: 'price-raised',
      detail: `planned ${yuan(plannedFen)}, the agent asks ${yuan(amountFen)}`,
    });
  }
  return merge(holds);
}

function merge(holds: readonly HoldReason[]): HoldReason[] {
  const byCode = new Map<string, string[]>();
  for (const { code, detail } of holds) byCode.set(code, [...(byCode.get(code) ?? []), detail]);
  return [...byCode].map(([code, details]) => ({ code, detail: details.join('; ') }));
}

function yuan(fen: number): string {
  return `${(fen / 100).toFixed(2)} CNY`;
}
