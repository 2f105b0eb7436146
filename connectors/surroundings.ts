import type { CallReport, Clock, Guard, Operation } from './call.ts';

/** What a connection needs from its surroundings. */
export interface Surroundings {
  readonly clock?: Clock;
  readonly onCall?: (report: CallReport) => void;
  /** Waits for a place in the rate limits. */
  readonly admit?: (operation: Operation) => Promise<void>;
  /** Wraps each try of a call: a breaker that refuses to send throws `NotSent`. */
  readonly guard?: Guard;
  readonly timeoutMs?: number;
  /** All tries of a read together, and how many after the first; see call.ts. */
  readonly retryForMs?: number;
  readonly retries?: number;
}
