/**
 * The levers of the simulator: what partners, sellers, buyers, couriers and Shopee itself do. All
 * arguments and results are plain JSON, so that they also work through the shell's control door.
 * @module
 */
import { type Books, keepBooks } from './books.ts';
import {
  addTrackingEvent,
  assignNumber,
  cancelWhole,
  followPackages,
  setOrderStatus,
  setPackageStatus,
  tell,
  touch,
} from './changes.ts';
import type { Order } from './model.ts';
import { createOrder, type NewOrder, notePayment } from './new-order.ts';
import type { ProbeOutcome, PushBehaviour, PushRecord } from './pushes.ts';
import {
  expireAccessTokens,
  expireRefreshTokens,
  issueCode,
  issuePair,
  type TokenPair,
} from './tokens.ts';
import { nowSeconds, type Switches, type World } from './world.ts';

type Id = string | number;

export interface NewPartner {
  readonly partnerId: Id;
  readonly partnerKey: string;
  readonly pushKey?: string | undefined;
  readonly callbackUrl?: string | undefined;
  /** Host and port that consents may come back to; any unless told. */
  readonly redirectDomain?: string | undefined;
}

export interface NewShop {
  readonly shopId: Id;
  /** Two letters, upper case: `SG`, `MY`. */
  readonly region: string;
  readonly name?: string | undefined;
}

export interface ShopeeControl {
  addPartner(partner: NewPartner): void;
  addShop(shop: NewShop): void;
  /** An account that can consent for several shops at once. */
  addMainAccount(account: { readonly mainAccountId: Id; readonly shopIds: readonly Id[] }): void;
  /** Where pushes go, for one partner or all. Without an address nothing is pushed. */
  setCallbackUrl(url: string | null, partnerId?: Id): void;
  /** A seller's consent. With `mainAccountId`, `shopIds` are its shops: all known ones unless told. */
  issueCode(consent: {
    readonly partnerId: Id;
    readonly shopId?: Id | undefined;
    readonly mainAccountId?: Id | undefined;
    readonly shopIds?: readonly Id[] | undefined;
    /** For how long; 365 unless told. */
    readonly days?: number | undefined;
  }): string;
  /** A pair without going through the consent. */
  issueTokens(grant: { readonly partnerId: Id; readonly shopId: Id }): TokenPair;
  /** All access tokens of a shop. */
  expireAccessToken(shopId: Id): void;
  /** All refresh tokens of a shop. */
  expireRefreshToken(shopId: Id): void;
  /** Unix seconds at which the consent of a shop ends, for every partner. */
  setConsentEnd(shopId: Id, expireTime: number): void;
  /** @returns its `order_sn`. */
  addOrder(order: NewOrder): string;
  /** UNPAID or PENDING becomes READY_TO_SHIP. */
  pay(orderSn: string): void;
  buyerCancels(orderSn: string, reason?: string): void;
  /** IN_CANCEL: the seller is asked. */
  requestCancellation(orderSn: string): void;
  /** The courier has it: SHIPPED. Also without arranging, as when shipped through Seller Centre. */
  pickUp(orderSn: string): void;
  /** The courier did not get it: RETRY_SHIP. */
  failPickup(orderSn: string): void;
  deliver(orderSn: string): void;
  complete(orderSn: string): void;
  /** The order's word only, also one that no connector knows; packages stay as they are. */
  setStatus(orderSn: string, status: string): void;
  /** Unix seconds; fires push 47. */
  moveShipByDate(orderSn: string, shipByDate: number): void;
  setAllocating(orderSn: string, on: boolean): void;
  /** Its detail row is sent with a wrong shape. */
  breakOrder(orderSn: string, on?: boolean): void;
  /** The next `times` detail calls that ask for it leave it out. */
  omitFromDetail(orderSn: string, times: number): void;
  stuckCursor(on: boolean): void;
  shortPages(on: boolean): void;
  /** All other switches (number and document readiness, shapes, repeat answer). */
  setSwitches(change: Partial<Switches>): void;
  setPushBehaviour(change: Partial<PushBehaviour>): void;
  /** The console's "Verify", to one partner's callback address (the first one's unless told). */
  sendProbe(kind: 'unsigned' | 'empty-key', partnerId?: Id): Promise<ProbeOutcome>;
  pushOutcomes(): readonly PushRecord[];
  books(): Books;
  /** Shopee's clock is this far ahead of the machine's, in milliseconds. */
  setClock(offsetMs: number): void;
}

