/**
 * What the simulator knows: accounts, orders, switches, clock. Where an order stands is worked out by
 * life.ts from these facts and the clock when somebody looks.
 * @module
 */

import { createIdMaker, type IdMaker } from './ids.ts';
import type { ListingFault, ListingQuery } from './listing.ts';
import {
  DEFAULT_ACCOUNT,
  DEFAULT_SWITCHES,
  DEFAULT_TIMINGS,
  type PandaponSandboxOptions,
  pick,
  type SandboxAccount,
  type SandboxSwitches,
  type SandboxTimings,
} from './options.ts';

/**
 * Where an order stands. `approved`: finance has passed the payment (2); `queued`: waits for the
 * supplier (10); `refused`: finance has not passed it (3).
 */
export type OrderStage =
  | 'building'
  | 'unpaid'
  | 'paid'
  | 'approved'
  | 'refused'
  | 'queued'
  | 'sent'
  | 'closed';

/** The receiver of a create request: the nine keys of S0, snake case included. */
export interface RequestReceiver {
  readonly name: string;
  readonly phone: string;
  readonly mobile_phone: string;
  readonly country: string;
  readonly state: string;
  readonly city: string;
  readonly district: string;
  readonly address: string;
  readonly zip: string;
}

export interface Trace {
  readonly atMs: number;
  readonly status: string;
  readonly statusDesc: string;
  readonly action: string;
  readonly text: string;
}

export interface SandboxParcel {
  readonly mailNo: string;
  readonly company: string;
  readonly quantity: number;
  /** Oldest first; the wire has them newest first. */
  readonly traces: Trace[];
}

export interface OrderLineBook {
  readonly subOrderId: string;
  readonly itemId: string;
  readonly skuId: string;
  readonly quantity: number;
  /** What the request offered for one unit, in fen. */
  readonly askedFen: number;
  /** What one unit costs, in fen. */
  priceFen: number;
  postFeeFen: number;
  readonly sellerNick: string;
  /** Null for a refused line: nothing was bought at Taobao. */
  readonly taobaoPurchaseId: string | null;
  readonly taobaoSubPurchaseId: string | null;
  readonly taobaoOrderId: string | null;
  readonly taobaoLineId: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  sentAt: number | undefined;
  readonly parcels: SandboxParcel[];
  refundStatus: number;
  refundType: number | null;
}

/** One call of pay that reached the order, refused ones included. */
export interface PayAttempt {
  readonly at: number;
  readonly accepted: boolean;
  readonly code: number;
  readonly chargedFen: number;
}

export interface OrderBook {
  readonly account: SandboxAccount;
  readonly id: string;
  readonly orderNo: string;
  readonly createdAt: number;
  readonly orderSource: string | null;
  readonly sellerOrderNumber: string | null;
  readonly receiver: RequestReceiver;
  /** The request's budget in fen. */
  readonly budgetFen: number;
  readonly lines: readonly OrderLineBook[];
  /** Bought by hand in the console. */
  readonly manual: boolean;
  stage: OrderStage;
  /** When it came to that stage. */
  since: number;
  payTime: number | undefined;
  readonly payAttempts: PayAttempt[];
  readonly cancelAttempts: { readonly at: number; readonly accepted: boolean }[];
  cancelRequestedAt: number | undefined;
  closeReason: string | null;
  readonly warehouseUpdates: {
    readonly at: number;
    readonly warehouseName: string;
    readonly warehouseAddress: string;
  }[];
  /** Shown instead of the stage's status code, to try codes nobody has seen. */
  shownStatus: number | undefined;
}

export type ChangeKind = 'status' | 'price' | 'refund';

export interface World {
  timings: SandboxTimings;
  switches: SandboxSwitches;
  readonly accounts: Map<string, SandboxAccount>;
  /** By id, in order of arrival. */
  readonly orders: Map<string, OrderBook>;
  /** By `taobaoSubPurchaseId`, which logistics are asked by. */
  readonly bySubPurchase: Map<string, OrderBook>;
  readonly refusedSkus: Map<string, { readonly errorCode: string; readonly errorMessage: string }>;
  readonly raisedPrices: Map<string, number>;
  readonly suppliers: Map<string, string>;
  readonly lostPages: Set<number>;
  /** Asked for every page of an account's listing: what goes wrong with it. */
  listingPlan: ((query: ListingQuery) => ListingFault | undefined) | undefined;
  readonly usedNonces: Set<string>;
  /** How often each refusal code was answered. */
  readonly refusals: Record<string, number>;
  readonly ids: IdMaker;
  clockOffsetMs: number;
  /** The sandbox's clock, ms. */
  now(): number;
  /** Set by the callbacks: told of every change once; a price or refund names its line. */
  changed: (order: OrderBook, kind: ChangeKind, line?: OrderLineBook) => void;
  /** Set by the callbacks: told that the order's next change may have another date. */
  rearm: (order: OrderBook) => void;
}

export function createWorld(options: PandaponSandboxOptions): World {
  const accounts = new Map<string, SandboxAccount>();
  for (const account of options.accounts ?? [DEFAULT_ACCOUNT]) {
    accounts.set(account.accessKey, account);
  }
  const world: World = {
    timings: pick(DEFAULT_TIMINGS, options),
    switches: pick(DEFAULT_SWITCHES, options),
    accounts,
    orders: new Map(),
    bySubPurchase: new Map(),
    refusedSkus: new Map(),
    raisedPrices: new Map(),
    suppliers: new Map(),
    lostPages: new Set(),
    listingPlan: undefined,
    usedNonces: new Set(),
    refusals: {},
    ids: createIdMaker(),
    clockOffsetMs: 0,
    now: () => Date.now() + world.clockOffsetMs,
    changed: () => {},
    rearm: () => {},
  };
  return world;
}

/** The developer id an account's answers carry. */
export function developIdOf(account: SandboxAccount): string {
  return account.developId ?? '1021091489188413467';
}

/** Lines that were bought; refused ones are not. */
export function acceptedLines(order: OrderBook): readonly OrderLineBook[] {
  return order.lines.filter((line) => line.errorCode === null);
}

/** The whole price in fen; 0 while the order is being created (S4: `purchaseAmount` 0). */
export function amountFen(order: OrderBook): number {
  if (order.stage === 'building') return 0;
  return acceptedLines(order).reduce(
    (sum, line) => sum + line.priceFen * line.quantity + line.postFeeFen,
    0,
  );
}
