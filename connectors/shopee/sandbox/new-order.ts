/**
 * Makes the orders that a test or demo asks for.
 * @module
 */
import { tellOrderStatus } from './changes.ts';
import { isChannel } from './channels.ts';
import type { Buyer, ChannelName, Line, Order, Package, Shop } from './model.ts';
import { nowSeconds, type World } from './world.ts';

export interface NewLine {
  readonly itemId?: string | undefined;
  readonly modelId?: string | undefined;
  readonly orderItemId?: string | undefined;
  readonly lineItemId?: string | undefined;
  /** Lines after the first get one beyond 2^53 unless told. */
  readonly promotionGroupId?: string | undefined;
  readonly sku: string;
  readonly name?: string | undefined;
  /** Of one unit, in the order's currency. */
  readonly price: number | string;
  readonly quantity: number;
  /** The item has no variations: `model_id` 0, `model_sku` empty, the SKU in `item_sku`. */
  readonly itemSkuOnly?: boolean | undefined;
}

export interface NewOrder {
  readonly shopId: string | number;
  readonly orderSn?: string | undefined;
  readonly lines: readonly NewLine[];
  /** READY_TO_SHIP unless told; may be UNPAID or PENDING. */
  readonly status?: string | undefined;
  /** `dropoff` unless told. */
  readonly channel?: ChannelName | undefined;
  /** How `info_needed` spells the number; `tracking_no` (API page) unless told. */
  readonly numberField?: 'tracking_no' | 'tracking_number' | undefined;
  readonly fulfilledByShopee?: boolean | undefined;
  readonly advancePackage?: boolean | undefined;
  readonly canPartialCancel?: boolean | undefined;
  readonly cod?: boolean | undefined;
  /** The region's own unless told. */
  readonly currency?: string | undefined;
  /** Number of packages that the units are dealt out to; 1 unless told. */
  readonly split?: number | undefined;
  /** Unix seconds or ISO text; now unless told. */
  readonly createdAt?: number | string | undefined;
  readonly shipByDate?: number | undefined;
  readonly shippingFee?: number | undefined;
  /** True unless told. */
  readonly masked?: boolean | undefined;
  readonly buyer?: Partial<Buyer> | undefined;
}

/** Of the docs' and captures' own values. */
const BIG_PROMOTION_GROUP = '1051400341536827267';
const CURRENCIES: Readonly<Record<string, string>> = {
  SG: 'SGD',
  MY: 'MYR',
  TH: 'THB',
  PH: 'PHP',
  ID: 'IDR',
  VN: 'VND',
  TW: 'TWD',
  BR: 'BRL',
  MX: 'MXN',
};
const DAYS_TO_SHIP = 3;
/** The captured order's `ship_by_date` lay 5 days and a second after `pay_time`. */
const SHIP_BY_SECONDS = 5 * 86_400 + 1;

/** @throws {Error} when the wish makes no sense; the control door answers with its message. */
export function createOrder(world: World, wish: NewOrder): Order {
  const shop = world.shops.get(String(wish.shopId));
  if (!shop) throw new Error(`no shop ${wish.shopId}`);
  const channel = wish.channel ?? 'dropoff';
  if (!isChannel(channel)) throw new Error(`no channel ${String(channel)}`);
  const createTime = toSeconds(wish.createdAt) ?? nowSeconds(world);
  const orderSn = wish.orderSn ?? newOrderSn(world, createTime);
  if (world.orders.has(orderSn)) throw new Error(`order ${orderSn} exists`);
  if (wish.lines.length === 0) throw new Error('an order has at least one line');

  const status = wish.status ?? 'READY_TO_SHIP';
  const lines = wish.lines.map((line, index) => newLine(world, line, index));
  const count = wish.split ?? 1;
  const currency = wish.currency ?? CURRENCIES[shop.region] ?? 'SGD';
  const order: Order = {
    orderSn,
    sequence: world.next(),
    shopId: shop.shopId,
    region: shop.region,
    currency,
    cod: wish.cod ?? false,
    channel,
    numberField: wish.numberField ?? 'tracking_no',
    fulfilledByShopee: wish.fulfilledByShopee ?? false,
    advancePackage: wish.advancePackage ?? false,
    canPartialCancel: wish.canPartialCancel ?? false,
    split: count > 1,
    masked: wish.masked ?? true,
    buyer: newBuyer(shop, wish.buyer),
    shippingFee: wish.shippingFee ?? (['IDR', 'VND', 'TWD'].includes(currency) ? 0 : 1.99),
    createTime,
    lines,
    packages: dealOut(lines, count).map((items) => newPackage(world, items, status, createTime)),
    status,
    statusBeforeCancel: undefined,
    updateTime: createTime,
    payTime: status === 'UNPAID' ? undefined : createTime,
    shipByDate: wish.shipByDate ?? (status === 'UNPAID' ? 0 : createTime + SHIP_BY_SECONDS),
    allocating: false,
    broken: false,
    omitted: 0,
    cancellations: [],
  };
  world.orders.set(orderSn, order);
  for (const pkg of order.packages) world.ordersByPackage.set(pkg.packageNumber, order);
  tellOrderStatus(world, order);
  return order;
}

