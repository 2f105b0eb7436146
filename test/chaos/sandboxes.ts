/**
 * The outside world of a chaos run, in a process of its own: the three simulators with the plan of
 * faults, the buyers who order and cancel, the seller who buys by hand, the couriers. It knows nothing
 * of the service but the address its messages go to.
 * @module
 */

import { answerParent } from '../../bench/child.ts';
import { startLazadaSandbox } from '../../connectors/lazada/sandbox/index.ts';
import { startPandaponSandbox } from '../../connectors/pandapon/sandbox/index.ts';
import type { ArrivedCall, Fault, Sandbox } from '../../connectors/sandbox.ts';
import { startShopeeSandbox } from '../../connectors/shopee/sandbox/index.ts';
import { readBooks, type WorldBooks } from './books.ts';
import { startCourier } from './courier.ts';
import {
  type FaultKind,
  type FaultPlan,
  faultOf,
  hasEffect,
  listingFaultOf,
  type System,
} from './faults.ts';
import { disturbMessages } from './messages.ts';
import type { AimedMoment } from './moments.ts';
import { type ChaosOrder, DEARER, orderAt, REFUSED, reference, skusOf } from './orders.ts';
import {
  type Addresses,
  callbackAddress,
  LAZADA_APP,
  makeAccounts,
  SHOPEE_APP,
  TIMES,
} from './settings.ts';

export interface WorldOptions {
  readonly orders: number;
  readonly plan: FaultPlan;
  readonly aimed: readonly AimedMoment[];
  readonly feedMs: number;
}

/** A call in whose middle its caller is to be hit. */
export interface ReachedMoment extends AimedMoment {
  /** The caller's port. */
  readonly port: number;
  readonly order: string | undefined;
}

/** A person buys by hand this long before the sales order comes in: the books show it by then. */
const BY_HAND_AHEAD_MS = 9_000;
/** How long a call is held in which its caller is killed. */
const HELD_MS = TIMES.callTimeout * 0.7;
/** Once in a run, the answer to this refresh is lost, and with it the seller's consent. */
const LOST_REFRESH = 2;

const options = JSON.parse(process.env.CHAOS_WORLD ?? '{}') as WorldOptions;
const { plan } = options;
const accounts = makeAccounts(options.orders);
const stores = accounts.flatMap((account) => account.stores);
const orders = Array.from({ length: options.orders }, (_, index) =>
  orderAt(plan.seed, index, accounts),
);

const lazada = await startLazadaSandbox({ pushRetryDelayMs: 3_000 });
lazada.addApp(LAZADA_APP);
const shopee = await startShopeeSandbox({
  partners: [SHOPEE_APP],
  pushRetryDelaysMs: [3_000, 6_000, 9_000],
  switches: { number: { delayMs: 300, reads: 0 }, document: { delayMs: 200, reads: 1 } },
});
for (const { marketplace, country, sellerId } of stores) {
  if (marketplace === 'lazada') lazada.addSeller({ country, sellerId });
  else shopee.addShop({ shopId: sellerId, region: country.toUpperCase() });
}
const pandapon = await startPandaponSandbox({
  accounts: accounts.map(({ accessKey, accessSecret, userId }) => ({
    accessKey,
    accessSecret,
    userId,
  })),
  buildMs: 400,
  financeMs: 200,
  sendMs: 600,
  trackingMs: 300,
  cancelMs: 300,
  listingLagMs: TIMES.listingLag,
  signatureWindowMs: TIMES.signatureWindow,
  // The harder case: a second payment is a second payment.
  payIsIdempotent: false,
  callbackRetryMs: 3_000,
});
pandapon.raisePrice(DEARER.skuId, 900);
pandapon.refuseSku(REFUSED.skuId, 'SKU_OFFLINE');

const injected: Record<string, number> = {};
const problems: string[] = [];
const reached: ReachedMoment[] = [];
let toldMoment: ((moment: ReachedMoment) => void) | undefined;
let frozenUntil = 0;
const pending = options.aimed.map((moment) => ({ moment, seen: 0 }));

