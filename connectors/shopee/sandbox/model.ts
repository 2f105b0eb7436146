/**
 * What the simulator knows: partners, shops, tokens, orders and packages. Ids are digits in text,
 * times Unix seconds unless the name says milliseconds.
 * @module
 */

export interface Partner {
  readonly partnerId: string;
  readonly partnerKey: string;
  /** The console's own push key; without one, pushes are signed with the partner key (6.1). */
  readonly pushKey: string | undefined;
  callbackUrl: string | undefined;
  /** The console's Redirect URL Domain (host and port); without one any is taken. */
  readonly redirectDomain: string | undefined;
}

export interface Shop {
  readonly shopId: string;
  readonly region: string;
  readonly name: string;
}

/** A seller's consent: which partner may speak for which shop, and until when. */
export interface Authorisation {
  readonly partnerId: string;
  readonly shopId: string;
  readonly authTime: number;
  readonly expireTime: number;
}

export interface ConsentCode {
  readonly partnerId: string;
  readonly shopId: string | undefined;
  readonly mainAccountId: string | undefined;
  readonly shopIds: readonly string[];
  readonly expiresAt: number;
}

/** One token can serve several shops (main account); each loses it at its own time. */
export interface AccessToken {
  readonly partnerId: string;
  readonly expiresAt: Map<string, number>;
}

/** Used once per shop: a main account's first one is shared by its shops (2.3). */
export interface RefreshToken {
  readonly partnerId: string;
  readonly shopIds: readonly string[];
  readonly usedBy: Set<string>;
  readonly accessToken: string;
  expiresAt: number;
}

export interface Line {
  readonly itemId: string;
  readonly modelId: string;
  readonly orderItemId: string;
  readonly lineItemId: string;
  readonly promotionGroupId: string;
  readonly name: string;
  readonly modelName: string;
  readonly itemSku: string;
  readonly modelSku: string;
  /** Per unit, in the order's currency. */
  readonly price: number;
  readonly quantity: number;
  cancelledQuantity: number;
}

/** Something that becomes ready after a time and a number of reads. */
export interface Waiting {
  readonly readyAtMs: number;
  readsLeft: number;
}

export interface ShippingDocument {
  readonly type: string;
  readonly waiting: Waiting;
  status: 'PROCESSING' | 'READY';
}

export interface TrackingEvent {
  readonly at: number;
  readonly status: string;
  readonly description: string;
}

export interface Package {
  readonly packageNumber: string;
  readonly forderId: string;
  readonly items: { readonly line: Line; quantity: number }[];
  logisticsStatus: string;
  updateTime: number;
  pickupDoneTime: number;
  /** How often a call arranged it; more than once without a failed pickup would be a defect. */
  arranged: number;
  /** How often an arranging call came after it had been arranged. */
  repeatsRefused: number;
  trackingNumber: string | undefined;
  numberBy: 'seller' | 'shopee' | undefined;
  awaitingNumber: Waiting | undefined;
  document: ShippingDocument | undefined;
  labelsDownloaded: number;
  readonly events: TrackingEvent[];
}

export interface Buyer {
  readonly userId: string;
  readonly username: string;
  readonly name: string;
  readonly phone: string;
  readonly town: string;
  readonly district: string;
  readonly city: string;
  readonly state: string;
  readonly zipcode: string;
  readonly fullAddress: string;
}

export interface Cancellation {
  readonly by: 'buyer' | 'seller';
  readonly reason: string;
  readonly at: number;
  /** Units taken off; `all` when the whole order ended. */
  readonly units: number | 'all';
}

export interface Order {
  readonly orderSn: string;
  /** Order of creation in this simulator; breaks ties of equal times in listings. */
  readonly sequence: number;
  readonly shopId: string;
  readonly region: string;
  readonly currency: string;
  readonly cod: boolean;
  readonly channel: ChannelName;
  readonly numberField: 'tracking_no' | 'tracking_number';
  readonly fulfilledByShopee: boolean;
  readonly advancePackage: boolean;
  readonly canPartialCancel: boolean;
  readonly split: boolean;
  readonly masked: boolean;
  readonly buyer: Buyer;
  readonly shippingFee: number;
  readonly createTime: number;
  readonly lines: readonly Line[];
  readonly packages: readonly Package[];
  status: string;
  statusBeforeCancel: string | undefined;
  updateTime: number;
  payTime: number | undefined;
  shipByDate: number;
  allocating: boolean;
  /** Its detail row is sent with a wrong shape. */
  broken: boolean;
  /** For how many more detail calls it is left out. */
  omitted: number;
  readonly cancellations: Cancellation[];
}

export type ChannelName =
  | 'dropoff'
  | 'pickup'
  | 'dropoff_or_pickup'
  | 'non_integrated'
  | 'dropoff_with_number'
  | 'dropoff_with_branch';
