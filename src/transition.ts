/** The only way a state changes: guarded by the state it leaves, with its event, in one transaction. */

import { StaleRow } from './answer.ts';
import type { Tx } from './database/connect.ts';
import { addEvent } from './database/events.ts';
import type { PackageState, PurchaseState, SalesOrderState } from './database/schema.ts';

interface Step {
  readonly now: Date;
  readonly actor: string;
  readonly event: string;
  readonly detail?: Record<string, unknown>;
}

export async function moveOrder(
  tx: Tx,
  id: string,
  from: readonly SalesOrderState[],
  to: SalesOrderState,
  step: Step & { readonly reason?: string; readonly set?: Record<string, unknown> },
): Promise<void> {
  const ended = to === 'done' || to === 'cancelled' || to === 'ignored';
  const moved = await tx
    .updateTable('sales_order')
    .set({
      state: to,
      state_reason: step.reason ?? null,
      awaits: null,
      due_at: ended ? null : step.now,
      ended_at: ended ? step.now : null,
      ...step.set,
    })
    .where('id', '=', id)
    .where('state', 'in', [...from])
    .executeTakeFirst();
  if (moved.numUpdatedRows !== 1n) throw new StaleRow(`sales order ${id}`);
  await addEvent(tx, {
    salesOrderId: id,
    at: step.now,
    actor: step.actor,
    kind: step.event,
    ...detailOf(step),
  });
}

export async function movePurchase(
  tx: Tx,
  purchase: { readonly id: string; readonly sales_order_id: string },
  from: readonly PurchaseState[],
  to: PurchaseState,
  step: Step & { readonly set?: Record<string, unknown> },
): Promise<void> {
  const moved = await tx
    .updateTable('purchase')
    .set({ state: to, ...step.set })
    .where('id', '=', purchase.id)
    .where('state', 'in', [...from])
    .executeTakeFirst();
  if (moved.numUpdatedRows !== 1n) throw new StaleRow(`purchase ${purchase.id}`);
  await addEvent(tx, {
    salesOrderId: purchase.sales_order_id,
    at: step.now,
    actor: step.actor,
    kind: step.event,
    ...detailOf(step),
  });
}

export async function movePackage(
  tx: Tx,
  pkg: { readonly id: string; readonly sales_order_id: string },
  from: readonly PackageState[],
  to: PackageState,
  step: Step & { readonly set?: Record<string, unknown> },
): Promise<void> {
  const moved = await tx
    .updateTable('package')
    .set({ state: to, ...step.set })
    .where('id', '=', pkg.id)
    .where('state', 'in', [...from])
    .executeTakeFirst();
  if (moved.numUpdatedRows !== 1n) throw new StaleRow(`package ${pkg.id}`);
  await addEvent(tx, {
    salesOrderId: pkg.sales_order_id,
    at: step.now,
    actor: step.actor,
    kind: step.event,
    ...detailOf(step),
  });
}

function detailOf(step: Step): { detail?: Record<string, unknown> } {
  return step.detail ? { detail: step.detail } : {};
}
