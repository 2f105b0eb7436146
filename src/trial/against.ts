/** The orders of a trial planned twice: with the store's settings, and with others. */
import { comparePlans, type PlanDifference } from '../../mappings/compare.ts';
import { besides, type CommonDifference } from './common.ts';
import { type TrialRow, toRow } from './row.ts';
import type { PlannedOrder } from './run.ts';

export interface ComparedOrder {
  readonly before: TrialRow;
  readonly after: TrialRow;
  /** By Ponbridge, already: nothing changes for it any more. */
  readonly bought: boolean;
  /** Undefined when the same would happen. */
  readonly difference: PlanDifference | undefined;
}

export interface Counts {
  readonly unchanged: number;
  readonly newlyBought: number;
  readonly noLongerBought: number;
  readonly changed: number;
  /** Of these, changed in nothing but what every purchase shares. */
  readonly onlyCommon: number;
}

/** What is bought already counts as to be bought: it shows what the rules would have done. */
export function compareOrder({ order, past, bought, plan, other }: PlannedOrder): ComparedOrder {
  const base = { order, past, bought: undefined };
  return {
    before: toRow({ ...base, plan }),
    after: toRow({ ...base, plan: other }),
    bought: bought !== undefined,
    difference: comparePlans(plan, other),
  };
}

export function openCounts(common: CommonDifference) {
  const counts = { unchanged: 0, newlyBought: 0, noLongerBought: 0, changed: 0, onlyCommon: 0 };
  return {
    add({ difference }: ComparedOrder) {
      if (!difference) counts.unchanged += 1;
      else if (difference.kind === 'newly-bought') counts.newlyBought += 1;
      else if (difference.kind === 'no-longer-bought') counts.noLongerBought += 1;
      else counts.changed += 1;
      if (difference && !besides(difference, common)) counts.onlyCommon += 1;
    },
    counts: (): Counts => ({ ...counts }),
  };
}

/** A buyer's name and address are left out of what is printed unless they are asked for. */
export function withoutReceiver(difference: PlanDifference): object {
  return { ...difference, receiver: difference.receiver.map(({ field }) => ({ field })) };
}
