/** The orders of a run: what each is, drawn from the seed, so that its end can be told beforehand. */
import { draw, drawBetween, drawOne } from './draw.ts';
import { accountOfPair, type ChaosAccount, type ChaosStore } from './settings.ts';

/**
 * - `plain`: bought, paid, shipped, delivered
 * - `cancelled-early`: the buyer cancels while nothing can be bought yet
 * - `cancelled-any-time`: the buyer cancels at any moment
 * - `bought-by-hand`: the seller bought it in the agent's console, with its number
 * - `bought-without-number`: the same without its number
 * - `price-raised`: the agent asks more than planned, beyond the drift
 * - `line-refused`: the agent takes the order and refuses one of its two lines
 * - `unmapped`: no rule knows its SKU
 */
export type OrderKind =
  | 'plain'
  | 'cancelled-early'
  | 'cancelled-any-time'
  | 'bought-by-hand'
  | 'bought-without-number'
  | 'price-raised'
  | 'line-refused'
  | 'unmapped';

const WEIGHTS: Readonly<Record<OrderKind, number>> = {
  plain: 70,
  'cancelled-early': 6,
  'cancelled-any-time': 8,
  'bought-by-hand': 4,
  'bought-without-number': 2,
  'price-raised': 3,
  'line-refused': 4,
  unmapped: 3,
};
/** Of the pairs of neighbours, those that are one basket over two shops: both carry one number. */
const TWINS = 0.04;

export interface Source {
  readonly itemId: string;
  readonly skuId: string;
  readonly fen: number;
}

export interface ChaosOrder {
  readonly index: number;
  readonly kind: OrderKind;
  readonly store: ChaosStore;
  /** As the marketplace names it. */
  readonly orderId: string;
  /** As the agent knows it: the store's template filled. */
  readonly number: string;
  /** What each unit is bought as; empty for an unmapped SKU. */
  readonly sources: readonly Source[];
  readonly twin: boolean;
  /** Whose number the parcel to the buyer carries. */
  readonly numberBy: 'marketplace' | 'seller';
  /** When the buyer cancels, in ms after the order came in. */
  readonly cancelAfterMs: number | undefined;
}

const CUP: Source = { itemId: '600126245031041190', skuId: '5016042822039', fen: 1_250 };
const POT: Source = { itemId: '600129202197070073', skuId: '4860968496626', fen: 4_800 };
/** The agent asks more for it than planned, and refuses the other. */
export const DEARER: Source = { itemId: '600133330000000001', skuId: '5000000000001', fen: 1_250 };
export const REFUSED: Source = { itemId: '600133330000000002', skuId: '5000000000002', fen: 1_250 };

export function orderAt(
  seed: string,
  index: number,
  accounts: readonly ChaosAccount[],
): ChaosOrder {
  const pair = Math.floor(index / 2);
  const account = accountOfPair(pair, accounts);
  const [storeA, storeB, shopee] = account.stores as [ChaosStore, ChaosStore, ChaosStore];
  const twin = draw(seed, 'twin', pair) < TWINS;
  const store = twin
    ? [storeA, storeB][index % 2]
    : draw(seed, 'store', index) < 0.5
      ? shopee
      : draw(seed, 'shop', index) < 0.5
        ? storeA
        : storeB;
  const kind = twin ? 'plain' : drawOne(WEIGHTS, seed, 'order', index);
  return build(seed, index, kind, store as ChaosStore, twin ? pair * 2 : index, twin);
}

function build(
  seed: string,
  index: number,
  kind: OrderKind,
  store: ChaosStore,
  idFrom: number,
  twin: boolean,
): ChaosOrder {
  const orderId =
    store.marketplace === 'lazada'
      ? String(900_000_000_000 + idFrom)
      : `26112${String(idFrom).padStart(9, '0')}`;
  const canOwn = store.marketplace === 'shopee' && (kind === 'plain' || kind === 'bought-by-hand');
  return {
    index,
    kind,
    store,
    orderId,
    number: `${store.name}-${orderId}`,
    sources: sourcesOf(seed, index, kind),
    twin,
    numberBy: canOwn && draw(seed, 'channel', index) < 0.3 ? 'seller' : 'marketplace',
    cancelAfterMs: cancelAfter(seed, index, kind),
  };
}

function sourcesOf(seed: string, index: number, kind: OrderKind): readonly Source[] {
  switch (kind) {
    case 'unmapped':
      return [];
    case 'price-raised':
      return [DEARER];
    case 'line-refused':
      return [CUP, REFUSED];
    case 'bought-without-number':
      // Goods that no other order has: an order without a number may be anybody's who bought the same.
      return [{ ...CUP, skuId: String(6_000_000_000_000 + index) }];
    default:
      return draw(seed, 'lines', index) < 0.4
        ? [CUP, POT]
        : [draw(seed, 'sku', index) < 0.5 ? CUP : POT];
  }
}

function cancelAfter(seed: string, index: number, kind: OrderKind): number | undefined {
  if (kind === 'cancelled-early') return drawBetween(50, 700, seed, 'cancel', index);
  if (kind === 'cancelled-any-time') return drawBetween(1_500, 15_000, seed, 'cancel', index);
  return undefined;
}

/** The SKUs as the buyer orders them, one unit each. */
export function skusOf(order: ChaosOrder): { readonly sku: string; readonly source?: Source }[] {
  if (order.sources.length === 0) return [{ sku: 'MYSTERY-MUG' }];
  return order.sources.map((source) => ({
    sku: `TB-${source.itemId}-${source.skuId}-${source.fen}`,
    source,
  }));
}

/** How the simulator tells the order from its twin in another shop. */
export function reference({ store, orderId }: ChaosOrder): string {
  return `${store.country}/${store.sellerId}/${orderId}`;
}
