/**
 * What a marketplace must offer to be put to the battery: its real module against its simulator over
 * HTTP, and verbs for what happens in the world.
 * @module
 */
import type {
  Authoriser,
  Fulfilment,
  GrantSubject,
  GrantTokens,
  Marketplace,
  MarketplaceModule,
  NextStep,
  StoreAddress,
  TokenSource,
} from '../../connectors/marketplace.ts';
import type { Fault } from '../../connectors/sandbox.ts';
import type { Surroundings } from '../../connectors/surroundings.ts';

export interface LineWish {
  readonly sku: string;
  /** Decimal text with two places. */
  readonly price: string;
  readonly quantity: number;
}

/**
 * - `own-number`: the seller supplies the tracking number
 * - `two-packages`: two units that cannot share a package
 */
export type OrderKind =
  | 'plain'
  | 'unpaid'
  | 'digital'
  | 'by-marketplace'
  | 'own-number'
  | 'two-packages';

export interface OrderWish {
  readonly kind?: OrderKind;
  /** One line of one unit unless told. */
  readonly lines?: readonly LineWish[];
  /** When it was made and last updated; now unless told. */
  readonly at?: Date;
  readonly masked?: boolean;
  /** With ids beyond 2^53 wherever this marketplace has such. */
  readonly longIds?: boolean;
}

/** What differs between marketplaces by their documentation. */
export interface MarketplaceTraits {
  /** The steps of a package whose number the marketplace assigns, and of one of the seller's. */
  readonly steps: readonly NextStep[];
  readonly ownNumberSteps: readonly NextStep[];
  /** Kinds of orders that nobody here ships, with what their lines say. */
  readonly nobodys: readonly (readonly [OrderKind, Fulfilment])[];
  /** Rows of the listing say when they were updated. */
  readonly listsTimes: boolean;
  /** The push signature covers the callback address. */
  readonly signsCallbackUrl: boolean;
  /** The seller can answer a buyer's wish to cancel. */
  readonly decidesCancellations: boolean;
  /** It can leave an order out of a detail answer though it listed it. */
  readonly hidesOrders: boolean;
  /** An id beyond 2^53 of a line that was wished for with `longIds`; undefined where there are none. */
  readonly longId: string | undefined;
  /** An order id that nobody has. */
  readonly unknownOrder: string;
  /** A word for an order's state that no documentation has. */
  readonly unknownStatus: string;
}

/** `list` and `read` are the two calls of a pull. */
export type Door = 'list' | 'read' | 'cancel' | 'refresh' | NextStep;

export interface MarketplaceFixture {
  readonly module: MarketplaceModule;
  /** The app's settings; the callback address can be replaced. */
  app(change?: { readonly secret?: string; readonly callbackUrl?: string }): unknown;
  readonly address: StoreAddress;
  readonly subject: GrantSubject;
  readonly authoriser: Authoriser;
  /** The grant in use, and how often it was renewed. */
  readonly grant: { tokens: GrantTokens; renewals: number };
  connect(surroundings?: Surroundings): Marketplace;

  newCode(): string;
  expireAccessToken(): void;
  expireRefreshToken(): void;

  /** @returns the order id */
  putOrder(wish?: OrderWish): string;
  pay(order: string): void;
  cancelByBuyer(order: string): void;
  askToCancel(order: string): void;
  shipOut(order: string): void;
  deliver(order: string): void;
  setUnknownStatus(order: string): void;
  breakOrder(order: string): void;
  /** Left out of the next detail answer. */
  hideOrder(order: string): void;

  addFault(door: Door, fault: Fault, times?: number): void;
  /** How many calls reached the simulator. */
  calls(door: Door): number;
  stopServer(): Promise<void>;

  /** How often a step took effect, in the simulator's books. */
  timesDone(order: string, step: NextStep): number;
  /** The tracking numbers of the order's packages in the books. */
  bookedNumbers(order: string): readonly string[];
  cancelledBySeller(order: string): boolean;

  /** Where pushes go from now on. */
  sendPushesTo(url: string): void;
  /** Every push is sent twice from now on. */
  repeatPushes(): void;
  sendProbe(): Promise<void>;
}

export interface MarketplaceAdapter {
  readonly traits: MarketplaceTraits;
  /** Started anew for each test, and stopped with it. */
  start(): Promise<MarketplaceFixture>;
}

/**
 * Authorises with a real code, and keeps the tokens as the service would: several calls that are refused
 * at once lead to one renewal.
 */
export async function openGrant(authoriser: Authoriser, code: string, subject: GrantSubject) {
  const grant = { tokens: await authoriser.exchange(code, subject), renewals: 0 };
  let turn: Promise<void> = Promise.resolve();
  const renew = async (refused: string) => {
    if (refused !== grant.tokens.accessToken) return;
    grant.tokens = await authoriser.refresh(grant.tokens.refreshToken, subject);
    grant.renewals += 1;
  };
  const source: TokenSource = {
    current: async () => grant.tokens.accessToken,
    renew(refused) {
      const mine = turn.then(() => renew(refused));
      turn = mine.catch(() => {});
      return mine;
    },
  };
  return { grant, source };
}
