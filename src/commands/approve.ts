/** `ponbridge approve <id>`: a person's yes to a purchase, where the store buys in manual mode. */
import { addMs } from '../clock.ts';
import { addEvent } from '../database/events.ts';
import { yuan } from '../report/table.ts';
import { type Service, storeOf } from '../service.ts';
import type { Snapshot } from '../snapshot.ts';
import { digestOfPlan, planStored } from '../stages/plan.ts';
import { shownState } from '../state.ts';
import type { Context } from './context.ts';
import { withCore } from './core.ts';
import { Problem } from './errors.ts';
import { readOrderSnapshot } from './find-order.ts';

export interface Approved {
  readonly costFen: number;
  readonly lines: number;
  /** The store's delay ends then; nothing is bought before. */
  readonly notBefore: Date;
}

/** Approves the plan as it stands. @throws {Problem} when the order does not wait for approval. */
export async function approveOrder(service: Service, snapshot: Snapshot): Promise<Approved> {
  const { order } = snapshot;
  const { purchase } = storeOf(service, order.store).settings;
  const refusal = whyNot(snapshot, purchase.mode);
  if (refusal) throw new Problem(`order ${order.order_number} ${refusal}`);
  const plan = await planStored(service, service.db, order);
  if (plan.kind !== 'purchase' || digestOfPlan(plan) !== order.plan_digest) {
    throw new Problem(
      `order ${order.order_number} would be planned otherwise now (its settings or SKU links changed). Plan it anew with: ponbridge retry ${order.order_number}; look at it with: ponbridge plan ${order.store} ${order.order_number}; then approve it.`,
    );
  }
  const now = service.clock.now();
  await service.db.transaction().execute(async (tx) => {
    const approved = await tx
      .updateTable('sales_order')
      .set({ approved_at: now, due_at: now })
      .where('id', '=', order.id)
      .where('state', '=', 'waiting')
      .where('plan_digest', '=', order.plan_digest)
      .where('approved_at', 'is', null)
      .executeTakeFirst();
    if (approved.numUpdatedRows !== 1n) {
      throw new Problem(
        `order ${order.order_number} changed in the same moment; look at it again: ponbridge order ${order.order_number}`,
      );
    }
    await addEvent(tx, {
      salesOrderId: order.id,
      at: now,
      actor: 'operator',
      kind: 'operator-approved',
      detail: { costFen: plan.costFen, planDigest: order.plan_digest },
    });
    await service.jobs.send(tx, 'order', { id: order.id, by: 'operator' });
  });
  return {
    costFen: plan.costFen,
    lines: plan.draft.lines.length,
    notBefore: addMs(order.buyable_at ?? now, purchase.delay),
  };
}

function whyNot(snapshot: Snapshot, mode: 'off' | 'manual' | 'auto'): string | undefined {
  const { order, purchase, packages, holds } = snapshot;
  const state = shownState({
    order: order.state,
    purchase: purchase?.state ?? null,
    packages: packages.map((each) => each.state),
    held: holds.length > 0,
  });
  if (order.state === 'held') {
    const codes = holds.map((hold) => hold.code).join(', ');
    return `is held (${codes}): clear that first. See: ponbridge order ${order.order_number}`;
  }
  if (mode !== 'manual') {
    return `is ${state} and needs no approval: store ${order.store} has purchase.mode ${mode}`;
  }
  if (order.state !== 'waiting') return `is ${state}: it does not wait for approval`;
  if (order.approved_at !== null) {
    return `was approved already, at ${order.approved_at.toISOString()}`;
  }
  return undefined;
}

export async function approve(
  context: Context,
  word: string,
  options: { readonly store?: string },
): Promise<void> {
  await withCore(context, async (core) => {
    const snapshot = await readOrderSnapshot(core, word, options.store);
    const { costFen, lines, notBefore } = await approveOrder(core, snapshot);
    const when =
      notBefore > core.clock.now() ? `not before ${notBefore.toISOString()} (the delay)` : 'now';
    const what = lines === 1 ? '1 source line' : `${lines} source lines`;
    context.print(
      `${snapshot.order.order_number}: approved, ${what} for ${yuan(costFen)}; bought ${when}. Should its plan change before, it asks again.`,
    );
  });
}
