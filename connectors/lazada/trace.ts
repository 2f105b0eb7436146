/** The journey of a package as Lazada tells it; there is one only after ready-to-ship (lazada.md 4.5). @module */
import { Rejected, Unavailable } from '../errors.ts';
import type { Package, SalesOrder, TraceEvent } from '../marketplace.ts';
import { traceOrder } from './client/sdk.gen.ts';
import type { TraceOrderResponse } from './client/types.gen.ts';
import { NO_TRACE } from './codes.ts';
import type { Connection } from './connection.ts';
import { isRejectedWith } from './errors.ts';
import { operations } from './operations.ts';
import { readTime } from './times.ts';
import type { Country } from './ventures.ts';
import { flag, text } from './wire.ts';

/** Oldest first; empty while there is no journey. */
export async function readTrace(
  connection: Connection,
  country: Country,
  order: SalesOrder,
  pkg: Package,
): Promise<readonly TraceEvent[]> {
  const { packageId } = pkg;
  if (packageId === undefined) return [];
  const query = { order_id: order.orderId, ofcPackageIdList: JSON.stringify([packageId]) };
  try {
    const answer = await connection.call(operations.traceOrder, (via) =>
      traceOrder({ ...via, query }),
    );
    if (!flag(answer.result.success)) throw refusal(answer);
    return eventsOf(answer, packageId, country);
  } catch (error) {
    if (isRejectedWith(error, NO_TRACE)) return [];
    throw error;
  }
}

function eventsOf(
  { result }: TraceOrderResponse,
  packageId: string,
  country: Country,
): TraceEvent[] {
  return (result.module ?? [])
    .flatMap((order) => order.package_detail_info_list ?? [])
    .filter((pkg) => (text(pkg.ofc_package_id) ?? packageId) === packageId)
    .flatMap((pkg) => pkg.logistic_detail_info_list ?? [])
    .map((event) => ({
      at: readTime(event.event_time, country),
      status: text(event.detail_type) ?? text(event.status_code),
      text: text(event.description) ?? text(event.title) ?? '',
    }))
    .sort((a, b) => (a.at?.getTime() ?? 0) - (b.at?.getTime() ?? 0));
}

/**
 * Assumed: the documented codes stand in `displayMessage`, alone or before a colon; where they come as
 * the envelope's code they have been read already.
 */
function refusal({ result, request_id }: TraceOrderResponse): Rejected | Unavailable {
  const { error_code: error } = result;
  const words =
    typeof error === 'object' && error !== null
      ? text((error as { displayMessage?: unknown }).displayMessage)
      : text(error);
  const detail = {
    system: 'lazada',
    operation: operations.traceOrder.name,
    code: words?.split(':')[0]?.trim(),
    requestId: text(request_id),
  };
  const kind = flag(result.retry) ? Unavailable : Rejected;
  return new kind(words ?? 'refused without a reason', detail);
}
