/** How soon the service answers the agent's callbacks when they come fast. */
import { type Percentiles, percentilesOf } from './percentiles.ts';
import type { Simulators } from './world.ts';

export interface CallbackResult extends Percentiles {
  readonly perSecond: number;
  /** Answered with 200 within the agent's second. */
  readonly ok: number;
}

const PER_SECOND = 200;

export async function runCallbacks(
  simulators: Simulators,
  seconds: number,
): Promise<CallbackResult> {
  const { ok, milliseconds } = await simulators.child.ask<{ ok: number; milliseconds: number[] }>(
    'callbackStorm',
    PER_SECOND * seconds,
    PER_SECOND,
  );
  return { ...percentilesOf(milliseconds), perSecond: PER_SECOND, ok };
}
