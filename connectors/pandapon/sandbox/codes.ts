/**
 * Every error code this simulator answers with. ALL OF THEM ARE INVENTED (x-assumed): the vendor's error
 * code page was never seen (pandapon.md 2, 8 and 12). They are stable, so that tests can name them, and
 * they prove nothing about the real system: no client may draw conclusions from one of these numbers.
 *
 * Assumed: errors come with HTTP 200 and the usual envelope, `data` null.
 */
export const CODES = {
  /** Access key, timestamp, nonce or signature refused; `msg` says which. */
  unauthorised: 401,
  /** `user-id` is not a user of this access key. */
  forbidden: 403,
  /** A parameter is missing or has the wrong type. */
  badRequest: 400,
  /** No such order or line of this account. */
  orderNotFound: 4041,
  /** `purchaseAmount` is not the sum of price x quantity. */
  amountMismatch: 4001,
  /** Asked to pay an order that is still being created, is being cancelled, or is closed. */
  notPayable: 4101,
  /** Asked to pay an order that is paid. */
  alreadyPaid: 4102,
  /** Asked to cancel an order whose goods have left, or that is closed. */
  notCancellable: 4103,
  throttled: 429,
  failed: 500,
  /** A path that does not exist; the only answer with another HTTP status than 200. */
  noSuchPath: 404,
} as const;

export type SandboxCode = (typeof CODES)[keyof typeof CODES];