planCalls('lazada', lazada.shell);
planCalls('shopee', shopee.shell);
planCalls('pandapon', pandapon.shell);
planListings();
const courier = startCourier({ lazada, shopee, pandapon, orders });
const messages = disturbMessages(plan, { lazada, shopee, pandapon }, (kind) => count(kind));
const timers = new Set<NodeJS.Timeout>();
/** When orders really came in and were cancelled, by their index. */
const cameInAt = new Map<number, number>();
const cancelledAt = new Map<number, number>();

answerParent(
  {
    addresses: (): Addresses => ({
      lazada: lazada.url,
      shopee: shopee.url,
      pandapon: pandapon.url,
    }),
    /** Turns the messages on. */
    speakTo(serviceUrl: string) {
      lazada.setCallback(`${serviceUrl}/push/lazada/main`);
      shopee.setCallbackUrl(`${serviceUrl}/push/shopee/main`);
      for (const account of accounts) {
        pandapon.setCallback(callbackAddress(serviceUrl, account), account.accessKey);
      }
    },
    consent,
    /** Lets the orders come in; answers at once. */
    begin,
    /** Resolves with the next aimed moment that was reached. */
    nextMoment: () =>
      new Promise<ReachedMoment>((resolve) => {
        const waiting = reached.shift();
        if (waiting) resolve(waiting);
        else toldMoment = resolve;
      }),
    /** All access tokens end now. */
    expireTokens,
    injected: () => injected,
    problems: () => problems,
    books: (): WorldBooks => readBooks({ lazada, shopee, pandapon, cancelledAt }, orders),
  },
  async () => {
    courier.stop();
    messages.stop();
    for (const timer of timers) clearTimeout(timer);
    await Promise.all([lazada.stop(), shopee.stop(), pandapon.stop()]);
  },
);

function count(kind: string, times = 1) {
  injected[kind] = (injected[kind] ?? 0) + times;
}

function planCalls(system: System, shell: Sandbox) {
  const seen = new Map<string, number>();
  shell.planFaults((call) => {
    const order = call.order ?? '';
    const key = `${call.operation} ${order}`;
    const attempt = (seen.get(key) ?? 0) + 1;
    seen.set(key, attempt);
    const { operation } = call;
    const planned = faultOf(plan, { system, operation, order, attempt });
    const fault = hit(system, call, planned) ?? lostRefresh(system, operation, attempt) ?? planned;
    if (fault) count(fault.kind);
    return fault;
  });
}

/** Whether somebody is to be killed in this call: it is then held, its effect done. */
function hit(system: System, call: ArrivedCall, planned: Fault | undefined): Fault | undefined {
  if (!hasEffect(planned?.kind as FaultKind | undefined)) return undefined;
  for (const one of pending) {
    const { moment } = one;
    if (moment.system !== system || moment.operation !== call.operation) continue;
    if (moment.does === 'freeze' && !isLastLook(system, call.order)) continue;
    one.seen += 1;
    // One at a time: the others must be there to take over.
    if (one.seen < moment.nth || (moment.does === 'freeze' && Date.now() < frozenUntil)) continue;
    if (moment.does === 'freeze') frozenUntil = Date.now() + TIMES.freeze + 5_000;
    pending.splice(pending.indexOf(one), 1);
    const found = { ...moment, port: call.port, order: call.order };
    if (toldMoment) toldMoment(found);
    else reached.push(found);
    toldMoment = undefined;
    return { kind: 'slow', ms: HELD_MS };
  }
  return undefined;
}

/**
 * Whether this read may be the look right before a purchase: of one order, which could be bought by now
 * and is not. Who sleeps in it goes on with what is old.
 */
function isLastLook(system: System, orderId: string | undefined): boolean {
  const order = orders.find(
    (each) => each.store.marketplace === system && each.orderId === orderId,
  );
  const cameIn = order && cameInAt.get(order.index);
  if (!order || cameIn === undefined || order.kind !== 'plain' || order.twin) return false;
  return Date.now() - cameIn > TIMES.delay && pandapon.order(order.number) === undefined;
}

