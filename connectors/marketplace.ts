/**
 * The port every marketplace implements. A `Marketplace` speaks for one store (one seller's shop,
 * authenticated); it reads sales orders and packages, and does the write-back. It keeps no state.
 *
 * Reads throw the typed errors of errors.ts. Amounts are decimal text in the order's currency; ids
 * are strings; times are instants.
 * @module
 */
import type { z } from 'zod';
import type { SendWindow } from './call.ts';
import type { Credential } from './credential.ts';
import type { MarketplaceDoctor } from './question.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Where a line stands, as far as buying and shipping care.
 * - `waiting`: not paid yet, under review, an unpaid pre-sale stage
 * - `buyable`: paid, and the seller is expected to ship it
 * - `cancelling`: a cancellation is asked for and not decided: neither buy nor ship
 * - `shipped`, `delivered`: on its way, arrived
 * - `cancelled`: will never ship
 * - `closed`: ended otherwise (returned, lost, failed delivery)
 * - `unknown`: a status this connector does not know; it is kept as it came
 */
export type LinePhase =
  | 'waiting'
  | 'buyable'
  | 'cancelling'
  | 'shipped'
  | 'delivered'
  | 'cancelled'
  | 'closed'
  | 'unknown';

/** Who ships a line: anything but `seller` is not ours to buy. */
export type Fulfilment = 'seller' | 'marketplace' | 'digital' | 'store-pickup';

/** One line of a sales order; Lazada sends one per unit, Shopee a quantity. */
export interface OrderLine {
  /** Identity within the order: Lazada `order_item_id`; Shopee `line_item_id`, else its four ids. */
  readonly lineId: string;
  /** The seller's SKU; undefined when the marketplace sent none. */
  readonly sku: string | undefined;
  readonly productId: string | undefined;
  readonly name: string;
  readonly variation: string | undefined;
  /** Units that are wanted now: cancelled ones are taken off. */
  readonly quantity: number;
  /** What one unit was sold for, after the seller's and platform's discounts if stated. */
  readonly unitPrice: string;
  /** The marketplace's own status word. */
  readonly status: string;
  readonly phase: LinePhase;
  readonly fulfilment: Fulfilment;
  readonly packageId: string | undefined;
  readonly trackingNumber: string | undefined;
  readonly carrier: string | undefined;
  readonly shipBy: Date | undefined;
  /** Lines of one package must share this (warehouse, kind of shipping). */
  readonly shippingGroup: string;
}

/** The buyer's address as the marketplace gives it: usually masked. */
export interface BuyerAddress {
  readonly name: string | undefined;
  readonly phone: string | undefined;
  readonly country: string | undefined;
  readonly state: string | undefined;
  readonly city: string | undefined;
  readonly district: string | undefined;
  readonly zip: string | undefined;
  readonly address: string | undefined;
  /** True when any field holds the marketplace's masking stars. */
  readonly masked: boolean;
}

export interface SalesOrder {
  /** The marketplace's id; unique within the store only. */
  readonly orderId: string;
  /** The number people use. */
  readonly orderNumber: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** ISO 4217. */
  readonly currency: string;
  /** Decimal text; what the buyer pays, as far as the marketplace says. */
  readonly total: string;
  readonly cashOnDelivery: boolean;
  readonly lines: readonly OrderLine[];
  readonly buyer: BuyerAddress;
  /** Why nobody ships this order, when the whole order is not the seller's to ship. */
  readonly notOurs: string | undefined;
  /** The raw status words, for people. */
  readonly statuses: readonly string[];
}

/** An order whose answer could not be understood: kept aside, so that it never stops its page. */
export interface BrokenOrder {
  readonly orderId: string;
  readonly error: string;
}

export interface OrdersRead {
  readonly orders: readonly SalesOrder[];
  readonly broken: readonly BrokenOrder[];
  /** Asked for, but absent from the answer: still owed. */
  readonly missing: readonly string[];
}

/** One row of a listing: enough to tell whether the order must be read in full. */
export interface ListedOrder {
  readonly orderId: string;
  /** Undefined where the listing does not say (Shopee): it must be read. */
  readonly updatedAt: Date | undefined;
}

export interface PullPage extends OrdersRead {
  /** Rows listed on this page, unchanged ones included. */
  readonly listed: number;
  /**
   * Everything updated before this instant has been handed over once this page is stored. Equal to
   * the previous page's while a window is not drained.
   */
  readonly coveredUntil: Date;
}

