/**
 * The switches and the outside world: buyers who pay and cancel, carriers who pick up and deliver.
 * The same methods serve tests in the process and, through the control door, other processes, so
 * arguments and results are plain JSON.
 * @module
 */
import { type Books, booksOf } from './books.ts';
import {
  cancelItems,
  cancelParcel,
  isCancellable,
  moveItems,
  moveParcel,
  touch,
} from './changes.ts';
import {
  addOrder,
  addSeller,
  findOrder,
  instantOf,
  type NewOrder,
  type NewSeller,
} from './newOrders.ts';
import type { PushBehaviour, Pushes, SentPush } from './push.ts';
import { type IssuedTokens, issueCode, issueTokens, makeGrant } from './tokens.ts';
import { wholeSecond } from './ventures.ts';
import {
  type App,
  type GrantTerms,
  type Item,
  nextId,
  now,
  type Order,
  type Parcel,
  type Switches,
  type World,
} from './world.ts';

/**
 * Orders are named by their id, or by `country/sellerId/orderId` where two stores share an id. All
 * throw when what they name is not there, or is in no state for it.
 */
export interface LazadaControl {
  addApp(app: App): void;
  addSeller(seller: NewSeller): void;
  /** A consent's code, good for 30 minutes and one exchange. Several sellers make it cross-border. */
  issueCode(terms: GrantTerms): string;
  issueTokens(terms: GrantTerms): IssuedTokens;
  expireAccessToken(token: string): void;
  /** All there are. */
  expireAccessTokens(): void;
  expireRefreshToken(token: string): void;
  /** @returns the order id */
  addOrder(order: NewOrder): string;
  /** The buyer pays: `unpaid` items become `pending`, pre-sale stages end. */
  pay(order: string): void;
  /** The buyer cancels, all or some items. */
  buyerCancels(order: string, itemIds?: readonly string[]): void;
  /** The buyer asks to cancel; the seller has 48 hours to answer. */
  requestCancellation(order: string): void;
  /** The carrier picks up what is ready to ship. */
  shipOut(order: string): void;
  /** The carrier delivers what was shipped (a seller's own fleet: what is ready to ship, too). */
  deliver(order: string): void;
  /** Any status; `pending` and `repacked` take the items out of their packages. */
  setStatus(order: string, status: string, itemIds?: readonly string[]): void;
  /** Epoch milliseconds or ISO text. */
  setUpdatedAt(order: string, when: number | string): void;
  /** The order is gone, as after months, and its id may be used again. */
  forgetOrder(order: string): void;
  /** From now on the order's row has a wrong shape. */
  breakOrder(order: string): void;
  /** Refuses the order's rows in the next pack or ready-to-ship calls, inside a `success:true`. */
  refuseNext(refusal: {
    operation: 'pack' | 'rts';
    orderId: string;
    code: string;
    message: string;
    retry?: boolean;
    times?: number;
  }): void;
  books(): Books;
  /** How far the simulator's clock is ahead of this machine's. */
  setClock(offsetMs: number): void;
  /** Makes `/orders/get` answer so many rows whatever was asked; null ends it. */
  setListingLimit(rows: number | null): void;
  setSwitches(change: Partial<Switches>): void;
  setCallback(url: string | null, appKey?: string): void;
  setPushBehaviour(behaviour: Partial<PushBehaviour>): void;
  sendProbe(appKey?: string): Promise<SentPush>;
  pushOutcomes(): readonly SentPush[];
}

