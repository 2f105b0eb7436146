/** Which stages an order is in for now, by its three states; pure. */
import { type AttemptRow, openAttempt, type Snapshot } from './snapshot.ts';

export type StageName =
  | 'plan'
  | 'place'
  | 'settle-place'
  | 'settle-pay'
  | 'settle-cancel'
  | 'settle-decision'
  | 'change'
  | 'follow'
  | 'pay'
  | 'parcels'
  | 'ship'
  | 'cancel';

/** In this order; the first that moves the order is followed by a fresh look at all. */
export function nextStages(snapshot: Snapshot): readonly StageName[] {
  const { order, purchase } = snapshot;
  // An open placing comes first, whatever else happened: money may have been spent.
  if (openAttempt(snapshot, 'place')) return ['settle-place'];
  if (openDecision(snapshot)) return ['settle-decision'];
  switch (order.state) {
    case 'pulled':
    case 'held':
      return ['plan'];
    case 'waiting':
      return ['place'];
    case 'open':
      return openStages(snapshot);
    case 'cancelling':
      if (openAttempt(snapshot, 'pay')) return ['settle-pay'];
      return purchase?.state === 'cancelling' ? ['settle-cancel'] : ['cancel'];
    default:
      return [];
  }
}

function openStages(snapshot: Snapshot): readonly StageName[] {
  switch (snapshot.purchase?.state) {
    case 'placed':
      return ['change', 'follow', 'pay'];
    case 'paying':
      return openAttempt(snapshot, 'pay') ? ['settle-pay'] : ['follow'];
    case 'paid':
    case 'sent':
      return ['change', 'follow', 'parcels', 'ship'];
    case 'cancelled':
      return ['change', 'follow'];
    default:
      return [];
  }
}

/** A cancellation sent to the marketplace belongs to the order, not to its purchase. */
export function openDecision(snapshot: Snapshot): AttemptRow | undefined {
  return snapshot.attempts.find(
    (attempt) =>
      attempt.kind === 'cancel' && attempt.closed_at === null && attempt.purchase_id === null,
  );
}
