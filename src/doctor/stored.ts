/** Judges what is stored. Pure: facts in, answers out. */
import { type Answer, answer } from '../../connectors/question.ts';
import { noPullAfter } from '../../mappings/alerts.ts';
import { addMs } from '../clock.ts';
import type { Store } from '../config.ts';
import type { Noted } from '../database/noted.ts';
import { marketplaces } from '../registry.ts';
import { RENEW_AHEAD_MS } from '../tokens.ts';
import {
  BUYERS,
  CALLBACKS,
  CONSENT,
  LABEL,
  LISTING,
  OWNERS,
  PARCELS,
  PULL,
  PUSHES,
  RENEWAL,
} from './questions-stored.ts';
import type { AccountFacts, Stored } from './stored-facts.ts';

export interface StoreWays {
  readonly now: Date;
  readonly polling: boolean;
  /** A consent that ends within this is warned of, in ms. */
  readonly endingMs: number;
}

export function judgeStore(store: Store, facts: Stored, ways: StoreWays): readonly Answer[] {
  const module = marketplaces.get(store.settings.marketplace);
  const { grant, owners, steps } = facts;
  const ofSystem = {
    country: store.settings.country,
    options: store.settings.options,
    connectedAt: grant && (grant.consented_at ?? grant.renewed_at),
    steps,
    owners,
  };
  return [
    judgeConsent(store.name, grant, ways),
    judgeRenewal(store.name, grant),
    judgePull(store, facts.pull, ways),
    judgeBuyers(store, facts.buyers),
    judgeOwners(store, owners),
    judgeLabels(facts.labels),
    ...(module?.doctor.stored ?? []).map((each) => each.judge(ofSystem)),
  ];
}

function judgeConsent(store: string, grant: Stored['grant'], { now, endingMs }: StoreWays): Answer {
  if (!grant) return answer(CONSENT, 'none', { store });
  if (grant.refused_at) return answer(CONSENT, 'refused', { store, date: day(grant.refused_at) });
  const { ends_at: end } = grant;
  if (!end) return answer(CONSENT, 'open');
  const values = { store, end: day(end) };
  if (end <= now) return answer(CONSENT, 'ended', values);
  return answer(CONSENT, end < addMs(now, endingMs) ? 'ending' : 'lasting', values);
}

function judgeRenewal(store: string, grant: Stored['grant']): Answer {
  if (!grant) return answer(RENEWAL, 'none', { store });
  const { consented_at: consented, renewed_at: renewed } = grant;
  if (consented && renewed > consented) return answer(RENEWAL, 'renewed', { date: day(renewed) });
  return answer(RENEWAL, 'not-yet', {
    date: minute(addMs(grant.access_expires_at, -RENEW_AHEAD_MS)),
  });
}

function judgePull(store: Store, pull: Stored['pull'], { now, polling }: StoreWays): Answer {
  if (store.settings.paused || !polling) return answer(PULL, 'paused');
  const why = pull?.error ?? 'no pull has ended';
  if (!pull?.successAt) return answer(PULL, 'never', { why });
  const values = { date: minute(pull.successAt), why };
  const isLate = pull.successAt < addMs(now, -noPullAfter(store.settings));
  return answer(PULL, isLate ? 'late' : 'recent', values);
}

function judgeBuyers(store: Store, { orders, masked }: Stored['buyers']): Answer {
  if (orders === 0) return answer(BUYERS, 'no-orders');
  const values = { orders, masked, clear: orders - masked };
  if (masked === 0) return answer(BUYERS, 'clear', values);
  return answer(BUYERS, store.settings.receiver.kind === 'buyer' ? 'unusable' : 'masked', values);
}

function judgeOwners(store: Store, owners: Stored['owners']): Answer {
  const [first] = owners.toSorted((a, b) => a.firstAt.getTime() - b.firstAt.getTime());
  if (!first) return answer(OWNERS, 'no-orders');
  const values = {
    date: day(first.firstAt),
    owners: owners.map(ownerText).join('; '),
    leg: store.settings.tracking.leg ?? 'not set',
  };
  if (owners.some((each) => each.owner === 'seller-untold'))
    return answer(OWNERS, 'untold', values);
  const bySeller = owners.some((each) => each.owner === 'seller');
  return answer(OWNERS, bySeller ? 'seller' : 'marketplace', values);
}

