import type { CallReport, Clock, Operation } from './call.ts';

/** What a connection needs from its surroundings. */
export interface Surroundings {
  readonly clock?: Clock;
  readonly onCall?: (report: CallReport) => void;
  /** Waits for a place in the rate limits. */
  readonly admit?: (operation: Operation) => Promise<void>;
  readonly timeoutMs?: number;
}
