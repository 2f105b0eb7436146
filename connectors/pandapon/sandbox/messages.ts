/**
 * Bodies of the pushed messages (pandapon.md 7). Only the price message is documented, and not all of
 * it; names and bodies of the other two are ASSUMED and marked so. Nothing is signed: no signature is
 * documented for pushes.
 * @module
 */
import { lineStatus, statusCode } from './rows.ts';
import {
  acceptedLines,
  amountFen,
  type ChangeKind,
  type OrderBook,
  type OrderLineBook,
  type World,
} from './world.ts';

export const MESSAGE_TYPE: Readonly<Record<ChangeKind, string>> = {
  price: 'TAOBAO_ORDER_BUYER_VIEW_ORDER_PRICE_MODIFY',
  /** Assumed: made up after the price message's name. */
  status: 'TAOBAO_ORDER_BUYER_VIEW_ORDER_STATUS_MODIFY',
  /** Assumed: 1688's name (KA page) with the Taobao prefix. */
  refund: 'TAOBAO_ORDER_BUYER_VIEW_ORDER_BUYER_REFUND',
};

export function messageBody(
  world: World,
  order: OrderBook,
  kind: ChangeKind,
  line?: OrderLineBook,
): object {
  switch (kind) {
    case 'price':
      return priceBody(order, line);
    case 'refund':
      return refundBody(order, line);
    default:
      return statusBody(world, order);
  }
}

/**
 * `salesOrderId` is Taobao's order number, not PandaPon's: one message is about one supplier's part.
 * Of the 26 keys of a sub order eight are documented; the rest here are those of `subOrderResult`
 * (assumed).
 */
function priceBody(order: OrderBook, changed: OrderLineBook | undefined): object {
  const salesOrderId = (changed ?? acceptedLines(order)[0])?.taobaoOrderId ?? null;
  const lines = acceptedLines(order).filter((line) => line.taobaoOrderId === salesOrderId);
  const product = lines.reduce((sum, line) => sum + line.priceFen * line.quantity, 0);
  const shipping = lines.reduce((sum, line) => sum + line.postFeeFen, 0);
  return {
    salesOrderId,
    subOrders: lines.map((line) => subOrder(order, line)),
    purchaseOrderPriceDTO: {
      purchaseCurrency: 'CNY',
      purchaseTotalFee: product + shipping,
      purchaseProductFee: product,
      purchaseShippingFee: shipping,
    },
  };
}

/** Assumed: the keys of the KA page's 1688 messages, with the lines. */
function statusBody(world: World, order: OrderBook): object {
  return {
    orderId: order.id,
    orderNo: order.orderNo,
    orderStatus: statusCode(world, order),
    totalAmount: amountFen(order),
    subOrders: acceptedLines(order).map((line) => subOrder(order, line)),
  };
}

/** Assumed: the keys of the KA page's 1688 refund message, with the lines. */
function refundBody(order: OrderBook, line: OrderLineBook | undefined): object {
  const lines = line ? [line] : acceptedLines(order);
  return {
    orderId: order.id,
    orderNo: order.orderNo,
    refundId: `TQ${order.id}`,
    refundStatus: lines[0]?.refundStatus ?? 0,
    refundAmount: lines.reduce((sum, each) => sum + each.priceFen * each.quantity, 0),
    subOrders: lines.map((each) => subOrder(order, each)),
  };
}

function subOrder(order: OrderBook, line: OrderLineBook): object {
  const parcel = line.parcels.at(-1);
  return {
    purchase_order_outer_id: line.taobaoOrderId,
    purchase_order_line_outer_id: line.taobaoLineId,
    close_time_without_payment: null,
    detail_error_code: null,
    product_amount: String(line.priceFen * line.quantity),
    logistic_company_name: parcel?.company ?? null,
    logistic_number: parcel?.mailNo ?? null,
    quantity: line.quantity,
    sub_purchase_order_id: line.taobaoSubPurchaseId,
    item_id: line.itemId,
    sku_id: line.skuId,
    status: lineStatus(order, line),
  };
}
