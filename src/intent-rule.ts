/**
 * The intent rule (docs/architecture.md) as a table: for each call that spends money or makes a promise,
 * what settles it when its result is not known, from when on "it is not there" is believed, how often it is
 * then sent again by itself, and the hold that follows. intent.ts sends by it, the settling stages ask it,
 * and docs/guarantees.md explains it row by row.
 *
 * What holds for all of them:
 * - The attempt is committed before the call. There is at most one open attempt of a kind for a purchase, a
 *   package or an order (unique indexes), and at most one payment of a purchase for ever.
 * - Only three things prove that nothing happened: a request that was never sent, a refused token, and a
 *   code of the connector's list of refusals before any effect. They close the attempt and undo its state.
 * - Nobody judges an open attempt while its sender may still be at it (`senderDoneAt`).
 * - What is found is believed at once; what is not found only after the settle time.
 * - A person's `retry` while an attempt is open only looks.
 * @module
 */
import type { Settings } from './config.ts';
import type { AttemptKind } from './database/schema.ts';
import type { AttemptRow } from './snapshot.ts';

export interface Rule {
  readonly kind: AttemptKind;
  /** Absence counts only when `signed_at` is this setting of `timings` ago. */
  readonly settle: 'settle' | 'settleRead';
  /** Sent again by itself after a proven absence, at most this often. */
  readonly repeats: number;
  /** After an unknown answer that carried an error code: sent again all the same, or a person's to read. */
  readonly coded: 'repeat' | 'hold';
}

export const RULES = {
  /**
   * Buys. Settled by the account's listing, complete and live, made after the settle time: adopted, held as
   * `purchase-ambiguous`, or absent. Twice absent: `purchase-unsure`; absent with a code: `purchase-refused`.
   */
  place: { kind: 'place', settle: 'settle', repeats: 1, coded: 'hold' },
  /** Pays. Settled by reading the order, twice after the settle time; then `payment-unknown`, for good. */
  pay: { kind: 'pay', settle: 'settle', repeats: 0, coded: 'hold' },
  /**
   * Pack, ready-to-ship, arrange. Settled by the package as read now. The marketplaces take each once and
   * answer a repeat with "already", so two repeats risk nothing; then `ship-unknown`.
   */
  ship: { kind: 'ship', settle: 'settleRead', repeats: 2, coded: 'repeat' },
  /** Telling an own number leaves no trace that could be read, and cannot be corrected: `ship-unknown`. */
  tellNumber: { kind: 'ship', settle: 'settleRead', repeats: 0, coded: 'repeat' },
  /**
   * Cancels an unpaid purchase. Settled by reading the order. To cancel twice has the effect of once, so it
   * is sent once more; then `cancel-unknown`. Absent with a code: `cancel-refused`, not sent again.
   */
  cancelPurchase: { kind: 'cancel', settle: 'settleRead', repeats: 1, coded: 'hold' },
  /** The seller cancels at the marketplace, by a person's word: absent, the person is asked again. */
  cancelOrder: { kind: 'cancel', settle: 'settleRead', repeats: 0, coded: 'hold' },
  /** Accepts or refuses a buyer's wish to cancel: absent, `cancellation-asked`. */
  answerBuyer: { kind: 'cancel', settle: 'settleRead', repeats: 0, coded: 'hold' },
} as const satisfies Record<string, Rule>;

/** When an attempt that begins now may be settled by absence, in ms after its signing. */
export function settleMs(rule: Rule, { timings }: Pick<Settings, 'timings'>): number {
  return timings[rule.settle];
}

/** Whether it may be sent again by itself after so many proven absences, the last one included. */
export function mayRepeat(rule: Rule, absences: number): boolean {
  return absences <= rule.repeats;
}

/** Whether a person has said since then that it is to be sent again: by a retry, or by a new approval. */
export function askedAgain(
  order: { readonly approved_at: Date | null; readonly retried_at: Date | null },
  since: Date,
): boolean {
  return [order.approved_at, order.retried_at].some((at) => at !== null && at > since);
}

/** How an attempt ends whose effect is proven to be absent. */
export function absentAs(rule: Rule, attempt: AttemptRow): 'absent' | 'refused' {
  return rule.coded === 'hold' && attempt.error_code !== null ? 'refused' : 'absent';
}

/** For writing down what came of a call, after its time-out. */
const WRITING_MS = 5_000;

/**
 * When the sender can no longer be at it: it writes at the end of its window at the latest, and gives up
 * after the time-out. Before that, nobody else judges the attempt.
 */
export function senderDoneAt(
  { settings }: { readonly settings: Pick<Settings, 'timings'> },
  attempt: AttemptRow,
): Date {
  if (attempt.unknown_at) return attempt.unknown_at;
  return new Date(attempt.send_before.getTime() + settings.timings.callTimeout + WRITING_MS);
}
