/**
 * One listing of an agent account serves every order on it: it is the evidence before a placing, the
 * answer to unknown placings, and the news about all purchases on their way.
 * @module
 */
import type { AgentListing } from '../../connectors/agent.ts';
import { addMs } from '../clock.ts';
import { type AccountRef, readListing, storeAgentOrders } from '../database/agent-orders.ts';
import type { Db, Tx } from '../database/connect.ts';
import { clearAccountHolds, holdAccount } from '../database/holds.ts';
import { accountKey, type Service } from '../service.ts';
import { reachWitness } from './witness.ts';

const DAY_MS = 86_400_000;
/** No purchase is older than its sales order; the clocks of marketplace and agent may differ by this. */
export const CLOCKS_DIFFER_MS = 2 * 60_000;

/**
 * What a first placing may lean on: a listing that is fresh, and made since this process began. Before
 * a backup is restored every process is stopped, so an older one can be from the time of the backup,
 * blind to all that was bought after it. What other processes list after our start counts.
 */
export function oldestGood({ clock, settings, startedAt }: Service): Date {
  const fresh = addMs(clock.now(), -settings.timings.listingFresh);
  return fresh > startedAt ? fresh : startedAt;
}

/** What an order waits for when it needs a fresh listing. */
export function awaitsListing(account: AccountRef): string {
  return `listing:${accountKey(account)}`;
}

/** Asks for a listing now: one that began no earlier than `notBefore` and reaches back to `from`. */
export async function askForListing(
  service: Service,
  db: Db,
  account: AccountRef,
  want: { readonly notBefore: Date; readonly from: Date },
): Promise<void> {
  await service.jobs.send(db, 'listing', {
    agent: account.agent,
    account: account.account,
    purpose: 'now',
    notBefore: want.notBefore.toISOString(),
    from: want.from.toISOString(),
  });
}

/**
 * The same for an order that waits for it. That it waits is committed with the job: a listing that ended
 * between the two would wake nobody.
 */
export async function askAndWait(
  service: Service,
  orderId: string,
  account: AccountRef,
  want: { readonly notBefore: Date; readonly from: Date },
): Promise<void> {
  await service.db.transaction().execute(async (tx) => {
    await tx
      .updateTable('sales_order')
      .set({ awaits: awaitsListing(account) })
      .where('id', '=', orderId)
      .execute();
    await askForListing(service, tx, account, want);
  });
}

/** Lists the account, unless that has been done since. Returns whether it was done now. */
export async function listAccount(
  service: Service,
  account: AccountRef,
  want: {
    readonly notBefore: Date;
    readonly from?: Date | undefined;
    readonly purpose?: ListingPurpose;
  },
): Promise<boolean> {
  const known = await readListing(service.db, account);
  const reaches = known && (want.from === undefined || known.from_at <= want.from);
  if (known && known.began_at >= want.notBefore && reaches) {
    // Orders that began to wait since then have nobody else to wake them.
    const waiting = await waitingFor(service.db, account);
    await sendOn(service, waiting);
    // This may have been the waiting job of the clock: the next one is due all the same.
    await scheduleNext(service, service.db, account);
    return false;
  }

  const needs = await listingNeeds(service.db, account);
  const now = service.clock.now();
  const due = needs.filter((need) => want.purpose === 'following' || need.purpose !== 'following');
  const from = earliest([want.from, ...due.map((need) => need.from)], addMs(now, -DAY_MS));
  const agent = service.connections.agent(account);
  let listing: AgentListing;
  // Our own purchases disturb a listing of several pages: a gap says nothing against an earlier one that
  // is still fresh. Once that is too old nothing is placed, and the next listing is left in peace.
  const hasFresh = known?.trusted === true && known.began_at >= oldestGood(service);
  try {
    // Orders are stamped by the agent's clock: the period ends after any skew.
    listing = await agent.list({ from, until: addMs(now, DAY_MS) });
    // On a busy account orders arrive between its pages. A period that ended a moment ago stays as it is.
    if (!listing.complete && !hasFresh) {
      listing = await agent.list({ from, until: addMs(now, -service.settings.timings.clockSkew) });
    }
  } catch (error) {
    // Nothing is bought on this account meanwhile: somebody should know why.
    const detail = `it could not be listed: ${(error as Error).message}`;
    const hold = { stage: 'list', code: 'listing-untrusted', detail };
    await holdAccount(service.db, accountKey(account), hold, now);
    throw error;
  }
  const verdict = await judge(service, account, listing);

  // By itself: within the transaction below its row locks would hold up every read of a single order.
  await storeAgentOrders(service.db, account, listing.orders, listing.beganAt);
  const keeps = hasFresh && !listing.complete;
  await service.db.transaction().execute(async (tx) => {
    if (!keeps) await storeListing(tx, account, listing, verdict);
    if (keeps) service.log.debug({ reason: verdict.reason }, 'a listing with gaps is not used');
    else if (verdict.trusted)
      await clearAccountHolds(tx, accountKey(account), 'listing-untrusted', now);
    else {
      await holdAccount(
        tx,
        accountKey(account),
        { stage: 'list', code: 'listing-untrusted', detail: verdict.reason ?? '' },
        now,
      );
    }
    await scheduleNext(service, tx, account);
  });
  // Those who wait for a better one look again by their own time: waking them would ask in a circle.
  await wake(service, account, { waiting: !keeps });
  return true;
}

