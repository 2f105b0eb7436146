/** The questions a real PandaPon account can answer, with all their answers. @module */
import { question } from '../question.ts';

export const SIGNATURE = question({
  id: 'pandapon/signature',
  asks: 'Are the signature and the unit of the timestamp accepted?',
  settles: '`timestampUnit` and the keys of the account; the inferred rule of signing',
  outcomes: {
    accepted: { verdict: 'pass', says: 'accepted, with the timestamp in {unit}' },
    'other-unit': {
      verdict: 'fail',
      says: 'refused with the timestamp in {unit}, accepted in {other}',
      remedy: 'Set timestampUnit: {other} for this account in ponbridge.yaml.',
    },
    refused: {
      verdict: 'fail',
      says: 'refused in both units, in the same words as a wrong signature: {said}',
      remedy:
        'Check accessKey and accessSecret against the console (a reset makes the old secret invalid), and the clock of this machine. If all are right, the rule of signing is not the assumed one: docs/assumptions.md.',
    },
  },
});

export const USER_ID = question({
  id: 'pandapon/user-id',
  asks: 'Is the user id accepted?',
  settles: '`userId` of the account',
  outcomes: {
    accepted: { verdict: 'pass', says: 'accepted' },
    refused: {
      verdict: 'fail',
      says: 'the account is refused, in other words than a wrong signature: {said}',
      remedy: 'Check userId (the sub-account, 13 digits) and what the sub-account may do.',
    },
  },
});

export const GENERATION = question({
  id: 'pandapon/generation',
  asks: 'Which generation of the listing works?',
  settles: '`generation` of the account',
  outcomes: {
    both: { verdict: 'pass', says: '{generation}, as set; {other} works too' },
    'only-set': { verdict: 'pass', says: '{generation}, as set; {other} does not' },
    'only-other': {
      verdict: 'fail',
      says: '{generation} is set and does not work; {other} does',
      remedy: 'Set generation: {other} for this account in ponbridge.yaml.',
    },
    unreadable: {
      verdict: 'fail',
      says: '{generation} answers, but not as it is documented',
      remedy:
        'Try the other generation. If both are so, send the report to the makers of Ponbridge: its description of the answer is wrong.',
    },
  },
});

const FIRST_ORDER = 'an order of the last 60 days on this account';

export const DATE_FILTER = question({
  id: 'pandapon/date-filter',
  asks: 'Does the listing look at its dates?',
  settles: 'the assumed format of the filter (yyyy-MM-dd HH:mm:ss, China time)',
  outcomes: {
    honoured: { verdict: 'pass', says: 'a window in the future is empty' },
    ignored: {
      verdict: 'warn',
      says: 'a window in the future shows {rows} orders: the filter is ignored',
      remedy:
        'Nothing to set: rows outside the window are left out here. Each listing then reads the whole account, so raise timings.agentPoll on a large one.',
    },
    'no-orders': {
      verdict: 'unknown',
      says: 'there is no order that a filter could leave out',
      needs: FIRST_ORDER,
    },
  },
});

export const PAGE_SIZE = question({
  id: 'pandapon/page-size',
  asks: 'Does a page have as many rows as asked for?',
  settles: '`pageSize` of the account; the largest page is not documented',
  outcomes: {
    honoured: { verdict: 'pass', says: 'a page of {pageSize} has {pageSize} rows' },
    capped: {
      verdict: 'warn',
      says: 'a page of {pageSize} has {rows} rows',
      remedy: 'Set pageSize: {rows} for this account in ponbridge.yaml.',
    },
    larger: {
      verdict: 'warn',
      says: 'a page of {pageSize} has {rows} rows: the size asked for is ignored',
      remedy: 'Nothing to set: pages are read until all rows are there.',
    },
    'no-orders': {
      verdict: 'unknown',
      says: 'there are fewer than two orders',
      needs: 'a second order within 60 days on this account',
    },
  },
});

export const TOTAL = question({
  id: 'pandapon/total',
  asks: 'Does the listing show as many orders as it says there are?',
  settles: 'whether listings are evidence; without it nothing is bought (`listing-untrusted`)',
  outcomes: {
    exact: { verdict: 'pass', says: '{unique} different rows read, total {totals}' },
    differs: {
      verdict: 'fail',
      says: '{unique} different rows read, total {totals}',
      remedy:
        'If it stays so when you ask again, keep purchase.mode: off. No listing of this account is believed, so each purchase would be held: ask PandaPon why the total differs.',
    },
    'no-orders': { verdict: 'unknown', says: 'there is nothing to count', needs: FIRST_ORDER },
  },
});

export const ID_FILTER = question({
  id: 'pandapon/id-filter',
  asks: 'Can one order be read by its id?',
  settles: 'how many calls following an order takes',
  outcomes: {
    honoured: { verdict: 'pass', says: 'the listing by id shows this order alone' },
    ignored: {
      verdict: 'warn',
      says: 'the listing by id shows {rows} orders',
      remedy:
        'Try the other generation. Otherwise nothing to set: pages are read until it is found.',
    },
    'no-orders': { verdict: 'unknown', says: 'there is no order to read', needs: FIRST_ORDER },
  },
});

export const NUMBERS = question({
  id: 'pandapon/numbers',
  asks: 'Do orders carry our number and source?',
  settles: 'whether a purchase whose answer was lost can be found again',
  outcomes: {
    carried: {
      verdict: 'pass',
      says: '{carrying} of {rows} orders carry sellerOrderNumber and orderSource',
    },
    missing: {
      verdict: 'fail',
      says: '{bare} of {own} orders placed by Ponbridge carry no sellerOrderNumber or orderSource',
      remedy:
        'Keep purchase.mode: manual at most, and try the other generation. Without its number a purchase in doubt cannot be recognised; it is held instead.',
    },
    'no-orders': {
      verdict: 'unknown',
      says: 'no order carries them; those bought by hand need not',
      needs: 'a first purchase placed by Ponbridge',
    },
  },
});

export const TIMES = question({
  id: 'pandapon/time-zone',
  asks: 'Are its times China time?',
  settles: 'the assumed zone of times without one',
  outcomes: {
    china: {
      verdict: 'pass',
      says: 'orders placed by Ponbridge show the time they were placed at',
    },
    other: {
      verdict: 'fail',
      says: 'orders placed by Ponbridge show a time {hours} h away from when they were placed',
      remedy:
        'Send the report to the makers of Ponbridge: the zone is fixed in connectors/pandapon/wire.ts. Keep purchase.mode: off meanwhile, for windows of listings miss orders.',
    },
    'no-orders': {
      verdict: 'unknown',
      says: 'no order on it was placed by Ponbridge',
      needs: 'a first purchase placed by Ponbridge',
    },
  },
});
