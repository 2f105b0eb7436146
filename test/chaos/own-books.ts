/** What the service's own tables say of each order, read past the service. */
import type { Look } from './database.ts';

export interface OwnOrder {
  readonly state: string;
  /** Codes of the open holds. */
  readonly holds: readonly string[];
  readonly holdTexts: readonly string[];
  readonly purchaseState: string | null;
  readonly agentOrderId: string | null;
  /** Of the payments that were made, or may have been. */
  readonly reservedFen: number;
  readonly trackingNumbers: readonly string[];
  readonly attempts: readonly {
    readonly kind: string;
    readonly outcome: string | null;
    readonly signedAt: number;
  }[];
}

interface Row {
  readonly store: string;
  readonly order_id: string;
  readonly facts: OwnOrder;
}

const EVERYTHING = `
  select o.store, o.order_id, json_build_object(
    'state', o.state,
    'holds', (select coalesce(json_agg(h.code), '[]') from hold h
      where h.sales_order_id = o.id and h.cleared_at is null),
    'holdTexts', (select coalesce(json_agg(h.code || ': ' || h.detail), '[]') from hold h
      where h.sales_order_id = o.id and h.cleared_at is null),
    'purchaseState', p.state,
    'agentOrderId', p.agent_order_id,
    'reservedFen', (select coalesce(sum(a.amount_fen), 0) from attempt a
      where a.sales_order_id = o.id and a.kind = 'pay' and (a.outcome is null or a.outcome in ('succeeded', 'adopted'))),
    'trackingNumbers', (select coalesce(json_agg(k.tracking_number), '[]') from package k
      where k.sales_order_id = o.id and k.tracking_number is not null),
    'attempts', (select coalesce(json_agg(json_build_object('kind', a.kind, 'outcome', a.outcome,
        'signedAt', extract(epoch from a.signed_at) * 1000) order by a.id), '[]') from attempt a
      where a.sales_order_id = o.id)
  ) as facts
  from sales_order o
  left join lateral (
    select * from purchase where sales_order_id = o.id
    order by state = 'cancelled' and agent_order_id is null, id desc limit 1
  ) p on true`;

/** By the number the agent knows the order by. */
export async function readOwnBooks(look: Look): Promise<Map<string, OwnOrder>> {
  const rows = await look.query<Row & Record<string, unknown>>(EVERYTHING);
  return new Map(rows.map(({ store, order_id: id, facts }) => [`${store}-${id}`, facts]));
}
