/** The words that options take. */
import type { CancelReason } from '../../connectors/marketplace.ts';
import type { Role } from '../main.ts';
import type { ShownState } from '../state.ts';

export const ROLES: readonly Role[] = ['web', 'worker', 'all'];

export const CANCEL_REASONS: readonly CancelReason[] = [
  'out-of-stock',
  'wrong-price',
  'buyer-asked',
  'undeliverable',
];

/** In the order of an order's life. */
export const SHOWN_STATES: readonly ShownState[] = [
  'pulled',
  'planned',
  'held',
  'waiting',
  'open',
  'placing',
  'placed',
  'paying',
  'paid',
  'sent',
  'shipping',
  'shipped',
  'delivered',
  'done',
  'cancelling',
  'cancelled',
  'ignored',
];