function ownerText({ owner, packages, carriers }: Stored['owners'][number]): string {
  const by = carriers.length > 0 ? ` (${carriers.slice(0, 5).join(', ')})` : '';
  return `${owner}: ${packages}${by}`;
}

function judgeLabels({ count, firstAt, overdue }: Stored['labels']): Answer {
  if (count > 0 && firstAt) return answer(LABEL, 'fetched', { labels: count, date: day(firstAt) });
  return overdue > 0 ? answer(LABEL, 'missing', { packages: overdue }) : answer(LABEL, 'no-orders');
}

export type NotedFacts = ReadonlyMap<string, Noted>;

/** @param why pushes of the app are not taken; undefined when they are */
export function judgePushes(
  app: string,
  noted: NotedFacts,
  ways: { readonly why: string | undefined; readonly pushKey: string },
): Answer {
  const verified = noted.get(`push-verified ${app}`);
  const refused = noted.get(`push-refused ${app}`);
  const probe = noted.get(`push-probe ${app}`);
  if (ways.why !== undefined) return answer(PUSHES, 'off', { why: ways.why });
  const ofRefused = {
    refused: refused?.times ?? 0,
    lastRefused: minute(refused?.lastAt),
    pushKey: ways.pushKey,
  };
  if (verified) {
    const ofVerified = times(verified);
    return refused && refused.lastAt > verified.lastAt
      ? answer(PUSHES, 'some-refused', { ...ofVerified, ...ofRefused })
      : answer(PUSHES, 'verified', ofVerified);
  }
  if (refused) return answer(PUSHES, 'refused', ofRefused);
  return probe
    ? answer(PUSHES, 'probe-only', { probe: minute(probe.lastAt) })
    : answer(PUSHES, 'none');
}

export function judgeAccount(
  account: string,
  facts: AccountFacts,
  noted: NotedFacts,
  hasToken: boolean,
): readonly Answer[] {
  return [judgeCallbacks(account, noted, hasToken), judgeListing(facts), judgeParcels(facts)];
}

function judgeCallbacks(account: string, noted: NotedFacts, hasToken: boolean): Answer {
  if (!hasToken) return answer(CALLBACKS, 'off');
  const came = noted.get(`callback ${account}`);
  if (came) return answer(CALLBACKS, 'arrive', times(came));
  const probe = noted.get(`callback-probe ${account}`);
  if (probe) return answer(CALLBACKS, 'probe-only', { probe: minute(probe.lastAt) });
  const refused = noted.get(`callback-refused ${account}`);
  if (!refused) return answer(CALLBACKS, 'none');
  const values = { refused: refused.times, lastRefused: minute(refused.lastAt) };
  return answer(CALLBACKS, 'wrong-address', values);
}

function judgeListing({ listing }: AccountFacts): Answer {
  if (!listing) return answer(LISTING, 'none');
  const date = minute(listing.at);
  if (listing.trusted) return answer(LISTING, 'trusted', { rows: listing.rows, date });
  return answer(LISTING, 'untrusted', { date, why: listing.reason ?? 'no reason is kept' });
}

function judgeParcels({ parcels, untracked }: AccountFacts): Answer {
  if (parcels.count > 0 && parcels.firstAt) {
    return answer(PARCELS, 'shown', { parcels: parcels.count, date: day(parcels.firstAt) });
  }
  return untracked > 0 ? answer(PARCELS, 'missing', { lines: untracked }) : answer(PARCELS, 'none');
}

function times(noted: Noted) {
  return {
    times: noted.times === 1 ? 'once' : `${noted.times} times`,
    first: minute(noted.firstAt),
    last: minute(noted.lastAt),
  };
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** UTC. */
function minute(at: Date | undefined): string {
  return at ? at.toISOString().slice(0, 16).replace('T', ' ') : 'never';
}
