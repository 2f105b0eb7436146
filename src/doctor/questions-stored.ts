/** Questions that traffic answers by itself, with all their answers. @module */
import { type Question, question } from '../../connectors/question.ts';

export const CONSENT = question({
  id: 'store/consent',
  asks: "Is there a seller's consent, and until when?",
  settles: 'whether the store can be read',
  outcomes: {
    lasting: { verdict: 'pass', says: 'until {end}' },
    open: { verdict: 'pass', says: 'without a stated end' },
    ending: {
      verdict: 'warn',
      says: 'only until {end}',
      remedy: 'Connect the store again before: ponbridge connect {store}',
    },
    ended: {
      verdict: 'fail',
      says: 'ended on {end}',
      remedy: 'ponbridge connect {store}',
    },
    refused: {
      verdict: 'fail',
      says: 'the marketplace refused to renew it on {date}',
      remedy: 'ponbridge connect {store}',
    },
    none: { verdict: 'unknown', says: 'none yet', needs: 'ponbridge connect {store}' },
  },
});

export const RENEWAL = question({
  id: 'store/renewal',
  asks: 'Has the consent been renewed once?',
  settles: 'how refresh tokens turn over, which the documents contradict',
  outcomes: {
    renewed: { verdict: 'pass', says: 'last on {date}' },
    'not-yet': {
      verdict: 'unknown',
      says: 'not since it was given',
      needs: 'a running service about half an hour before {date} UTC',
    },
    none: { verdict: 'unknown', says: 'there is no consent', needs: 'ponbridge connect {store}' },
  },
});

export const PULL = question({
  id: 'store/pull',
  asks: 'Are orders pulled?',
  settles: 'whether the store is looked after',
  outcomes: {
    recent: { verdict: 'pass', says: 'last with success on {date} UTC' },
    late: {
      verdict: 'fail',
      says: 'last with success on {date} UTC; since then: {why}',
      remedy: 'See that the service runs; then put right what the message says.',
    },
    paused: { verdict: 'pass', says: 'no: the store is paused, or polling is off' },
    never: { verdict: 'unknown', says: 'not yet: {why}', needs: 'a running service and a consent' },
  },
});

export const BUYERS = question({
  id: 'store/buyers',
  asks: "Are buyers' names and addresses masked?",
  settles: '`receiver.kind` of the store',
  outcomes: {
    clear: { verdict: 'pass', says: 'no: {clear} of the last {orders} are clear' },
    masked: { verdict: 'pass', says: 'yes; the goods go to the warehouse, so it does not matter' },
    unusable: {
      verdict: 'fail',
      says: 'yes, {masked} of the last {orders}; receiver.kind: buyer cannot work',
      remedy:
        "Set receiver.kind: warehouse in the store's file, or get the app approved for buyers' data.",
    },
    'no-orders': {
      verdict: 'unknown',
      says: 'no order with a buyer is stored',
      needs: 'a first order',
    },
  },
});

export const OWNERS = question({
  id: 'store/number-owner',
  asks: 'Who gives the tracking numbers?',
  settles: '`tracking` and `ship` of the store',
  outcomes: {
    marketplace: { verdict: 'pass', says: '{owners}, first seen on {date}' },
    seller: { verdict: 'pass', says: '{owners}, first seen on {date}; tracking.leg: {leg}' },
    untold: {
      verdict: 'warn',
      says: '{owners}, first seen on {date}: the seller delivers, and there is no way to tell a number',
      remedy:
        'Nothing can be told to the buyer for these. Ask the marketplace to open the telling of numbers to the store (Lazada: sof/status/update, then options.sofStatusUpdate: true).',
    },
    'no-orders': {
      verdict: 'unknown',
      says: 'no package is known',
      needs: 'a first order that is ready to be shipped',
    },
  },
});

export const LABEL = question({
  id: 'store/label',
  asks: "Can the marketplace's labels be had?",
  settles: 'whether the warehouse gets them',
  outcomes: {
    fetched: { verdict: 'pass', says: '{labels} labels, first on {date}' },
    missing: {
      verdict: 'warn',
      says: '{packages} packages were arranged more than a day ago, and none has a label',
      remedy:
        'Look at one with ponbridge label <order>. Lazada masks labels until the app is approved for them; the seller can print them in the console.',
    },
    'no-orders': {
      verdict: 'unknown',
      says: 'no package was arranged',
      needs: 'a first order that is arranged',
    },
  },
});

