/**
 * Decide: a buyer asks to cancel, and the store says what to answer. Where the marketplace has no call
 * for it (Lazada), or the store wants to decide itself, a person does it in the seller centre.
 * @module
 */
import { type Answer, done, hold, later } from '../answer.ts';
import { addMs } from '../clock.ts';
import type { Tx } from '../database/connect.ts';
import type { SalesOrderState } from '../database/schema.ts';
import { closeAttempt, spend, untilSettled } from '../intent.ts';
import { absentAs, RULES, senderDoneAt } from '../intent-rule.ts';
import { type Service, storeOf } from '../service.ts';
import type { AttemptRow, Snapshot } from '../snapshot.ts';
import { moveOrder } from '../transition.ts';
import { lookAgain } from './look.ts';

const NOT_BOUGHT: readonly SalesOrderState[] = ['pulled', 'planned', 'held', 'waiting'];

/** Answers the wish as the store says; asked only while a line is `cancelling`. */
export async function decide(service: Service, snapshot: Snapshot): Promise<Answer> {
  const { order } = snapshot;
  const store = storeOf(service, order.store);
  const { buyerWish } = store.settings.cancel;
  const marketplace = service.connections.marketplace(store);
  const { decideCancellation } = marketplace;
  if (buyerWish === 'hold' || !decideCancellation) {
    return hold('cancellation-asked', 'the buyer asks to cancel; the seller has to decide');
  }
  const now = service.clock.now();
  const answered = snapshot.attempts.findLast((attempt) => attempt.step === buyerWish);
  if (answered?.outcome === 'succeeded' && answered.signed_at >= order.source_updated_at) {
    return later(addMs(now, service.settings.timings.shipPoll), 'the marketplace was answered');
  }
  if (answered && answered.outcome !== 'succeeded' && answered.outcome !== 'not-sent') {
    return hold(
      'cancellation-asked',
      `answering "${buyerWish}" failed: ${answered.error ?? 'no result showed'}`,
    );
  }
  const look = await lookAgain(service, snapshot, 'decide');
  if (look.outcome === 'reused')
    return hold('number-reused', 'the marketplace gave this id to another order');
  // The buyer took the wish back, or the marketplace decided: what was just read says what is next.
  if (!look.order.lines.some((line) => line.phase === 'cancelling')) {
    return look.outcome === 'changed'
      ? done
      : later(addMs(now, service.settings.timings.shipPoll), 'the buyer no longer asks to cancel');
  }
  const app = service.settings.apps.get(`${store.settings.marketplace}/${store.settings.app}`);
  const accept = buyerWish === 'accept';
  return spend<void>(service, {
    rule: RULES.answerBuyer,
    salesOrderId: order.id,
    system: store.settings.marketplace,
    credentials: store.settings.app,
    address: app?.address ?? '',
    payload: { orderId: order.order_id, accept },
    step: buyerWish,
    begin: async () => ({}),
    call: (_payload, window) =>
      decideCancellation.call(marketplace, order.order_id, accept, window),
    succeed: async () => {},
    undo: async () => {},
    refused: (error) =>
      hold('cancellation-asked', `the marketplace refused the answer: ${error.message}`),
  });
}

/** An answer or a cancellation sent to the marketplace without a known result: the order tells. */
export async function settleDecision(
  service: Service,
  snapshot: Snapshot,
  attempt: AttemptRow,
): Promise<Answer> {
  const now = service.clock.now();
  const senderDone = senderDoneAt(service, attempt);
  if (now < senderDone) return later(senderDone, 'the cancellation is being sent');
  const { order, outcome } = await lookAgain(service, snapshot, 'settle');
  // What is read now is another order's.
  if (outcome === 'reused')
    return hold('number-reused', 'the marketplace gave this id to another order');
  const wanted = order.lines.filter(
    (line) => line.phase === 'cancelling' || line.phase === 'buyable',
  );
  const happened =
    attempt.step === 'reject'
      ? !wanted.some((line) => line.phase === 'cancelling')
      : wanted.length === 0;
  if (!happened && now < attempt.settle_at) {
    const next = addMs(now, service.settings.timings.settleRead / 4);
    return untilSettled(attempt, next, 'whether the marketplace took it is being looked up');
  }
  const byPerson = attempt.step === null;
  const rule = byPerson ? RULES.cancelOrder : RULES.answerBuyer;
  await service.db.transaction().execute(async (tx) => {
    await closeAttempt(tx, attempt, happened ? 'adopted' : absentAs(rule, attempt), now);
    if (!happened && byPerson) await standStill(tx, snapshot, now);
  });
  return done;
}

/** A person wanted it cancelled: that the marketplace did not take it is no reason to buy it after all. */
async function standStill(tx: Tx, { order }: Snapshot, now: Date): Promise<void> {
  if (!NOT_BOUGHT.includes(order.state)) return;
  const number = order.order_number;
  await moveOrder(tx, order.id, NOT_BOUGHT, 'planned', {
    now,
    actor: 'settle',
    event: 'operator-cancel-absent',
    reason: `its cancellation does not show at the marketplace: cancel it again, or buy it with: ponbridge retry ${number}`,
  });
}
