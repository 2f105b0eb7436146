/**
 * The world outside, in memory: one agent account and two shops, with their own books. It is also the
 * model: what a promise says is checked against these books, never against ours.
 * @module
 */
import type { AgentListing, AgentOrder } from '../../connectors/agent.ts';
import type { SalesOrder } from '../../connectors/marketplace.ts';
import type { StoreSettings } from '../../mappings/store.ts';
import type { ModelClock } from './clock.ts';
import type { CallKind, Fate, SpendKind } from './fates.ts';

export type StoreName = 'lz' | 'sp';

export type MarketLinePhase =
  | 'waiting'
  | 'buyable'
  | 'cancelling'
  | 'cancelled'
  | 'shipped'
  | 'delivered';

export interface MarketLine {
  readonly id: string;
  sku: string;
  quantity: number;
  phase: MarketLinePhase;
}

/**
 * How a package is arranged: `two-steps` and `tell` as Lazada does (pack, ready to ship; the latter
 * takes a number of the seller's at the end), `arrange` and `own-number` as Shopee does.
 */
export type Shipping = 'two-steps' | 'tell' | 'arrange' | 'own-number';

export interface MarketOrder {
  readonly key: string;
  readonly store: StoreName;
  readonly id: string;
  readonly createdAt: number;
  readonly shipping: Shipping;
  updatedAt: number;
  lines: MarketLine[];
  /** The steps that took effect, by us and by a person in the seller centre. */
  readonly steps: string[];
  number: string | undefined;
  toldNumber: string | undefined;
  /** As served before its last change: for stale reads. */
  before: SalesOrder | undefined;
  /** What reading it last said. */
  served: { readonly at: number; readonly order: SalesOrder } | undefined;
  servedBuyableAt: number | undefined;
  /** What a person approved, as goods. */
  readonly approved: Set<string>;
  /** Anything that happened to it, for what a hold at the end is explained by. */
  readonly history: Set<string>;
}

export interface BookLine {
  readonly itemId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly priceFen: number;
  errorCode: string | undefined;
  closed: boolean;
  tracking: string | undefined;
  arrived: boolean;
}

export interface BookOrder {
  readonly id: string;
  readonly orderNo: string;
  readonly by: 'us' | 'hand';
  readonly source: string | undefined;
  readonly number: string | undefined;
  readonly madeAt: number;
  /** From when the listing shows it. */
  readonly listedFrom: number;
  readonly lines: BookLine[];
  amountFen: number;
  phase: 'unpaid' | 'paid' | 'refused' | 'sent' | 'cancelled';
  paidByUs: number;
  /** The sales order a person linked it to. */
  adoptedFor: string | undefined;
  served: { readonly at: number; readonly phase: AgentOrder['phase'] } | undefined;
}

/** One spending call of ours that left the process. */
export interface Call {
  readonly kind: SpendKind;
  /** The order at the marketplace, the order at the agent, or order and step. */
  readonly subject: string;
  readonly signedAt: number;
  readonly fate: Fate;
  /** The answer proved that nothing happened. */
  isProvenVoid: boolean;
  tookEffect: boolean;
  readonly amountFen: number;
}

export interface World {
  readonly clock: ModelClock;
  /** How far the agent's clock is ahead, in ms. */
  readonly agentSkew: number;
  readonly orders: MarketOrder[];
  readonly books: BookOrder[];
  readonly calls: Call[];
  readonly fates: Map<CallKind, Fate[]>;
  /** Listings as they were answered, by when they began. */
  readonly listings: Map<number, AgentListing>;
  readonly pending: { readonly at: number; readonly run: () => void }[];
  /** Numbers a person entered for an order. */
  readonly entered: Map<string, string[]>;
  /** What was told wrongly, for what a hold at the end is explained by. */
  readonly history: Set<string>;
  /** Promises that were broken, in words. */
  readonly breaches: string[];
  /** The settings of the process now running. */
  settings: ReadonlyMap<string, StoreSettings>;
  /** When the listing the service leans on began; read from its tables at the moment of a placing. */
  leaningOn: () => Promise<number | undefined>;
  count(what: string): void;
  takeFate(kind: CallKind): Fate;
  /** Lets everything take effect whose time has come. */
  settle(): void;
  breach(text: string): void;
  nextId(): number;
}

