/** A time that would cry wolf is refused when the settings are read. */
import { expect, test } from 'vitest';
import { noPullAfter } from '../../mappings/alerts.ts';
import { noListingAfter } from '../../src/alerts/accounts.ts';
import { formatProblem } from '../../src/config.ts';
import { load, problemsOf, SERVICE, STORE } from '../config/home.ts';

const MINUTE = 60_000;

test.each<[string, Parameters<typeof problemsOf>[0], string]>([
  [
    'a store pulled no oftener than the alert waits',
    { stores: { 'tea.yaml': `${STORE}alerts: { noPull: 5m }\n` } },
    'stores/tea.yaml:23:19: alerts.noPull: is 300 s; it must be more than poll = 300 s, or the alert would be raised between two pulls that both work',
  ],
  [
    'an account listed no oftener than the alert waits',
    { service: `${SERVICE}alerts: { noListing: 10m }\n` },
    'ponbridge.yaml:13:22: alerts.noListing: is 600 s; it must be more than timings.agentPoll = 600 s, or the alert would be raised between two listings that both work',
  ],
  [
    'less than a minute',
    { stores: { 'tea.yaml': `${STORE}alerts: { unsent: 0s }\n` } },
    'stores/tea.yaml:23:19: alerts.unsent: a duration from "1m" to "365d"',
  ],
  [
    'more than a year',
    { service: `${SERVICE}alerts: { grantEnding: 366d }\n` },
    'ponbridge.yaml:13:24: alerts.grantEnding: a duration from "1m" to "365d"',
  ],
])('%s is refused', async (_what, files, problem) => {
  expect((await problemsOf(files)).map(formatProblem)).toEqual([problem]);
});

test('half an hour and an hour unless told, and more where the looks are further apart', async () => {
  const settings = await load({});
  const store = settings.stores.get('tea')?.settings;
  expect(store && noPullAfter(store)).toBe(30 * MINUTE);
  expect(noListingAfter(settings)).toBe(60 * MINUTE);
  const seldom = await load({
    service: `${SERVICE}timings: { agentPoll: 2h }\n`,
    stores: { 'tea.yaml': STORE.replace('poll: 5m', 'poll: 20m') },
  });
  const other = seldom.stores.get('tea')?.settings;
  expect(other && noPullAfter(other)).toBe(60 * MINUTE);
  expect(noListingAfter(seldom)).toBe(360 * MINUTE);
});
