/**
 * Rows of the two listings, key for key as in S1 (v1) and S4 (v2): explicit nulls, and
 * `subOrderResult` as a string of JSON that holds strings of JSON.
 * @module
 */
import { itemMapId } from './ids.ts';
import { chinaTime } from './time.ts';
import { amountFen, type OrderBook, type OrderLineBook, type World } from './world.ts';

/** Order codes of the 2026 table (pandapon.md 6), which extends that of S1 and S4. */
const CODE: Readonly<Record<Exclude<OrderBook['stage'], 'building'>, number>> = {
  unpaid: 0,
  paid: 1,
  approved: 2,
  refused: 3,
  queued: 10,
  sent: 11,
  closed: 4,
};

/** Raw status words of the same table, both odd spellings genuine (pandapon.md 11.10). */
const WORD: Readonly<Record<OrderBook['stage'], string>> = {
  building: 'BULIDING',
  unpaid: 'WAIT_BUYER_P',
  paid: 'ORDER_PAY_STATUS',
  approved: 'ORDER_FINANCE_PASS_STATUS',
  refused: 'ORDER_FINANCE_REFUSE_STATUS',
  queued: 'WAIT_SELLER_SEND_GOODS',
  sent: 'WAIT_BUYER_CONFIRM_GOODS',
  closed: 'TRADE_CLOSED',
};

/** The order's number on the wire. */
export function statusCode(world: World, order: OrderBook): number {
  if (order.shownStatus !== undefined) return order.shownStatus;
  return order.stage === 'building' ? world.switches.buildingStatus : CODE[order.stage];
}

/** A line's word on the wire: a line that was sent alone is ahead of its order (pandapon.md 7). */
export function lineStatus(order: OrderBook, line: OrderLineBook): string {
  return line.sentAt !== undefined && order.stage !== 'closed' ? WORD.sent : WORD[order.stage];
}

/** One order of `GET /open/order/page`: 10 keys, 14 per line (S1). */
export function rowV1(world: World, order: OrderBook): object {
  return {
    id: order.id,
    orderNo: order.orderNo,
    sellerOrderNumber: world.switches.hideNumbers ? null : order.sellerOrderNumber,
    userName: order.account.userName ?? order.account.userId,
    orderSource: world.switches.hideNumbers ? null : order.orderSource,
    createTime: printedTime(world, order.createdAt),
    payTime: payTime(order),
    purchaseAmount: amountFen(order),
    status: statusCode(world, order),
    subOrderVOS: order.lines.map((line) => ({
      subOrderId: null,
      orderNo: order.orderNo,
      quantity: line.quantity,
      title: null,
      purchaseCurrency: 'CNY',
      purchaseAmount: String(line.priceFen),
      itemId: line.itemId,
      domesticPostFee: null,
      closeReason: closeReason(order),
      skuId: line.skuId,
      // Assumed: it appears only once the order is built; a refused line never has one.
      subOrderResult:
        order.stage === 'building' || line.errorCode !== null ? null : resultV1(order, line),
      status: null,
      errorCode: line.errorCode,
      errorMessage: line.errorMessage,
    })),
  };
}

/** One order of `POST /v2/taobao/order/page`: 14 keys, 19 per line (S4). */
export function rowV2(world: World, order: OrderBook): object {
  const building = order.stage === 'building';
  return {
    id: order.id,
    orderNo: order.orderNo,
    userName: order.account.userName ?? order.account.userId,
    userId: order.account.userId,
    sellerOrderNumber: world.switches.hideNumbers ? null : order.sellerOrderNumber,
    orderSource: world.switches.hideNumbers ? null : order.orderSource,
    createTime: printedTime(world, order.createdAt),
    payTime: payTime(order),
    purchaseAmount: amountFen(order),
    status: statusCode(world, order),
    warehouseAddressInfoVO: warehouse(order),
    receiverVO: {
      zip: order.receiver.zip || null,
      country: order.receiver.country,
      address: order.receiver.address,
      city: order.receiver.city,
      district: order.receiver.district,
      state: order.receiver.state,
    },
    remark: null,
    subOrderVOS: order.lines.map((line) => ({
      subOrderId: line.subOrderId,
      orderNo: order.orderNo,
      quantity: line.quantity,
      title: title(line),
      purchaseCurrency: 'CNY',
      // Assumed: text as in v1 once it is known; S4 shows only null.
      purchaseAmount: building ? null : String(line.priceFen),
      itemMapId: itemMapId(line.itemId),
      domesticPostFee: line.postFeeFen,
      closeReason: closeReason(order),
      skuId: line.skuId,
      status: line.errorCode === null ? lineStatus(order, line) : null,
      goodsStatus: null,
      refundType: line.refundType,
      taobaoPurchaseId: line.taobaoPurchaseId,
      taobaoSubPurchaseId: line.taobaoSubPurchaseId,
      subOrderResult: line.errorCode === null ? resultV2(order, line) : null,
      errorCode: line.errorCode,
      errorMessage: line.errorMessage,
      refundStatus: line.refundStatus,
    })),
  };
}

