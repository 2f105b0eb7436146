/**
 * What the simulator knows: apps, sellers, grants, orders, packages. Ids are text inside and JSON
 * numbers on the wire; times are epoch milliseconds by the simulator's own clock.
 * @module
 */

export interface App {
  readonly appKey: string;
  readonly appSecret: string;
  /** The console's callback address; without one, consents come back to wherever is asked. */
  readonly redirectUrl?: string;
}

export interface Seller {
  readonly country: string;
  readonly sellerId: string;
  readonly userId: string;
  /** Ships through NTFS and must choose a provider (lazada.md 4.1). */
  readonly crossBorder: boolean;
  /** May call `/order/package/sof/status/update` ("only open to some stores"). */
  readonly sofStatusUpdate: boolean;
}

export interface GrantTerms {
  readonly appKey: string;
  readonly sellerIds: readonly string[];
  /** Default 864,000 (10 days), as in the newest sample. */
  readonly accessSeconds?: number;
  /** Default 4,320,000 (50 days), as in the newest sample; 0 means not refreshable. */
  readonly refreshSeconds?: number;
}

/** One authorisation of an app. A cross-border grant covers a seller in each venture. */
export interface Grant {
  readonly appKey: string;
  readonly sellers: readonly Seller[];
  readonly country: string;
  readonly account: string;
  readonly accessSeconds: number;
  /** The hard end: a refresh does not move it (lazada.md 2). */
  readonly refreshExpiresAt: number;
}

export interface Buyer {
  readonly name: string;
  readonly phone: string;
  readonly address: string;
  readonly city: string;
  readonly postCode: string;
}

export interface Item {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  /** Decimal text with two places. */
  readonly price: string;
  readonly warehouse: string;
  /** `Dropshipping` or `Warehouse`. */
  readonly shippingType: string;
  /** `standard`, `express`, `digital`, ... in lower case, as seen on the wire. */
  readonly providerType: string;
  readonly sof: boolean;
  readonly fbl: boolean;
  readonly digital: boolean;
  readonly pickupInStore: boolean;
  stage: string;
  status: string;
  packageId: string;
  trackingCode: string;
  provider: string;
  reason: string;
  cancelledBy: string;
  updatedAt: number;
  /** How often this unit was put into a package: more than once without a repack is a double shipment. */
  timesPacked: number;
}

export interface Order {
  readonly key: string;
  readonly seller: Seller;
  readonly id: string;
  readonly items: Item[];
  readonly createdAt: number;
  readonly paymentMethod: string;
  readonly masked: boolean;
  readonly buyer: Buyer;
  readonly buyerId: string;
  updatedAt: number;
  paidAt: number | undefined;
  cancelAsked: { readonly reverseOrderId: string; readonly triggerTime: number } | undefined;
  broken: boolean;
  packAsked: number;
  packAccepted: number;
}

export interface Told {
  readonly at: number;
  readonly trackingNumber: string;
  readonly carrierCode: string;
  readonly status: string;
}

export interface Parcel {
  readonly id: string;
  readonly order: Order;
  readonly items: readonly Item[];
  readonly sof: boolean;
  status: 'packed' | 'ready_to_ship' | 'shipped' | 'delivered' | 'cancelled';
  trackingNumber: string;
  provider: string;
  readonly told: Told[];
  readonly trace: { readonly at: number; readonly title: string; readonly type: string }[];
  rtsAsked: number;
  rtsAccepted: number;
}

export interface Cancellation {
  readonly at: number;
  readonly order: Order;
  readonly itemIds: readonly string[];
  readonly by: string;
  readonly reasonId: string;
}

/** A refusal of single rows inside a `success:true`, planned by a test. */
export interface PlannedRefusal {
  readonly operation: 'pack' | 'rts';
  readonly orderId: string;
  readonly code: string;
  readonly message: string;
  readonly retry: boolean;
  left: number;
}

/** How `/orders/get` and `/seller/get` answer where the documents disagree or the reference is silent. */
export interface Switches {
  /** The guide says 5,000, the metadata 4,500: the smaller one (lazada.md 3.1). */
  maxOffset: number;
  /** Rows come newest first, whatever order was asked for. */
  ignoreSort: boolean;
  /** Assumed: `count` is this page's rows and `countTotal` the filter's (the text is ambiguous). */
  countIs: 'page' | 'all';
  /** The seller's own word: ACTIVE, INACTIVE, DELETED. */
  sellerStatus: string;
}

export interface World {
  clockOffset: number;
  /** When set, `/orders/get` ignores the limit asked, as seen on the sibling platform (lazada.md 7). */
  listingLimit: number | undefined;
  readonly switches: Switches;
  readonly apps: Map<string, App>;
  readonly sellers: Map<string, Seller>;
  readonly codes: Map<string, { readonly terms: GrantTerms; readonly expiresAt: number }>;
  readonly access: Map<string, { readonly grant: Grant; expiresAt: number }>;
  readonly refresh: Map<string, { readonly grant: Grant; expiresAt: number }>;
  readonly orders: Map<string, Order>;
  readonly parcels: Map<string, Parcel>;
  readonly cancellations: Cancellation[];
  readonly refusals: PlannedRefusal[];
  /** Counts up for ids, so that two runs give the same ones. */
  serial: number;
  /** Called after every change of an order's items. */
  itemsChanged: (order: Order, items: readonly Item[]) => void;
  /** Called when a package moves; `status` in the words of push type 14. */
  parcelMoved: (parcel: Parcel, status: string) => void;
}

export function emptyWorld(): World {
  return {
    clockOffset: 0,
    listingLimit: undefined,
    switches: { maxOffset: 4500, ignoreSort: false, countIs: 'page', sellerStatus: 'ACTIVE' },
    apps: new Map(),
    sellers: new Map(),
    codes: new Map(),
    access: new Map(),
    refresh: new Map(),
    orders: new Map(),
    parcels: new Map(),
    cancellations: [],
    refusals: [],
    serial: 0,
    itemsChanged: () => {},
    parcelMoved: () => {},
  };
}

export function now(world: World): number {
  return Date.now() + world.clockOffset;
}

/** A 15-digit id, as the real ones are: below 2^53, steps of 100,000. */
export function nextId(world: World): string {
  world.serial += 1;
  return String(711_433_000_064_242 + world.serial * 100_000);
}

/** An order's key: the id alone is unique within one store only (lazada.md 3.2). */
export function orderKey(seller: Pick<Seller, 'country' | 'sellerId'>, orderId: string): string {
  return `${seller.country}/${seller.sellerId}/${orderId}`;
}

/** The order as these sellers see it. */
export function orderOfSellers(
  world: World,
  sellers: readonly Seller[],
  orderId: string,
): Order | undefined {
  for (const seller of sellers) {
    const order = world.orders.get(orderKey(seller, orderId));
    if (order) return order;
  }
  return undefined;
}

/** The package as these sellers see it. */
export function parcelOfSellers(
  world: World,
  sellers: readonly Seller[],
  packageId: string,
): Parcel | undefined {
  const parcel = world.parcels.get(packageId);
  return parcel && sellers.includes(parcel.order.seller) ? parcel : undefined;
}
