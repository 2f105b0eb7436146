/** Packages that wait to be arranged (search_package_list, shopee.md 3.3). @module */
import { Malformed } from '../errors.ts';
import type { UnarrangedPackage } from '../marketplace.ts';
import { SYSTEM } from './answers.ts';
import { searchPackageList } from './client/sdk.gen.ts';
import type { Connection } from './connection.ts';
import { text } from './wire.ts';

const PAGE_SIZE = 100;
const TO_PROCESS = 2;
const BY_SELLER = 2;
const SHIP_BY_DATE = 1;

/**
 * The seller's packages in the class ToProcess, the most urgent first. Those that Shopee says were
 * arranged since are left out. Packages can move between two pages: what is listed is a hint, and one
 * that is missed shows the next time.
 * @throws {Malformed} when more is announced without a new cursor, which would page for ever
 */
export async function* listUnarranged(
  connection: Connection,
): AsyncGenerator<UnarrangedPackage, void, undefined> {
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (;;) {
    const body = {
      filter: { package_status: TO_PROCESS, fulfillment_type: BY_SELLER },
      pagination: { page_size: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) },
      sort: { sort_type: SHIP_BY_DATE, ascending: true },
    };
    const { data } = await connection.read('searchPackageList', (call) =>
      searchPackageList({ ...call, body }),
    );
    for (const row of data.response.packages_list ?? []) {
      if (row.is_shipment_arranged === true) continue;
      yield { orderId: row.order_sn, packageId: row.package_number };
    }
    if (!data.response.pagination.more) return;
    cursor = text(data.response.pagination.next_cursor);
    if (cursor === undefined || seen.has(cursor)) {
      throw new Malformed('the package list announces more pages but no new cursor: stopped', {
        system: SYSTEM,
        operation: 'searchPackageList',
        requestId: data.request_id ?? undefined,
      });
    }
    seen.add(cursor);
  }
}
