/**
 * The simulator's books: what really happened to each order, for tests and the demo's table.
 * @module
 */
import type { Cancellation, Order } from './model.ts';
import type { World } from './world.ts';

/** Plain JSON, by order number. */
export interface Books {
  readonly orders: Readonly<Record<string, BookedOrder>>;
}

export interface BookedOrder {
  readonly orderSn: string;
  readonly shopId: string;
  readonly status: string;
  readonly updateTime: number;
  readonly packages: readonly BookedPackage[];
  readonly cancellations: readonly Cancellation[];
}

export interface BookedPackage {
  readonly packageNumber: string;
  readonly status: string;
  /** Above 1 without a failed pickup: shipped twice. */
  readonly arranged: number;
  /** Arranging calls that came too late and were refused. */
  readonly repeatsRefused: number;
  readonly trackingNumber: string | null;
  readonly numberBy: 'seller' | 'shopee' | null;
  readonly labelsDownloaded: number;
}

export function keepBooks(world: World): Books {
  return {
    orders: Object.fromEntries(
      [...world.orders.values()].map((order) => [order.orderSn, bookOrder(order)]),
    ),
  };
}

function bookOrder(order: Order): BookedOrder {
  return {
    orderSn: order.orderSn,
    shopId: order.shopId,
    status: order.status,
    updateTime: order.updateTime,
    packages: order.packages.map((pkg) => ({
      packageNumber: pkg.packageNumber,
      status: pkg.logisticsStatus,
      arranged: pkg.arranged,
      repeatsRefused: pkg.repeatsRefused,
      trackingNumber: pkg.trackingNumber ?? null,
      numberBy: pkg.numberBy ?? null,
      labelsDownloaded: pkg.labelsDownloaded,
    })),
    cancellations: [...order.cancellations],
  };
}
