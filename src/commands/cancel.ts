/**
 * `ponbridge cancel <id> --reason <reason>`: the seller cancels at the marketplace. A spending call
 * under the intent rule; its result is what the order shows when it is read again.
 * @module
 */
import type { CancelReason } from '../../connectors/marketplace.ts';
import type { Tx } from '../database/connect.ts';
import { addEvent } from '../database/events.ts';
import type { SalesOrderState } from '../database/schema.ts';
import { spend } from '../intent.ts';
import { RULES } from '../intent-rule.ts';
import { type Service, storeOf } from '../service.ts';
import { readSnapshot, type Snapshot } from '../snapshot.ts';
import { lookAgain } from '../stages/look.ts';
import { readOrder } from '../stages/pull.ts';
import { moveOrder } from '../transition.ts';
import type { Context } from './context.ts';
import { withCore } from './core.ts';
import { Problem } from './errors.ts';
import { readOrderSnapshot } from './find-order.ts';
import { refuseEnded } from './retry.ts';

/** `shown`: the marketplace shows it cancelled. `accepted`: it took it. `unknown`: no clear answer. */
export type Cancelled = 'shown' | 'accepted' | 'unknown';

const NOT_BOUGHT: readonly SalesOrderState[] = ['pulled', 'planned', 'held', 'waiting'];

export interface CancelWish {
  readonly reason: CancelReason;
  /** Also when the purchase is paid: the money is then a person's to get back. */
  readonly force: boolean;
}

/** @throws {Problem} when it may not be cancelled, or the marketplace refuses */
export async function cancelOrder(
  service: Service,
  snapshot: Snapshot,
  wish: CancelWish,
): Promise<Cancelled> {
  const { order } = snapshot;
  refuse(snapshot, wish.force);
  const store = storeOf(service, order.store);
  const marketplace = service.connections.marketplace(store);
  const look = await lookAgain(service, snapshot, 'operator', true);
  if (look.outcome === 'reused') {
    throw new Problem(
      `the marketplace gave the id of order ${order.order_number} to another order: cancel that one in the seller centre`,
    );
  }
  const request = await marketplace.prepareCancel(look.order, wish.reason);
  const app = service.settings.apps.get(`${store.settings.marketplace}/${store.settings.app}`);
  const step = (event: string, detail: Record<string, unknown> = {}) => ({
    now: service.clock.now(),
    actor: 'operator',
    event,
    detail,
  });
  // Where nothing is bought, the move makes a placing that is about to begin start over, and find this.
  const move = async (
    tx: Tx,
    to: 'pulled' | 'planned',
    event: string,
    detail?: Record<string, unknown>,
    reason?: string,
  ) => {
    if (snapshot.purchase && order.state === 'open') {
      await addEvent(tx, {
        salesOrderId: order.id,
        at: service.clock.now(),
        actor: 'operator',
        kind: event,
        ...(detail ? { detail } : {}),
      });
      return;
    }
    await moveOrder(tx, order.id, NOT_BOUGHT, to, {
      ...step(event, detail),
      ...(reason ? { reason } : {}),
    });
  };
  let refusal: string | undefined;
  const answer = await spend<void>(service, {
    rule: RULES.cancelOrder,
    salesOrderId: order.id,
    system: store.settings.marketplace,
    credentials: store.settings.app,
    address: app?.address ?? '',
    payload: request,
    begin: async (tx) => {
      await move(tx, 'pulled', 'operator-cancelling', { reason: wish.reason });
      return {};
    },
    call: (_payload, window) => marketplace.cancel(request, window),
    // Accepted and not shown yet: nothing may be bought meanwhile. Its next change plans it anew.
    succeed: (tx) =>
      move(
        tx,
        'planned',
        'operator-cancel-accepted',
        undefined,
        'the marketplace accepted its cancellation',
      ),
    undo: async (tx, error) => {
      refusal = error.message;
      await move(tx, 'pulled', 'operator-cancel-taken-back');
      await service.jobs.send(tx, 'order', { id: order.id, by: 'operator' });
    },
    refused: () => ({ kind: 'done' }),
  });
  if (answer.kind === 'retry') throw answer.error;
  if (refusal !== undefined) {
    throw new Problem(
      `${store.settings.marketplace} refused to cancel order ${order.order_number}: ${refusal}`,
    );
  }
  await readOrder(service, order.store, order.order_id, 'operator');
  await service.db
    .transaction()
    .execute((tx) => service.jobs.send(tx, 'order', { id: order.id, by: 'operator' }));
  return outcome(service, order.id);
}

async function outcome(service: Service, id: string): Promise<Cancelled> {
  const after = await readSnapshot(service.db, id);
  if (after?.lines.every((line) => line.phase === 'cancelled' || line.state === 'ignored')) {
    return 'shown';
  }
  const last = after?.attempts.findLast(
    (attempt) => attempt.kind === 'cancel' && attempt.purchase_id === null,
  );
  return last?.closed_at === null ? 'unknown' : 'accepted';
}

function refuse(snapshot: Snapshot, force: boolean) {
  const { order, purchase, attempts } = snapshot;
  const number = order.order_number;
  refuseEnded(order.state, number);
  if (order.state === 'cancelling') throw new Problem(`order ${number} is being cancelled already`);
  const open = attempts.find((attempt) => attempt.closed_at === null);
  if (open) {
    throw new Problem(
      `order ${number} has an open attempt (${open.kind}) whose result is not known yet. Wait until it is settled: ponbridge order ${number}`,
    );
  }
  const paid = purchase && ['paying', 'paid', 'sent'].includes(purchase.state);
  if (paid && !force) {
    throw new Problem(
      `order ${number} is bought and paid at the agent (${purchase.order_no}, ${purchase.state}): cancelling brings no money back. With --force it is cancelled all the same; ask the agent for the refund.`,
    );
  }
}

export async function cancel(
  context: Context,
  word: string,
  options: { readonly store?: string; readonly reason: CancelReason; readonly force?: boolean },
): Promise<void> {
  await withCore(context, async (core) => {
    const snapshot = await readOrderSnapshot(core, word, options.store);
    const wish = { reason: options.reason, force: options.force ?? false };
    const result = await cancelOrder(core, snapshot, wish);
    const number = snapshot.order.order_number;
    const text: Readonly<Record<Cancelled, string>> = {
      shown: 'cancelled; the marketplace shows it.',
      accepted: 'the marketplace accepted the cancellation; its next read will show it.',
      unknown: `it is not known whether the marketplace took the cancellation. It is not sent again; the next reads of the order will show it: ponbridge order ${number}`,
    };
    context.print(`${number}: ${text[result]}`);
    if (result === 'unknown') process.exitCode = 1;
  });
}
