/** Questions that what is stored answers: facts in, answers out. */
import type { Answer } from '../../connectors/question.ts';
import type { Store } from '../../src/config.ts';
import type { GrantRow } from '../../src/database/grants.ts';
import type { Noted } from '../../src/database/noted.ts';
import { toFinding } from '../../src/doctor/finding.ts';
import {
  judgeAccount,
  judgePushes,
  judgeStore,
  type NotedFacts,
  type StoreWays,
} from '../../src/doctor/stored.ts';
import type { AccountFacts, OwnerFacts, Stored } from '../../src/doctor/stored-facts.ts';
import { load, STORE } from '../config/home.ts';
import { type Case, SUBJECT } from './case.ts';

const NOW = new Date('2026-06-30T12:00:00Z');
const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * HOUR_MS);

const WAYS: StoreWays = { now: NOW, polling: true, endingMs: 7 * 24 * HOUR_MS };

const NOTHING: Stored = {
  grant: undefined,
  pull: undefined,
  buyers: { orders: 0, masked: 0 },
  owners: [],
  labels: { count: 0, firstAt: undefined, overdue: 0 },
  steps: [],
};

function made(
  question: string,
  outcome: string,
  answers: () => Promise<readonly Answer[]>,
  says?: string,
): Case {
  const run = async () => (await answers()).map((each) => toFinding(SUBJECT, each));
  return { question, outcome, ask: run, ...(says === undefined ? {} : { says }) };
}

interface StoreWish {
  readonly facts?: Partial<Stored>;
  readonly ways?: Partial<StoreWays>;
  /** The store's file, changed. */
  readonly file?: (text: string) => string;
}

async function storeOf(file: StoreWish['file'] = (text) => text): Promise<Store> {
  const { stores } = await load({ stores: { 'tea.yaml': file(STORE) } });
  const store = stores.get('tea');
  if (!store) throw new Error('no store');
  return store;
}

const store = (question: string, outcome: string, wish: StoreWish, says?: string) =>
  made(
    `store/${question}`,
    outcome,
    async () =>
      judgeStore(
        await storeOf(wish.file),
        { ...NOTHING, ...wish.facts },
        { ...WAYS, ...wish.ways },
      ),
    says,
  );

function grant(change: Partial<GrantRow> = {}): GrantRow {
  return {
    id: '1',
    marketplace: 'lazada',
    app: 'main',
    subject: 'sg:1000114855',
    tokens: 'sealed',
    access_expires_at: hoursAgo(-4),
    refresh_expires_at: hoursAgo(-900),
    ends_at: hoursAgo(-900),
    consented_at: hoursAgo(10),
    version: 1,
    renewed_at: hoursAgo(10),
    refused_at: null,
    ...change,
  };
}

const owner = (word: string): OwnerFacts => ({
  owner: word,
  packages: 3,
  carriers: ['LEX SG'],
  firstAt: hoursAgo(48),
});

const pull = (successHours: number, error?: string) => ({
  successAt: hoursAgo(successHours),
  failureAt: undefined,
  error,
});

const buyerReceiver = (text: string) =>
  text.replace(/receiver:\n(?: {2}.*\n)+/, 'receiver: { kind: buyer }\n');
const paused = (text: string) => `${text}paused: true\n`;

const STORE_CASES: readonly Case[] = [
  store('consent', 'lasting', { facts: { grant: grant() } }, 'until 2026-08-07'),
  store('consent', 'open', { facts: { grant: grant({ ends_at: null }) } }),
  store(
    'consent',
    'ending',
    { facts: { grant: grant({ ends_at: hoursAgo(-100) }) } },
    'ponbridge connect tea',
  ),
  store(
    'consent',
    'ended',
    { facts: { grant: grant({ ends_at: hoursAgo(1) }) } },
    'ponbridge connect tea',
  ),
  store(
    'consent',
    'refused',
    { facts: { grant: grant({ refused_at: hoursAgo(1) }) } },
    'on 2026-06-30',
  ),
  store('consent', 'none', {}, 'ponbridge connect tea'),
  store(
    'renewal',
    'renewed',
    { facts: { grant: grant({ renewed_at: hoursAgo(2) }) } },
    '2026-06-30',
  ),
  store('renewal', 'not-yet', { facts: { grant: grant() } }, 'before 2026-06-30 15:30 UTC'),
  store('renewal', 'none', {}),
  store('pull', 'recent', { facts: { pull: pull(0.1) } }, '2026-06-30 11:54 UTC'),
  store('pull', 'late', { facts: { pull: pull(30, 'HTTP 502') } }, 'since then: HTTP 502'),
  store('pull', 'paused', { file: paused }),
  store(
    'pull',
    'never',
    { facts: { pull: { successAt: undefined, failureAt: NOW, error: 'no grant' } } },
    'no grant',
  ),
  store('buyers', 'clear', { facts: { buyers: { orders: 3, masked: 0 } } }),
  store('buyers', 'masked', { facts: { buyers: { orders: 3, masked: 3 } } }),
  store(
    'buyers',
    'unusable',
    { facts: { buyers: { orders: 3, masked: 2 } }, file: buyerReceiver },
    'Set receiver.kind: warehouse',
  ),
  store('buyers', 'no-orders', {}),
  store(
    'number-owner',
    'marketplace',
    { facts: { owners: [owner('marketplace')] } },
    'marketplace: 3 (LEX SG), first seen on 2026-06-28',
  ),
  store(
    'number-owner',
    'seller',
    { facts: { owners: [owner('marketplace'), owner('seller')] } },
    'tracking.leg: agent',
  ),
  store('number-owner', 'untold', { facts: { owners: [owner('seller-untold')] } }),
  store('number-owner', 'no-orders', {}),
  store(
    'label',
    'fetched',
    { facts: { labels: { count: 2, firstAt: hoursAgo(5), overdue: 1 } } },
    'first on 2026-06-30',
  ),
  store(
    'label',
    'missing',
    { facts: { labels: { count: 0, firstAt: undefined, overdue: 4 } } },
    '4 packages',
  ),
  store('label', 'no-orders', {}),
];