function lostRefresh(system: System, operation: string, attempt: number): Fault | undefined {
  const isIt =
    system === 'lazada' && operation === '/auth/token/refresh' && attempt === LOST_REFRESH;
  return isIt ? { kind: 'lose-answer' } : undefined;
}

function planListings() {
  let pages = 0;
  pandapon.planListing((query) => {
    pages += 1;
    // A row can come twice only where there is a page before.
    const fault = listingFaultOf(plan, pages);
    if (fault === 'shift' && query.pageNum === 1) return undefined;
    if (fault) count(`listing: ${fault}`);
    return fault;
  });
}

function consent(storeName: string): string {
  const store = stores.find(({ name }) => name === storeName);
  if (!store) throw new Error(`no store ${storeName}`);
  return store.marketplace === 'lazada'
    ? lazada.issueCode({ appKey: LAZADA_APP.appKey, sellerIds: [store.sellerId] })
    : shopee.issueCode({ partnerId: SHOPEE_APP.partnerId, shopId: store.sellerId });
}

function expireTokens() {
  count('access tokens expired', stores.length);
  for (const { marketplace, sellerId } of stores) {
    if (marketplace === 'shopee') shopee.expireAccessToken(sellerId);
  }
  lazada.expireAccessTokens();
}

function begin() {
  const every = options.feedMs / orders.length;
  for (const order of orders) {
    const at = BY_HAND_AHEAD_MS + order.index * every;
    if (order.kind === 'bought-by-hand' || order.kind === 'bought-without-number') {
      later(at - BY_HAND_AHEAD_MS, () => buyByHand(order));
    }
    later(at, () => {
      comeIn(order);
      if (order.cancelAfterMs !== undefined) later(order.cancelAfterMs, () => cancel(order));
    });
  }
}

function later(ms: number, act: () => void) {
  const timer = setTimeout(() => {
    timers.delete(timer);
    try {
      act();
    } catch (error) {
      problems.push((error as Error).message);
    }
  }, ms);
  timers.add(timer);
}

function comeIn(order: ChaosOrder) {
  const { store, orderId } = order;
  cameInAt.set(order.index, Date.now());
  const lines = skusOf(order).map(({ sku, source }) => ({ sku, dear: source?.fen !== 1_250 }));
  if (store.marketplace === 'lazada') {
    lazada.addOrder({
      country: store.country,
      sellerId: store.sellerId,
      orderId,
      lines: lines.map(({ sku, dear }) => ({ sku, price: dear ? '39.00' : '18.90' })),
    });
  } else {
    shopee.addOrder({
      shopId: store.sellerId,
      orderSn: orderId,
      channel: order.numberBy === 'seller' ? 'non_integrated' : 'dropoff',
      lines: lines.map(({ sku, dear }) => ({ sku, price: dear ? 130 : 62.5, quantity: 1 })),
    });
  }
}

function buyByHand(order: ChaosOrder) {
  const account = accounts.find(({ name }) => name === order.store.account);
  const named = order.kind === 'bought-by-hand';
  pandapon.addManualOrder({
    lines: order.sources.map(({ itemId, skuId, fen }) => ({
      itemId,
      skuId,
      quantity: 1,
      priceFen: fen,
    })),
    orderSource: named ? order.store.marketplace : null,
    sellerOrderNumber: named ? order.number : null,
    ...(account ? { accessKey: account.accessKey } : {}),
  });
}

/** What has been handed over cannot be cancelled any more: then nothing happens. */
function cancel(order: ChaosOrder) {
  try {
    if (order.store.marketplace === 'lazada') lazada.buyerCancels(reference(order));
    else if (isOnItsWay(order)) return;
    else shopee.buyerCancels(order.orderId);
    cancelledAt.set(order.index, Date.now());
  } catch {
    // Too late for it.
  }
}

function isOnItsWay(order: ChaosOrder): boolean {
  const book = shopee.books().orders[order.orderId];
  return book === undefined || book.packages.some((each) => each.arranged > 0);
}
