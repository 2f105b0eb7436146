/**
 * `POST /api/v2/order/search_package_list` (shopee.md 3.3).
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import { channelOf } from './channels.ts';
import type { Call } from './gate.ts';
import type { Order, Package } from './model.ts';
import { type Body, between, isObject } from './reading.ts';
import { succeed, wrongParameter } from './wire.ts';

interface Row {
  readonly order: Order;
  readonly pkg: Package;
  readonly sequence: number;
}

/** `package_status` 1 Pending, 2 ToProcess, 3 Processed; 0 is all three (Assumed: no shipped ones). */
const CLASSES: readonly ((row: Row) => boolean)[] = [
  (row) => CLASSES.slice(1).some((isIn) => isIn(row)),
  ({ order }) => order.status === 'PENDING',
  ({ pkg }) => ['LOGISTICS_READY', 'LOGISTICS_PICKUP_RETRY'].includes(pkg.logisticsStatus),
  ({ pkg }) => pkg.logisticsStatus === 'LOGISTICS_REQUEST_CREATED',
];

const SORTS: readonly ((row: Row) => number)[] = [
  () => 0,
  ({ order }) => order.shipByDate,
  ({ order }) => order.createTime,
  ({ order }) => order.payTime ?? 0,
];

export function searchPackages({ world, shopId, body }: Call): SandboxAnswer {
  const filter = part(body, 'filter');
  const sort = part(body, 'sort');
  const pagination = body.pagination;
  if (!isObject(pagination)) throw wrongParameter('pagination is required');
  const pageSize = between(whole(pagination, 'page_size', 0), 'page_size', 1, 100);
  const status = between(whole(filter, 'package_status', 2), 'package_status', 0, 3);
  // Assumed: no filter by fulfilment unless told; the documented default is cut off.
  const fulfilment = between(whole(filter, 'fulfillment_type', 0), 'fulfillment_type', 0, 2);
  const sortType = between(whole(sort, 'sort_type', 1), 'sort_type', 1, 3);
  const ascending = sort.ascending ?? true;
  if (typeof ascending !== 'boolean') throw wrongParameter('ascending should be a boolean');

  const sortValue = SORTS[sortType] ?? (() => 0);
  const direction = ascending ? 1 : -1;
  const rows = [...world.orders.values()]
    .filter((order) => order.shopId === shopId)
    .filter((order) => fulfilment === 0 || order.fulfilledByShopee === (fulfilment === 1))
    .flatMap((order) => order.packages.map((pkg) => ({ order, pkg, sequence: numberOf(pkg) })))
    .filter((row) => CLASSES[status]?.(row) ?? false)
    .sort((a, b) => direction * (sortValue(a) - sortValue(b) || a.sequence - b.sequence));

  const cursor = typeof pagination.cursor === 'string' ? pagination.cursor : '';
  const from = cursor === '' ? 0 : 1 + rows.findIndex((row) => cursorOf(row, sortValue) === cursor);
  if (cursor !== '' && from === 0) throw wrongParameter('cursor is invalid');
  const page = rows.slice(from, from + pageSize);
  const last = page.at(-1);
  const more = rows.length > from + page.length;
  return succeed({
    packages_list: page.map(packageRow),
    pagination: {
      total_count: rows.length,
      next_cursor: more && last ? cursorOf(last, sortValue) : '',
      more,
    },
    sort: { sort_type: sortType, ascending },
  });
}

function packageRow({ order, pkg }: Row): object {
  return {
    order_sn: order.orderSn,
    package_number: pkg.packageNumber,
    logistics_channel_id: channelOf(order).channelId,
    product_location_id: `${order.region}Z`,
    sorting_group: '',
    is_shipment_arranged: pkg.arranged > 0,
  };
}

/** As `"1730437200,184066343203459"`. */
function cursorOf(row: Row, sortValue: (row: Row) => number): string {
  return `${sortValue(row)},${row.sequence}`;
}

function numberOf(pkg: Package): number {
  return Number(pkg.packageNumber.slice(3));
}

function part(body: Body, key: string): Body {
  const value = body[key] ?? {};
  if (!isObject(value)) throw wrongParameter(`${key} should be an object`);
  return value;
}

function whole(from: Body, key: string, otherwise: number): number {
  return Number(from[key] ?? otherwise);
}
