import { describe, expect, test } from 'vitest';
import type { Operation } from '../../connectors/call.ts';
import type { CallError, Throttled } from '../../connectors/errors.ts';
import { classify, meaningOf, readCode } from '../../connectors/shopee/answers.ts';

const READ: Operation = { name: 'getOrderList', kind: 'read' };
const SHIP: Operation = { name: 'shipOrder', kind: 'spend' };
/** 23:30 in the zone of the quota. */
const NOW = new Date('2026-09-10T15:30:00Z');

interface Given {
  readonly body: unknown;
  readonly operation?: Operation;
  readonly status?: number;
  readonly auth?: 'shop' | 'public';
  readonly retryAfter?: string;
  readonly clockRefused?: boolean;
}

function reading(given: Given): CallError | undefined {
  const text = typeof given.body === 'string' ? given.body : JSON.stringify(given.body);
  const answer = {
    status: given.status ?? 200,
    headers: {
      get: (name: string) => (name === 'retry-after' ? (given.retryAfter ?? null) : null),
    },
    text,
    json: typeof given.body === 'string' ? undefined : given.body,
  };
  return classify(answer, given.operation ?? READ, {
    auth: given.auth ?? 'shop',
    now: () => NOW,
    clockRefusedBefore: () => given.clockRefused ?? false,
  });
}

function outcome(given: Given): string {
  const error = reading(given);
  return error ? `${error.name} ${error.code ?? ''}`.trim() : 'ok';
}

function failed(error: string, message = '') {
  return { error, message, request_id: 'r-1' };
}

describe('success', () => {
  test.each([
    ['an empty code', { error: '', message: '' }],
    ['a blank code', { error: ' ', message: '' }],
    ['a dash, as the samples show', { error: '-', message: '-' }],
    ['no code at all', { request_id: 'r', more: false }],
  ])('of a read: %s', (_what, body) => {
    expect(outcome({ body })).toBe('ok');
  });

  test('of a promise: only an empty code is believed', () => {
    expect(outcome({ body: { error: '' }, operation: SHIP })).toBe('ok');
    expect(outcome({ body: { error: ' ' }, operation: SHIP })).toBe('ok');
    expect(outcome({ body: { error: '-' }, operation: SHIP })).toBe('Unknown -');
    expect(outcome({ body: {}, operation: SHIP })).toBe('Unavailable');
  });
});

test.each([
  ['error_sign', 'Wrong sign.', 'Rejected signature'],
  ['error_param', 'There is no sign in query.', 'Rejected signature'],
  ['error_param', 'Timestamp is expired.', 'Unavailable error_param'],
  ['error_param', 'Invalid partner_id.', 'Rejected app-credential'],
  ['error_partner_key_expired', '', 'Rejected app-credential'],
  ['error_auth', 'partner_id is invalid', 'Rejected app-credential'],
  [
    'error_auth',
    "The App is deleted, and you'll be unable to make any API call.",
    'Rejected app-credential',
  ],
  [
    'invalid_acceess_token',
    'Invalid access_token, please have a check.',
    'Unauthorized invalid_acceess_token',
  ],
  ['error_auth', 'Invalid access_token.', 'Unauthorized error_auth'],
  ['common.error_auth', 'Invalid access_token.', 'Unauthorized common.error_auth'],
  ['shop_no_linked', 'Partner and shop has no linked.', 'Unauthorized shop_no_linked'],
  ['shop_access_expired', '', 'Unauthorized shop_access_expired'],
  ['error_auth', 'No permission to current api.', 'Rejected permission'],
  ['source_ip_undeclared', '', 'Rejected permission'],
  ['error_auth', 'System error, please try again later.', 'Unavailable error_auth'],
  ['error_server', '', 'Unavailable error_server'],
  ['error_system_busy', '', 'Unavailable error_system_busy'],
  ['error_not_found', 'Wrong parameters', 'Rejected not-found'],
  ['.', 'product is not found', 'Rejected .'],
  ['logistics.error_param', 'Order is not exist.', 'Rejected logistics.error_param'],
  [
    'logistics.error_limit',
    'Parcel count should not exceed limit.',
    'Rejected logistics.error_limit',
  ],
  ['order.error_limit', 'Can not cancel this order', 'Rejected cancel-not-allowed'],
  [
    'logistics.error_param',
    'The order is being allocated, please wait until the allocate is completed.',
    'Rejected order-being-allocated',
  ],
  ['something_new', 'never seen', 'Rejected something_new'],
])('a read answered %s "%s" is %s', (code, message, expected) => {
  expect(outcome({ body: failed(code, message) })).toBe(expected);
});

test('a time stamp is refused once as passing, then for good', () => {
  const body = failed('error_param', 'Timestamp is expired.');
  expect(outcome({ body })).toBe('Unavailable error_param');
  expect(outcome({ body, clockRefused: true })).toBe('Rejected clock');
  expect(outcome({ body, operation: SHIP })).toBe('Rejected clock');
});

