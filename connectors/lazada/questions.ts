/** The questions a real Lazada app or shop can answer, with all their answers. @module */
import { question } from '../question.ts';

export const APP = question({
  id: 'lazada/app',
  asks: 'Are the App Key and the App Secret right?',
  settles: '`appKey` and `appSecret` of the app; asked with a code that cannot exist',
  outcomes: {
    right: { verdict: 'pass', says: 'the signature is accepted' },
    signature: {
      verdict: 'fail',
      says: 'the signature is refused: {said}',
      remedy: 'Check appSecret against the console, and the clock of this machine.',
    },
    refused: {
      verdict: 'fail',
      says: 'the app is refused: {said}',
      remedy: 'Check appKey against the console, and that the app is online there.',
    },
  },
});

export const TOKEN = question({
  id: 'lazada/token',
  asks: 'Is the access token accepted?',
  settles: "the seller's consent",
  outcomes: {
    accepted: { verdict: 'pass', says: 'accepted' },
    refused: {
      verdict: 'fail',
      says: 'refused: {said}',
      remedy:
        'A running service renews it by itself. If the next doctor says the same, connect the store again: ponbridge connect.',
    },
  },
});

export const SELLER = question({
  id: 'lazada/seller',
  asks: "Is it the token of this store's seller and country?",
  settles: '`sellerId` and `country` of the store',
  outcomes: {
    same: { verdict: 'pass', says: 'seller {seller}, on the host of {country}' },
    other: {
      verdict: 'fail',
      says: 'on the host of {country} the token is of seller {seller}; the settings say {expected}',
      remedy: "Correct sellerId in the store's file, or connect the store as its own seller.",
    },
    'not-here': {
      verdict: 'fail',
      says: 'the host of {country} knows no seller of this token: {said}',
      remedy:
        "Correct country in the store's file, or connect the store as a seller of this country.",
    },
  },
});

export const SELLER_STATUS = question({
  id: 'lazada/seller-status',
  asks: 'Is the shop active?',
  settles: 'whether orders can come',
  outcomes: {
    active: { verdict: 'pass', says: '{status}' },
    other: {
      verdict: 'fail',
      says: '{status}',
      remedy: 'Ask Lazada seller support why; set paused: true for the store until then.',
    },
  },
});

export const CROSS_BORDER = question({
  id: 'lazada/cross-border',
  asks: 'Is it a cross-border shop, and do the settings know it?',
  settles: '`options.crossBorder` of the store',
  outcomes: {
    matches: { verdict: 'pass', says: 'crossBorder: {crossBorder}, as set' },
    differs: {
      verdict: 'fail',
      says: 'Lazada says crossBorder: {crossBorder}',
      remedy:
        "Set options.crossBorder: {crossBorder} in the store's file: packing names a provider for cross-border shops only.",
    },
  },
});

const TWO_ORDERS = 'two orders changed within 30 days';

export const SORTING = question({
  id: 'lazada/listing',
  asks: 'Does the listing come by time of change, within its bounds?',
  settles: 'how orders are pulled',
  outcomes: {
    ascending: { verdict: 'pass', says: '{rows} rows, oldest change first' },
    otherwise: {
      verdict: 'warn',
      says: '{rows} rows in another order, or outside of the time asked for',
      remedy: 'Nothing to set: pages are then told apart by offset, which is slower.',
    },
    few: { verdict: 'unknown', says: 'there are fewer than two rows', needs: TWO_ORDERS },
  },
});

export const LIMIT = question({
  id: 'lazada/limit',
  asks: 'Is the limit of a page kept to?',
  settles: 'a doubt from the sibling platform Daraz, where it was not',
  outcomes: {
    kept: { verdict: 'pass', says: 'a page of 1 has 1 row' },
    ignored: {
      verdict: 'warn',
      says: 'a page of 1 has {rows} rows',
      remedy: 'Nothing to set: the rows that come are counted, not those asked for.',
    },
    few: { verdict: 'unknown', says: 'there are fewer than two rows', needs: TWO_ORDERS },
  },
});

export const COUNT = question({
  id: 'lazada/count',
  asks: 'What do count and countTotal count?',
  settles: 'ambiguous texts; nothing leans on either',
  outcomes: {
    page: {
      verdict: 'pass',
      says: 'count the rows of the page ({count}), countTotal all ({total})',
    },
    otherwise: {
      verdict: 'warn',
      says: 'a page of {rows} rows says count {count}, countTotal {total}',
      remedy: 'Nothing to do: a page ends by its rows.',
    },
    few: { verdict: 'unknown', says: 'there are fewer than two rows', needs: TWO_ORDERS },
  },
});

export const OFFSET = question({
  id: 'lazada/offset',
  asks: 'Is an offset of 4500 with a page of 100 accepted?',
  settles: 'the guide says 5000, the metadata 4500, a third party that offset and limit add up',
  outcomes: {
    accepted: { verdict: 'pass', says: 'accepted' },
    refused: {
      verdict: 'warn',
      says: 'refused: {said}',
      remedy:
        'Matters only where more than some thousand orders changed in one second. Send the report to the makers of Ponbridge.',
    },
  },
});

export const OWN_NUMBER = question({
  id: 'lazada/own-number',
  asks: 'Is sof/status/update open to this store?',
  settles: '`options.sofStatusUpdate`: telling an own tracking number',
  outcomes: {
    open: { verdict: 'pass', says: 'own numbers were taken {taken} times, first on {first}' },
    refused: {
      verdict: 'fail',
      says: 'own numbers were refused {refused} times and never taken',
      remedy:
        "Ask Lazada to open sof/status/update to the store, or set options.sofStatusUpdate: false in the store's file.",
    },
    off: {
      verdict: 'pass',
      says: 'not used: options.sofStatusUpdate is false',
    },
    'no-orders': {
      verdict: 'unknown',
      says: 'no own number was told yet',
      needs: 'a first order that the seller delivers (DBS)',
    },
  },
});
