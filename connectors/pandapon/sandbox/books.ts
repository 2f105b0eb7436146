import { advanceAll } from './life.ts';
import { statusCode } from './rows.ts';
import { chinaTime } from './time.ts';
import { amountFen, type OrderBook, type PayAttempt, type World } from './world.ts';

/** One order in the books: plain JSON, amounts in fen, times in ms of the sandbox's clock. */
export interface BookedOrder {
  readonly orderId: string;
  readonly orderNo: string;
  readonly accessKey: string;
  readonly orderSource: string | null;
  readonly sellerOrderNumber: string | null;
  readonly manual: boolean;
  readonly createTime: string;
  readonly stage: OrderBook['stage'];
  readonly status: number;
  readonly budgetFen: number;
  readonly amountFen: number;
  readonly receiver: OrderBook['receiver'];
  readonly lines: readonly BookedLine[];
  readonly payAttempts: readonly PayAttempt[];
  /** Payments that went through. */
  readonly timesPaid: number;
  readonly chargedFen: number;
  readonly cancelAttempts: OrderBook['cancelAttempts'];
  readonly cancelled: boolean;
  readonly warehouseUpdates: OrderBook['warehouseUpdates'];
}

export interface BookedLine {
  readonly itemId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly askedFen: number;
  readonly priceFen: number;
  readonly taobaoPurchaseId: string | null;
  readonly subPurchaseOrderId: string | null;
  readonly errorCode: string | null;
  readonly sent: boolean;
  readonly mailNos: readonly string[];
  readonly refundStatus: number;
}

export interface Counters {
  readonly orders: number;
  readonly manualOrders: number;
  readonly payAttempts: number;
  readonly payments: number;
  readonly chargedFen: number;
  readonly cancelled: number;
  readonly warehouseUpdates: number;
  /** By answered code. */
  readonly refusals: Readonly<Record<string, number>>;
}

/** Every order, in order of arrival, as it stands now. */
export function bookOrders(world: World): readonly BookedOrder[] {
  advanceAll(world);
  return [...world.orders.values()].map((order) => bookOrder(world, order));
}

export function bookOrder(world: World, order: OrderBook): BookedOrder {
  const paid = order.payAttempts.filter((attempt) => attempt.accepted);
  return {
    orderId: order.id,
    orderNo: order.orderNo,
    accessKey: order.account.accessKey,
    orderSource: order.orderSource,
    sellerOrderNumber: order.sellerOrderNumber,
    manual: order.manual,
    createTime: chinaTime(order.createdAt),
    stage: order.stage,
    status: statusCode(world, order),
    budgetFen: order.budgetFen,
    amountFen: amountFen(order),
    receiver: order.receiver,
    lines: order.lines.map((line) => ({
      itemId: line.itemId,
      skuId: line.skuId,
      quantity: line.quantity,
      askedFen: line.askedFen,
      priceFen: line.priceFen,
      taobaoPurchaseId: line.taobaoPurchaseId,
      subPurchaseOrderId: line.taobaoSubPurchaseId,
      errorCode: line.errorCode,
      sent: line.sentAt !== undefined,
      mailNos: line.parcels.map((parcel) => parcel.mailNo),
      refundStatus: line.refundStatus,
    })),
    payAttempts: order.payAttempts,
    timesPaid: paid.length,
    chargedFen: paid.reduce((sum, attempt) => sum + attempt.chargedFen, 0),
    cancelAttempts: order.cancelAttempts,
    cancelled: order.stage === 'closed',
    warehouseUpdates: order.warehouseUpdates,
  };
}

/**
 * How many orders carry each seller order number, as `<orderSource>/<sellerOrderNumber>`; cancelled and
 * manual ones count, `''` stands for none.
 */
export function countBySellerOrder(world: World): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const order of world.orders.values()) {
    const key = `${order.orderSource ?? ''}/${order.sellerOrderNumber ?? ''}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

export function countAll(world: World): Counters {
  const orders = bookOrders(world);
  const sum = (of: (order: BookedOrder) => number) =>
    orders.reduce((total, order) => total + of(order), 0);
  return {
    orders: orders.length,
    manualOrders: sum((order) => Number(order.manual)),
    payAttempts: sum((order) => order.payAttempts.length),
    payments: sum((order) => order.timesPaid),
    chargedFen: sum((order) => order.chargedFen),
    cancelled: sum((order) => Number(order.cancelled)),
    warehouseUpdates: sum((order) => order.warehouseUpdates.length),
    refusals: world.refusals,
  };
}
