/**
 * `/order/reverse/cancel/validate` and `/order/reverse/cancel/create`: two GETs, of which the second
 * changes things (lazada.md 4.4).
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import { cancelItems, isCancellable } from './changes.ts';
import type { Call } from './gate.ts';
import { idText, ok, parseList, refused } from './wire.ts';
import { type Item, type Order, orderOfSellers, type World } from './world.ts';

/** Real ones; they differ by country, and the last two set the stock to 0. */
const REASONS = [
  { reason_id: '10000019', reason_name: 'Sourcing Delay' },
  { reason_id: '10000021', reason_name: 'Out of Stock' },
  { reason_id: '10000023', reason_name: 'Wrong Price' },
];

export function validateCancel(world: World, call: Call): SandboxAnswer {
  const asked = askedOf(world, call);
  if ('refusal' in asked) return asked.refusal;
  if (!asked.items.every(isCancellable)) return tooLate();
  return ok({
    data: {
      tip_content: 'The stock will be set to 0 if you select Out of Stock or Wrong Price',
      tip_type: 'warning',
      reason_options: REASONS,
    },
  });
}

export function createCancel(world: World, call: Call): SandboxAnswer {
  const asked = askedOf(world, call);
  if ('refusal' in asked) return asked.refusal;
  const reason = REASONS.find((one) => one.reason_id === call.params.get('reason_id'));
  if (!reason) return refused('104', 'E0104: reason is empty or invalid');
  // A failure under code "0": only `tip_type` tells.
  if (!asked.items.every(isCancellable)) return tooLate();
  cancelItems(world, asked.order, asked.items, {
    by: 'cancellation-seller',
    reason: reason.reason_name,
    reasonId: reason.reason_id,
  });
  return ok({ data: { tip_content: '', tip_type: 'success' } });
}

function askedOf(
  world: World,
  { params, sellers }: Call,
): { order: Order; items: Item[] } | { refusal: SandboxAnswer } {
  const order = orderOfSellers(world, sellers, params.get('order_id') ?? '');
  if (!order) return { refusal: refused('122', 'E0122: invalid trade order') };
  const text = params.get('order_item_id_list');
  const ids = parseList(text)?.map(idText);
  if (!ids || ids.length === 0) {
    return { refusal: refused('102', 'E0102: trade order line id is empty or invalid') };
  }
  const items = order.items.filter((item) => ids.includes(item.id));
  if (items.length < ids.length) {
    return { refusal: refused('123', `E0123: invalid trade order lines ${text}`) };
  }
  return { order, items };
}

/** Assumed: the sentence. */
function tooLate(): SandboxAnswer {
  return ok({
    data: {
      tip_content: 'The item status does not support cancellation',
      tip_type: 'error',
      reason_options: [],
    },
  });
}
