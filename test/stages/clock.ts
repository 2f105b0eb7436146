/** A clock that runs with the machine's, and can be put forward. */
import type { Clock } from '../../src/clock.ts';

export interface TestClock extends Clock {
  /** How far it is ahead of the machine's, in ms. */
  readonly offsetMs: number;
  forward(ms: number): void;
}

export function testClock(): TestClock {
  let offsetMs = 0;
  return {
    get offsetMs() {
      return offsetMs;
    },
    now: () => new Date(Date.now() + offsetMs),
    forward(ms) {
      if (ms < 0) throw new Error('a clock is never put back');
      offsetMs += ms;
    },
  };
}