test('on calls of the app a refused code or refresh token asks for a new consent', () => {
  for (const [code, message] of [
    ['invalid_code', 'The code is expired'],
    ['error_auth', 'Invalid refresh_token.'],
    ['refresh_token_expired', ''],
    ['error_shop_refresh_token', ''],
  ] as const) {
    expect(outcome({ body: failed(code, message), auth: 'public' })).toBe(
      'Rejected consent-needed',
    );
  }
});

describe('answers without an envelope', () => {
  test.each([
    ['a page', '<html><body>502</body></html>', 502],
    ['nothing', '', 200],
    ['a refusal at the edge', 'IP not allowed', 403],
    ['a list', [], 200],
  ])('%s is no answer', (_what, body, status) => {
    expect(outcome({ body, status })).toBe('Unavailable');
  });

  test('a refused signature is told by its code whatever the status', () => {
    expect(outcome({ body: failed('error_sign', 'Wrong sign.'), status: 403 })).toBe(
      'Rejected signature',
    );
    expect(outcome({ body: { error: 'error_not_found' }, status: 404 })).toBe('Rejected not-found');
  });
});

describe('throttling', () => {
  const until = (given: Given) => (reading(given) as Throttled).until.toISOString();

  test('a burst waits as long as the answer says', () => {
    const body = failed('error_rate_limit', 'Too many requests.');
    expect(outcome({ body })).toBe('Throttled error_rate_limit');
    expect(until({ body, retryAfter: '7' })).toBe('2026-09-10T15:30:07.000Z');
    expect(until({ body: 'too many', status: 429, retryAfter: '3' })).toBe(
      '2026-09-10T15:30:03.000Z',
    );
  });

  test('the daily quota comes back at 00:00 UTC+8', () => {
    const body = failed('error_limit', 'has reached the daily API call limit, please try again');
    expect(until({ body })).toBe('2026-09-10T16:00:00.000Z');
  });
});

describe('promises', () => {
  test.each([
    ['logistics.error_param', 'The order is being allocated, please wait', 'order-being-allocated'],
    [' logistics.package_already_shipped', 'already been arranged', 'already-arranged'],
    ['logistics.error_param\t', 'Order has been shipped.', 'already-arranged'],
    ['logistics.lack_of_invoice_data', 'Pending invoice data', 'invoice-missing'],
    ['lack_of_invoice_data', 'Pending invoice data', 'invoice-missing'],
    [
      'logistics.error_param',
      'Tracking Number Format Error. Please input',
      'tracking-number-refused',
    ],
    ['logistics.error_param', 'Please input a unique tracking number.', 'tracking-number-refused'],
    [
      'logistics.error_param',
      'The tracking number has been used by other orders',
      'tracking-number-refused',
    ],
    [
      'logistics.error_param',
      'The EMS tracking number must end with “TH”',
      'tracking-number-refused',
    ],
    [
      'error_param',
      'Please do not request with tracking_no for this channel',
      'tracking-number-not-wanted',
    ],
    ['logistics.ship_order_pff_init', 'You can not ship warehouse order.', 'not-the-sellers'],
    ['logistics.ship_order_need_branch_id', '', 'shipping-choice-refused'],
    ['order. error_param', 'You can not cancel warehouse order.', 'not-the-sellers'],
    ['error_sign', 'Wrong sign.', 'signature'],
  ])('%s "%s" is a proven refusal: %s', (code, message, stable) => {
    expect(outcome({ body: failed(code, message), operation: SHIP })).toBe(`Rejected ${stable}`);
  });

  test.each([
    ['logistics.error_param', 'System error, please try again later.', 'Unavailable'],
    ['logistics.error_timeout', 'Timeout to call external system.', 'Unavailable'],
    ['error_server', 'Something wrong. Please try later.', 'Unavailable'],
    ['error_rate_limit', 'Too many requests.', 'Throttled'],
    ['logistics.business_process_error', 'Business process failed.', 'Unknown'],
    ['error_param', 'Wrong parameters, detail: something.', 'Unknown'],
    ['something_new', 'never seen', 'Unknown'],
  ])('%s "%s" proves nothing', (code, message, kind) => {
    expect(reading({ body: failed(code, message), operation: SHIP })?.name).toBe(kind);
  });
});

test('the reason inside a batch of one is what counts', () => {
  const body = {
    ...failed('common.batch_api_all_failed', 'Failed, please check result_list'),
    response: {
      result_list: [{ fail_error: 'logistics.error_booking_order', fail_message: 'matched' }],
    },
  };
  expect(outcome({ body })).toBe('Rejected not-the-sellers');
});

test('codes lose stray spaces and one module, the message keeps the raw code', () => {
  expect(readCode(' logistics.package_already_shipped')).toEqual({
    module: 'logistics',
    code: 'package_already_shipped',
  });
  expect(readCode('order. error_param').code).toBe('error_param');
  expect(readCode('a.b.c').code).toBe('b.c');
  expect(meaningOf('logistics.error_limit', 'daily')).toBeUndefined();
  const error = reading({ body: failed('logistics.lack_of_invoice_data', 'Pending invoice data') });
  expect(error?.message).toContain('logistics.lack_of_invoice_data: Pending invoice data');
  expect(error?.requestId).toBe('r-1');
});