/** 16 keys; `product_amount` is text and `purchase_amount` a number for the same fen (S1). */
function resultV1(order: OrderBook, line: OrderLineBook): string {
  const goods = line.priceFen * line.quantity;
  return JSON.stringify({
    purchase_order_outer_id: line.taobaoOrderId,
    purchase_order_line_outer_id: line.taobaoLineId,
    product_amount: String(goods),
    quantity: line.quantity,
    title: title(line),
    purchase_currency: 'CNY',
    purchase_amount: goods + line.postFeeFen,
    item_id: line.itemId,
    domestic_post_fee: line.postFeeFen,
    pay_currency: 'CNY',
    sub_purchase_order_id: line.taobaoSubPurchaseId,
    sku_id: line.skuId,
    status: lineStatus(order, line),
    // S1 has it while WAIT_BUYER_P, so it says nothing about a payment.
    alipay_pay_order_no: `2024010222001${line.taobaoOrderId?.slice(0, 15)}`,
    option_fields: optionFields(line),
    closed: order.stage === 'closed',
  });
}

/** 11 keys (S4). */
function resultV2(order: OrderBook, line: OrderLineBook): string {
  return JSON.stringify({
    quantity: line.quantity,
    item_id: itemMapId(line.itemId),
    domestic_post_fee: line.postFeeFen,
    purchase_currency: 'CNY',
    option_fields: optionFields(line),
    closed: order.stage === 'closed',
    sku_id: line.skuId,
    title: title(line),
    sub_purchase_order_id: line.taobaoSubPurchaseId,
    pay_currency: 'CNY',
    status: lineStatus(order, line),
  });
}

/** `en` and `zh` are JSON inside the JSON; `en` may be Chinese all the same (pandapon.md 11.13). */
function optionFields(line: OrderLineBook): object {
  const chosen = JSON.stringify({ 颜色分类: `款式${line.skuId.slice(-4)}`, 尺码: 'S' });
  return {
    SKU_IMG_URL: `https://img.alicdn.com/bao/uploaded/i3/${line.skuId}.jpg`,
    en: chosen,
    zh: chosen,
  };
}

/** `mobilePhone` in camel case here, snake in the request (pandapon.md 11.9). */
function warehouse(order: OrderBook): object {
  const { receiver } = order;
  const told = order.warehouseUpdates.at(-1);
  return {
    state: receiver.state,
    zip: receiver.zip || null,
    country: receiver.country,
    address: told?.warehouseAddress ?? receiver.address,
    phone: receiver.phone || receiver.mobile_phone,
    city: receiver.city,
    district: receiver.district,
    name: told?.warehouseName ?? receiver.name,
    mobilePhone: receiver.mobile_phone || null,
    taxId: null,
  };
}

export function title(line: OrderLineBook): string {
  return `商品${line.itemId.slice(-6)} “测试” 规格${line.skuId.slice(-4)}`;
}

function closeReason(order: OrderBook): string | null {
  return order.stage === 'closed' ? order.closeReason : null;
}

/** As the switch says; China time unless told. */
function printedTime(world: World, ms: number): string {
  return chinaTime(ms + (world.switches.printedHours - 8) * 3_600_000);
}

function payTime(order: OrderBook): string | null {
  return order.payTime === undefined ? null : chinaTime(order.payTime);
}
