/** The journey of a package as Shopee tells it (get_tracking_info, shopee.md 4.4). @module */
import { Rejected } from '../errors.ts';
import type { Package, SalesOrder, TraceEvent } from '../marketplace.ts';
import { readCode } from './answers.ts';
import { getTrackingInfo } from './client/sdk.gen.ts';
import type { Connection } from './connection.ts';
import { factsOf, named, type ShopeePackage } from './packages.ts';
import { instant, text } from './wire.ts';

/** "The order status is invalid": there is no journey before the package is arranged. */
const TOO_EARLY = 'error_status_limit';

/** Oldest first; empty while there is no journey. */
export async function readTrace(
  connection: Connection,
  order: SalesOrder,
  pkg: Package,
): Promise<readonly TraceEvent[]> {
  const split =
    'shopee' in pkg
      ? (pkg as ShopeePackage).shopee.split
      : (await factsOf(connection, order)).split;
  const query = { order_sn: order.orderId, ...named(split, pkg.packageId) };
  try {
    const { data } = await connection.read('getTrackingInfo', (call) =>
      getTrackingInfo({ ...call, query }),
    );
    const events = (data.response.tracking_info ?? []).map((row) => ({
      at: instant(row.update_time),
      status: text(row.logistics_status),
      text: text(row.description) ?? '',
    }));
    // Newest first in the samples; of equal times the later row is the older one.
    return events.reverse().sort((a, b) => (a.at?.getTime() ?? 0) - (b.at?.getTime() ?? 0));
  } catch (error) {
    if (error instanceof Rejected && readCode(error.code ?? '').code === TOO_EARLY) return [];
    throw error;
  }
}
