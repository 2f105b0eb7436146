/**
 * The logistics channels orders can have: which modes `info_needed` offers and what each wants
 * filled in (shopee.md 4.1, 4.3). Channel ids: 11006 is the one of the recorded body; the others
 * are Assumed: Shopee publishes no list of them.
 * @module
 */
import type { ChannelName, Order } from './model.ts';

export type Mode = 'pickup' | 'dropoff' | 'non_integrated';
export const MODES: readonly Mode[] = ['pickup', 'dropoff', 'non_integrated'];

/** `number` stands for `tracking_no` or, as guide 229 spells it, `tracking_number`. */
type Need = 'address_id' | 'pickup_time_id' | 'branch_id' | 'number';

export interface Channel {
  readonly channelId: number;
  readonly carrier: string;
  readonly needs: Readonly<Partial<Record<Mode, readonly Need[]>>>;
}

const CHANNELS: Readonly<Record<ChannelName, Channel>> = {
  dropoff: {
    channelId: 11006,
    carrier: "Sandbox -Standard Express LPS (Don't modify)",
    needs: { dropoff: [] },
  },
  pickup: {
    channelId: 11007,
    carrier: 'Standard Express Pickup',
    needs: { pickup: ['address_id', 'pickup_time_id'] },
  },
  // The documented sample: drop-off with nothing to fill, and a pickup whose time_slot_list is null.
  dropoff_or_pickup: {
    channelId: 11008,
    carrier: 'Standard Delivery',
    needs: { dropoff: [], pickup: ['address_id', 'pickup_time_id'] },
  },
  non_integrated: {
    channelId: 19999,
    carrier: 'Others',
    needs: { non_integrated: ['number'] },
  },
  dropoff_with_number: {
    channelId: 80003,
    carrier: 'Regular',
    needs: { dropoff: ['number'] },
  },
  dropoff_with_branch: {
    channelId: 11009,
    carrier: 'Counter Drop-off',
    needs: { dropoff: ['branch_id'] },
  },
};

export function channelOf(order: Order): Channel {
  return CHANNELS[order.channel];
}

export function isChannel(name: string): name is ChannelName {
  return Object.hasOwn(CHANNELS, name);
}

export function hasTimeSlots(order: Order): boolean {
  return order.channel === 'pickup';
}

/** The seller's one pickup address and one drop-off branch. */
export const PICKUP_ADDRESS_ID = '2826';
export const BRANCH_ID = '7711';

/** Opaque, in both spellings seen (`"1639472400"`, `"1737104400_5"`). */
export function pickupTimeIds(order: Order): readonly string[] {
  const day = Math.floor(order.createTime / 86_400) * 86_400;
  return [String(day + 86_400), `${day + 2 * 86_400}_5`];
}
