/**
 * Decide: a buyer asks to cancel, and the store says what to answer. Where the marketplace has no call
 * for it (Lazada), or the store wants to decide itself, a person does it in the seller centre.
 * @module
 */
import { type Answer, done, hold, later } from '../answer.ts';
import { addMs } from '../clock.ts';
import { closeAttempt, senderDoneAt, spend, untilSettled } from '../intent.ts';
import { type Service, storeOf } from '../service.ts';
import type { AttemptRow, Snapshot } from '../snapshot.ts';
import { lookAgain } from './look.ts';

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
  const app = service.settings.apps.get(`${store.settings.marketplace}/${store.settings.app}`);
  const accept = buyerWish === 'accept';
  return spend<void>(service, {
    kind: 'cancel',
    salesOrderId: order.id,
    system: store.settings.marketplace,
    credentials: store.settings.app,
    address: app?.address ?? '',
    payload: { orderId: order.order_id, accept },
    step: buyerWish,
    settleMs: service.settings.timings.settleRead,
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
  const { order } = await lookAgain(service, snapshot, 'settle');
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
  await service.db
    .transaction()
    .execute((tx) => closeAttempt(tx, attempt, happened ? 'adopted' : 'absent', now));
  return done;
}
