/** A purchase's rows: written with the intent, completed by the agent's answer, taken back when nothing came of it. */
import type { AgentOrder, PurchaseDraft } from '../../connectors/agent.ts';
import type { Allocation } from '../../mappings/lines.ts';
import type { PurchasePlan } from '../../mappings/plan.ts';
import type { Store } from '../config.ts';
import type { Tx } from '../database/connect.ts';
import { addEvent } from '../database/events.ts';
import type { DraftKept } from '../database/schema.ts';
import type { Service } from '../service.ts';
import type { Snapshot } from '../snapshot.ts';
import { moveOrder } from '../transition.ts';
import { scheduleNext } from './list.ts';
import { buyerDigest } from './wanted.ts';

/** The purchase with its lines and allocations; one that was taken back is written anew. */
export async function writePurchase(
  service: Service,
  tx: Tx,
  snapshot: Snapshot,
  store: Store,
  plan: PurchasePlan,
): Promise<string> {
  const now = service.clock.now();
  const facts = {
    state: 'placing' as const,
    order_source: plan.draft.orderSource,
    seller_order_number: plan.draft.sellerOrderNumber,
    draft: JSON.stringify(withoutReceiver(plan.draft)),
    planned_fen: plan.draft.purchaseAmountFen,
    buyer_digest: await buyerDigest(service, store, snapshot.order.buyer),
    created_at: now,
  };
  const row = await tx
    .insertInto('purchase')
    .values({
      sales_order_id: snapshot.order.id,
      agent: store.settings.purchase.agent,
      account: store.settings.purchase.account,
      ...facts,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['sales_order_id', 'agent', 'account', 'channel', 'part'])
        .doUpdateSet(facts)
        .where('purchase.state', '=', 'cancelled')
        .where('purchase.agent_order_id', 'is', null),
    )
    .returning('id')
    .executeTakeFirstOrThrow(
      () => new Error(`sales order ${snapshot.order.id} has a purchase already`),
    );
  await tx.deleteFrom('allocation').where('purchase_line_id', 'in', linesOf(tx, row.id)).execute();
  await tx.deleteFrom('purchase_line').where('purchase_id', '=', row.id).execute();
  await writeLines(tx, snapshot, row.id, plan.draft, plan.allocations);
  return row.id;
}

/** The receiver can be the buyer: it is kept only in the sealed payload of the attempt. */
function withoutReceiver({ receiver: _, ...draft }: PurchaseDraft): DraftKept {
  return draft;
}

function linesOf(tx: Tx, purchaseId: string) {
  return tx.selectFrom('purchase_line').select('id').where('purchase_id', '=', purchaseId);
}

async function writeLines(
  tx: Tx,
  snapshot: Snapshot,
  purchaseId: string,
  draft: PurchaseDraft,
  allocations: readonly Allocation[],
) {
  const written = await tx
    .insertInto('purchase_line')
    .values(
      draft.lines.map((line) => ({
        purchase_id: purchaseId,
        line_no: line.orderLineNo,
        item_id: line.itemId,
        sku_id: line.skuId,
        quantity: line.quantity,
        price_fen: line.priceFen,
      })),
    )
    .returning(['id', 'item_id', 'sku_id'])
    .execute();
  const lines = new Map(snapshot.lines.map((line) => [line.line_id, line]));
  const purchaseLineIds = new Map(
    written.map((line) => [`${line.item_id} ${line.sku_id}`, line.id]),
  );
  const rows = allocations.flatMap((allocation) => {
    const bought = draft.lines[allocation.draftLine];
    const salesLine = lines.get(allocation.lineId);
    const purchaseLineId = bought && purchaseLineIds.get(`${bought.itemId} ${bought.skuId}`);
    return salesLine && purchaseLineId
      ? [
          {
            sales_line_id: salesLine.id,
            purchase_line_id: purchaseLineId,
            quantity: allocation.quantity,
            units: salesLine.quantity,
          },
        ]
      : [];
  });
  if (rows.length > 0) await tx.insertInto('allocation').values(rows).execute();
}

/** The agent has it: keep its ids. Used for an answer, and for an order adopted from the books. */
export async function recordPlaced(
  service: Service,
  tx: Tx,
  purchaseId: string,
  placed: AgentOrder,
  event: 'purchase-placed' | 'purchase-adopted',
): Promise<void> {
  const now = service.clock.now();
  const purchase = await tx
    .updateTable('purchase')
    .set({
      state: 'placed',
      agent_order_id: placed.agentOrderId,
      order_no: placed.orderNo,
      agent_digest: null,
      placed_at: placed.createdAt ?? now,
    })
    .where('id', '=', purchaseId)
    .where('state', '=', 'placing')
    .returning(['sales_order_id', 'agent', 'account'])
    .executeTakeFirstOrThrow();
  for (const line of placed.lines) {
    if (line.skuId === undefined) continue;
    await tx
      .updateTable('purchase_line')
      .set({
        state: line.errorCode ? 'refused' : 'accepted',
        sub_order_id: line.subOrderId ?? null,
        sub_purchase_order_id: line.subPurchaseOrderId ?? null,
        error: line.errorCode ? `${line.errorCode} ${line.errorMessage ?? ''}`.trim() : null,
      })
      .where('purchase_id', '=', purchaseId)
      .where('sku_id', '=', line.skuId)
      .execute();
  }
  await addEvent(tx, {
    salesOrderId: purchase.sales_order_id,
    at: now,
    actor: 'place',
    kind: event,
    detail: { agentOrderId: placed.agentOrderId, orderNo: placed.orderNo },
  });
  await scheduleNext(service, tx, purchase);
}

/** Nothing was bought: the order waits again, the purchase row stands as taken back. */
export async function takeBack(service: Service, tx: Tx, salesOrderId: string): Promise<void> {
  await tx
    .updateTable('purchase')
    .set({ state: 'cancelled' })
    .where('sales_order_id', '=', salesOrderId)
    .where('state', '=', 'placing')
    .where('agent_order_id', 'is', null)
    .execute();
  await moveOrder(tx, salesOrderId, ['open'], 'waiting', {
    now: service.clock.now(),
    actor: 'place',
    event: 'purchase-taken-back',
  });
}
