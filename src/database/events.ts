/** The history of an order: append only, no personal data. */
import type { Db } from './connect.ts';

export interface NewEvent {
  readonly salesOrderId: string;
  readonly at: Date;
  /** The stage, `push`, `callback`, `operator`, ... */
  readonly actor: string;
  /** What happened, e.g. `purchase-placed`. */
  readonly kind: string;
  readonly detail?: Record<string, unknown>;
}

export async function addEvent(db: Db, event: NewEvent): Promise<void> {
  await db
    .insertInto('event')
    .values({
      sales_order_id: event.salesOrderId,
      at: event.at,
      actor: event.actor,
      kind: event.kind,
      detail: JSON.stringify(event.detail ?? {}),
    })
    .execute();
}

export async function listEvents(db: Db, salesOrderId: string) {
  return db
    .selectFrom('event')
    .selectAll()
    .where('sales_order_id', '=', salesOrderId)
    .orderBy('id')
    .execute();
}
