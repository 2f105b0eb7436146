import type { CreateRequest, RequestedLine } from './create-request.ts';
import type { SandboxAccount } from './options.ts';
import { chinaTime } from './time.ts';
import type { OrderBook, OrderLineBook, World } from './world.ts';

/**
 * Buys. There is no idempotency of any kind (pandapon.md 3: no client order id): the same request
 * again is a second order.
 */
export function createOrder(
  world: World,
  account: SandboxAccount,
  request: CreateRequest,
  manual = false,
  createdAt = world.now(),
): OrderBook {
  // Ids are made in the order of the seeds: orderNo, id, subOrderId (pandapon.md 11.5).
  const orderNo = world.ids.snowflake(createdAt);
  const id = world.ids.snowflake(createdAt);
  const order: OrderBook = {
    account,
    id,
    orderNo,
    createdAt,
    orderSource: request.orderSource,
    sellerOrderNumber: request.sellerOrderNumber,
    receiver: request.receiver,
    budgetFen: request.budgetFen,
    lines: makeLines(world, request.lines, createdAt),
    manual,
    stage: 'building',
    since: createdAt,
    payTime: undefined,
    payAttempts: [],
    cancelAttempts: [],
    cancelRequestedAt: undefined,
    closeReason: null,
    warehouseUpdates: [],
    shownStatus: undefined,
  };
  world.orders.set(id, order);
  for (const line of order.lines) {
    if (line.taobaoSubPurchaseId) world.bySubPurchase.set(line.taobaoSubPurchaseId, order);
  }
  world.rearm(order);
  return order;
}

/**
 * One Taobao purchase per supplier, one sub purchase per line (pandapon.md 10). Purchase ids are
 * drawn before line ids, so that a one-line order has them neighbouring, as in every seed, and an
 * order of several lines has not: the one cannot be derived from the other (11.6).
 */
function makeLines(world: World, rows: readonly RequestedLine[], at: number): OrderLineBook[] {
  const purchases = new Map<string, { purchaseId: string; orderId: string }>();
  for (const row of rows) {
    const nick = sellerNickOf(world, row);
    if (world.refusedSkus.has(row.skuId) || purchases.has(nick)) continue;
    purchases.set(nick, {
      purchaseId: world.ids.taobaoPurchase(),
      orderId: world.ids.taobaoOrder(),
    });
  }
  return rows.map((row) => {
    const refused = world.refusedSkus.get(row.skuId);
    const nick = sellerNickOf(world, row);
    const purchase = refused ? undefined : purchases.get(nick);
    return {
      subOrderId: world.ids.snowflake(at),
      itemId: row.itemId,
      skuId: row.skuId,
      quantity: row.quantity,
      askedFen: row.priceFen,
      priceFen: row.priceFen,
      postFeeFen: 0,
      sellerNick: nick,
      taobaoPurchaseId: purchase?.purchaseId ?? null,
      taobaoSubPurchaseId: purchase ? world.ids.taobaoPurchase() : null,
      taobaoOrderId: purchase?.orderId ?? null,
      taobaoLineId: purchase
        ? rows.length === 1
          ? purchase.orderId
          : world.ids.taobaoOrder()
        : null,
      errorCode: refused?.errorCode ?? null,
      errorMessage: refused?.errorMessage ?? null,
      sentAt: undefined,
      parcels: [],
      refundStatus: 0,
      refundType: null,
    };
  });
}

/** Who sells a SKU: as set, otherwise one seller per item. */
function sellerNickOf(world: World, row: RequestedLine): string {
  return world.suppliers.get(row.skuId) ?? `店铺${row.itemId.slice(-6)}`;
}

/** `data` of the create answer: 4 keys, 15 per line, most of them null (S0, S2, S3). */
export function createdRow(order: OrderBook): object {
  return {
    id: order.id,
    orderNo: order.orderNo,
    subOrderVOS: order.lines.map((line) => ({
      subOrderId: line.subOrderId,
      orderNo: order.orderNo,
      quantity: line.quantity,
      title: null,
      purchaseCurrency: null,
      purchaseAmount: null,
      itemId: line.itemId,
      domesticPostFee: null,
      closeReason: null,
      skuId: line.skuId,
      status: null,
      taobaoPurchaseId: line.taobaoPurchaseId,
      taobaoSubPurchaseId: line.taobaoSubPurchaseId,
      errorCode: line.errorCode,
      errorMessage: line.errorMessage,
    })),
    createTime: chinaTime(order.createdAt),
  };
}