/** What payment sets. */
export function notePayment(world: World, order: Order) {
  order.payTime = nowSeconds(world);
  order.shipByDate = order.payTime + SHIP_BY_SECONDS;
}

export function daysToShip(): number {
  return DAYS_TO_SHIP;
}

function newLine(world: World, wish: NewLine, index: number): Line {
  if (!Number.isInteger(wish.quantity) || wish.quantity < 1) {
    throw new Error(`quantity ${wish.quantity} is no number of units`);
  }
  const price = Number(wish.price);
  if (!Number.isFinite(price) || price < 0) throw new Error(`price ${wish.price} is no amount`);
  const itemId = wish.itemId ?? String(846_056_000 + world.next());
  const withoutModel = wish.itemSkuOnly ?? false;
  return {
    itemId,
    modelId: wish.modelId ?? (withoutModel ? '0' : String(12_984_000 + world.next())),
    orderItemId: wish.orderItemId ?? itemId,
    lineItemId: wish.lineItemId ?? String(242_672_551_000_000 + world.next()),
    promotionGroupId: wish.promotionGroupId ?? (index === 0 ? '0' : BIG_PROMOTION_GROUP),
    name: wish.name ?? `Item ${wish.sku}`,
    modelName: withoutModel ? '' : 'Black,02',
    itemSku: withoutModel ? wish.sku : '',
    modelSku: withoutModel ? '' : wish.sku,
    price,
    quantity: wish.quantity,
    cancelledQuantity: 0,
  };
}

/** Unit by unit, round the packages. */
function dealOut(lines: readonly Line[], count: number): Package['items'][] {
  const piles: Package['items'][] = Array.from({ length: count }, () => []);
  const units = lines.flatMap((line) => Array.from({ length: line.quantity }, () => line));
  if (count < 1 || units.length < count) throw new Error(`too few units for ${count} packages`);
  units.forEach((line, index) => {
    const pile = piles[index % count] ?? [];
    const item = pile.find((candidate) => candidate.line === line);
    if (item) item.quantity += 1;
    else pile.push({ line, quantity: 1 });
  });
  return piles;
}

function newPackage(
  world: World,
  items: Package['items'],
  orderStatus: string,
  at: number,
): Package {
  return {
    packageNumber: `OFG${242_672_552_000_000 + world.next()}`,
    forderId: String(4_965_804_244_309_000_000n + BigInt(world.next())),
    items,
    logisticsStatus: firstLogisticsStatus(orderStatus),
    updateTime: at,
    pickupDoneTime: 0,
    arranged: 0,
    repeatsRefused: 0,
    trackingNumber: undefined,
    numberBy: undefined,
    awaitingNumber: undefined,
    document: undefined,
    labelsDownloaded: 0,
    events: [],
  };
}

function firstLogisticsStatus(orderStatus: string): string {
  if (orderStatus === 'UNPAID') return 'LOGISTICS_NOT_START';
  return orderStatus === 'PENDING' ? 'LOGISTICS_PENDING_ARRANGE' : 'LOGISTICS_READY';
}

function newBuyer(shop: Shop, wish: Partial<Buyer> | undefined): Buyer {
  return {
    userId: '9193214',
    username: 'tan.weiling',
    name: 'Tan Wei Ling',
    phone: '6581234567',
    town: '',
    district: '',
    city: '',
    state: '',
    zipcode: '238823',
    fullAddress: `1 Orchard Road, #05-12, ${shop.region}, 238823`,
    ...wish,
  };
}

/** `YYMMDD` and eight characters, as `260910KJBHUJDM`. */
function newOrderSn(world: World, createTime: number): string {
  const day = new Date(createTime * 1000).toISOString().slice(2, 10).replaceAll('-', '');
  const tail = (world.next() + 60_466_176).toString(36).toUpperCase().padStart(6, '0');
  return `${day}KJ${tail}`;
}

function toSeconds(at: number | string | undefined): number | undefined {
  if (at === undefined || typeof at === 'number') return at;
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) throw new Error(`"${at}" is no time`);
  return Math.floor(ms / 1000);
}