export function makeControl(world: World, pushes: Pushes): LazadaControl {
  return {
    addApp: (app) => void world.apps.set(app.appKey, app),
    addSeller: (seller) => void addSeller(world, seller),
    issueCode: (terms) => issueCode(world, terms),
    issueTokens: (terms) => issueTokens(world, makeGrant(world, terms)),
    expireAccessToken: (token) => expire(world, world.access.get(token)),
    expireAccessTokens() {
      for (const token of world.access.values()) expire(world, token);
    },
    expireRefreshToken: (token) => expire(world, world.refresh.get(token)),
    addOrder: (order) => addOrder(world, order).id,
    pay(reference) {
      const order = findOrder(world, reference);
      for (const item of order.items) item.stage = '';
      order.paidAt = now(world);
      const unpaid = order.items.filter((item) => item.status === 'unpaid');
      if (unpaid.length > 0) moveItems(world, order, unpaid, 'pending');
      else touch(world, order);
    },
    buyerCancels(reference, itemIds) {
      const order = findOrder(world, reference);
      const items = some(order, itemIds).filter(isCancellable);
      if (items.length === 0) throw new Error(`nothing of ${reference} can be cancelled`);
      const reason = 'Change of mind';
      cancelItems(world, order, items, { by: 'cancellation-customer', reason, reasonId: '' });
    },
    requestCancellation(reference) {
      const order = findOrder(world, reference);
      const triggerTime = now(world) + 48 * 3_600_000;
      order.cancelAsked = { reverseOrderId: nextId(world), triggerTime };
      touch(world, order);
      world.itemsChanged(order, order.items);
    },
    shipOut(reference) {
      // Assumed: the word of push type 14 for a parcel picked up; the list has no plainer one.
      for (const parcel of parcelsIn(world, reference, ['ready_to_ship'])) {
        moveParcel(
          world,
          parcel,
          'shipped',
          'TRANSIT_TO_SHIP',
          'Picked up by our shipping partner',
        );
      }
    },
    deliver(reference) {
      const parcels = parcelsIn(world, reference, ['shipped'], ['shipped', 'ready_to_ship']);
      for (const parcel of parcels) {
        moveParcel(world, parcel, 'delivered', 'DELIVERED', 'Delivered');
      }
    },
    setStatus(reference, status, itemIds) {
      const order = findOrder(world, reference);
      const items = some(order, itemIds);
      if (status === 'pending' || status === 'repacked') unpack(world, items);
      moveItems(world, order, items, status);
    },
    setUpdatedAt(reference, when) {
      const order = findOrder(world, reference);
      order.updatedAt = wholeSecond(instantOf(when) ?? order.updatedAt);
    },
    forgetOrder(reference) {
      world.orders.delete(findOrder(world, reference).key);
    },
    breakOrder(reference) {
      findOrder(world, reference).broken = true;
    },
    refuseNext({ retry, times, ...refusal }) {
      world.refusals.push({ ...refusal, retry: retry ?? false, left: times ?? 1 });
    },
    books: () => booksOf(world),
    setClock(offsetMs) {
      world.clockOffset = offsetMs;
    },
    setListingLimit(rows) {
      world.listingLimit = rows ?? undefined;
    },
    setSwitches: (change) => void Object.assign(world.switches, change),
    setCallback: (url, appKey) => pushes.setCallback(url ?? undefined, appKey),
    setPushBehaviour: (behaviour) => pushes.setBehaviour(behaviour),
    sendProbe: (appKey) => pushes.sendProbe(appKey),
    pushOutcomes: () => pushes.outcomes(),
  };
}

function expire(world: World, token: { expiresAt: number } | undefined) {
  if (!token) throw new Error('no such token');
  token.expiresAt = now(world) - 1;
}

function some(order: Order, itemIds: readonly string[] | undefined): Item[] {
  if (!itemIds) return order.items;
  const items = order.items.filter((item) => itemIds.includes(item.id));
  if (items.length < itemIds.length) throw new Error(`order ${order.id} lacks one of these items`);
  return items;
}

function parcelsIn(
  world: World,
  reference: string,
  statuses: readonly string[],
  sofStatuses = statuses,
): Parcel[] {
  const order = findOrder(world, reference);
  const parcels = [...world.parcels.values()].filter(
    (parcel) =>
      parcel.order === order && (parcel.sof ? sofStatuses : statuses).includes(parcel.status),
  );
  if (parcels.length === 0) {
    throw new Error(`no package of ${reference} is ${sofStatuses.join(' or ')}`);
  }
  return parcels;
}

function unpack(world: World, items: readonly Item[]) {
  for (const id of new Set(items.map((item) => item.packageId))) cancelParcel(world, id);
  for (const item of items) {
    item.packageId = '';
    item.trackingCode = '';
    item.provider = '';
  }
}
