/**
 * A simulator of the Shopee Open Platform v2, over real HTTP on loopback: it checks what Shopee checks,
 * answers with wire-true bodies, sends signed pushes and keeps books. Written from the reference alone
 * (shopee.md and its appendix); it shares nothing with the connector it tests.
 * @module
 */
import { type Sandbox, startSandboxServer } from '../../sandbox.ts';
import { controlOf, type NewPartner, type NewShop, type ShopeeControl } from './control.ts';
import { operationsOf } from './operations.ts';
import { openPushDesk } from './pushes.ts';
import { failure } from './wire.ts';
import { nowMs, type Switches, type World } from './world.ts';

export type { BookedOrder, BookedPackage, Books } from './books.ts';
export type { NewPartner, NewShop, ShopeeControl } from './control.ts';
export type { ChannelName } from './model.ts';
export type { NewLine, NewOrder } from './new-order.ts';
export type { ProbeOutcome, PushBehaviour, PushRecord } from './pushes.ts';
export type { TokenPair } from './tokens.ts';
export type { Readiness, Switches } from './world.ts';

export interface ShopeeSandboxOptions {
  /** A free port unless told. */
  readonly port?: number | undefined;
  readonly partners?: readonly NewPartner[] | undefined;
  readonly shops?: readonly NewShop[] | undefined;
  /** The console's callback address, for partners without one of their own. */
  readonly callbackUrl?: string | undefined;
  /** Waits before the repeats of a push; Shopee's 300, 1,800 and 10,800 s unless told. */
  readonly pushRetryDelaysMs?: readonly number[] | undefined;
  /** Shopee waits 3 s for the answer to a push. */
  readonly pushTimeoutMs?: number | undefined;
  readonly switches?: Partial<Switches> | undefined;
}

export interface ShopeeSandbox extends ShopeeControl {
  /** `http://127.0.0.1:<port>`: the host that calls are addressed to. */
  readonly url: string;
  /** The shared shell: fault switches and the books of calls. */
  readonly shell: Sandbox;
  stop(): Promise<void>;
}

const SWITCHES: Switches = {
  number: { delayMs: 0, reads: 0 },
  document: { delayMs: 0, reads: 1 },
  shortPages: false,
  stuckCursor: false,
  dashes: false,
  repeatAnswer: 'package_already_shipped',
  lostDataAs: 'text',
  shopStatus: 'NORMAL',
  pushStatus: 'Normal',
  pushesOn: [1, 2, 3, 4, 12, 15, 30, 47],
  channels: [
    { id: 11006, name: 'Standard Express', enabled: true, sellerLogistics: false },
    { id: 19999, name: 'Others', enabled: false, sellerLogistics: false },
  ],
  ignoreTimes: false,
};

/**
 * Starts a simulator; several can run side by side.
 * @example
 * const shopee = await startShopeeSandbox({
 *   partners: [{ partnerId: '2001887', partnerKey: 'a key' }],
 *   shops: [{ shopId: '14701711', region: 'SG' }],
 * });
 * const { accessToken } = shopee.issueTokens({ partnerId: '2001887', shopId: '14701711' });
 */
export async function startShopeeSandbox(
  options: ShopeeSandboxOptions = {},
): Promise<ShopeeSandbox> {
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;
  const world = createWorld(options, (ms, action) => {
    if (stopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      action();
    }, ms);
    timer.unref();
    timers.add(timer);
  });
  const control = controlOf(world);
  for (const partner of options.partners ?? []) {
    control.addPartner({ callbackUrl: options.callbackUrl, ...partner });
  }
  for (const shop of options.shops ?? []) control.addShop(shop);

  const shell = await startSandboxServer({
    system: 'shopee',
    operations: operationsOf(world),
    // Assumed: Retry-After carries the wait; Shopee documents none (shopee.md 5).
    throttled: (seconds) => ({
      ...failure(
        'error_rate_limit',
        'Too many requests. You have reached the rate limit. Please try again later.',
      ),
      headers: { 'retry-after': String(seconds) },
    }),
    failed: (code, message) => failure(code, message),
    notFound: () => ({ status: 404, body: { error: 'error_not_found' } }),
    control: { ...control },
    ...(options.port === undefined ? {} : { port: options.port }),
  });

  return {
    ...control,
    url: shell.url,
    shell,
    async stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      await shell.stop();
    },
  };
}

function createWorld(options: ShopeeSandboxOptions, later: World['later']): World {
  let last = 0;
  const world: World = {
    clockOffsetMs: 0,
    switches: { ...SWITCHES, ...options.switches },
    partners: new Map(),
    shops: new Map(),
    mainAccounts: new Map(),
    authorisations: new Map(),
    codes: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
    orders: new Map(),
    ordersByPackage: new Map(),
    usedNumbers: new Map(),
    pushes: openPushDesk({
      later,
      nowMs: () => nowMs(world),
      retryDelaysMs: options.pushRetryDelaysMs ?? [300_000, 1_800_000, 10_800_000],
      timeoutMs: options.pushTimeoutMs ?? 3_000,
    }),
    next: () => {
      last += 1;
      return last;
    },
    later,
  };
  return world;
}
