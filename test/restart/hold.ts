/** Stops calls at a simulator at a defined point, so that the caller can be killed exactly there. */
import type { Sandbox } from '../../connectors/sandbox.ts';

/** Longer than any test: a call that is held is never answered. */
const FOR_EVER_MS = 3_600_000;

/** `before`: as if the call had never arrived. `after`: the effect is there, the answer is not. */
export type Moment = 'before' | 'after';

export interface Holds {
  /**
   * Holds the next such call, and no later one. Resolves when it arrived.
   * @param order any order unless told
   */
  hold(operation: string, moment: Moment, order?: string): Promise<void>;
}

export function holdCalls(shell: Sandbox): Holds {
  const waiting: {
    readonly operation: string;
    readonly order: string | undefined;
    readonly moment: Moment;
    readonly reached: () => void;
  }[] = [];
  shell.planFaults(({ operation, order }) => {
    const index = waiting.findIndex(
      (each) => each.operation === operation && (each.order === undefined || each.order === order),
    );
    const [held] = index < 0 ? [] : waiting.splice(index, 1);
    if (!held) return undefined;
    held.reached();
    return { kind: held.moment === 'before' ? 'late-effect' : 'slow', ms: FOR_EVER_MS };
  });
  return {
    hold: (operation, moment, order) =>
      new Promise((reached) => {
        waiting.push({ operation, order, moment, reached });
      }),
  };
}
