/** One page of the account's listing, in the generation the account is set to. @module */

import type { AgentOrder } from '../agent.ts';
import { jsonInteger } from '../json.ts';
import { listOrdersV1, listOrdersV2 } from './client/sdk.gen.ts';
import type { Connection } from './connection.ts';
import { readRow, rowId } from './order.ts';
import { toChinaTime, wholeNumber } from './wire.ts';

export type ListingFilter = { readonly from: Date; readonly until: Date } | { readonly id: string };

export interface ListingPage {
  readonly total: number | undefined;
  readonly ids: readonly string[];
  /** Those that can be read. */
  readonly orders: readonly AgentOrder[];
}

/** @throws {CallError} like every read. */
export async function readListing(
  connection: Connection,
  filter: ListingFilter,
  pageNum: number,
  pageSize: number,
): Promise<ListingPage> {
  const paging = { pageNum, pageSize };
  const dates =
    'from' in filter
      ? { beginDateTime: toChinaTime(filter.from), endDateTime: toChinaTime(filter.until) }
      : {};
  const isV1 = connection.account.generation === 'v1';
  const { data } = await connection.read(
    isV1 ? 'listOrdersV1' : 'listOrdersV2',
    async (options) => {
      if (isV1) {
        const id = 'id' in filter ? { id: filter.id } : {};
        return (await listOrdersV1({ ...options, query: { ...id, ...dates, ...paging } })).data;
      }
      // v2 types its id filter as an integer (pandapon.md 5), which exceeds 2^53.
      const id = 'id' in filter ? { id: jsonInteger(filter.id) as number } : {};
      return (await listOrdersV2({ ...options, body: { ...id, ...dates, ...paging } })).data;
    },
  );
  const rows = data?.data ?? [];
  return {
    total: wholeNumber(data?.total),
    orders: rows.flatMap((row) => readRow(row).order ?? []),
    ids: rows.map((row) => rowId(row) ?? '').filter((id) => id !== ''),
  };
}
