/** What does not happen at the agent: a payment, a sending, a tracking number, an answer that is known. */
import { sql } from 'kysely';
import { addMs } from '../clock.ts';
import { ORDER, utcText, type Watch } from './watch.ts';

const AT_AGENT = sql`concat('order ', p.order_no, ' at ', p.agent, '/', p.account)`;

export const unpaid: Watch = {
  code: 'unpaid',
  patient: true,
  standing: ({ stores, nearest }) => sql`
    select ${ORDER}, concat('placed ', ${utcText('p.placed_at')}, ': ', ${AT_AGENT}) as detail
    from purchase p
    join sales_order o on o.id = p.sales_order_id and o.state = 'open'
    join ${stores} on w.name = o.store
    where p.state = 'placed' and p.placed_at < ${nearest('unpaid')} and p.placed_at < w.unpaid`,
};

/** A purchase counts as sent with its last line: of one sent in part, the rest is waited for. */
export const unsent: Watch = {
  code: 'unsent',
  patient: true,
  standing: ({ stores, nearest }) => sql`
    select ${ORDER}, concat('paid ', ${utcText('p.paid_at')}, ': ', ${AT_AGENT},
      case when l.sent > 0 then concat(', ', l.sent, ' of ', l.sent + l.waiting, ' lines sent') end
    ) as detail
    from purchase p
    join sales_order o on o.id = p.sales_order_id and o.state = 'open'
    join ${stores} on w.name = o.store
    cross join lateral (
      select count(*) filter (where state = 'sent') as sent,
        count(*) filter (where state in ('placing', 'accepted')) as waiting
      from purchase_line where purchase_id = p.id
    ) l
    where p.state = 'paid' and p.paid_at < ${nearest('unsent')} and p.paid_at < w.unsent
      and l.waiting > 0`,
};

export const untracked: Watch = {
  code: 'untracked',
  patient: true,
  // What has its number, or needs none any more, leaves the index: that keeps it as small as its rows are few.
  tidy: () => sql`
    update purchase_line l set untracked_since = null
    from purchase p join sales_order o on o.id = p.sales_order_id
    where l.untracked_since is not null and p.id = l.purchase_id and (
      p.state = 'cancelled' or o.state in ('done', 'cancelled', 'ignored') or exists (
        select from parcel where parcel.purchase_id = l.purchase_id
          and parcel.sub_purchase_order_id = l.sub_purchase_order_id))`,
  standing: ({ stores, nearest }) => sql`
    select ${ORDER}, string_agg(concat('SKU ', l.sku_id, ' sent ', ${utcText('l.untracked_since')}),
      '; ' order by l.id) as detail
    from purchase_line l
    join purchase p on p.id = l.purchase_id
    join sales_order o on o.id = p.sales_order_id and o.state = 'open'
    join ${stores} on w.name = o.store
    where l.untracked_since < ${nearest('untracked')} and l.untracked_since < w.untracked
    group by o.id, o.store`,
};

/**
 * After the settle time an attempt waits for one listing begun after it (half of `listingFresh`, and the
 * clocks' difference), or for two reads (`settleRead`) where it pays; five minutes are for a queue that
 * is behind. With the defaults: ten and a half minutes after the settle time.
 */
const BEHIND_MS = 5 * 60_000;

/** An open placing or payment is money, whatever became of its order. */
export const attemptOpen: Watch = {
  code: 'attempt-open',
  patient: true,
  standing: ({ now, settings: { timings } }) => {
    const margin = timings.clockSkew + timings.listingFresh + 2 * timings.settleRead + BEHIND_MS;
    return sql`
      select ${ORDER}, string_agg(
        concat(a.kind, case when a.step is not null then ' ' end, a.step, ', try ', a.number,
          ', signed ', ${utcText('a.signed_at')}, ': ',
          coalesce(nullif(concat_ws(' ', a.error_code, a.error), ''), 'its sender ended without an answer')),
        '; ' order by a.id) as detail
      from attempt a
      join sales_order o on o.id = a.sales_order_id
      where a.closed_at is null and a.settle_at < ${addMs(now, -margin)}
        and (a.kind in ('place', 'pay') or o.state not in ('done', 'cancelled', 'ignored'))
      group by o.id, o.store`;
  },
};