export const PUSHES = question({
  id: 'app/pushes',
  asks: 'Do verified pushes arrive?',
  settles: 'the key that checks them, and the address in the console',
  outcomes: {
    verified: { verdict: 'pass', says: '{times}, first on {first}, last on {last}' },
    'some-refused': {
      verdict: 'warn',
      says: 'verified until {last}; since then {refused} were refused for a wrong signature, last on {lastRefused}',
      remedy: '{pushKey} If only some are refused, a stranger may have tried.',
    },
    refused: {
      verdict: 'fail',
      says: '{refused} were refused for a wrong signature, last on {lastRefused}; none was verified',
      remedy: '{pushKey}',
    },
    'probe-only': {
      verdict: 'unknown',
      says: "the console's test arrived on {probe}, so the address is right",
      needs: 'a first push: an order, or any change of one',
    },
    none: {
      verdict: 'unknown',
      says: 'none arrived',
      needs: "a first push: enter the address that ponbridge start shows in the app's console",
    },
    off: {
      verdict: 'warn',
      says: 'none are taken: {why}',
      remedy:
        'A supported mode: polling brings the same, only later. Otherwise set what is missing.',
    },
  },
});

export const CALLBACKS = question({
  id: 'account/callbacks',
  asks: 'Do callbacks arrive?',
  settles: 'the address in the console, and `PONBRIDGE_CALLBACK_TOKEN`',
  outcomes: {
    arrive: { verdict: 'pass', says: '{times}, first on {first}, last on {last}' },
    'wrong-address': {
      verdict: 'fail',
      says: '{refused} came to an address with another token, last on {lastRefused}; none to the right one',
      remedy:
        'Enter the address that ponbridge start shows, with the whole PONBRIDGE_CALLBACK_TOKEN, in the console (Message service).',
    },
    'probe-only': {
      verdict: 'unknown',
      says: "the console's test arrived on {probe}, so the address is right",
      needs: 'a first change of an order',
    },
    none: {
      verdict: 'unknown',
      says: 'none arrived',
      needs: 'a first purchase, and the address that ponbridge start shows in the console',
    },
    off: {
      verdict: 'warn',
      says: 'none are taken: PONBRIDGE_CALLBACK_TOKEN is not set',
      remedy: 'A supported mode: polling brings the same, only later. Otherwise set it.',
    },
  },
});

export const LISTING = question({
  id: 'account/listing',
  asks: "Is the account's last listing believed?",
  settles: 'whether anything can be bought on it',
  outcomes: {
    trusted: { verdict: 'pass', says: '{rows} orders, on {date} UTC' },
    untrusted: {
      verdict: 'fail',
      says: 'no, on {date} UTC: {why}',
      remedy: 'See pandapon/total and pandapon/numbers; nothing is bought on it meanwhile.',
    },
    none: { verdict: 'unknown', says: 'it was never listed', needs: 'a first purchase' },
  },
});

export const PARCELS = question({
  id: 'account/parcels',
  asks: 'Do parcels show their tracking numbers?',
  settles: 'the logistics call, and when a number comes',
  outcomes: {
    shown: { verdict: 'pass', says: '{parcels} parcels, first on {date}' },
    missing: {
      verdict: 'warn',
      says: '{lines} lines were sent more than two days ago, and none shows a number',
      remedy: 'Look at one in the console. If it has a number there, try the other generation.',
    },
    none: {
      verdict: 'unknown',
      says: 'nothing was sent yet',
      needs: 'a first purchase that is sent',
    },
  },
});

export const STORED_STORE_QUESTIONS: readonly Question[] = [
  CONSENT,
  RENEWAL,
  PULL,
  BUYERS,
  OWNERS,
  LABEL,
];
export const STORED_APP_QUESTIONS: readonly Question[] = [PUSHES];
export const STORED_ACCOUNT_QUESTIONS: readonly Question[] = [CALLBACKS, LISTING, PARCELS];
