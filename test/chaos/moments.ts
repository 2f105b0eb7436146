/**
 * When processes die: half of the kills are aimed at a call that spends (the process dies when its
 * effect is there and its answer is not), the others come at any moment. Freezes stop a process in the
 * middle of its work, long enough that its jobs are given to others, and let it go on afterwards.
 * @module
 */
import { draw, drawBetween, drawOne } from './draw.ts';
import type { System } from './faults.ts';

export interface AimedMoment {
  readonly does: 'kill' | 'freeze';
  readonly system: System;
  readonly operation: string;
  /** The how-many-th such call with an effect. */
  readonly nth: number;
}

export interface TimedMoment {
  /** After the first order came in. */
  readonly afterMs: number;
  readonly victim: 'worker' | 'web' | 'postgres';
  /** Which of several: from 0 to below 1. */
  readonly which: number;
}

export interface Moments {
  readonly aimed: readonly AimedMoment[];
  readonly timed: readonly TimedMoment[];
}

export interface MomentOptions {
  readonly seed: string;
  readonly orders: number;
  readonly kills: number;
  readonly freezes: number;
  /** How long orders come in. */
  readonly feedMs: number;
}

/** The calls that spend, each with the share of the orders that come to it at least. */
const SPENDS: readonly { system: System; operation: string; share: number }[] = [
  { system: 'pandapon', operation: 'createOrder', share: 0.75 },
  { system: 'pandapon', operation: 'payOrder', share: 0.6 },
  { system: 'lazada', operation: '/order/fulfill/pack', share: 0.25 },
  { system: 'lazada', operation: '/order/package/rts', share: 0.25 },
  { system: 'shopee', operation: 'ship_order', share: 0.25 },
];
/** A look right before a purchase or a shipping: who sleeps there goes on with what is old. */
const LOOKS: readonly { system: System; operation: string; share: number }[] = [
  { system: 'lazada', operation: '/orders/items/get', share: 0.4 },
  { system: 'shopee', operation: 'get_order_detail', share: 0.4 },
];

export function planMoments(options: MomentOptions): Moments {
  const { seed, orders, kills, freezes, feedMs } = options;
  const aimedKills = Math.ceil(kills / 2);
  const aim = (does: AimedMoment['does'], targets: typeof SPENDS, index: number): AimedMoment => {
    // One after the other through the targets, so that few kills already meet them all.
    const start = Math.floor(draw(seed, does, 'start') * targets.length);
    const target = targets[(start + index) % targets.length] as (typeof SPENDS)[number];
    const nth = Math.max(
      1,
      Math.floor(drawBetween(0.05, 0.85, seed, does, index) * target.share * orders),
    );
    return { does, system: target.system, operation: target.operation, nth };
  };
  return {
    aimed: [
      ...Array.from({ length: aimedKills }, (_, index) => aim('kill', SPENDS, index)),
      ...Array.from({ length: freezes }, (_, index) => aim('freeze', LOOKS, index)),
    ],
    timed: Array.from({ length: kills - aimedKills }, (_, index) => ({
      afterMs: drawBetween(0.05, 0.95, seed, 'timed', index) * feedMs,
      which: draw(seed, 'which', index),
      // The first two are the database's and the web's, so that every run has them.
      victim:
        index === 0
          ? ('postgres' as const)
          : index === 1
            ? ('web' as const)
            : drawOne({ worker: 6, web: 2, postgres: 2 }, seed, 'victim', index),
    })).sort((a, b) => a.afterMs - b.afterMs),
  };
}
