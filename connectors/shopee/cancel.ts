/**
 * Cancelling by the seller, and answering a buyer who wants to cancel (shopee.md 3.3).
 * @module
 */
import type { SendWindow } from '../call.ts';
import { Rejected } from '../errors.ts';
import type { CancelReason, CancelRequest, SalesOrder } from '../marketplace.ts';
import { SYSTEM } from './answers.ts';
import { cancelOrder, handleBuyerCancellation } from './client/sdk.gen.ts';
import type { CancelOrderData } from './client/types.gen.ts';
import { zCancelOrderBody } from './client/zod.gen.ts';
import type { StableCode } from './codes.ts';
import type { Connection } from './connection.ts';
import { factsOf } from './packages.ts';

/**
 * Assumed: Shopee has no reason for a wrong price. OUT_OF_STOCK is the one that blames the seller;
 * CUSTOMER_REQUEST would claim a wish the buyer never had.
 */
const REASONS = {
  'out-of-stock': 'OUT_OF_STOCK',
  'wrong-price': 'OUT_OF_STOCK',
  'buyer-asked': 'CUSTOMER_REQUEST',
  undeliverable: 'UNDELIVERABLE_AREA',
} as const satisfies Readonly<Record<CancelReason, string>>;

const UNDELIVERABLE_REGIONS = ['TW', 'MY'];

/** Before these the seller may cancel. UNPAID and IN_CANCEL orders have their own ways. */
const CANCELLABLE = ['PENDING', 'INVOICE_PENDING', 'READY_TO_SHIP', 'RETRY_SHIP', 'PROCESSED'];

/** @throws {Rejected} when Shopee lets the seller not cancel this order, or not with this reason. */
export async function prepareCancel(
  connection: Connection,
  order: SalesOrder,
  reason: CancelReason,
): Promise<CancelRequest> {
  const facts = await factsOf(connection, order);
  if (order.notOurs !== undefined) throw refusal('not-the-sellers', order.notOurs);
  if (!facts.cancellable || !CANCELLABLE.includes(facts.status)) {
    throw refusal(
      'cancel-not-allowed',
      `Shopee does not let the seller cancel it (${facts.status})`,
    );
  }
  const word = REASONS[reason];
  if (word === 'UNDELIVERABLE_AREA' && !UNDELIVERABLE_REGIONS.includes(facts.region ?? '')) {
    throw refusal('cancel-reason-not-allowed', `UNDELIVERABLE_AREA is for TW and MY only`);
  }
  const items = facts.items.map((item) => ({ item_id: item.itemId, model_id: item.modelId }));
  return {
    orderId: order.orderId,
    payload: {
      order_sn: order.orderId,
      cancel_reason: word,
      ...(word === 'OUT_OF_STOCK' ? { item_list: items } : {}),
    },
  };
}

/** Sends what `prepareCancel` built. It is settled by reading the order. */
export async function cancel(
  connection: Connection,
  request: CancelRequest,
  window: SendWindow,
): Promise<void> {
  zCancelOrderBody.parse(request.payload);
  const body = request.payload as CancelOrderData['body'];
  await connection.spend('cancelOrder', window, (call) => cancelOrder({ ...call, body }));
}

/** Accepts or rejects the buyer's wish to cancel; only while the order is IN_CANCEL. */
export async function decideCancellation(
  connection: Connection,
  orderId: string,
  accept: boolean,
  window: SendWindow,
): Promise<void> {
  const operation = accept ? ('ACCEPT' as const) : ('REJECT' as const);
  await connection.spend('handleBuyerCancellation', window, (call) =>
    handleBuyerCancellation({ ...call, body: { order_sn: orderId, operation } }),
  );
}

function refusal(code: StableCode, why: string): Rejected {
  return new Rejected(`not cancelled: ${why}`, { system: SYSTEM, operation: 'cancelOrder', code });
}