/** Every method throws an Error with a plain message when its wish makes no sense. */
export function controlOf(world: World): ShopeeControl {
  return {
    addPartner(wish) {
      const partnerId = String(wish.partnerId);
      const { partnerKey, pushKey, callbackUrl, redirectDomain } = wish;
      if (!partnerKey || pushKey === '') throw new Error('a key must not be empty');
      world.partners.set(partnerId, {
        partnerId,
        partnerKey,
        pushKey,
        callbackUrl,
        redirectDomain,
      });
    },
    addShop({ shopId, region, name }) {
      const id = String(shopId);
      world.shops.set(id, { shopId: id, region, name: name ?? `sandbox_shop_${id}` });
    },
    addMainAccount({ mainAccountId, shopIds }) {
      for (const id of shopIds) if (!world.shops.has(String(id))) throw new Error(`no shop ${id}`);
      world.mainAccounts.set(String(mainAccountId), shopIds.map(String));
    },
    setCallbackUrl(url, partnerId) {
      for (const partner of world.partners.values()) {
        if (partnerId !== undefined && partner.partnerId !== String(partnerId)) continue;
        partner.callbackUrl = url ?? undefined;
      }
    },
    issueCode({ partnerId, shopId, mainAccountId, shopIds, days }) {
      if ((shopId === undefined) === (mainAccountId === undefined)) {
        throw new Error('exactly one of shopId and mainAccountId');
      }
      const own = shopId === undefined ? undefined : String(shopId);
      const covered = own === undefined ? (shopIds?.map(String) ?? [...world.shops.keys()]) : [own];
      requireKnown(world, partnerId, covered);
      return issueCode(world, {
        partnerId: String(partnerId),
        shopId: own,
        mainAccountId: mainAccountId === undefined ? undefined : String(mainAccountId),
        shopIds: covered,
        days,
      });
    },
    issueTokens({ partnerId, shopId }) {
      requireKnown(world, partnerId, [String(shopId)]);
      return issuePair(world, String(partnerId), [String(shopId)]);
    },
    expireAccessToken: (shopId) => expireAccessTokens(world, String(shopId)),
    expireRefreshToken: (shopId) => expireRefreshTokens(world, String(shopId)),
    setConsentEnd(shopId, expireTime) {
      for (const [key, row] of world.authorisations) {
        if (row.shopId === String(shopId)) world.authorisations.set(key, { ...row, expireTime });
      }
    },
    addOrder: (wish) => createOrder(world, wish).orderSn,
    pay(orderSn) {
      const order = known(world, orderSn);
      if (!['UNPAID', 'PENDING'].includes(order.status)) throw new Error(`${orderSn} is paid`);
      notePayment(world, order);
      for (const pkg of order.packages) setPackageStatus(world, order, pkg, 'LOGISTICS_READY');
      setOrderStatus(world, order, 'READY_TO_SHIP');
    },
    buyerCancels(orderSn, reason = 'Need to change delivery address') {
      cancelWhole(world, known(world, orderSn), 'buyer', reason);
    },
    requestCancellation(orderSn) {
      const order = known(world, orderSn);
      order.statusBeforeCancel = order.status;
      setOrderStatus(world, order, 'IN_CANCEL');
    },
    pickUp(orderSn) {
      const order = known(world, orderSn);
      for (const pkg of order.packages) {
        if (pkg.trackingNumber === undefined) assignNumber(world, order, pkg);
        addTrackingEvent(world, pkg, 'PICKED_UP', 'Parcel has been picked up');
      }
      moveAll(world, order, 'LOGISTICS_PICKUP_DONE');
    },
    failPickup: (orderSn) => moveAll(world, known(world, orderSn), 'LOGISTICS_PICKUP_RETRY'),
    deliver(orderSn) {
      const order = known(world, orderSn);
      for (const pkg of order.packages) {
        addTrackingEvent(world, pkg, 'DELIVERED', 'Parcel has been delivered');
      }
      moveAll(world, order, 'LOGISTICS_DELIVERY_DONE');
    },
    complete: (orderSn) => setOrderStatus(world, known(world, orderSn), 'COMPLETED'),
    setStatus: (orderSn, status) => setOrderStatus(world, known(world, orderSn), status),
    moveShipByDate(orderSn, shipByDate) {
      moveShipByDate(world, known(world, orderSn), shipByDate);
    },
    setAllocating(orderSn, on) {
      known(world, orderSn).allocating = on;
    },
    breakOrder(orderSn, on = true) {
      const order = known(world, orderSn);
      order.broken = on;
      touch(world, order);
    },
    omitFromDetail(orderSn, times) {
      known(world, orderSn).omitted = times;
    },
    stuckCursor(on) {
      world.switches.stuckCursor = on;
    },
    shortPages(on) {
      world.switches.shortPages = on;
    },
    setSwitches(change) {
      Object.assign(world.switches, change);
    },
    setPushBehaviour: (change) => world.pushes.behave(change),
    async sendProbe(kind, partnerId) {
      const [first] = world.partners.keys();
      const partner = world.partners.get(String(partnerId ?? first));
      if (!partner) throw new Error('no such partner');
      return world.pushes.probe(partner, kind);
    },
    pushOutcomes: () => world.pushes.outcomes,
    books: () => keepBooks(world),
    setClock(offsetMs) {
      world.clockOffsetMs = offsetMs;
    },
  };
}

function moveAll(world: World, order: Order, logisticsStatus: string) {
  if (order.status === 'CANCELLED') throw new Error(`${order.orderSn} is cancelled`);
  for (const pkg of order.packages) setPackageStatus(world, order, pkg, logisticsStatus);
  followPackages(world, order);
}

/** Code 47, per package. */
function moveShipByDate(world: World, order: Order, shipByDate: number) {
  const before = order.shipByDate;
  order.shipByDate = shipByDate;
  touch(world, order);
  for (const pkg of order.packages) {
    pkg.updateTime = nowSeconds(world);
    tell(world, order.shopId, 47, {
      changed_fields: ['ship_by_date'],
      old: { ship_by_date: before },
      new: { ship_by_date: shipByDate },
      order_sn: order.orderSn,
      package_number: pkg.packageNumber,
      update_time: pkg.updateTime,
    });
  }
}

function known(world: World, orderSn: string): Order {
  const order = world.orders.get(orderSn);
  if (!order) throw new Error(`no order ${orderSn}`);
  return order;
}

function requireKnown(world: World, partnerId: Id, shopIds: readonly string[]) {
  if (!world.partners.has(String(partnerId))) throw new Error(`no partner ${partnerId}`);
  for (const shopId of shopIds) if (!world.shops.has(shopId)) throw new Error(`no shop ${shopId}`);
}
