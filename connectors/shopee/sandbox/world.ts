/**
 * The simulator's state and clock, and the few things every operation does with them.
 * @module
 */
import type {
  AccessToken,
  Authorisation,
  ConsentCode,
  Order,
  Package,
  Partner,
  RefreshToken,
  Shop,
  Waiting,
} from './model.ts';
import type { PushDesk } from './pushes.ts';

/** A row of `get_channel_list`. */
export interface ListedChannel {
  readonly id: number;
  readonly name: string;
  readonly enabled: boolean;
  /** The seller delivers and tells each step. */
  readonly sellerLogistics: boolean;
}

/** After which time and how many reads Shopee's side is done with something. */
export interface Readiness {
  readonly delayMs: number;
  readonly reads: number;
}

export interface Switches {
  /** When an assigned tracking number appears. */
  number: Readiness;
  /** When a created shipping document is READY. */
  document: Readiness;
  /** Pages hold half of what was asked for though more follows. */
  shortPages: boolean;
  /** `next_cursor` repeats the cursor asked with, and `more` stays true. */
  stuckCursor: boolean;
  /** `get_package_detail` shows `"-"` for an absent number, as its doc sample does. */
  dashes: boolean;
  /** Which of the two documented answers a repeated `ship_order` gets (4.2). */
  repeatAnswer: 'package_already_shipped' | 'order_has_been_shipped';
  /** The lost list's `data`: text of the whole envelope, or an object (6.2). */
  lostDataAs: 'text' | 'object';
  /** get_shop_info: NORMAL, BANNED, FROZEN. */
  shopStatus: string;
  /** get_app_push_config's word, and the codes that are on. */
  pushStatus: string;
  pushesOn: readonly number[];
  /** get_channel_list: assumed ids, as those of channels.ts. */
  channels: readonly ListedChannel[];
  /** get_order_list looks at no times. */
  ignoreTimes: boolean;
}

export interface World {
  clockOffsetMs: number;
  readonly switches: Switches;
  readonly partners: Map<string, Partner>;
  readonly shops: Map<string, Shop>;
  /** Main accounts with their shops. */
  readonly mainAccounts: Map<string, readonly string[]>;
  /** By `partnerId/shopId`. */
  readonly authorisations: Map<string, Authorisation>;
  readonly codes: Map<string, ConsentCode>;
  readonly accessTokens: Map<string, AccessToken>;
  readonly refreshTokens: Map<string, RefreshToken>;
  readonly orders: Map<string, Order>;
  /** Which order a package belongs to. */
  readonly ordersByPackage: Map<string, Order>;
  /** Tracking number to package number. */
  readonly usedNumbers: Map<string, string>;
  readonly pushes: PushDesk;
  /** A number never given out before. */
  readonly next: () => number;
  /** Does something later, unless the simulator has stopped by then. */
  readonly later: (ms: number, action: () => void) => void;
}

export function nowMs(world: World): number {
  return Date.now() + world.clockOffsetMs;
}

/** Unix seconds, as all of Shopee's times. */
export function nowSeconds(world: World): number {
  return Math.floor(nowMs(world) / 1000);
}

export function orderOfShop(world: World, shopId: string, orderSn: string): Order | undefined {
  const order = world.orders.get(orderSn);
  return order?.shopId === shopId ? order : undefined;
}

export function packageOf(order: Order, packageNumber: string): Package | undefined {
  return order.packages.find((candidate) => candidate.packageNumber === packageNumber);
}

export function startWaiting(world: World, readiness: Readiness): Waiting {
  return { readyAtMs: nowMs(world) + readiness.delayMs, readsLeft: readiness.reads };
}

/** Asked at each read: counts it, and says whether the wait was over before it. */
export function isOverAtRead(world: World, waiting: Waiting): boolean {
  if (waiting.readsLeft > 0) {
    waiting.readsLeft -= 1;
    return false;
  }
  return nowMs(world) >= waiting.readyAtMs;
}
