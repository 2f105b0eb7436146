/**
 * Shopee's error codes by what they mean (shopee.md section 5, the lists of the API appendix). Data
 * only; answers.ts applies it.
 *
 * `error_auth`, `error_param` and `error_limit` are overloaded, so their messages decide. Codes are
 * compared trimmed, in lower case, with one module segment (`logistics.`, `order.`) taken off.
 * @module
 */

/**
 * What the callers of this connector may switch on: the `code` of the `Rejected` they get.
 * - `done`: it had been done before
 * - `later`: the refusal goes away by itself
 * - `hold`: a person must look
 */
export const STABLE_CODES = {
  signature: { action: 'hold', says: 'the signature was refused: partner key, host or clock' },
  clock: { action: 'hold', says: 'the time stamp was refused: this machine has the wrong time' },
  'app-credential': { action: 'hold', says: 'the app or its key is not valid (any more)' },
  'consent-needed': { action: 'hold', says: 'the seller must consent again' },
  permission: { action: 'hold', says: 'the app or the shop may not make this call' },
  'not-found': { action: 'hold', says: 'Shopee does not know what was asked for' },
  'already-arranged': { action: 'done', says: 'the shipment had been arranged before' },
  'order-being-allocated': { action: 'later', says: 'Shopee is still allocating the order' },
  'not-ready-to-ship': { action: 'later', says: 'the order is not ready to be shipped' },
  'pickup-slot-gone': { action: 'later', says: 'the pickup time is not available any more' },
  'invoice-missing': { action: 'hold', says: 'the invoice must be uploaded first' },
  'tracking-number-refused': { action: 'hold', says: 'the tracking number is malformed or used' },
  'tracking-number-not-wanted': { action: 'hold', says: 'Shopee gives the number on this channel' },
  'tracking-number-needed': { action: 'hold', says: 'this channel wants a tracking number' },
  'shipping-choice-refused': { action: 'hold', says: 'the way of handing over was refused' },
  'not-the-sellers': { action: 'hold', says: 'Shopee ships this order itself' },
  'order-cancelled': { action: 'hold', says: 'the order has been cancelled' },
  'prescription-unchecked': { action: 'hold', says: 'the prescription has not been checked' },
  'address-outdated': { action: 'hold', says: 'a shop address must be updated' },
  'cancel-not-allowed': { action: 'hold', says: 'this order cannot be cancelled' },
  'cancel-reason-not-allowed': { action: 'hold', says: 'this reason is not available here' },
  'not-in-cancel': { action: 'hold', says: 'the buyer does not ask for a cancellation (any more)' },
  'label-not-available': { action: 'hold', says: 'Shopee makes no label for this package' },
} as const satisfies Readonly<Record<string, { action: 'done' | 'later' | 'hold'; says: string }>>;

export type StableCode = keyof typeof STABLE_CODES;

/** Codes about the app or the grant: they concern every call, never one order. */
export const APP_CODES: ReadonlySet<string> = new Set<StableCode>([
  'signature',
  'clock',
  'app-credential',
  'consent-needed',
  'permission',
]);

export type Means =
  | { readonly is: 'refused'; readonly as: StableCode }
  | { readonly is: 'token' | 'clock' | 'throttled' | 'quota' | 'unavailable' };

export interface Rule {
  /** Normalised codes; undefined where the message alone decides. */
  readonly codes?: readonly string[];
  readonly codePattern?: RegExp;
  readonly message?: RegExp;
  readonly means: Means;
}

const refused = (as: StableCode): Means => ({ is: 'refused', as });

/**
 * What Shopee's gateway answers before a call reaches the service behind it, hence before any effect.
 * Applies to codes without a module or with `common.` only: `logistics.error_limit` is no quota.
 */
export const GATEWAY_RULES: readonly Rule[] = [
  {
    codes: ['error_param'],
    message: /timestamp is expired|timestamp is invalid|invalid timestamp|no timestamp/i,
    means: { is: 'clock' },
  },
  { codes: ['error_sign'], means: refused('signature') },
  { codes: ['error_param'], message: /no sign in query/i, means: refused('signature') },
  {
    codes: ['invalid_partner_id', 'error_partner_key_expired', 'error_api_call_restricted'],
    means: refused('app-credential'),
  },
  {
    codes: ['error_param', 'error_auth'],
    message: /partner_id (is invalid|in query)|invalid partner_id\.|app is deleted|app developer/i,
    means: refused('app-credential'),
  },
  { codes: ['invalid_acceess_token', 'invalid_access_token'], means: { is: 'token' } },
  {
    codes: ['error_auth', 'error_param'],
    message: /invalid access_token|no access_token in query/i,
    means: { is: 'token' },
  },
  {
    codePattern: /^(partner_shop_no_link|\w+_no_linked|\w+_access_expired|refresh_token_expired)$/,
    means: refused('consent-needed'),
  },
  { codePattern: /^error_\w+_refresh_token$/, means: refused('consent-needed') },
  {
    codes: ['invalid_code', 'invalid_shop_id', 'invalid_main_acount_id', 'invalid_main_account_id'],
    means: refused('consent-needed'),
  },
  {
    codes: ['error_auth'],
    message: /invalid (code|refresh_token)|invalid partner_id or shopid/i,
    means: refused('consent-needed'),
  },
  {
    codes: [
      'error_api_permission',
      'error_permission',
      'error_ashop_api_permission',
      'error_kyc_auth',
      'shop_banned',
      'source_ip_undeclared',
      'api_suspended',
    ],
    means: refused('permission'),
  },
  {
    codes: ['error_auth', 'error_param'],
    message: /no permission|permission denied/i,
    means: refused('permission'),
  },
  { codes: ['error_rate_limit'], means: { is: 'throttled' } },
  { codes: ['error_limit'], message: /daily/i, means: { is: 'quota' } },
];

