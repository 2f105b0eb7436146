/**
 * The reads of orders (lazada.md 3.1).
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import type { Call } from './gate.ts';
import { brokenOrderRow, itemRow, orderRow } from './rows.ts';
import { parseFilterTime } from './ventures.ts';
import { idText, ok, parseList, rawNumber, refused } from './wire.ts';
import { type Order, orderOfSellers, type World } from './world.ts';

const MAX_LIMIT = 100;
/** The text says 50, the metadata 100: the smaller one. */
const MAX_ORDER_IDS = 50;

/** Filters and statuses the two documents name (lazada.md 3.1). */
const STATUS_FILTERS = new Set([
  ...['all', 'unpaid', 'pending', 'packed', 'repacked', 'canceled', 'ready_to_ship', 'delivered'],
  ...['returned', 'shipped', 'failed', 'topack', 'toship', 'shipping', 'lost', 'lost_by_3pl'],
  ...['damaged_by_3pl', 'failed_delivery', 'shipped_back', 'shipped_back_success'],
  ...['shipped_back_failed', 'package_scrapped'],
]);

/** Tabs of the seller's console. Assumed: which statuses each shows; the reference infers them. */
const TABS: Readonly<Record<string, readonly string[]>> = {
  topack: ['pending', 'repacked'],
  toship: ['packed', 'ready_to_ship_pending'],
  shipping: ['ready_to_ship', 'shipped'],
};

/** `/orders/get`: no items, one page, bounds inclusive. */
export function listOrders(world: World, { params, sellers }: Call): SandboxAnswer {
  const bounds: Record<string, number | undefined> = {};
  for (const name of ['update_after', 'update_before', 'created_after', 'created_before']) {
    const text = params.get(name);
    if (text === undefined) continue;
    bounds[name] = parseFilterTime(text);
    if (bounds[name] === undefined) return refused('17', `E017: "${text}" Invalid Date Format`);
  }
  if (bounds.update_after === undefined && bounds.created_after === undefined) {
    // Assumed: code and sentence are those of the sibling platform; Lazada's table lacks the case.
    return refused('18', 'E018: Either CreatedAfter or UpdatedAfter is mandatory');
  }
  const sortBy = params.get('sort_by') ?? 'created_at';
  if (sortBy !== 'created_at' && sortBy !== 'updated_at') {
    return refused('75', 'E075: Invalid sort filter.');
  }
  const direction = params.get('sort_direction') ?? 'DESC';
  if (direction !== 'ASC' && direction !== 'DESC') {
    return refused('74', 'E074: Invalid sort direction.');
  }
  const offset = wholeNumber(params.get('offset') ?? '0');
  if (offset === undefined || offset > world.switches.maxOffset) {
    return refused('14', `E014: "${params.get('offset')}" Invalid Offset`);
  }
  // Assumed: the default limit; the reference gives only the maximum.
  const limit = wholeNumber(params.get('limit') ?? String(MAX_LIMIT));
  if (limit === undefined || limit < 1 || limit > MAX_LIMIT) {
    return refused('19', `E019: "${params.get('limit')}" Invalid Limit`);
  }
  const status = params.get('status') ?? 'all';
  if (!STATUS_FILTERS.has(status)) return refused('36', 'E036: Invalid status filter');

  const found = [...world.orders.values()].filter(
    (order) =>
      sellers.includes(order.seller) &&
      hasStatus(order, status) &&
      order.updatedAt >= (bounds.update_after ?? 0) &&
      order.updatedAt <= (bounds.update_before ?? Number.POSITIVE_INFINITY) &&
      order.createdAt >= (bounds.created_after ?? 0) &&
      order.createdAt <= (bounds.created_before ?? Number.POSITIVE_INFINITY),
  );
  const by = sortBy === 'updated_at' ? 'updatedAt' : 'createdAt';
  const sign = direction === 'ASC' && !world.switches.ignoreSort ? 1 : -1;
  found.sort((a, b) => sign * (a[by] - b[by] || Number(BigInt(a.id) - BigInt(b.id))));
  const rows = found.slice(offset, offset + (world.listingLimit ?? limit));
  return ok({
    data: {
      count: world.switches.countIs === 'page' ? rows.length : found.length,
      countTotal: found.length,
      orders: rows.map((order) =>
        order.broken ? brokenOrderRow(order) : orderRow(order, 'addressDsitrict'),
      ),
    },
  });
}

/** `/seller/get`: the seller of the token on this venture. On a shared address the first one. */
export function getSeller(world: World, { sellers }: Call): SandboxAnswer {
  const [seller] = sellers;
  // Assumed: the code; the reference names none for a token of another venture.
  if (!seller) return refused('SellerNotFound', 'The seller of this token is not known here');
  return ok({
    data: {
      name_company: 'Sandbox Trading Pte Ltd',
      seller_id: rawNumber(seller.sellerId),
      name: `shop ${seller.sellerId}`,
      short_code: `${seller.country.toUpperCase()}${seller.sellerId}`,
      logo_url: '',
      email: `${seller.sellerId}@seller.example`,
      cb: seller.crossBorder,
      location: seller.country,
      status: world.switches.sellerStatus,
      verified: true,
    },
  });
}

/** `/order/get`. Another store's or country's order is "not found", no matter of tokens. */
export function getOrder(world: World, { params, sellers }: Call): SandboxAnswer {
  const orderId = params.get('order_id') ?? '';
  const order = orderOfSellers(world, sellers, orderId);
  if (!order) return refused('16', `E016: "${orderId}" Invalid Order ID`);
  return ok({ data: order.broken ? brokenOrderRow(order) : orderRow(order, 'addressDistrict') });
}

/** `/orders/items/get`: one row per unit. */
export function getOrdersItems(world: World, { params, sellers }: Call): SandboxAnswer {
  const ids = parseList(params.get('order_ids'))?.map(idText);
  if (!ids || ids.length === 0 || ids.includes(undefined)) {
    return refused('56', 'E056: Invalid OrdersIdList format. Must use array format [1,2]');
  }
  if (ids.length > MAX_ORDER_IDS) return refused('38', 'E038: Too many orders were requested');
  const orders = ids.map((id) => orderOfSellers(world, sellers, id ?? ''));
  const found = orders.filter((order) => order !== undefined);
  if (found.length === 0) return refused('39', 'E039: No orders were found');
  // Assumed: one wrong id spoils the whole answer, as the sentence of code 37 reads.
  if (found.length < orders.length) {
    return refused('37', 'E037: One or more order id in the list are incorrect');
  }
  return ok({
    data: found.map((order) => ({
      order_id: rawNumber(order.id),
      order_number: rawNumber(order.id),
      order_items: order.broken ? 'null' : order.items.map((item) => itemRow(order, item)),
    })),
  });
}

function hasStatus(order: Order, status: string): boolean {
  if (status === 'all') return true;
  const wanted = TABS[status] ?? [status];
  return order.items.some((item) => wanted.includes(item.status));
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
