/** After arranging, the warehouse learns what to write on the parcel: the marketplace's number. */
import { templateValues } from '../../mappings/findings.ts';
import { fillTemplate } from '../../mappings/template.ts';
import type { Store } from '../config.ts';
import { addEvent } from '../database/events.ts';
import type { Service } from '../service.ts';
import type { PackageRow, Snapshot } from '../snapshot.ts';

/** Told once; a repeat after a crash says the same again, which changes nothing there. */
export async function tellWarehouse(
  service: Service,
  snapshot: Snapshot,
  store: Store,
  row: PackageRow,
  trackingNumber: string | undefined,
): Promise<void> {
  const { warehouse } = store.settings.ship;
  const { purchase, order } = snapshot;
  if (!warehouse || !purchase?.agent_order_id || row.warehouse_told_at !== null) return;
  const values = {
    ...templateValues(
      { orderId: order.order_id, orderNumber: order.order_number },
      store.settings,
      store.name,
    ),
    tracking: trackingNumber ?? row.told_number ?? '',
  };
  await service.connections
    .agent({ agent: purchase.agent, account: purchase.account })
    .updateWarehouse({
      agentOrderId: purchase.agent_order_id,
      warehouseName: fillTemplate(warehouse.name, values),
      warehouseAddress: fillTemplate(warehouse.address, values),
    });
  const now = service.clock.now();
  await service.db
    .updateTable('package')
    .set({ warehouse_told_at: now })
    .where('id', '=', row.id)
    .execute();
  await addEvent(service.db, {
    salesOrderId: order.id,
    at: now,
    actor: 'ship',
    kind: 'warehouse-told',
    detail: { trackingNumber: values.tracking },
  });
}