/** Answers that say nothing about the request. For a spending call they leave its effect open. */
export const UNAVAILABLE_RULES: readonly Rule[] = [
  {
    codes: [
      'error_server',
      'error_network',
      'error_inner',
      'error_system_busy',
      'error_unknown',
      'error_config',
      'error_core_server',
      'error_connection',
      'error_timeout',
      'error_third_party_server',
      'unknown_error',
      'package_print_failed',
    ],
    means: { is: 'unavailable' },
  },
  { message: /system error|something (is )?wrong/i, means: { is: 'unavailable' } },
];

/**
 * PROVEN REFUSALS: business codes that are known to refuse before any effect, because they say that a
 * check of the request or of the order's state failed. Only these (and the gateway's) make a spending
 * call `Rejected`; whatever is not in this list becomes `Unknown` and is settled by reading. So leave
 * a code out when in doubt: `error_param` "Wrong parameters, detail: ...", `error_other`,
 * `business_process_error`, `error_update` are left out on purpose.
 */
export const PROVEN_REFUSALS: readonly Rule[] = [
  { codes: ['package_already_shipped'], means: refused('already-arranged') },
  {
    codes: ['error_param'],
    message: /order has been shipped/i,
    means: refused('already-arranged'),
  },
  { message: /is being allocated/i, means: refused('order-being-allocated') },
  { codes: ['lack_of_invoice_data', 'error_pending_invoice'], means: refused('invoice-missing') },
  {
    codes: ['error_param'],
    message:
      /tracking number (format )?error|unique tracking number|valid tracking number|tracking number has been used|tracking number must|tracking number \(13 digits\)/i,
    means: refused('tracking-number-refused'),
  },
  { codes: ['ship_order_long_tracking_number'], means: refused('tracking-number-refused') },
  {
    codes: ['error_param'],
    message: /do not request with tracking_no/i,
    means: refused('tracking-number-not-wanted'),
  },
  {
    codes: ['ship_order_need_tracking_number', 'ship_order_invalid_job_param'],
    means: refused('tracking-number-needed'),
  },
  {
    codes: ['ship_order_pickup_time_invalid', 'no_available_time_slot'],
    means: refused('pickup-slot-gone'),
  },
  {
    codes: ['error_param'],
    message:
      /pickup_time_id received is invalid|pickup timeslot is unavailable|invalid pickup time/i,
    means: refused('pickup-slot-gone'),
  },
  {
    codes: [
      'ship_order_only_support_one_type',
      'ship_order_need_branch_id',
      'ship_order_need_address_pickup_time',
      'ship_order_need_sender_real_name',
      'ship_order_long_sender_real_name',
      'ship_order_need_pacakge_number',
      'ship_order_not_need_pacakge_number',
      'ship_order_unsupport_pickup',
      'ship_order_unsupport_dropoff',
      'ship_order_unsupport_non_integrated',
      'package_number_not_exist',
      'no_supported_dropoff_branch',
      'no_supported_pickup_address',
      'no_valid_shipping_parameters',
      'address_not_found',
      'address_not_support',
      'address_not_supported',
    ],
    means: refused('shipping-choice-refused'),
  },
  {
    codes: ['error_param'],
    message:
      /slug not (allow empty|required)|sender_real_name is invalid|invalid package number|does not support (pickup|dropoff)/i,
    means: refused('shipping-choice-refused'),
  },
  { codes: ['ship_order_not_ready_to_ship'], means: refused('not-ready-to-ship') },
  {
    codes: ['error_param', 'error_status'],
    message:
      /not ready to ship|ready to be shipped|not TO_PROCESS|completed pre-authorization|wait for buyer to reselect/i,
    means: refused('not-ready-to-ship'),
  },
  { codes: ['error_status'], message: /has been cancelled/i, means: refused('order-cancelled') },
  {
    codes: ['ship_order_pff_init', 'error_booking_order'],
    means: refused('not-the-sellers'),
  },
  {
    codes: ['error_param'],
    message: /can not (ship|cancel) warehouse order/i,
    means: refused('not-the-sellers'),
  },
  { codes: ['order_prescription_unchecked'], means: refused('prescription-unchecked') },
  { codes: ['invalid_address_version'], means: refused('address-outdated') },
  { codes: ['error_limit'], message: /can not cancel/i, means: refused('cancel-not-allowed') },
  { codes: ['cancel_not_allowed'], means: refused('cancel-not-allowed') },
  {
    codes: ['cancel_order_invalid_status', 'order_status_invalid'],
    means: refused('not-in-cancel'),
  },
  {
    codes: ['can_not_print_jit_order', 'can_not_print_combine_order'],
    means: refused('label-not-available'),
  },
  {
    codes: ['error_not_found', 'order_not_exist', 'package_not_exist', 'package_number_not_found'],
    means: refused('not-found'),
  },
];
