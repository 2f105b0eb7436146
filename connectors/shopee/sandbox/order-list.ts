/**
 * `GET /api/v2/order/get_order_list` (shopee.md 3.1).
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import type { Call } from './gate.ts';
import type { Order } from './model.ts';
import { between, queryFlag, queryInteger, queryText } from './reading.ts';
import { Refusal, succeed, wrongParameter } from './wire.ts';

const WINDOW_SECONDS = 15 * 86_400;

/** PENDING, RETRY_SHIP, TO_CONFIRM_RECEIVE and TO_RETURN cannot be filtered. */
const FILTERS = new Set([
  'UNPAID',
  'READY_TO_SHIP',
  'PROCESSED',
  'SHIPPED',
  'COMPLETED',
  'IN_CANCEL',
  'CANCELLED',
  'INVOICE_PENDING',
]);

export function listOrders({ world, shopId, query }: Call): SandboxAnswer {
  const timeOf = timeField(queryText(query, 'time_range_field'));
  const from = queryInteger(query, 'time_from');
  const to = queryInteger(query, 'time_to');
  if (from >= to || to - from > WINDOW_SECONDS) {
    throw new Refusal(
      'order.order_list_invalid_time',
      'Start time must be earlier than end time and diff in 15days.',
    );
  }
  const pageSize = between(queryInteger(query, 'page_size'), 'page_size', 1, 100);
  const status = query.get('order_status');
  if (status !== null && !FILTERS.has(status)) throw wrongParameter('order_status is invalid');
  const wantsPending = queryFlag(query, 'request_order_status_pending');
  const withStatus = wantsStatus(query.get('response_optional_fields'));
  const cursor = query.get('cursor') ?? '';

  // Assumed: both ends are inclusive and rows ascend by the chosen time; neither is documented.
  const rows = [...world.orders.values()]
    .filter((order) => order.shopId === shopId)
    .filter((order) => world.switches.ignoreTimes || (timeOf(order) >= from && timeOf(order) <= to))
    .filter((order) => wantsPending || order.status !== 'PENDING')
    .filter((order) => status === null || order.status === status)
    .sort((a, b) => timeOf(a) - timeOf(b) || a.sequence - b.sequence);
  const rest = rows.filter(isAfter(cursor, timeOf));
  const page = rest.slice(0, world.switches.shortPages ? Math.ceil(pageSize / 2) : pageSize);
  const last = page.at(-1);
  const more = world.switches.stuckCursor || rest.length > page.length;
  const next = last ? `${timeOf(last)},${last.sequence}` : '';
  return succeed({
    more,
    next_cursor: world.switches.stuckCursor ? cursor : more ? next : '',
    order_list: page.map((order) => ({
      order_sn: order.orderSn,
      ...(withStatus ? { order_status: order.status } : {}),
    })),
  });
}

function timeField(name: string): (order: Order) => number {
  if (name === 'create_time') return (order) => order.createTime;
  if (name === 'update_time') return (order) => order.updateTime;
  throw wrongParameter('time_range_field should be create_time or update_time');
}

function wantsStatus(fields: string | null): boolean {
  if (fields === null || fields === '') return false;
  if (fields === 'order_status') return true;
  throw wrongParameter('response_optional_fields is invalid');
}

/** The cursor is opaque to callers; here it is the time and number of the last row given. */
function isAfter(cursor: string, timeOf: (order: Order) => number): (order: Order) => boolean {
  if (cursor === '') return () => true;
  const [time, sequence] = cursor.split(',').map(Number);
  if (!Number.isInteger(time) || !Number.isInteger(sequence)) {
    throw wrongParameter('cursor is invalid');
  }
  const [atTime, atSequence] = [time as number, sequence as number];
  return (order) =>
    timeOf(order) > atTime || (timeOf(order) === atTime && order.sequence > atSequence);
}
