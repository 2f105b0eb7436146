/**
 * `ponbridge retry <id>`: try again by a person's word. It only writes to the database and the queue;
 * the running service does the rest.
 * @module
 */

import type { Tx } from '../database/connect.ts';
import { addEvent } from '../database/events.ts';
import type { AttemptKind } from '../database/schema.ts';
import { type Service, storeOf } from '../service.ts';
import type { Context } from './context.ts';
import { withCore } from './core.ts';
import { Problem } from './errors.ts';
import { findOrder } from './find-order.ts';

export interface Retried {
  /** What is open: then it is only looked up, never sent again. */
  readonly open: AttemptKind | undefined;
  readonly needsApproval: boolean;
  /** The hold `number-reused` was cleared: a person has seen to the new order. */
  readonly seen: boolean;
}

/** Tries one order again. @throws {Problem} when the order has ended, or its store buys nothing. */
export async function retryOrder(service: Service, id: string): Promise<Retried> {
  return service.db.transaction().execute(async (tx) => {
    const now = service.clock.now();
    // Locked: an intent moves this row too, so that none can begin between the look and the change.
    const order = await tx
      .selectFrom('sales_order')
      .select(['state', 'store', 'order_number', 'approved_at'])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const { purchase } = storeOf(service, order.store).settings;
    const seen = await noteSeen(tx, id, now);
    if (seen && ENDED.has(order.state)) return { open: undefined, needsApproval: false, seen };
    refuseEnded(order.state, order.order_number);
    if (order.state === 'planned' && purchase.mode === 'off') {
      throw new Problem(
        `order ${order.order_number} is planned, and store ${order.store} buys nothing (purchase.mode off). Let it buy: ponbridge mode ${order.store} manual, or auto with --daily-cap.`,
      );
    }
    const open = await tx
      .selectFrom('attempt')
      .select(['id', 'kind'])
      .where('sales_order_id', '=', id)
      .where('closed_at', 'is', null)
      .orderBy('id')
      .executeTakeFirst();
    const bought = await tx
      .selectFrom('purchase')
      .select('id')
      .where('sales_order_id', '=', id)
      .where('agent_order_id', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    const manual = purchase.mode === 'manual';
    if (open === undefined) {
      await tx
        .updateTable('sales_order')
        .set({
          tries: 0,
          due_at: now,
          awaits: null,
          retried_at: now,
          ...(order.state === 'held' || order.state === 'planned'
            ? { state: 'pulled', state_reason: null }
            : {}),
        })
        .where('id', '=', id)
        .execute();
    }
    await addEvent(tx, {
      salesOrderId: id,
      at: now,
      actor: 'operator',
      kind: 'operator-retry',
      detail: open ? { lookOnly: true, attempt: open.id, open: open.kind } : {},
    });
    await service.jobs.send(tx, 'order', {
      id,
      by: 'operator',
      ...(bought ? { look: 'agent' } : {}),
    });
    return {
      open: open?.kind,
      needsApproval: manual && !bought && open === undefined && order.approved_at === null,
      seen,
    };
  });
}

/** An id used again concerns an order that is not here: only a person's word says that it is seen to. */
async function noteSeen(tx: Tx, salesOrderId: string, now: Date): Promise<boolean> {
  const cleared = await tx
    .updateTable('hold')
    .set({ cleared_at: now, cleared_by: 'operator' })
    .where('sales_order_id', '=', salesOrderId)
    .where('code', '=', 'number-reused')
    .where('cleared_at', 'is', null)
    .executeTakeFirst();
  if (cleared.numUpdatedRows === 0n) return false;
  const detail = { code: 'number-reused' };
  await addEvent(tx, { salesOrderId, at: now, actor: 'operator', kind: 'hold-cleared', detail });
  return true;
}

const ENDED: ReadonlySet<string> = new Set(['done', 'cancelled', 'ignored']);

/** @throws {Problem} when nothing can happen to the order any more. */
export function refuseEnded(state: string, orderNumber: string): void {
  if (ENDED.has(state)) {
    throw new Problem(
      `order ${orderNumber} is ${state}: nothing is left to do. See: ponbridge order ${orderNumber}`,
    );
  }
}

const OPEN_WORDS: Readonly<Record<AttemptKind, string>> = {
  place: 'whether it was bought',
  pay: 'whether it was paid',
  ship: 'whether the marketplace took the shipping',
  cancel: 'whether it was cancelled',
};

export async function retry(
  context: Context,
  word: string,
  options: { readonly store?: string },
): Promise<void> {
  await withCore(context, async (core) => {
    const { id, orderNumber } = await findOrder(core, word, options.store);
    const { open, needsApproval, seen } = await retryOrder(core, id);
    if (seen) {
      context.print(
        `${orderNumber}: the hold number-reused is cleared. The new order of this id stays a person's; should the older one still need the marketplace, it is held again.`,
      );
      return;
    }
    if (open !== undefined) {
      context.print(
        `${orderNumber}: ${OPEN_WORDS[open]} is not known yet, so it is only looked up now; nothing is sent a second time.`,
      );
      return;
    }
    context.print(`${orderNumber}: it is tried again. See: ponbridge order ${orderNumber}`);
    if (needsApproval) {
      context.print(`It is bought once you approve it: ponbridge approve ${orderNumber}`);
    }
  });
}
