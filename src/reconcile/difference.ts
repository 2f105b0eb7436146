/**
 * What a re-scan finds: a difference between an outside system's books and ours, and what was done
 * about it. Every difference is either repaired or put in front of a person with its remedy.
 * @module
 */

export const DIFFERENCES = {
  'not-here': 'not known here',
  differs: 'changed there',
  'row-damaged': 'our row does not say what was read',
  'number-reused': 'the id stands for another order now',
  unreadable: 'could not be read',
  'unknown-there': 'the marketplace does not know it',
  'ended-here': 'ended here, goes on there',
  'not-arranged': 'told here, not arranged there',
  'shipped-there': 'shipped or arranged there, not here',
  'tracking-differs': 'another tracking number',
  'bought-unlinked': 'bought there, not linked here',
  'bought-twice': 'bought twice?',
  'no-such-order': 'bought there, no such order here',
  'bought-though-ended': 'bought there, ended here',
  'purchase-unknown': 'the agent does not know the purchase',
  'purchase-differs': 'the purchase went on there',
  'number-differs': 'the purchase carries another number',
  'payment-missing': 'paid here, not paid there',
  'cancelled-here': 'cancelled here, not there',
  'attempt-open': 'its result is open for too long',
  stranded: 'in a state that nothing leads out of',
  'spend-differs': "the day's reserved amount",
  'listing-untrusted': 'the listing is no evidence',
  'not-compared': 'could not be compared',
} as const;

export type DifferenceCode = keyof typeof DIFFERENCES;

export interface Difference {
  readonly code: DifferenceCode;
  /** Undefined where it is about no single order. */
  readonly orderNumber: string | undefined;
  readonly theirs: string;
  readonly ours: string;
  readonly outcome: 'repaired' | 'for-a-person';
  /** What was done, or what to do. */
  readonly done: string;
}

/** A store and its marketplace, or an agent account. */
export interface Subject {
  readonly kind: 'store' | 'account';
  /** `tea-sg`, `pandapon/main`. */
  readonly name: string;
}

export interface Reconciliation {
  readonly subject: Subject;
  readonly days: number;
  readonly beganAt: Date;
  readonly endedAt: Date;
  /** Orders compared. */
  readonly compared: number;
  /** Changed moments ago and not due to be known here yet: taken in, no difference. */
  readonly fresh: number;
  /** Orders of the account that were bought by hand, or for others. */
  readonly byHand: number;
  /** Why nothing was compared. */
  readonly skipped: string | undefined;
  readonly repaired: number;
  readonly left: number;
  readonly differences: readonly Difference[];
}

/** Collects what one re-scan finds. */
export interface Findings {
  compared: number;
  fresh: number;
  byHand: number;
  skipped: string | undefined;
  readonly differences: Difference[];
}

export function noFindings(): Findings {
  return { compared: 0, fresh: 0, byHand: 0, skipped: undefined, differences: [] };
}

export function summarise(
  subject: Subject,
  days: number,
  times: { readonly beganAt: Date; readonly endedAt: Date },
  findings: Findings,
): Reconciliation {
  const { differences, ...counts } = findings;
  const left = differences.filter((each) => each.outcome === 'for-a-person').length;
  return {
    subject,
    days,
    ...times,
    ...counts,
    repaired: differences.length - left,
    left,
    differences,
  };
}