export function createWorld(options: {
  readonly clock: ModelClock;
  readonly agentSkew: number;
  readonly count: (what: string) => void;
}): World {
  const { clock, count } = options;
  let lastId = 1_000;
  const world: World = {
    clock,
    agentSkew: options.agentSkew,
    orders: [],
    books: [],
    calls: [],
    fates: new Map(),
    listings: new Map(),
    pending: [],
    entered: new Map(),
    history: new Set(),
    breaches: [],
    settings: new Map(),
    leaningOn: async () => undefined,
    count,
    takeFate(kind) {
      const fate = world.fates.get(kind)?.shift() ?? 'ok';
      count(`fate ${kind} ${fate}`);
      return fate;
    },
    settle() {
      world.pending.sort((a, b) => a.at - b.at);
      while (world.pending[0] && world.pending[0].at <= clock.at) world.pending.shift()?.run();
    },
    breach(text) {
      world.breaches.push(text);
    },
    nextId() {
      lastId += 1;
      return lastId;
    },
  };
  return world;
}

/** Source SKUs by the part of the marketplace SKU that names them. */
export const SKUS = ['TB-11-21-900', 'TB-12-22-1500', 'TB-13-23-2500'] as const;
export const UNMAPPED = 'NO-RULE-FITS';
export const GIFT = 'GIFT-PEN';

/** What of the lines has to be bought, as one text: source SKU and units, sorted. */
export function goodsOf(
  lines: readonly { readonly sku: string; readonly quantity: number }[],
): string {
  const totals = new Map<string, number>();
  for (const { sku, quantity } of lines) {
    const skuId = sku.split('-')[2];
    if (sku.startsWith('TB-') && skuId) totals.set(skuId, (totals.get(skuId) ?? 0) + quantity);
  }
  return textOf(totals);
}

/** What the order as it is now costs at the agent, in fen: the last part of each SKU. */
export function wantedFen(order: MarketOrder): number {
  return order.lines
    .filter((line) => line.phase !== 'cancelled' && line.sku.startsWith('TB-'))
    .reduce((sum, line) => sum + line.quantity * Number(line.sku.split('-')[3]), 0);
}

/** The sales order an order at the agent is for: as a person linked it, else by source and number. */
export function salesOrderOf(world: World, book: BookOrder): MarketOrder | undefined {
  return world.orders.find((each) =>
    book.adoptedFor ? book.adoptedFor === each.key : bookedFor(world, each).includes(book),
  );
}

/** Whether of all that is to be bought nothing is wanted any more; a gift alone is no order. */
export function isCalledOff(
  lines: readonly { readonly sku?: string | undefined; readonly phase: string }[],
): boolean {
  return lines.every((line) => line.phase === 'cancelled' || !line.sku?.startsWith('TB-'));
}

export function goodsBought(
  lines: readonly { readonly skuId: string; readonly quantity: number }[],
): string {
  const totals = new Map<string, number>();
  for (const { skuId, quantity } of lines) totals.set(skuId, (totals.get(skuId) ?? 0) + quantity);
  return textOf(totals);
}

function textOf(totals: ReadonlyMap<string, number>): string {
  return [...totals]
    .map(([sku, quantity]) => `${quantity}x${sku}`)
    .sort()
    .join(' ');
}

export const SOURCES: Readonly<Record<StoreName, string>> = { lz: 'lazada', sp: 'shopee' };

/** The agent's orders that carry this sales order's source and number. */
export function bookedFor(world: World, order: MarketOrder): BookOrder[] {
  return world.books.filter(
    (each) =>
      each.number === order.id && (each.source ?? SOURCES[order.store]) === SOURCES[order.store],
  );
}
