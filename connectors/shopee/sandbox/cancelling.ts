/**
 * `cancel_order` and `handle_buyer_cancellation` (shopee.md 3.3).
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import { cancelWhole, setOrderStatus, touch } from './changes.ts';
import type { Call } from './gate.ts';
import type { Line, Order } from './model.ts';
import { type Body, optionalId, requiredId, requiredText, rowsOf } from './reading.ts';
import { Refusal, succeed, wrongParameter } from './wire.ts';
import { nowSeconds, orderOfShop, type World } from './world.ts';

const REASONS = new Set([
  'OUT_OF_STOCK',
  'CUSTOMER_REQUEST',
  'UNDELIVERABLE_AREA',
  'COD_NOT_SUPPORTED',
]);

/** `POST /api/v2/order/cancel_order` */
export function cancelOrder({ world, shopId, body }: Call): SandboxAnswer {
  const order = knownOrder(world, shopId, body);
  const reason = requiredText(body, 'cancel_reason');
  if (!REASONS.has(reason)) throw wrongParameter('cancel_reason is invalid');
  if (reason === 'UNDELIVERABLE_AREA' && !['TW', 'MY'].includes(order.region)) {
    throw wrongParameter('cancel_reason UNDELIVERABLE_AREA is for TW and MY only');
  }
  if (order.fulfilledByShopee) {
    throw new Refusal('order. error_param', 'You can not cancel warehouse order.'); // (sic)
  }
  // Assumed: a seller may cancel until pickup, as can_full_cancel_order stayed true after arranging.
  if (!['UNPAID', 'READY_TO_SHIP', 'PROCESSED'].includes(order.status)) throw cannotCancel();

  if ('partial_cancel_item_list' in body) cancelPart(world, order, body, reason);
  else {
    if (reason === 'OUT_OF_STOCK') {
      for (const row of rowsOf(body, 'item_list', 100)) findLine(order, row);
    }
    cancelWhole(world, order, 'seller', reason);
  }
  return succeed({ update_time: order.updateTime });
}

/** `POST /api/v2/order/handle_buyer_cancellation` */
export function handleBuyerCancellation({ world, shopId, body }: Call): SandboxAnswer {
  const order = knownOrder(world, shopId, body);
  const operation = requiredText(body, 'operation');
  if (operation !== 'ACCEPT' && operation !== 'REJECT')
    throw wrongParameter('operation is invalid');
  if (order.status !== 'IN_CANCEL') {
    throw new Refusal(
      'order.cancel_order_invalid_status',
      'Invalid order_status.The order status should be IN_CANCEL.',
    );
  }
  if (operation === 'ACCEPT') cancelWhole(world, order, 'buyer', 'CUSTOMER_REQUEST');
  else setOrderStatus(world, order, order.statusBeforeCancel ?? 'READY_TO_SHIP');
  return succeed({ update_time: order.updateTime });
}

function cancelPart(world: World, order: Order, body: Body, reason: string) {
  if (!order.canPartialCancel) throw cannotCancel();
  const cuts = rowsOf(body, 'partial_cancel_item_list', 100).map((row) => ({
    line: findLine(order, row),
    units: Number(requiredId(row, 'model_quantity')),
  }));
  for (const { line, units } of cuts) {
    if (units < 1 || units > line.quantity - line.cancelledQuantity) {
      throw wrongParameter('model_quantity is invalid');
    }
  }
  const total = cuts.reduce((sum, cut) => sum + cut.units, 0);
  const active = order.lines.reduce((sum, line) => sum + line.quantity - line.cancelledQuantity, 0);
  if (total >= active) return cancelWhole(world, order, 'seller', reason);
  for (const { line, units } of cuts) takeOff(order, line, units);
  order.cancellations.push({ by: 'seller', reason, at: nowSeconds(world), units: total });
  touch(world, order);
}

function takeOff(order: Order, line: Line, units: number) {
  line.cancelledQuantity += units;
  let left = units;
  for (const { items } of order.packages) {
    const item = items.find((candidate) => candidate.line === line);
    if (!item) continue;
    const cut = Math.min(left, item.quantity);
    item.quantity -= cut;
    left -= cut;
    if (item.quantity === 0) items.splice(items.indexOf(item), 1);
  }
}

/** A row names its line by item and model, and where two lines share them by the other two ids. */
function findLine(order: Order, row: Body): Line {
  const itemId = requiredId(row, 'item_id');
  const modelId = requiredId(row, 'model_id');
  const orderItemId = optionalId(row, 'order_item_id');
  const promotionGroupId = optionalId(row, 'promotion_group_id');
  const line = order.lines.find(
    (candidate) =>
      candidate.itemId === itemId &&
      candidate.modelId === modelId &&
      (orderItemId === undefined || candidate.orderItemId === orderItemId) &&
      (promotionGroupId === undefined || candidate.promotionGroupId === promotionGroupId),
  );
  if (!line) throw wrongParameter(`item ${itemId} with model ${modelId} is not in the order`);
  return line;
}

function knownOrder(world: World, shopId: string, body: Body): Order {
  const order = orderOfShop(world, shopId, requiredText(body, 'order_sn'));
  if (order) return order;
  throw new Refusal('error_not_found', 'Wrong parameters, detail: the order is not found.');
}

function cannotCancel(): Refusal {
  return new Refusal('order.error_limit', 'Can not cancel this order');
}