interface Verdict {
  readonly trusted: boolean;
  readonly reason: string | undefined;
  readonly live: boolean;
}

/**
 * A listing is evidence only if it is complete and shows, with its numbers, every order of ours known
 * to lie in its period. An account on which we know none has nothing to show: complete is all it can be,
 * and then absence proves nothing about an unknown placing.
 */
export async function judge(
  service: Service,
  account: AccountRef,
  listing: AgentListing,
): Promise<Verdict> {
  if (!listing.complete) return { trusted: false, reason: listing.incompleteReason, live: false };
  const known = await service.db
    .selectFrom('purchase')
    .innerJoin('agent_order', (join) =>
      join
        .onRef('agent_order.agent', '=', 'purchase.agent')
        .onRef('agent_order.account', '=', 'purchase.account')
        .onRef('agent_order.agent_order_id', '=', 'purchase.agent_order_id'),
    )
    .select(['purchase.agent_order_id', 'purchase.seller_order_number', 'purchase.order_source'])
    .where('purchase.agent', '=', account.agent)
    .where('purchase.account', '=', account.account)
    .where('purchase.state', '<>', 'cancelled')
    .where('purchase.placed_at', '<', addMs(listing.beganAt, -service.settings.timings.listingLag))
    .where('agent_order.created_at', '>', addMs(listing.from, 60_000))
    .where('agent_order.created_at', '<', addMs(listing.until, -1_000))
    .execute();
  const shown = new Map(listing.orders.map((order) => [order.agentOrderId, order]));
  for (const row of known) {
    const order = shown.get(row.agent_order_id ?? '');
    if (!order) {
      return {
        trusted: false,
        live: false,
        reason: `order ${row.agent_order_id} of ours is missing from it`,
      };
    }
    // One that a person linked by hand may carry no number at all.
    if ((order.sellerOrderNumber ?? '') !== row.seller_order_number) {
      return {
        trusted: false,
        live: false,
        reason: `order ${row.agent_order_id} is shown without its number`,
      };
    }
  }
  return { trusted: true, reason: undefined, live: known.length > 0 };
}

async function storeListing(tx: Tx, account: AccountRef, listing: AgentListing, verdict: Verdict) {
  const facts = {
    began_at: listing.beganAt,
    from_at: listing.from,
    until_at: listing.until,
    trusted: verdict.trusted,
    reason: verdict.reason ?? null,
    live: verdict.live,
    rows: listing.orders.length,
    pages: listing.pages,
  };
  await tx
    .insertInto('agent_listing')
    .values({ agent: account.agent, account: account.account, ...facts })
    .onConflict((conflict) =>
      conflict
        .columns(['agent', 'account'])
        .doUpdateSet(facts)
        .where('agent_listing.began_at', '<=', listing.beganAt),
    )
    .execute();
}

