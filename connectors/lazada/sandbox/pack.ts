/**
 * `/order/fulfill/pack` (lazada.md 4.1, 4.2): Lazada makes the package and, but for a seller's own
 * fleet, the tracking number. Refusals of single units stand inside a `success:true`.
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import { moveItems } from './changes.ts';
import {
  batchOf,
  DONE,
  failWhole,
  itemIdsOf,
  REFUSALS,
  type RowOutcome,
  takeRefusal,
} from './fulfilment.ts';
import type { Call } from './gate.ts';
import { TRANSFER_WAREHOUSES } from './providers.ts';
import { idText, parseRecord, rawNumber, resultOk } from './wire.ts';
import { type Item, type Order, orderOfSellers, type Parcel, type World } from './world.ts';

interface Shipping {
  readonly allocateType: unknown;
  readonly providerCode: string | undefined;
}

export function pack(world: World, { params, sellers }: Call): SandboxAnswer {
  const request = parseRecord(params.get('packReq'));
  if (!request) return failWhole(REFUSALS.parameter);
  if (sellers.length === 0) return failWhole(REFUSALS.seller);
  const batch = batchOf(request.pack_order_list);
  if ('why' in batch) return failWhole(batch.why);
  if (request.delivery_type === undefined || request.shipping_allocate_type === undefined) {
    return failWhole(REFUSALS.parameterIsNull);
  }
  if (request.delivery_type !== 'dropship') return failWhole(REFUSALS.parameter);
  const wanted: { readonly orderId: string; readonly itemIds: string[] }[] = [];
  for (const row of batch.rows) {
    const orderId = idText(row.order_id);
    const itemIds = itemIdsOf(row.order_item_list);
    if (orderId === undefined || !itemIds) return failWhole(REFUSALS.parameterIsNull);
    wanted.push({ orderId, itemIds });
  }
  const code = request.shipment_provider_code;
  const shipping: Shipping = {
    allocateType: request.shipping_allocate_type,
    providerCode: code === undefined || code === null ? undefined : String(code),
  };
  return resultOk({
    pack_order_list: wanted.map(({ orderId, itemIds }) => ({
      order_item_list: packOrder(
        world,
        orderOfSellers(world, sellers, orderId),
        orderId,
        itemIds,
        shipping,
      ),
      order_id: rawNumber(orderId),
    })),
  });
}

function packOrder(
  world: World,
  order: Order | undefined,
  orderId: string,
  itemIds: readonly string[],
  shipping: Shipping,
): object[] {
  if (!order) return itemIds.map((id) => row(id, REFUSALS.orderNotFound));
  order.packAsked += 1;
  const planned = takeRefusal(world, 'pack', orderId);
  const outcomes = new Map<string, RowOutcome>();
  const good: Item[] = [];
  for (const id of itemIds) {
    const item = order.items.find((one) => one.id === id);
    const refusal = planned ?? (item ? whyNot(order, item, shipping) : REFUSALS.itemNotFound);
    if (refusal) outcomes.set(id, refusal);
    else if (item && !good.includes(item)) good.push(item);
  }
  if (new Set(good.map((item) => item.warehouse)).size > 1) {
    for (const item of good) outcomes.set(item.id, REFUSALS.warehouse);
    good.length = 0;
  }
  // Another kind of shipping is another package: "the system will automatically split the package".
  for (const group of Map.groupBy(good, (item) => `${item.providerType} ${item.sof}`).values()) {
    makeParcel(world, order, group, shipping);
  }
  if (good.length > 0) {
    order.packAccepted += 1;
    moveItems(world, order, good, 'packed');
  }
  return itemIds.map((id) =>
    row(
      id,
      outcomes.get(id) ?? DONE,
      order.items.find((item) => item.id === id),
    ),
  );
}

function whyNot(order: Order, item: Item, shipping: Shipping): RowOutcome | undefined {
  if (item.digital) return REFUSALS.digital;
  if (item.fbl) return REFUSALS.fbl;
  if (item.pickupInStore) return REFUSALS.pickupInStore;
  if (item.status !== 'pending' && item.status !== 'repacked') return REFUSALS.status;
  // Assumed: an unpaid pre-sale stage answers this one of the two fitting codes.
  if (item.stage !== '') return REFUSALS.notReady;
  const foreign = order.seller.crossBorder && !item.sof;
  if (shipping.allocateType !== (foreign ? 'NTFS' : 'TFS')) return REFUSALS.parameter;
  if (item.sof) return shipping.providerCode === undefined ? undefined : REFUSALS.dbsProvider;
  // Assumed: the two codes; the reference says who must and must not send one, not how it answers.
  if (!foreign) return shipping.providerCode === undefined ? undefined : REFUSALS.parameter;
  return TRANSFER_WAREHOUSES.some((one) => one.provider_code === shipping.providerCode)
    ? undefined
    : REFUSALS.transferWarehouse;
}

function makeParcel(world: World, order: Order, items: Item[], shipping: Shipping) {
  const country = order.seller.country.toUpperCase();
  world.serial += 1;
  const serial = String(world.serial).padStart(10, '0');
  const sof = items.some((item) => item.sof);
  const parcel: Parcel = {
    id: `FP09461${serial}`,
    order,
    items,
    sof,
    status: 'packed',
    // Assumed: a seller's own fleet gets no number from Pack (unknown in the reference, 4.2).
    trackingNumber: sof ? '' : `LEX${country[0]}O${serial}`,
    provider: sof ? '' : (shipping.providerCode ?? `LEX ${country}`),
    told: [],
    trace: [],
    rtsAsked: 0,
    rtsAccepted: 0,
  };
  world.parcels.set(parcel.id, parcel);
  for (const item of items) {
    item.packageId = parcel.id;
    item.trackingCode = parcel.trackingNumber;
    item.provider = parcel.provider;
    item.timesPacked += 1;
  }
}

function row(id: string, outcome: RowOutcome, item?: Item): object {
  const packed = outcome === DONE && item !== undefined;
  return {
    order_item_id: rawNumber(id),
    msg: outcome.message,
    item_err_code: outcome.code,
    ...(packed && {
      tracking_number: item.trackingCode,
      shipment_provider: item.provider,
      package_id: item.packageId,
    }),
    retry: outcome.retry,
  };
}
