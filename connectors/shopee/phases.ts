/**
 * Shopee's status words as phases (shopee.md 3.4; docs/architecture.md). Both lists are open: a word
 * that is not here is kept and becomes `unknown`.
 * @module
 */
import type { LinePhase, PackagePhase } from '../marketplace.ts';

const ORDER: Readonly<Record<string, LinePhase>> = {
  UNPAID: 'waiting',
  PENDING: 'waiting',
  INVOICE_PENDING: 'waiting',
  READY_TO_SHIP: 'buyable',
  PROCESSED: 'buyable',
  RETRY_SHIP: 'buyable',
  IN_CANCEL: 'cancelling',
  SHIPPED: 'shipped',
  TO_CONFIRM_RECEIVE: 'shipped',
  COMPLETED: 'delivered',
  CANCELLED: 'cancelled',
  TO_RETURN: 'closed',
};

const PACKAGE: Readonly<Record<string, PackagePhase>> = {
  LOGISTICS_NOT_START: 'waiting',
  LOGISTICS_NOT_STARTED: 'waiting',
  LOGISTICS_PENDING_ARRANGE: 'waiting',
  LOGISTICS_READY: 'waiting',
  LOGISTICS_PICKUP_RETRY: 'waiting',
  LOGISTICS_REQUEST_CREATED: 'arranged',
  LOGISTICS_PICKUP_DONE: 'shipped',
  LOGISTICS_DELIVERY_DONE: 'delivered',
  LOGISTICS_INVALID: 'cancelled',
  LOGISTICS_REQUEST_CANCELED: 'cancelled',
  LOGISTICS_COD_REJECTED: 'cancelled',
  LOGISTICS_PICKUP_FAILED: 'failed',
  LOGISTICS_DELIVERY_FAILED: 'failed',
  LOGISTICS_LOST: 'failed',
};

export function orderPhase(status: string): LinePhase {
  return ORDER[status] ?? 'unknown';
}

/** Undefined for a word that is not known. */
export function packagePhase(status: string, orderStatus: string): PackagePhase | undefined {
  // The courier's pickup failed and the order asks to be arranged again.
  if (status === 'LOGISTICS_PICKUP_FAILED' && orderStatus === 'RETRY_SHIP') return 'waiting';
  return PACKAGE[status];
}

/** Whether a package in this status takes `ship_order`, as far as the status tells. */
export function canBeArranged(status: string, orderStatus: string): boolean {
  return (
    status === 'LOGISTICS_READY' ||
    status === 'LOGISTICS_PICKUP_RETRY' ||
    (status === 'LOGISTICS_PICKUP_FAILED' && orderStatus === 'RETRY_SHIP')
  );
}

const FROM_PACKAGE: Readonly<Partial<Record<PackagePhase, LinePhase>>> = {
  shipped: 'shipped',
  delivered: 'delivered',
  cancelled: 'cancelled',
  failed: 'closed',
};

/**
 * The phase of a line: its order's, corrected by its packages when all of them say the same. An
 * order follows its earliest package, so a line of another package can be further on.
 */
export function linePhase(
  order: LinePhase,
  packages: readonly (PackagePhase | undefined)[],
): LinePhase {
  if (order !== 'buyable' && order !== 'shipped') return order;
  const [first, ...others] = packages.map((phase) => phase && FROM_PACKAGE[phase]);
  const agreed = first !== undefined && others.every((phase) => phase === first);
  return agreed ? first : order;
}