export interface PullOptions {
  /** Orders updated at or after this instant. The caller has taken its overlap off already. */
  readonly from: Date;
  /** Orders updated before this instant (usually now). */
  readonly until: Date;
  /** Of these rows, which must be read in full? The caller knows what it has already stored. */
  readonly changed: (rows: readonly ListedOrder[]) => Promise<readonly string[]>;
}

/** Who owns the tracking number of a package (docs/architecture.md, "Who owns the tracking number"). */
export type NumberOwner = 'marketplace' | 'seller' | 'seller-untold' | 'nobody';

/**
 * A promise of the write-back that falls due by itself. Lazada: `pack`, then `ready-to-ship`, then for
 * seller-delivered packages that may, `tell-number`. Shopee: `arrange`.
 */
export type NextStep = 'pack' | 'ready-to-ship' | 'tell-number' | 'arrange';

/**
 * Any promise of the write-back. `tell-delivered` is never a package's `next`: that a parcel arrived is
 * said only by who knows it (docs/architecture.md), so it is asked for by name.
 */
export type ShipStep = NextStep | 'tell-delivered';

export type PackagePhase =
  | 'waiting'
  | 'arranged'
  | 'shipped'
  | 'delivered'
  | 'cancelled'
  | 'failed';

/** What the marketplace wants shipped together, as read now. */
export interface Package {
  /** The marketplace's id; undefined while Lazada has not packed the lines. */
  readonly packageId: string | undefined;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
  readonly status: string;
  readonly phase: PackagePhase;
  readonly numberOwner: NumberOwner;
  /** For people: how the owner was found out. */
  readonly ownerReason: string;
  /** The next promise to make; undefined when there is none (left). */
  readonly next: NextStep | undefined;
  /**
   * True when the seller is the one who says that this package arrived, and it is far enough to say so
   * (Lazada's seller-delivered ones after ready-to-ship): `tell-delivered` may be prepared.
   */
  readonly mayTellDelivered?: boolean;
  /** True when the next step must carry the seller's own tracking number. */
  readonly needsNumber: boolean;
  /** Why the next step cannot be made now though one is due (being allocated, invoice missing). */
  readonly blocked: string | undefined;
  readonly trackingNumber: string | undefined;
  readonly carrier: string | undefined;
  readonly shipBy: Date | undefined;
}

/** The number of the leg the store names, told to the marketplace where the seller supplies it. */
export interface OwnTracking {
  readonly trackingNumber: string;
  /** The marketplace's name or code of the carrier, from the store's carrier map. */
  readonly carrier: string | undefined;
}

/** A shipping promise ready to be sent: plain JSON, frozen in the attempt before it is sent. */
export interface ShipRequest {
  readonly step: ShipStep;
  readonly orderId: string;
  readonly packageId: string | undefined;
  readonly payload: unknown;
}

/** What a shipping call answered for this package. Refusals and doubts are thrown. */
export interface ShipResult {
  readonly packageId: string | undefined;
  readonly trackingNumber: string | undefined;
  readonly carrier: string | undefined;
  /** The answer said it had been done before. */
  readonly already: boolean;
  /**
   * Every line packed, each with the package and number it got, where the answer says so (Lazada's
   * `pack`, which may split what was asked for together). `packageId` above is the first one's.
   */
  readonly lines?: readonly ShippedLine[];
  /**
   * Lines refused while others were packed. They are as they were, and the next `readPackages` shows
   * them as a package of their own. When all are refused the call throws instead.
   */
  readonly refused?: readonly RefusedLine[];
}

export interface ShippedLine {
  readonly lineId: string;
  readonly packageId: string | undefined;
  readonly trackingNumber: string | undefined;
  readonly carrier: string | undefined;
}

export interface RefusedLine {
  readonly lineId: string;
  /** The marketplace's own code and words. */
  readonly code: string;
  readonly message: string | undefined;
  /** The marketplace says that a repeat can help. */
  readonly retry: boolean;
}

/** One entry of a package's tracking history, as the marketplace tells it. */
export interface TraceEvent {
  readonly at: Date | undefined;
  /** The marketplace's own word or code for the kind of event. */
  readonly status: string | undefined;
  /** For people, in whichever language the marketplace sends. */
  readonly text: string;
}

/** A shop as the marketplace describes it to the app. */
export interface ShopInfo {
  readonly sellerId: string;
  readonly name: string | undefined;
  /** ISO 3166 alpha-2, lower case. */
  readonly country: string | undefined;
  /** `other`: banned, frozen, or a word this connector does not know. */
  readonly state: 'active' | 'other';
  /** The marketplace's own word for the state. */
  readonly status: string | undefined;
  /** When the seller's consent ends. */
  readonly expiresAt: Date | undefined;
}

