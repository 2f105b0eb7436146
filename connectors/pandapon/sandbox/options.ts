/** One developer account: the keys of its requests and the names its orders carry. */
export interface SandboxAccount {
  readonly accessKey: string;
  readonly accessSecret: string;
  /** Sub-account; 13 digits in every example. */
  readonly userId: string;
  readonly userName?: string;
  readonly developId?: string;
}

/** Used when no accounts are given. */
export const DEFAULT_ACCOUNT: SandboxAccount = {
  accessKey: '00000000000000000000000000005a4b',
  accessSecret: 'sandbox-access-secret',
  userId: '2100007341207',
  userName: 'Nguyen Thi Tuyet',
  developId: '1028257583384757029',
};

/** How long each step of an order's life takes, in ms of the sandbox's clock. */
export interface SandboxTimings {
  /** From creation to 0/WAIT_BUYER_P. */
  readonly buildMs: number;
  /** From status 1 to 2, and from 2 to 10. */
  readonly financeMs: number;
  /** From status 10 until the supplier sends, with `autoSend`. */
  readonly sendMs: number;
  /** From a line's sending until logistics show its tracking number. */
  readonly trackingMs: number;
  /** From an accepted cancellation until the order is closed. */
  readonly cancelMs: number;
  /** From creation until a listing shows the order. */
  readonly listingLagMs: number;
  /** Between tries of a callback (pandapon.md 7: half an hour). */
  readonly callbackRetryMs: number;
  /** A receiver that answers later than this has failed (pandapon.md 7: 1000 ms). */
  readonly callbackTimeoutMs: number;
}

export const DEFAULT_TIMINGS: SandboxTimings = {
  buildMs: 50,
  financeMs: 50,
  sendMs: 50,
  trackingMs: 50,
  cancelMs: 50,
  listingLagMs: 0,
  callbackRetryMs: 30 * 60_000,
  callbackTimeoutMs: 1_000,
};

export interface SandboxSwitches {
  /** Suppliers send by themselves; otherwise only `send` and `sendLine` do. */
  readonly autoSend: boolean;
  /** Order status while lines are BULIDING: 12 by the 2026 table, 0 in S4 (pandapon.md 11.11). */
  readonly buildingStatus: 0 | 12;
  /** Domestic freight of each order in fen, put on its first accepted line. */
  readonly domesticPostFee: number;
  /** A second payment of a paid order is refused; when false it charges again. */
  readonly payIsIdempotent: boolean;
  /** Finance refuses payments: status 3 instead of 2. */
  readonly refusePayments: boolean;
  /** Largest page given, whatever was asked for; null for no cap (the real one is unknown). */
  readonly maxPageSize: number | null;
  /** Smallest page given, whatever was asked for. */
  readonly leastPageSize: number;
  readonly ignoreDateFilter: boolean;
  /** `total` grows by one with each page. */
  readonly changeTotalWhilePaging: boolean;
  /** A nonce of this access key is refused the second time (unknown, so off). */
  readonly rejectNonceReplay: boolean;
  /** Exact length of `nonce-str` (manual: 32); null takes any. */
  readonly nonceLength: number | null;
  /** Largest distance of `timestamp` to the sandbox's clock, both ways (manual: 600 s). */
  readonly signatureWindowMs: number;
  /** Which units of `timestamp` are taken (contradictory: pandapon.md 2). */
  readonly timestampUnits: readonly ('seconds' | 'milliseconds')[];
  /** Which listings there are. */
  readonly generations: readonly ('v1' | 'v2')[];
  /** Listings answer in a shape that nobody documents. */
  readonly oddListings: boolean;
  readonly ignoreIdFilter: boolean;
  /** Rows carry neither `sellerOrderNumber` nor `orderSource`. */
  readonly hideNumbers: boolean;
  /** Hours from UTC that `createTime` is printed with (assumed: China's 8). */
  readonly printedHours: number;
  /** The KA page shows `messageBody` as a JSON string, the PandaPon page types it as an object. */
  readonly messageBodyAs: 'string' | 'object';
}

export const DEFAULT_SWITCHES: SandboxSwitches = {
  autoSend: true,
  buildingStatus: 12,
  domesticPostFee: 0,
  payIsIdempotent: true,
  refusePayments: false,
  maxPageSize: null,
  leastPageSize: 1,
  ignoreDateFilter: false,
  changeTotalWhilePaging: false,
  rejectNonceReplay: false,
  nonceLength: 32,
  signatureWindowMs: 600_000,
  timestampUnits: ['seconds', 'milliseconds'],
  generations: ['v1', 'v2'],
  oddListings: false,
  ignoreIdFilter: false,
  hideNumbers: false,
  printedHours: 8,
  messageBodyAs: 'string',
};

/** What delivery does to each message. */
export interface CallbackBehaviour {
  /** How often each message is sent (1: once). */
  readonly copies: number;
  readonly delayMs: number;
  /** Messages are gathered for `shuffleMs` and sent newest first. */
  readonly shuffle: boolean;
  readonly shuffleMs: number;
  /** True: every message is lost; a number: the next so many are. */
  readonly drop: boolean | number;
}

export const DEFAULT_BEHAVIOUR: CallbackBehaviour = {
  copies: 1,
  delayMs: 0,
  shuffle: false,
  shuffleMs: 50,
  drop: false,
};

export interface PandaponSandboxOptions extends Partial<SandboxTimings>, Partial<SandboxSwitches> {
  readonly accounts?: readonly SandboxAccount[];
  readonly callbackUrl?: string;
  /** Assumed: `/open/order/pay`; the real path is unknown. */
  readonly payPath?: string;
  /** Assumed: `/open/order/cancel`; the real path is unknown. */
  readonly cancelPath?: string;
  /** In front of every path: `''` for PandaPon, `/api` for Xportcn. */
  readonly basePath?: string;
  readonly port?: number;
}

/** Those of `patch` that `base` knows, laid over it. @throws {Error} on a name that `base` does not have. */
export function override<T extends object>(base: T, patch: Partial<T>, what: string): T {
  for (const name of Object.keys(patch)) {
    if (!(name in base)) throw new Error(`no ${what} "${name}"`);
  }
  return { ...base, ...patch };
}

/** The part of the options that belongs to `base`. */
export function pick<T extends object>(base: T, options: object): T {
  const known = Object.entries(options).filter(
    ([name, value]) => name in base && value !== undefined,
  );
  return { ...base, ...(Object.fromEntries(known) as Partial<T>) };
}
