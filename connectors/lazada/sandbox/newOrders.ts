/**
 * How a test or the demo puts sellers and orders into the simulator.
 * @module
 */
import { ventureOf, wholeSecond } from './ventures.ts';
import {
  type Buyer,
  type Item,
  nextId,
  now,
  type Order,
  orderKey,
  type Seller,
  type World,
} from './world.ts';

export interface NewSeller {
  /** `sg`, `my`, `th`, `vn`, `ph`, `id`. */
  readonly country: string;
  /** Digits. */
  readonly sellerId: string;
  readonly crossBorder?: boolean;
  readonly sofStatusUpdate?: boolean;
}

export interface NewLine {
  readonly sku: string;
  readonly name?: string;
  /** Decimal text with at most two places, of one unit. */
  readonly price: string;
  /** Makes so many rows; default 1. */
  readonly quantity?: number;
  /** Default `dropshipping`, as in real rows of sellers with one warehouse. */
  readonly warehouse?: string;
  /** `Dropshipping` or `Warehouse`; any other word (`express`) becomes the shipping provider's type. */
  readonly shippingType?: string;
  /** A seller's own fleet (DBS). */
  readonly deliveryOptionSof?: boolean;
  readonly isFbl?: boolean;
  readonly isDigital?: boolean;
  readonly pickupInStore?: boolean;
  /** `unpaid` or `unpaid final payment`; makes the line a pre-sale. */
  readonly preSaleStage?: string;
}

export interface NewOrder {
  readonly country: string;
  readonly sellerId: string;
  readonly orderId?: string;
  readonly lines: readonly NewLine[];
  /** Default `pending`; `unpaid` waits for `pay`. */
  readonly status?: string;
  /** Epoch milliseconds or ISO text; default now. */
  readonly createdAt?: number | string;
  /** Default `MIXEDCARD`; `COD` is cash on delivery. */
  readonly paymentMethod?: string;
  /** Default true: the app has no DataMoat approval. */
  readonly masked?: boolean;
  readonly buyer?: Partial<Buyer>;
}

export function addSeller(world: World, wish: NewSeller): Seller {
  ventureOf(wish.country);
  if (!/^\d+$/.test(wish.sellerId)) throw new Error(`seller id "${wish.sellerId}" is not digits`);
  const key = `${wish.country}/${wish.sellerId}`;
  if (world.sellers.has(key)) throw new Error(`seller ${key} is there already`);
  const seller: Seller = {
    country: wish.country,
    sellerId: wish.sellerId,
    userId: `10${wish.sellerId}`,
    crossBorder: wish.crossBorder ?? false,
    sofStatusUpdate: wish.sofStatusUpdate ?? false,
  };
  world.sellers.set(key, seller);
  return seller;
}

export function addOrder(world: World, wish: NewOrder): Order {
  const seller = world.sellers.get(`${wish.country}/${wish.sellerId}`);
  if (!seller) throw new Error(`no seller ${wish.country}/${wish.sellerId}`);
  const id = wish.orderId ?? nextId(world);
  const key = orderKey(seller, id);
  if (!/^\d+$/.test(id)) throw new Error(`order id "${id}" is not digits`);
  if (world.orders.has(key)) throw new Error(`order ${key} is there already`);
  const createdAt = wholeSecond(instantOf(wish.createdAt) ?? now(world));
  const status = wish.status ?? 'pending';
  const items = wish.lines.flatMap((line) =>
    Array.from({ length: line.quantity ?? 1 }, () => newItem(world, line, status, createdAt)),
  );
  if (items.length === 0) throw new Error('an order needs a line');
  const order: Order = {
    key,
    seller,
    id,
    items,
    createdAt,
    updatedAt: createdAt,
    paymentMethod: wish.paymentMethod ?? 'MIXEDCARD',
    masked: wish.masked ?? true,
    buyer: {
      name: 'Dao Thi Mai',
      phone: '0123456786',
      address: '4 Orchard Road #01-20',
      city: ventureOf(seller.country).name,
      postCode: '238823',
      ...wish.buyer,
    },
    buyerId: nextId(world),
    paidAt: status === 'unpaid' ? undefined : createdAt,
    cancelAsked: undefined,
    broken: false,
    packAsked: 0,
    packAccepted: 0,
  };
  world.orders.set(key, order);
  world.itemsChanged(order, items);
  return order;
}

/** Reads epoch milliseconds or ISO text. */
export function instantOf(when: number | string | undefined): number | undefined {
  if (when === undefined) return undefined;
  const ms = new Date(when).getTime();
  if (Number.isNaN(ms)) throw new Error(`"${when}" is no instant`);
  return ms;
}

/** By its id, or `country/sellerId/orderId` where two stores share an id. */
export function findOrder(world: World, reference: string): Order {
  const exact = world.orders.get(reference);
  if (exact) return exact;
  const found = [...world.orders.values()].filter((order) => order.id === reference);
  const [order] = found;
  if (!order) throw new Error(`no order "${reference}"`);
  if (found.length > 1) throw new Error(`"${reference}" is in ${found.length} stores`);
  return order;
}

function newItem(world: World, line: NewLine, status: string, createdAt: number): Item {
  const kinds = ['Dropshipping', 'Warehouse'];
  const isKind = line.shippingType === undefined || kinds.includes(line.shippingType);
  const special = line.isDigital
    ? 'digital'
    : line.pickupInStore
      ? 'pickup_in_store'
      : line.deliveryOptionSof
        ? 'seller_own_fleet'
        : 'standard';
  return {
    id: nextId(world),
    sku: line.sku,
    name: line.name ?? `Product ${line.sku}`,
    price: twoPlaces(line.price),
    warehouse: line.warehouse ?? 'dropshipping',
    shippingType:
      (isKind ? line.shippingType : undefined) ?? (line.isFbl ? 'Warehouse' : 'Dropshipping'),
    providerType: isKind ? special : (line.shippingType ?? special),
    sof: line.deliveryOptionSof ?? false,
    fbl: line.isFbl ?? false,
    digital: line.isDigital ?? false,
    pickupInStore: line.pickupInStore ?? false,
    stage: line.preSaleStage ?? '',
    status,
    packageId: '',
    trackingCode: '',
    provider: '',
    reason: '',
    cancelledBy: '',
    updatedAt: createdAt,
    timesPacked: 0,
  };
}

function twoPlaces(price: string): string {
  const match = /^(\d+)(?:\.(\d{1,2}))?$/.exec(price);
  if (!match) throw new Error(`price "${price}" is no decimal text with two places`);
  return `${match[1]}.${(match[2] ?? '').padEnd(2, '0')}`;
}
