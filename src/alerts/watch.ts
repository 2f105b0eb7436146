/**
 * A watch looks for one thing that does not happen: one query gives what stands now. Raising and
 * clearing is the same for all (database/alerts.ts).
 * @module
 */
import { type RawBuilder, sql } from 'kysely';
import { noPullAfter } from '../../mappings/alerts.ts';
import { addMs } from '../clock.ts';
import type { Settings } from '../config.ts';
import type { AlertCode } from './texts.ts';

export interface Watch {
  readonly code: AlertCode;
  /**
   * After a pause of the service it is first given time to look: what seems overdue may only not have
   * been read yet. False for what goes by the calendar alone.
   */
  readonly patient: boolean;
  /** Rows of store, sales_order_id, agent_account, grant_id, detail: one for each subject. */
  readonly standing: (look: Look) => RawBuilder<unknown>;
  /** Run before it. */
  readonly tidy?: (look: Look) => RawBuilder<unknown>;
}

/** One look at everything: the moment, and since when each store's rows are overdue. */
export interface Look {
  readonly now: Date;
  readonly settings: Settings;
  /** The stores as rows `w`: a statement for all of them, however many there are. */
  readonly stores: RawBuilder<unknown>;
  /** The nearest of the stores' own limits: what lets a query use its index. */
  readonly nearest: (limit: Limit) => Date;
}

export type Limit = 'no_pull' | 'unread' | 'unpaid' | 'unsent' | 'untracked' | 'held' | 'ship_by';

interface StoreRow extends Record<Limit, Date> {
  readonly name: string;
  readonly marketplace: string;
  readonly country: string;
  readonly seller_id: string;
  /** False: nobody expects it to be pulled. */
  readonly pulled: boolean;
  readonly start: Date;
}

export function lookAt(settings: Settings, now: Date): Look {
  const rows = [...settings.stores.values()].map(({ name, settings: store }): StoreRow => {
    const { alerts } = store;
    return {
      name,
      marketplace: store.marketplace,
      country: store.country,
      seller_id: store.sellerId,
      pulled: settings.polling && !store.paused,
      start: store.start,
      no_pull: addMs(now, -noPullAfter(store)),
      unread: addMs(now, -alerts.unread),
      unpaid: addMs(now, -alerts.unpaid),
      unsent: addMs(now, -alerts.unsent),
      untracked: addMs(now, -alerts.untracked),
      held: addMs(now, -alerts.held),
      ship_by: addMs(now, store.ship.margin),
    };
  });
  return {
    now,
    settings,
    stores: sql`json_to_recordset(${JSON.stringify(rows)}::json) as w (
      name text, marketplace text, country text, seller_id text, pulled boolean, start timestamptz,
      no_pull timestamptz, unread timestamptz, unpaid timestamptz, unsent timestamptz,
      untracked timestamptz, held timestamptz, ship_by timestamptz)`,
    nearest: (limit) => new Date(Math.max(0, ...rows.map((row) => row[limit].getTime()))),
  };
}

/** An order's subject columns, of a row `o`. */
export const ORDER = sql`o.store, o.id as sales_order_id, null::text as agent_account, null::bigint as grant_id`;

/** For people: `2026-06-30 08:15 UTC`. Details hold instants, never spans: they must not change by themselves. */
export function utcText(column: string): RawBuilder<string> {
  return sql<string>`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')`;
}
