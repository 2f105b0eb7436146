import { type JsonObject, text } from './body.ts';
import { CODES } from './codes.ts';
import { Refusal } from './envelope.ts';
import { advance, moveTo } from './life.ts';
import type { SandboxAccount } from './options.ts';
import { acceptedLines, amountFen, type OrderBook, type World } from './world.ts';

/** Assumed: cancelling is possible until the goods leave, as upstream's asynchronous cancel. */
const CANCELLABLE: ReadonlySet<OrderBook['stage']> = new Set([
  'building',
  'unpaid',
  'paid',
  'approved',
  'refused',
  'queued',
]);

/** The order that a body's `orderId` (a string) names. @throws {Refusal} */
export function orderOfBody(world: World, account: SandboxAccount, body: JsonObject): OrderBook {
  const order = world.orders.get(text(body, 'orderId'));
  if (!order || order.account !== account) throw new Refusal(CODES.orderNotFound, '订单不存在');
  advance(world, order);
  return order;
}

/** Pays what the order costs now. Every call is booked, refused ones included. @throws {Refusal} */
export function payOrder(world: World, order: OrderBook): true {
  const refusal = payRefusal(world, order);
  const at = world.now();
  order.payAttempts.push({
    at,
    accepted: refusal === undefined,
    code: refusal?.code ?? 200,
    chargedFen: refusal ? 0 : amountFen(order),
  });
  if (refusal) throw refusal;
  if (order.payTime === undefined || order.stage === 'refused') {
    order.payTime = at;
    moveTo(world, order, 'paid', at);
    world.rearm(order);
  }
  return true;
}

function payRefusal(world: World, order: OrderBook): Refusal | undefined {
  if (order.stage === 'building') return new Refusal(CODES.notPayable, '采购单创建中，不能支付');
  if (order.stage === 'closed' || order.cancelRequestedAt !== undefined) {
    return new Refusal(CODES.notPayable, '订单已取消，不能支付');
  }
  const open = order.stage === 'unpaid' || order.stage === 'refused';
  if (!open && world.switches.payIsIdempotent) {
    return new Refusal(CODES.alreadyPaid, '订单已支付');
  }
  return undefined;
}

/** Accepts the cancellation; the order closes `cancelMs` later. @throws {Refusal} */
export function cancelOrder(world: World, order: OrderBook): true {
  const accepted =
    CANCELLABLE.has(order.stage) &&
    order.cancelRequestedAt === undefined &&
    acceptedLines(order).every((line) => line.sentAt === undefined);
  const at = world.now();
  order.cancelAttempts.push({ at, accepted });
  if (!accepted) throw new Refusal(CODES.notCancellable, '订单当前状态不能取消');
  order.cancelRequestedAt = at;
  world.rearm(order);
  return true;
}

/** `POST /open/order/updateWarehouse` (pandapon.md 8): three strings; may be repeated. @throws {Refusal} */
export function updateWarehouse(world: World, order: OrderBook, body: JsonObject): true {
  order.warehouseUpdates.push({
    at: world.now(),
    warehouseName: text(body, 'warehouseName'),
    warehouseAddress: text(body, 'warehouseAddress'),
  });
  return true;
}