/** A package that the marketplace still wants arranged. */
export interface UnarrangedPackage {
  readonly orderId: string;
  readonly packageId: string;
}

export interface Label {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** A cancellation ready to be sent. */
export interface CancelRequest {
  readonly orderId: string;
  readonly payload: unknown;
}

/** A verified push, reduced to the order it points at. The content is a hint, never the truth. */
export interface PushHint {
  /** The marketplace's id of the seller or shop it concerns; undefined for messages about the app. */
  readonly sellerId: string | undefined;
  /** Country part of the message's site, lower case (`sg`), where one is given. */
  readonly country: string | undefined;
  readonly orderId: string | undefined;
  /** `order`, `package`, `authorisation`, or the vendor's number for a kind we do not use. */
  readonly topic: string;
  /** Stable for repeats of the same message; the inbox keeps it once. */
  readonly messageKey: string;
}

export interface PushHandler {
  /** The header that carries the signature. */
  readonly signatureHeader: string;
  /** A console's probe: answered 2xx, never processed. */
  isProbe(rawBody: Buffer): boolean;
  /** Checks the signature over the raw bytes in constant time. */
  verify(rawBody: Buffer, signature: string | undefined): boolean;
  /** @throws {Error} with what was wrong, when the body is not one of the known shapes. */
  read(rawBody: Buffer): PushHint;
  /** What the marketplace wants to be answered: Shopee an empty body. */
  readonly answer: { readonly status: number; readonly body: string };
}

/** One page of the pushes that an app never accepted, the earliest first. */
export interface LostPushes {
  readonly hints: readonly PushHint[];
  /** Messages of this page that could not be read, with the reason. */
  readonly unreadable: readonly string[];
  /** More wait behind this page; they show after `confirm`. */
  readonly more: boolean;
  /**
   * Takes this page out of the marketplace's list. It is a watermark, so store the hints first. Does
   * nothing for an empty page.
   */
  confirm(): Promise<void>;
}

export interface Marketplace {
  readonly name: string;
  /**
   * Lists what was updated in a period and reads it, page by page, in an order that lets the caller
   * commit `coveredUntil` with each page.
   */
  pull(options: PullOptions): AsyncIterable<PullPage>;
  /** Reads these orders in full; any number of ids, batched as the marketplace allows. */
  readOrders(orderIds: readonly string[]): Promise<OrdersRead>;
  /** The packages of an order just read by `readOrders`; asks only what that answer left open. */
  readPackages(order: SalesOrder): Promise<readonly Package[]>;
  /**
   * Builds the exact payload of a package's next step, or of `step` where one is named; may read what
   * the step needs first.
   * @throws {Rejected} when the step cannot be made for this package
   */
  prepareShip(
    order: SalesOrder,
    pkg: Package,
    own: OwnTracking | undefined,
    step?: ShipStep,
  ): Promise<ShipRequest>;
  /** Spending call. @throws {Rejected | Unknown | NotSent | Unauthorized} */
  ship(request: ShipRequest, window: SendWindow): Promise<ShipResult>;
  /** The marketplace's label; undefined when it makes none or has none yet. */
  readLabel(order: SalesOrder, pkg: Package): Promise<Label | undefined>;
  /** The package's tracking history, oldest first; empty before there is one. */
  readTrace(order: SalesOrder, pkg: Package): Promise<readonly TraceEvent[]>;
  /** The shop the store's consent is for; absent where the marketplace has no such call. */
  readShop?(): Promise<ShopInfo>;
  /**
   * Packages that wait to be arranged by the seller, whichever way their orders came: a safety net that
   * finds those which no pull and no push ever showed. Absent where the marketplace cannot list them.
   */
  unarranged?(): AsyncIterable<UnarrangedPackage>;
  /** Builds the cancellation of an order by the seller. @throws {Rejected} when it may not be cancelled. */
  prepareCancel(order: SalesOrder, reason: CancelReason): Promise<CancelRequest>;
  /** Spending call. */
  cancel(request: CancelRequest, window: SendWindow): Promise<void>;
  /** Answers a buyer's wish to cancel. Spending call. */
  decideCancellation?(orderId: string, accept: boolean, window: SendWindow): Promise<void>;
}

export type CancelReason = 'out-of-stock' | 'wrong-price' | 'buyer-asked' | 'undeliverable';

/** Tokens of a seller's consent. One grant can serve several stores (Lazada cross-border). */
export interface GrantTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly accessExpiresAt: Date;
  /** The refresh token's own end: past it, unless renewed before, nothing but a new consent helps. */
  readonly refreshExpiresAt: Date | undefined;
  /** The end of the consent itself, which no renewal moves; undefined when not stated. */
  readonly consentEndsAt: Date | undefined;
  /**
   * True where the ends are those of the first grant, whatever the answer to a renewal says: of two the
   * earlier counts (Lazada). False where a renewal brings the ends as they are now (Shopee).
   */
  readonly endIsFixed: boolean;
  /**
   * True for a first pair that several shops share (Shopee's main accounts): each shop is renewed once
   * with it, before anything else, and has a pair of its own from then on.
   */
  readonly sharedByShops: boolean;
  /** The shops the consent covers. */
  readonly shops: readonly { readonly sellerId: string; readonly country: string | undefined }[];
}

