/**
 * When processes die: half of the kills are aimed at a call that spends (its caller, or the database,
 * dies when its effect is there and its answer is not), the others come at any moment. Freezes stop a
 * process in the middle of its work, long enough that its jobs are given to others, and let it go on
 * afterwards.
 * @module
 */
import { draw, drawBetween, drawOne } from './draw.ts';
import type { System } from './faults.ts';

export interface AimedMoment {
  readonly does: 'kill' | 'kill-postgres' | 'freeze';
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

interface Target extends Omit<AimedMoment, 'nth'> {
  /** The share of the orders that come to it at least. */
  readonly share: number;
}

/** The calls that spend, in turn: the money comes first, so that a few kills meet it. */
const SPENDS: readonly Target[] = [
  { does: 'kill', system: 'pandapon', operation: 'payOrder', share: 0.6 },
  { does: 'kill-postgres', system: 'pandapon', operation: 'createOrder', share: 0.7 },
  { does: 'kill', system: 'pandapon', operation: 'createOrder', share: 0.7 },
  { does: 'kill', system: 'lazada', operation: '/order/fulfill/pack', share: 0.25 },
  { does: 'kill', system: 'shopee', operation: 'ship_order', share: 0.25 },
  { does: 'kill-postgres', system: 'pandapon', operation: 'payOrder', share: 0.6 },
  { does: 'kill', system: 'lazada', operation: '/order/package/rts', share: 0.25 },
  { does: 'kill', system: 'pandapon', operation: 'cancelOrder', share: 0.005 },
];
/** The look right before a purchase. */
const LOOKS: readonly Target[] = [
  { does: 'freeze', system: 'lazada', operation: '/orders/items/get', share: 0.3 },
  { does: 'freeze', system: 'shopee', operation: 'get_order_detail', share: 0.3 },
];

export function planMoments(options: MomentOptions): Moments {
  const { seed, orders, kills, freezes, feedMs } = options;
  const aimedKills = Math.ceil(kills / 2);
  const aim = (targets: readonly Target[], index: number): AimedMoment => {
    const { share, ...target } = targets[index % targets.length] as Target;
    const part = drawBetween(0.05, 0.85, seed, 'nth', target.does, index);
    return { ...target, nth: Math.max(1, Math.floor(part * share * orders)) };
  };
  return {
    aimed: [
      ...Array.from({ length: aimedKills }, (_, index) => aim(SPENDS, index)),
      ...Array.from({ length: freezes }, (_, index) => aim(LOOKS, index)),
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