const noted = (
  facts: Readonly<Record<string, readonly [times: number, lastHoursAgo: number]>>,
): NotedFacts =>
  new Map<string, Noted>(
    Object.entries(facts).map(([key, [times, last]]) => [
      key,
      { times, firstAt: hoursAgo(72), lastAt: hoursAgo(last) },
    ]),
  );

const pushes = (outcome: string, facts: NotedFacts, says?: string, why?: string) =>
  made(
    'app/pushes',
    outcome,
    async () => [judgePushes('shopee/main', facts, { why, pushKey: 'Set pushKey.' })],
    says,
  );

const PUSH_CASES: readonly Case[] = [
  pushes(
    'verified',
    noted({ 'push-verified shopee/main': [1, 2] }),
    'once, first on 2026-06-27 12:00',
  ),
  pushes(
    'verified',
    noted({ 'push-verified shopee/main': [9, 2], 'push-refused shopee/main': [1, 5] }),
  ),
  pushes(
    'some-refused',
    noted({ 'push-verified shopee/main': [9, 5], 'push-refused shopee/main': [2, 1] }),
    '2 were refused',
  ),
  pushes('refused', noted({ 'push-refused shopee/main': [4, 1] }), 'Set pushKey.'),
  pushes('probe-only', noted({ 'push-probe shopee/main': [1, 1] }), '2026-06-30 11:00'),
  pushes('none', noted({ 'push-verified lazada/main': [1, 1] })),
  pushes('off', noted({}), 'no callbackUrl', 'the Shopee app has no callbackUrl'),
];

const BARE: AccountFacts = {
  listing: undefined,
  parcels: { count: 0, firstAt: undefined },
  untracked: 0,
};

const account = (
  question: string,
  outcome: string,
  wish: {
    readonly facts?: Partial<AccountFacts>;
    readonly noted?: NotedFacts;
    readonly token?: boolean;
  },
  says?: string,
) =>
  made(
    `account/${question}`,
    outcome,
    async () =>
      judgeAccount(
        'pandapon/main',
        { ...BARE, ...wish.facts },
        wish.noted ?? noted({}),
        wish.token ?? true,
      ),
    says,
  );

const listing = (trusted: boolean, reason?: string) => ({
  trusted,
  reason,
  rows: 12,
  at: hoursAgo(1),
});

const ACCOUNT_CASES: readonly Case[] = [
  account('callbacks', 'arrive', { noted: noted({ 'callback pandapon/main': [7, 1] }) }, '7 times'),
  account('callbacks', 'wrong-address', {
    noted: noted({ 'callback-refused pandapon/main': [7, 1] }),
  }),
  account('callbacks', 'probe-only', { noted: noted({ 'callback-probe pandapon/main': [1, 1] }) }),
  account('callbacks', 'none', {}),
  account('callbacks', 'off', { token: false }),
  account('listing', 'trusted', { facts: { listing: listing(true) } }, '12 orders'),
  account(
    'listing',
    'untrusted',
    { facts: { listing: listing(false, '3 different rows read of 4') } },
    '3 different rows',
  ),
  account('listing', 'none', {}),
  account(
    'parcels',
    'shown',
    { facts: { parcels: { count: 5, firstAt: hoursAgo(3) } } },
    '5 parcels',
  ),
  account('parcels', 'missing', { facts: { untracked: 2 } }, '2 lines'),
  account('parcels', 'none', {}),
];

export const STORED_CASES: readonly Case[] = [...STORE_CASES, ...PUSH_CASES, ...ACCOUNT_CASES];
