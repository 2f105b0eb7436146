/**
 * `/order/shipment/providers/get`: is there a transfer warehouse to choose (lazada.md 4.1)?
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import { batchOf, failWhole, isCrossBorder, itemIdsOf, REFUSALS } from './fulfilment.ts';
import type { Call } from './gate.ts';
import { idText, parseRecord, resultOk } from './wire.ts';
import { orderOfSellers, type World } from './world.ts';

/** What a cross-border seller chooses from. Assumed: names; the codes look like the samples'. */
export const TRANSFER_WAREHOUSES = [
  { name: 'Cainiao Shenzhen', provider_code: 'FM49' },
  { name: 'Cainiao Yiwu', provider_code: 'FM50' },
];

export function getProviders(world: World, { params, sellers }: Call): SandboxAnswer {
  const request = parseRecord(params.get('getShipmentProvidersReq'));
  if (!request) return failWhole(REFUSALS.parameter);
  if (sellers.length === 0) return failWhole(REFUSALS.seller);
  const batch = batchOf(request.orders);
  if ('why' in batch) return failWhole(batch.why);
  let sof = false;
  for (const row of batch.rows) {
    const order = orderOfSellers(world, sellers, idText(row.order_id) ?? '');
    if (!order) return failWhole(REFUSALS.orderNotFound);
    const ids = itemIdsOf(row.order_item_ids);
    if (!ids) return failWhole(REFUSALS.parameterIsNull);
    const items = order.items.filter((item) => ids.includes(item.id));
    if (items.length < ids.length) return failWhole(REFUSALS.itemNotFound);
    sof ||= items.some((item) => item.sof);
  }
  // Assumed: a seller's own fleet has nothing to choose, at home or across a border.
  const choose = isCrossBorder(sellers) && !sof;
  return resultOk({
    platform_default: choose ? 0 : 1,
    shipment_providers: choose ? TRANSFER_WAREHOUSES : [],
    shipping_allocate_type: choose ? 'NTFS' : 'TFS',
  });
}
