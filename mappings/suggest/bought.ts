/**
 * What a person bought for an order at the agent by hand: whoever bought it knew what it is. Orders
 * there that carry the number are certain to be meant; without one, time and quantity must fit.
 * @module
 */
import type { AgentOrder } from '../../connectors/agent.ts';
import type { Hint, SuggestedSource } from './hint.ts';
import { subjectKey } from './subject.ts';

/** One sales order with goods of unknown source. */
export interface WaitingOrder {
  readonly store: string;
  readonly orderNumber: string;
  /** As an order at the agent would carry it. */
  readonly sellerOrderNumber: string;
  readonly orderSource: string;
  readonly account: string;
  readonly createdAt: Date;
  /** Of the lines without source: what the buyer paid, in fen. */
  readonly saleFen: number | undefined;
  /** Lines without source, added up by SKU. */
  readonly unmapped: readonly { readonly sku: string; readonly units: number }[];
  /** What the other lines of it are bought as. */
  readonly mapped: readonly Goods[];
}

interface Goods {
  readonly itemId: string;
  readonly skuId: string;
  readonly quantity: number;
}

/** An order of the agent that no purchase of ours owns. */
export type HandBought = AgentOrder & { readonly account: string };

/** A person buys by hand within days; later orders are for other buyers. */
const BOUGHT_WITHIN_MS = 5 * 86_400_000;

/** By `subjectKey`. */
export function boughtHints(
  orders: readonly WaitingOrder[],
  bought: readonly HandBought[],
): Map<string, Hint[]> {
  const living = bought.filter(({ phase }) => phase !== 'cancelled');
  const numbered = Map.groupBy(
    living.filter((each) => each.sellerOrderNumber !== undefined),
    (each) => `${each.account} ${each.sellerOrderNumber}`,
  );
  const nameless = living.filter((each) => each.sellerOrderNumber === undefined);
  const hints = new Map<string, Hint[]>();
  for (const order of orders) {
    const ours = (numbered.get(`${order.account} ${order.sellerOrderNumber}`) ?? []).filter(
      ({ orderSource }) => orderSource === undefined || orderSource === order.orderSource,
    );
    const [byNumber] = ours;
    const found =
      byNumber && ours.length === 1
        ? readBought(order, byNumber, true)
        : ours.length === 0
          ? guessBought(order, nameless, orders)
          : [];
    for (const { sku, hint } of found) {
      const key = subjectKey({ store: order.store, sku });
      hints.set(key, [...(hints.get(key) ?? []), hint]);
    }
  }
  return hints;
}

interface Found {
  readonly sku: string;
  readonly hint: Hint;
}

/** The one order without number that fits in time, quantity and amount, and that fits no other of ours. */
function guessBought(
  order: WaitingOrder,
  nameless: readonly HandBought[],
  orders: readonly WaitingOrder[],
): Found[] {
  const fitting = nameless.filter((bought) => fits(order, bought));
  const [only] = fitting;
  if (!only || fitting.length > 1) return [];
  const rivals = orders.filter((each) => fits(each, only));
  return rivals.length === 1 ? readBought(order, only, false) : [];
}

function fits(order: WaitingOrder, bought: HandBought): boolean {
  if (bought.account !== order.account || bought.createdAt === undefined) return false;
  const after = bought.createdAt.getTime() - order.createdAt.getTime();
  if (after < 0 || after > BOUGHT_WITHIN_MS) return false;
  const [only] = order.unmapped;
  if (order.unmapped.length !== 1 || order.mapped.length > 0 || !only) return false;
  const [line] = bought.lines;
  if (bought.lines.length !== 1 || line?.quantity !== only.units) return false;
  // A price above the sale was paid for something else.
  return (
    bought.amountFen !== undefined &&
    bought.amountFen > 0 &&
    order.saleFen !== undefined &&
    bought.amountFen <= order.saleFen
  );
}

function readBought(order: WaitingOrder, bought: HandBought, isNumbered: boolean): Found[] {
  const goods = bought.lines.flatMap((line): Goods[] => {
    const { itemId, skuId, quantity, errorCode, closed } = line;
    const usable = itemId && skuId && quantity > 0 && errorCode === undefined && !closed;
    return usable ? [{ itemId, skuId, quantity }] : [];
  });
  if (goods.length < bought.lines.length) return [];
  const rest = goods.filter((each) => !order.mapped.some((known) => isSame(known, each)));
  const [only] = order.unmapped;
  // With several SKUs nobody wrote down which of the goods was for which.
  if (order.unmapped.length !== 1 || !only || rest.length === 0) return [];
  if (rest.some(({ quantity }) => quantity % only.units !== 0)) return [];
  const sources = rest.map(
    ({ itemId, skuId, quantity }): SuggestedSource => ({
      itemId,
      skuId,
      quantity: quantity / only.units,
      priceFen: rest.length === 1 && goods.length === 1 ? unitPrice(bought, quantity) : undefined,
    }),
  );
  const [source] = sources;
  const priced =
    source?.priceFen === undefined ? '' : '; the price is its amount, with any postage';
  const why = isNumbered
    ? `bought by hand for order ${order.orderNumber} (the agent's order ${bought.orderNo})${priced}`
    : `the agent's order ${bought.orderNo}, made by hand after order ${order.orderNumber}, fits it in time and quantity${priced}`;
  const confidence = !isNumbered ? 'guess' : rest.length === 1 ? 'sure' : 'likely';
  return [{ sku: only.sku, hint: { kind: 'bought', confidence, sources, why } }];
}

function isSame(a: Goods, b: Goods): boolean {
  return a.itemId === b.itemId && a.skuId === b.skuId && a.quantity === b.quantity;
}

/** Rounded up: a price a little too high is refused by nobody, one too low is held later. */
function unitPrice({ amountFen }: HandBought, quantity: number): number | undefined {
  return amountFen !== undefined && amountFen > 0 ? Math.ceil(amountFen / quantity) : undefined;
}
