/**
 * Cancel: the marketplace cancelled an order after it was bought. Unpaid, the purchase is cancelled at
 * the agent; paid, the money is a person's to get back.
 * @module
 */
import { type Answer, done, hold, later } from '../answer.ts';
import { addMs } from '../clock.ts';
import { closeAttempt, spend, untilSettled } from '../intent.ts';
import { absentAs, mayRepeat, RULES, senderDoneAt } from '../intent-rule.ts';
import type { Service } from '../service.ts';
import type { AttemptRow, PurchaseRow, Snapshot } from '../snapshot.ts';
import { moveOrder, movePurchase } from '../transition.ts';
import { readPurchase } from './follow.ts';

export async function cancel(service: Service, snapshot: Snapshot): Promise<Answer> {
  const { order, purchase } = snapshot;
  const now = service.clock.now();
  if (!purchase || purchase.state === 'cancelled') {
    await service.db.transaction().execute((tx) =>
      moveOrder(tx, order.id, ['cancelling'], 'cancelled', {
        now,
        actor: 'cancel',
        event: 'order-cancelled',
        reason: 'cancelled at the marketplace; the purchase is cancelled too',
      }),
    );
    return done;
  }
  const agentOrder = await readPurchase(service, purchase);
  if (!agentOrder)
    return later(
      addMs(now, service.settings.timings.payPoll),
      'the agent does not show the purchase',
    );
  if (agentOrder.phase === 'cancelled') {
    await markCancelled(service, purchase, 'purchase-cancelled');
    return done;
  }
  // Paid by us counts too: the agent may show it a moment later, or its finance refuse it.
  const isPaid = [agentOrder.phase, purchase.state].some((at) => at === 'paid' || at === 'sent');
  if (isPaid) {
    return hold(
      'cancelled-after-payment',
      `order ${purchase.order_no} is ${purchase.state} here and ${agentOrder.phase} at the agent`,
      addMs(now, service.settings.timings.agentPoll),
    );
  }
  const refused = snapshot.attempts.findLast(
    (each) => each.kind === 'cancel' && each.outcome === 'refused' && each.purchase_id !== null,
  );
  const again = addMs(refused?.closed_at ?? new Date(0), service.settings.timings.agentPoll);
  if (refused && now < again) {
    return hold(
      'cancel-refused',
      `${refused.error_code ?? ''} ${refused.error ?? ''}`.trim(),
      again,
    );
  }
  return cancelAtAgent(service, snapshot, purchase);
}

async function cancelAtAgent(
  service: Service,
  snapshot: Snapshot,
  purchase: PurchaseRow,
): Promise<Answer> {
  const account = service.settings.accounts.get(`${purchase.agent}/${purchase.account}`);
  if (!account || !purchase.agent_order_id || !purchase.order_no)
    return later(undefined, 'nothing to cancel');
  const target = { agentOrderId: purchase.agent_order_id, orderNo: purchase.order_no };
  return spend<void>(service, {
    rule: RULES.cancelPurchase,
    salesOrderId: snapshot.order.id,
    purchaseId: purchase.id,
    system: purchase.agent,
    credentials: purchase.account,
    address: account.address,
    generation: account.generation,
    payload: target,
    begin: async (tx) => {
      await movePurchase(tx, purchase, ['placed'], 'cancelling', {
        now: service.clock.now(),
        actor: 'cancel',
        event: 'purchase-cancelling',
      });
      return {};
    },
    call: (_payload, window) =>
      service.connections
        .agent({ agent: purchase.agent, account: purchase.account })
        .cancel(target, window),
    // Accepted is not done: cancelling shows its result only when the order is read again.
    succeed: async () => {},
    undo: (tx) =>
      movePurchase(tx, purchase, ['cancelling'], 'placed', {
        now: service.clock.now(),
        actor: 'cancel',
        event: 'cancelling-taken-back',
      }),
    refused: (error) =>
      hold(
        'cancel-refused',
        `${error.code ?? ''} ${error.message}`.trim(),
        addMs(service.clock.now(), service.settings.timings.agentPoll),
      ),
  });
}

/** A cancelling that was accepted or is unknown: the order is read until its result shows. */
export async function settleCancel(
  service: Service,
  snapshot: Snapshot,
  attempt: AttemptRow | undefined,
): Promise<Answer> {
  const { purchase } = snapshot;
  if (!purchase) return later(undefined, 'nothing to cancel');
  const now = service.clock.now();
  const { settleRead, agentPoll } = service.settings.timings;
  const senderDone = attempt && senderDoneAt(service, attempt);
  if (senderDone && now < senderDone) return later(senderDone, 'the cancelling is being sent');
  const order = await readPurchase(service, purchase);
  if (order?.phase === 'cancelled') {
    if (attempt) {
      await service.db.transaction().execute((tx) => closeAttempt(tx, attempt, 'adopted', now));
    }
    await markCancelled(service, purchase, 'purchase-cancelled');
    return done;
  }
  const next = addMs(now, settleRead / 4);
  if (attempt) {
    if (now < attempt.settle_at)
      return untilSettled(attempt, next, 'whether it was cancelled is being looked up');
    return judgeAbsent(service, snapshot, purchase, attempt);
  }
  const last = attemptsToCancel(snapshot, purchase).at(-1);
  const shows = `the agent still shows ${purchase.order_no} as ${order?.phase ?? 'unknown'}`;
  if (last?.outcome === 'refused') {
    const said = `${last.error_code ?? ''} ${last.error ?? ''}`.trim();
    return hold('cancel-refused', `${said}; ${shows}`, addMs(now, agentPoll));
  }
  const waited = last?.signed_at ?? now;
  if (now < addMs(waited, 4 * settleRead)) return later(next, 'the agent has not cancelled it yet');
  return hold('cancel-unknown', shows, addMs(now, agentPoll));
}

function attemptsToCancel({ attempts }: Snapshot, purchase: PurchaseRow): AttemptRow[] {
  return attempts.filter((each) => each.kind === 'cancel' && each.purchase_id === purchase.id);
}

/** It did not happen. Sent once more, where the rule allows it, after the same look as the first time. */
async function judgeAbsent(
  service: Service,
  snapshot: Snapshot,
  purchase: PurchaseRow,
  attempt: AttemptRow,
): Promise<Answer> {
  const now = service.clock.now();
  const rule = RULES.cancelPurchase;
  const outcome = absentAs(rule, attempt);
  const before = attemptsToCancel(snapshot, purchase).filter((each) => each.outcome === 'absent');
  const again = outcome === 'absent' && mayRepeat(rule, before.length + 1);
  await service.db.transaction().execute(async (tx) => {
    await closeAttempt(tx, attempt, outcome, now);
    if (!again) return;
    await movePurchase(tx, purchase, ['cancelling'], 'placed', {
      now,
      actor: 'settle',
      event: 'cancelling-absent',
    });
  });
  return done;
}

async function markCancelled(
  service: Service,
  purchase: PurchaseRow,
  event: string,
): Promise<void> {
  await service.db.transaction().execute((tx) =>
    movePurchase(tx, purchase, ['placed', 'paying', 'paid', 'sent', 'cancelling'], 'cancelled', {
      now: service.clock.now(),
      actor: 'cancel',
      event,
    }),
  );
}
