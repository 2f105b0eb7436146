/**
 * The simulator's books as plain JSON: what really happened, for tests that ask "shipped twice?".
 * @module
 */
import type { Told, World } from './world.ts';

export interface BookedOrder {
  readonly orderId: string;
  readonly country: string;
  readonly sellerId: string;
  readonly statuses: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly cancellationAsked: boolean;
  readonly items: readonly {
    readonly orderItemId: string;
    readonly sku: string;
    readonly status: string;
    readonly packageId: string;
    readonly trackingNumber: string;
    /** How often this unit was put into a package. */
    readonly timesPacked: number;
  }[];
  readonly packageIds: readonly string[];
  readonly trackingNumbers: readonly string[];
  /** Pack calls that named this order, and those that packed something. */
  readonly packCalls: { readonly asked: number; readonly accepted: number };
}

export interface BookedPackage {
  readonly packageId: string;
  readonly orderId: string;
  readonly country: string;
  readonly sellerId: string;
  readonly orderItemIds: readonly string[];
  readonly status: string;
  readonly trackingNumber: string;
  readonly provider: string;
  readonly rtsCalls: { readonly asked: number; readonly accepted: number };
  /** Numbers the seller told, in order. */
  readonly told: readonly Told[];
}

export interface Books {
  readonly orders: readonly BookedOrder[];
  readonly packages: readonly BookedPackage[];
  readonly cancellations: readonly {
    readonly at: number;
    readonly orderId: string;
    readonly orderItemIds: readonly string[];
    /** `cancellation-customer` or `cancellation-seller`. */
    readonly by: string;
    readonly reasonId: string;
  }[];
}

export function booksOf(world: World): Books {
  const parcels = [...world.parcels.values()];
  const parcelsOf = Map.groupBy(parcels, (parcel) => parcel.order);
  return {
    orders: [...world.orders.values()].map((order) => {
      const own = parcelsOf.get(order) ?? [];
      return {
        orderId: order.id,
        country: order.seller.country,
        sellerId: order.seller.sellerId,
        statuses: [...new Set(order.items.map((item) => item.status))],
        createdAt: order.createdAt,
        updatedAt: order.updatedAt,
        cancellationAsked: order.cancelAsked !== undefined,
        items: order.items.map((item) => ({
          orderItemId: item.id,
          sku: item.sku,
          status: item.status,
          packageId: item.packageId,
          trackingNumber: item.trackingCode,
          timesPacked: item.timesPacked,
        })),
        packageIds: own.map((parcel) => parcel.id),
        trackingNumbers: own.map((parcel) => parcel.trackingNumber).filter((text) => text !== ''),
        packCalls: { asked: order.packAsked, accepted: order.packAccepted },
      };
    }),
    packages: parcels.map((parcel) => ({
      packageId: parcel.id,
      orderId: parcel.order.id,
      country: parcel.order.seller.country,
      sellerId: parcel.order.seller.sellerId,
      orderItemIds: parcel.items.map((item) => item.id),
      status: parcel.status,
      trackingNumber: parcel.trackingNumber,
      provider: parcel.provider,
      rtsCalls: { asked: parcel.rtsAsked, accepted: parcel.rtsAccepted },
      told: [...parcel.told],
    })),
    cancellations: world.cancellations.map((one) => ({
      at: one.at,
      orderId: one.order.id,
      orderItemIds: one.itemIds,
      by: one.by,
      reasonId: one.reasonId,
    })),
  };
}
