/**
 * What the fulfilment calls share: reading their one JSON parameter, and their codes (lazada.md 4.1).
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import { idText, resultFailed } from './wire.ts';
import type { PlannedRefusal, Seller, World } from './world.ts';

/** "Batch size is limited to 20", for orders and for packages. */
const MAX_BATCH = 20;

export interface RowOutcome {
  readonly code: string;
  readonly message: string;
  readonly retry: boolean;
}

export const DONE: RowOutcome = { code: '0', message: 'success', retry: false };

/** The sentences are the names in the reference's error table. */
export const REFUSALS = {
  parameter: outcome('700004', 'PARAM_ILLEGAL'),
  parameterIsNull: outcome('700017', 'PARAM_IS_NULL'),
  parameterSize: outcome('700018', 'PARAM_SIZE_ERROR'),
  batch: outcome('700022', 'BATCH_SIZE_OUT_OF_LIMIT'),
  seller: outcome('700032', 'SELLER_NOT_FOUND'),
  dbsProvider: outcome('700001', 'DBS_SHIPMENT_PROVIDER_CODE_NOT_EXITS'),
  transferWarehouse: outcome('700033', 'TRANSFERRING_WAREHOUSE_PROVIDER'),
  orderNotFound: outcome('700021', 'ORDER_NOT_FOUND'),
  itemNotFound: outcome('700025', 'ORDER_ITEM_NOT_FOUND'),
  status: outcome('700026', 'FO_ITEM_NOT_ALLOW_TO_PACK'),
  fbl: outcome('700027', 'NOT_SUPPORT_FBL_TO_PACK'),
  pickupInStore: outcome('700028', 'NOT_SUPPORT_PACK_UP_IN_STORE_TO_PACK'),
  warehouse: outcome('700029', 'ITEM_MUST_BELONG_SAME_WAREHOUSE'),
  digital: outcome('700030', 'NOT_SUPPORT_DG_SERVICE_TO_PACK'),
  notReady: outcome('700031', 'ITEM_NOT_READY_TO_FULFILL'),
  packageStatus: outcome('700000', 'PACKAGE_STATUS_NOT_ALLOW_TO_OP'),
  packageNotFound: outcome('600001', 'package not found'),
  packageCancelled: outcome('600002', 'package already cancelled'),
  notDbs: outcome('700009', 'operation not support fot nonDBS order!'),
  notPrintable: outcome('700040', 'There are no packages that support printing!'),
  notPacked: outcome('30012', 'rts package not found'),
} as const;

/** A refusal of the whole call. */
export function failWhole({ code, message }: RowOutcome): SandboxAnswer {
  return resultFailed(code, message);
}

/** A list of at most 20, or why the call is refused as a whole. */
export function batchOf(value: unknown): { rows: Record<string, unknown>[] } | { why: RowOutcome } {
  if (value === undefined || value === null) return { why: REFUSALS.parameterIsNull };
  if (!Array.isArray(value)) return { why: REFUSALS.parameter };
  if (value.length === 0) return { why: REFUSALS.parameterSize };
  if (value.length > MAX_BATCH) return { why: REFUSALS.batch };
  if (value.some((row) => row === null || typeof row !== 'object')) {
    return { why: REFUSALS.parameter };
  }
  return { rows: value as Record<string, unknown>[] };
}

/** The package ids of `{"packages":[{"package_id":"FP.."}]}`. */
export function packageIdsOf(
  request: Record<string, unknown> | undefined,
): { ids: string[] } | { why: RowOutcome } {
  if (!request) return { why: REFUSALS.parameter };
  const batch = batchOf(request.packages);
  if ('why' in batch) return batch;
  const ids = batch.rows.map((row) => row.package_id);
  if (!ids.every((id) => typeof id === 'string')) return { why: REFUSALS.parameterIsNull };
  return { ids };
}

/** A list of item ids; undefined when it is anything else, or empty. */
export function itemIdsOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const ids = value.map(idText);
  return ids.every((id) => id !== undefined) ? ids : undefined;
}

/** The refusal a test has planned for this order, counted down. */
export function takeRefusal(
  world: World,
  operation: PlannedRefusal['operation'],
  orderId: string,
): RowOutcome | undefined {
  const planned = world.refusals.find(
    (one) => one.left > 0 && one.operation === operation && one.orderId === orderId,
  );
  if (!planned) return undefined;
  planned.left -= 1;
  return planned;
}

export function isCrossBorder(sellers: readonly Seller[]): boolean {
  return sellers.some((seller) => seller.crossBorder);
}

function outcome(code: string, message: string): RowOutcome {
  return { code, message, retry: false };
}
