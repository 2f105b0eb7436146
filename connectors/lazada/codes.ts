/**
 * Lazada's error codes by what they mean (lazada.md sections 4.1, 4.4 and 5), as data. Numeric codes
 * are written as they arrive: without their E and leading zeros.
 * @module
 */

/** The access token was refused. */
export const TOKEN_REFUSED = new Set(['IllegalAccessToken', 'InvalidAccessToken']);

/** The seller must consent again. */
export const CONSENT_REFUSED = new Set([
  'IllegalRefreshToken',
  'AUTH_TYPE_UNSUPPORTED',
  'InvalidCode',
]);

/**
 * The gateway refuses the request itself: signature, missing or invalid parameter, permission. It
 * looks at these before the business system sees anything, so they prove, also for a spending call,
 * that nothing happened.
 */
export const REQUEST_REFUSED = new Set([
  'IncompleteSignature',
  'MissingParameter',
  'InvalidParameter',
  'InsufficientPermission',
  'Mp3SellerApiLimit',
  'SELLER_NOT_PERMITTED',
  '501',
]);

/**
 * Seconds to wait when the answer does not state them.
 * Assumed: only ApiCallLimit states its wait in the reference (1 s); AppApiCallLimit bans the whole app
 * for hours (14229 s seen on a sibling platform). The two `...limit` names are not in official copies.
 */
export const THROTTLED: ReadonlyMap<string, number> = new Map([
  ['ApiCallLimit', 1],
  ['SellerCallLimit', 1],
  ['901', 5],
  ['1002', 5],
  ['AppApiCallLimit', 3600],
  ['IopSystemFlowlimit', 5],
  ['ServiceCurrentlimit', 5],
]);

/** The system could not answer. `6` is also "invalid status filter", which is never sent. */
export const TRANSIENT = new Set([
  'ServiceTimeout',
  'UnknownRuntimeException',
  '6',
  '15',
  '21',
  '106',
  '1000',
  '40011',
  '700024',
]);

/** `/order/get`: no such order (or the token is another country's). */
export const NO_SUCH_ORDER = new Set(['16']);

/** `/orders/items/get`: an id in the list is wrong, or none was found. */
export const ITEMS_NOT_FOUND = new Set(['37', '39']);

/** `/logistic/order/trace`: nothing has happened to the package yet. */
export const NO_TRACE = new Set(['LD_INVOKE_DOWNSTREAM_RESPONSE_BLANK']);

/** `/order/package/document/get`: not printable (seller-delivered), not packed yet. */
export const NO_LABEL = new Set(['50008', '700040', '30012']);

/**
 * Refusals of the fulfilment calls, at whichever of the three levels they come: each names a check of
 * the request or of the order's state that failed, so nothing was packed or handed over. Left out on
 * purpose: 6 and 40011 (busy), 1003 (allocation failed on the way), 700024 (lock), and every code that
 * is not documented. Those leave the call unknown, to be settled by reading.
 */
export const FULFILMENT_REFUSED = new Set([
  '600001', // package not found
  '600002', // package already cancelled
  '700000', // the package's status does not allow it
  '700001', // seller-delivered: provider code does not exist
  '700004', // parameter illegal
  '700009', // not a seller-delivered order
  '700013', // operation not supported
  '700016', // no cross-border carrier
  '700017', // parameter null
  '700018', // parameter size
  '700019', // parameter below the minimum
  '700020', // not digital
  '700021', // order not found
  '700022', // batch too large
  '700023', // pick-up in store
  '700025', // item not found
  '700026', // item's status not packable
  '700027', // fulfilled by Lazada
  '700028', // pick-up in store
  '700029', // items of several warehouses
  '700030', // digital or service needs no packing
  '700031', // item not ready
  '700032', // seller not found
  '700033', // transfer warehouse
  '700100', // order not found
]);

/** Refusals because of the state: the step may have been made before. Reading the items tells. */
export const MAYBE_ALREADY = new Set(['700000', '700026']);

/** Refusals of `/order/reverse/cancel/create` that name what is wrong with the request. */
export const CANCEL_REFUSED = new Set([
  '102', // line id empty or invalid
  '104', // reason empty or invalid
  '115', // order id null
  '116', // no seller id
  '117', // no user id
  '118', // no user e-mail
  '122', // invalid order
  '123', // invalid order lines
  '124', // invalid seller id for this line
]);

/** Codes that prove a spending call had no effect, beside `REQUEST_REFUSED`, by operation. */
export const SPENDING_REFUSED: Readonly<Record<string, ReadonlySet<string>>> = {
  pack: FULFILMENT_REFUSED,
  readyToShip: FULFILMENT_REFUSED,
  confirmOwnFleetDelivery: FULFILMENT_REFUSED,
  updateOwnFleetStatus: FULFILMENT_REFUSED,
  createCancel: CANCEL_REFUSED,
};

/** A code as the tables write it: `E0102`, `"102"` and 102 are the same. */
export function plainCode(code: unknown): string {
  const text = String(code).trim();
  return /^E?0*(\d+)$/.exec(text)?.[1] ?? text;
}
