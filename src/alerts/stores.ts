/** What does not happen at a store: a pull that works, an order that can be read. */
import { sql } from 'kysely';
import { utcText, type Watch } from './watch.ts';

/**
 * A store never pulled with success counts from when it was first seen here, and one that starts later
 * from its start: before it there is nothing to pull.
 */
export const noPull: Watch = {
  code: 'no-pull',
  patient: true,
  standing: ({ stores }) => sql`
    select w.name as store, null::bigint as sales_order_id, null::text as agent_account,
      null::bigint as grant_id,
      concat('last pulled with success: ', coalesce(${utcText('c.last_success_at')}, 'never'),
        '; ', coalesce(c.last_error, 'no pull has ended since')) as detail
    from ${stores}
    join store s on s.name = w.name
    left join cursor c on c.store = w.name
    where w.pulled and greatest(coalesce(c.last_success_at, s.first_seen_at), w.start) < w.no_pull`,
};

/** One alert for a store, however many orders it is about; the first three are named. */
export const unread: Watch = {
  code: 'unread',
  patient: true,
  standing: ({ stores }) => sql`
    select u.store, null::bigint as sales_order_id, null::text as agent_account,
      null::bigint as grant_id,
      concat(count(*), case when count(*) = 1 then ' order' else ' orders' end, ': ',
        array_to_string((array_agg(concat(u.order_id, ' (', u.error, ')')
          order by u.first_seen_at, u.order_id))[1:3], '; '),
        case when count(*) > 3 then '; ...' end) as detail
    from unread_order u
    join ${stores} on w.name = u.store
    where u.first_seen_at < w.unread
    group by u.store`,
};
