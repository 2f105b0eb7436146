/**
 * What a stage says when it is through: a small closed set of words, after Oban's. The runner is the
 * only place that knows what each of them does.
 * @module
 */

export type Answer =
  /** The order moved: look again which stage is next. */
  | { readonly kind: 'done' }
  /** A person must look; `again` lets the stage try by itself later all the same. */
  | { readonly kind: 'hold'; readonly holds: readonly HoldReason[]; readonly again?: Date }
  /** Nothing to do before `at`, or until something is heard; `awaits` names what wakes it earlier. */
  | {
      readonly kind: 'later';
      readonly at: Date | undefined;
      readonly why: string;
      readonly awaits?: string;
    }
  /** It failed and nothing happened: try again after a growing while. */
  | { readonly kind: 'retry'; readonly error: unknown };

export interface HoldReason {
  readonly code: string;
  readonly detail: string;
}

export const done: Answer = { kind: 'done' };

export function hold(code: string, detail: string, again?: Date): Answer {
  return { kind: 'hold', holds: [{ code, detail }], ...(again ? { again } : {}) };
}

export function later(at: Date | undefined, why: string, awaits?: string): Answer {
  return { kind: 'later', at, why, ...(awaits ? { awaits } : {}) };
}

export function retry(error: unknown): Answer {
  return { kind: 'retry', error };
}

/** Somebody else moved the row meanwhile: the transaction is undone and the order looked at again. */
export class StaleRow extends Error {
  constructor(what: string) {
    super(`${what} was moved by somebody else`);
    this.name = 'StaleRow';
  }
}
