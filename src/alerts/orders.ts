/** What does not happen with an order in time for its buyer. */
import { sql } from 'kysely';
import { ORDER, utcText, type Watch } from './watch.ts';

const NOT_SHIPPED = sql`not exists (
  select from package where package.sales_order_id = o.id and package.state in ('shipped', 'delivered'))`;

/** An unshipped order whose ship-by date is nearer than the store's margin. */
export const shipByNear: Watch = {
  code: 'ship-by-near',
  patient: false,
  standing: ({ stores, nearest }) => sql`
    select ${ORDER}, concat('ship by ', ${utcText('o.ship_by')}) as detail
    from sales_order o
    join ${stores} on w.name = o.store
    where o.ship_by < ${nearest('ship_by')} and o.ship_by < w.ship_by
      and o.state not in ('done', 'cancelled', 'ignored') and o.state <> 'cancelling'
      and ${NOT_SHIPPED}`,
};

/** With a ship-by date the alert above warns; without one nothing else would. */
export const heldLong: Watch = {
  code: 'held-long',
  patient: true,
  standing: ({ stores }) => sql`
    select ${ORDER}, concat(string_agg(h.code, ', ' order by h.code), ' since ',
      to_char(min(h.raised_at) at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')) as detail
    from hold h
    join sales_order o on o.id = h.sales_order_id
    join ${stores} on w.name = o.store
    where h.cleared_at is null and o.ship_by is null
      and o.state not in ('done', 'cancelled', 'ignored') and ${NOT_SHIPPED}
    group by o.id, o.store
    having min(h.raised_at) < min(w.held)`,
};
