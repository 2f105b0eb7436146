/** What does not happen at an agent account, or will not go on with a seller's consent. */
import { sql } from 'kysely';
import { addMs } from '../clock.ts';
import type { Settings } from '../config.ts';
import { utcText, type Watch } from './watch.ts';

const HOUR_MS = 3_600_000;

/** Without a word of the settings: an hour, or three listings where those take longer. */
export function noListingAfter({ alerts, timings }: Pick<Settings, 'alerts' | 'timings'>): number {
  return alerts.noListing ?? Math.max(HOUR_MS, 3 * timings.agentPoll);
}

/** Listings are what moves purchases until they are sent; with polling off only callbacks do. */
export const noListing: Watch = {
  code: 'no-listing',
  patient: true,
  standing: ({ now, settings }) => {
    const accounts = settings.polling ? [...settings.accounts.values()] : [];
    const rows = accounts.map(({ agent, name }) => ({ agent, account: name }));
    const limit = addMs(now, -noListingAfter(settings));
    return sql`
      select null::text as store, null::bigint as sales_order_id,
        concat(a.agent, '/', a.account) as agent_account, null::bigint as grant_id,
        concat('last listed: ', coalesce(${utcText('l.began_at')}, 'never'), '; ',
          coalesce(h.detail, 'no listing has ended since')) as detail
      from json_to_recordset(${JSON.stringify(rows)}::json) as a (agent text, account text)
      left join agent_listing l on l.agent = a.agent and l.account = a.account
      left join hold h on h.agent_account = concat(a.agent, '/', a.account)
        and h.code = 'listing-untrusted' and h.cleared_at is null and h.sales_order_id is null
      where (l.began_at is null or l.began_at < ${limit}) and exists (
        select from purchase p
        where p.agent = a.agent and p.account = a.account and p.created_at < ${limit}
          and p.state in ('placing', 'placed', 'paying', 'paid', 'cancelling'))`;
  },
};

/** Where renewals do not move the end (Lazada), or the seller's consent itself has one (Shopee). */
export const grantEnding: Watch = {
  code: 'grant-ending',
  patient: false,
  standing: ({ now, settings, stores }) => sql`
    select null::text as store, null::bigint as sales_order_id, null::text as agent_account,
      g.id as grant_id,
      concat('ends ', ${utcText('g.ends_at')},
        -- Such a one stands from its first day.
        case when g.ends_at < g.consented_at + make_interval(secs => ${settings.alerts.grantEnding / 1_000})
          then concat(', given ', ${utcText('g.consented_at')}, ' for that long only') end,
        ': ', string_agg(w.name, ', ' order by w.name)) as detail
    from "grant" g
    join grant_shop s on s.grant_id = g.id
    join ${stores} on w.marketplace = s.marketplace and w.country = s.country
      and w.seller_id = s.seller_id
    where g.ends_at < ${addMs(now, settings.alerts.grantEnding)}
    group by g.id`,
};
