/** A clock that stands still but for one millisecond per look, so that no two instants are equal. */
import type { Clock } from '../../src/clock.ts';

export interface ModelClock extends Clock {
  /** Now in ms, without a tick. */
  readonly at: number;
  forward(ms: number): void;
}

/** Where every run begins: noon in China, so that a day's end is never near by chance. */
const START = Date.parse('2026-03-02T04:00:00Z');

export function modelClock(): ModelClock {
  let at = START;
  return {
    get at() {
      return at;
    },
    now() {
      at += 1;
      return new Date(at);
    },
    forward(ms) {
      at += Math.max(ms, 0);
    },
  };
}