/** Sends on the orders that waited for this listing, and those whose agent's row says something new. */
async function wake(service: Service, account: AccountRef, which: { readonly waiting: boolean }) {
  const { db } = service;
  const waiting = which.waiting ? await waitingFor(db, account) : [];
  const news = await db
    .selectFrom('purchase')
    .innerJoin('agent_order', (join) =>
      join
        .onRef('agent_order.agent', '=', 'purchase.agent')
        .onRef('agent_order.account', '=', 'purchase.account')
        .onRef('agent_order.agent_order_id', '=', 'purchase.agent_order_id'),
    )
    .select('purchase.sales_order_id as id')
    .where('purchase.agent', '=', account.agent)
    .where('purchase.account', '=', account.account)
    .where('purchase.state', 'in', ['placed', 'paying', 'paid', 'sent', 'cancelling'])
    .where((row) =>
      row.or([
        row('purchase.agent_digest', 'is', null),
        row('purchase.agent_digest', '<>', row.ref('agent_order.digest')),
      ]),
    )
    .execute();
  await sendOn(service, new Set([...waiting, ...news.map((row) => row.id)]));
}

async function sendOn(service: Service, ids: Iterable<string>): Promise<void> {
  const jobs = [...ids].map((id) => ({ id, by: 'listing' }));
  await service.jobs.sendAll(service.db, 'order', jobs);
}

async function waitingFor(db: Db, account: AccountRef): Promise<string[]> {
  const rows = await db
    .selectFrom('sales_order')
    .select('id')
    .where('awaits', '=', awaitsListing(account))
    .execute();
  return rows.map((row) => row.id);
}

/** Why an account is listed by the clock; the neediest sets the pace. */
export type ListingPurpose = 'now' | 'placing' | 'paying' | 'following';

interface Need {
  readonly purpose: Exclude<ListingPurpose, 'now'>;
  /** Nothing before this instant matters to it. */
  readonly from: Date;
}

const PURPOSES: Readonly<Record<string, Need['purpose']>> = {
  waiting: 'placing',
  placing: 'placing',
  placed: 'paying',
  paying: 'paying',
  cancelling: 'paying',
  paid: 'following',
};

/** What the account's orders need of its next listing. */
export async function listingNeeds(db: Db, account: AccountRef): Promise<Need[]> {
  const waiting = await db
    .selectFrom('sales_order')
    .select((row) => row.fn.min('source_created_at').as('oldest'))
    .where('awaits', '=', awaitsListing(account))
    .executeTakeFirst();
  const live = await db
    .selectFrom('purchase')
    .innerJoin('sales_order', 'sales_order.id', 'purchase.sales_order_id')
    .select((row) => ['purchase.state', row.fn.min('sales_order.source_created_at').as('oldest')])
    .where('purchase.agent', '=', account.agent)
    .where('purchase.account', '=', account.account)
    .where('purchase.state', 'in', ['placing', 'placed', 'paying', 'paid', 'cancelling'])
    .groupBy('purchase.state')
    .execute();
  const rows = [{ state: 'waiting', oldest: waiting?.oldest ?? null }, ...live];
  const needs: Need[] = [];
  for (const { state, oldest } of rows) {
    const purpose = PURPOSES[state];
    if (!oldest || !purpose) continue;
    // What settles an unknown placing reaches further back than what is merely looked for.
    const from =
      state === 'placing'
        ? await reachWitness(db, account, addMs(oldest, -DAY_MS))
        : addMs(oldest, -CLOCKS_DIFFER_MS);
    needs.push({ purpose, from });
  }
  return needs;
}

/**
 * Sends the next listing by the clock, one for each purpose there is: those that wait longer reach back
 * further, and would never be listed as long as there is a purchase to be paid.
 */
export async function scheduleNext(service: Service, db: Db, account: AccountRef): Promise<void> {
  const { timings, polling } = service.settings;
  const every = {
    placing: timings.listingFresh / 2,
    paying: timings.payPoll,
    following: timings.agentPoll,
  };
  const needs = await listingNeeds(db, account);
  const now = service.clock.now();
  for (const purpose of ['placing', 'paying', 'following'] as const) {
    const froms = needs.filter((need) => need.purpose === purpose).map((need) => need.from);
    if (froms.length === 0 || !(polling || purpose === 'placing')) continue;
    const afterMs = every[purpose];
    await service.jobs.send(
      db,
      'listing',
      {
        agent: account.agent,
        account: account.account,
        purpose,
        notBefore: addMs(now, afterMs / 2).toISOString(),
        from: earliest(froms, now).toISOString(),
      },
      { afterMs },
    );
  }
}

function earliest<T extends Date | undefined>(
  dates: readonly (Date | undefined | null)[],
  fallback: T,
): Date | T {
  const times = dates.flatMap((date) => (date ? [date.getTime()] : []));
  return times.length > 0 ? new Date(Math.min(...times)) : fallback;
}