/** An app's way to get and renew tokens; needs no store. */
export interface Authoriser {
  /** Exchanges the code of a consent. `subject` is the shop or main account it came back with. */
  exchange(code: string, subject: GrantSubject): Promise<GrantTokens>;
  /** @throws {Rejected} when the refresh token is refused: the seller must consent again. */
  refresh(refreshToken: string, subject: GrantSubject): Promise<GrantTokens>;
}

export interface ConsentRequest {
  /** Where the seller comes back to, as registered in the marketplace's console. */
  readonly redirectUrl: string;
  /** Comes back as it was. */
  readonly state: string;
  /** Some links are signed with the time and end soon after it. */
  readonly at: Date;
}

export interface ConsentLink {
  readonly url: string;
  /** How long the link can be opened, in ms; undefined where it does not end by itself. */
  readonly livesMs: number | undefined;
}

/** What the seller's browser brought back from the consent page. */
export interface ConsentRedirect {
  readonly state: string | undefined;
  /** Undefined when there is none: the seller said no, or the address is not whole. */
  readonly code: string | undefined;
  readonly subject: GrantSubject;
  /** The marketplace's own words for why there is no code: `access_denied`. */
  readonly error: string | undefined;
}

export interface GrantSubject {
  /** Shopee `shop_id` (or Lazada seller id, where known). */
  readonly sellerId: string | undefined;
  /** Shopee `main_account_id`, only for the first exchange. */
  readonly mainAccountId?: string | undefined;
}

/** Where a connector gets the store's access token, and how it says that one was refused. */
export interface TokenSource {
  current(): Promise<string>;
  /** Renews the token unless somebody has renewed it since `refused` was handed out. */
  renew(refused: string): Promise<void>;
}

export interface StoreAddress {
  /** ISO 3166 alpha-2, lower case. */
  readonly country: string;
  /** Lazada `seller_id`, Shopee `shop_id`. */
  readonly sellerId: string;
}

/**
 * What a marketplace's folder exports, and the registry lists. `App` is one entry of `apps` in the
 * service's settings (secrets already filled in), `Options` the store settings only this marketplace
 * has; both are checked by their schema when settings are loaded.
 */
export interface MarketplaceModule<App = unknown, Options = unknown> {
  readonly name: string;
  readonly title: string;
  /** Country codes it has shops in, with the currency of each. */
  readonly countries: Readonly<Record<string, { readonly currency: string }>>;
  /** Whether a seller id is one shop in all countries, or another one in each. */
  readonly sellerIdSpans: 'country' | 'marketplace';
  /** What its order numbers and order ids are made of. */
  readonly orderNumbers: 'digits' | 'letters and digits';
  /** The promises its packages may ask for. */
  readonly steps: readonly NextStep[];
  readonly appSchema: z.ZodType<App>;
  /** What of an app its console gives: asked for when the app is set up. */
  readonly credentials: readonly Credential[];
  readonly optionsSchema: z.ZodType<Options>;
  connect(
    app: App,
    store: StoreAddress,
    options: Options,
    tokens: TokenSource,
    surroundings?: Surroundings,
  ): Marketplace;
  authoriser(app: App, surroundings?: Surroundings): Authoriser;
  /** Where a seller gives the consent. */
  consentLink(app: App, request: ConsentRequest): ConsentLink;
  /** Reads the query of the address that the consent page sent the seller to; each name occurs once. */
  readRedirect(query: URLSearchParams): ConsentRedirect;
  pushes(app: App): PushHandler;
  /**
   * Reads the app's undelivered pushes, page by page; absent where the marketplace keeps none.
   * @example
   * const readPage = module.lostPushes?.(app, surroundings);
   * const page = await readPage?.();
   */
  lostPushes?(app: App, surroundings?: Surroundings): () => Promise<LostPushes>;
  /** What `ponbridge doctor` asks of its apps and stores. */
  readonly doctor: MarketplaceDoctor<App, Options>;
}
