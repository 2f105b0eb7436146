/**
 * Cancellation by the seller: validate which reasons this order offers, then create it. The creation is
 * a GET that changes things; it is a spending call (lazada.md section 4.4).
 * @module
 */
import type { SendWindow } from '../call.ts';
import { type CallErrorDetail, Rejected } from '../errors.ts';
import type { CancelReason, CancelRequest, SalesOrder } from '../marketplace.ts';
import { createCancel, validateCancel } from './client/sdk.gen.ts';
import { zCreateCancelQuery } from './client/zod.gen.ts';
import type { Connection } from './connection.ts';
import { operations } from './operations.ts';
import { idText, text } from './wire.ts';

/**
 * Names of Lazada's reasons, best first; the offer differs by country. Seen: Sourcing Delay, Out of Stock,
 * Wrong Price. The last two set the stock to 0, so they serve only their own cause.
 * Assumed: Sourcing Delay for the causes Lazada has no name for.
 */
const REASONS: Readonly<Record<CancelReason, readonly RegExp[]>> = {
  'out-of-stock': [/out of stock/i],
  'wrong-price': [/(wrong|incorrect) pric/i, /pricing error/i],
  'buyer-asked': [/(buyer|customer)/i, /sourcing delay/i],
  undeliverable: [/undeliver|not deliver|delivery/i, /sourcing delay/i],
};

/** @throws {Rejected} when nothing of it may be cancelled, or no reason offered fits. */
export async function prepareCancel(
  connection: Connection,
  order: SalesOrder,
  reason: CancelReason,
): Promise<CancelRequest> {
  const detail = { system: 'lazada', operation: operations.validateCancel.name };
  const open = order.lines.filter(({ phase }) =>
    ['waiting', 'buyable', 'cancelling'].includes(phase),
  );
  if (open.length === 0)
    throw new Rejected('no line of the order can be cancelled any more', detail);
  const query = {
    order_id: order.orderId,
    order_item_id_list: JSON.stringify(open.map(({ lineId }) => lineId)),
  };
  const answer = await connection.call(operations.validateCancel, (via) =>
    validateCancel({ ...via, query }),
  );
  const known = { ...detail, requestId: text(answer.request_id) };
  refuseError(answer.data, known);
  const offered = answer.data.reason_options ?? [];
  const chosen = REASONS[reason]
    .map((name) => offered.find((option) => name.test(text(option.reason_name) ?? '')))
    .find((option) => option !== undefined);
  if (!chosen) {
    const names = offered.map((option) => text(option.reason_name) ?? option.reason_id);
    throw new Rejected(`no reason fits "${reason}"; offered: ${names.join(', ')}`, known);
  }
  return { orderId: order.orderId, payload: { ...query, reason_id: idText(chosen.reason_id) } };
}

/** @throws {Rejected | Unknown | NotSent | Unauthorized} */
export async function cancel(
  connection: Connection,
  request: CancelRequest,
  window: SendWindow,
): Promise<void> {
  const query = zCreateCancelQuery.parse(request.payload);
  const answer = await connection.call(
    operations.createCancel,
    (via) => createCancel({ ...via, query }),
    window,
  );
  refuseError(answer.data ?? {}, {
    system: 'lazada',
    operation: operations.createCancel.name,
    requestId: text(answer.request_id),
  });
}

/**
 * `tip_type: "error"` under code 0. Assumed: such an answer to the creation means that none was created;
 * the order's next read shows it if that is wrong.
 */
function refuseError(
  tip: { readonly tip_type?: unknown; readonly tip_content?: unknown },
  detail: CallErrorDetail,
): void {
  if (text(tip.tip_type)?.toLowerCase() !== 'error') return;
  throw new Rejected(text(tip.tip_content) ?? 'Lazada refused without a reason', {
    ...detail,
    code: 'tip_type:error',
  });
}
