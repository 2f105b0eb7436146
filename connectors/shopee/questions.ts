/** The questions a real Shopee app or shop can answer, with all their answers. @module */
import { question } from '../question.ts';

export const APP = question({
  id: 'shopee/app',
  asks: 'Are host, partner id and partner key right for each other?',
  settles: '`address`, `partnerId` and `partnerKey` of the app',
  outcomes: {
    right: { verdict: 'pass', says: 'accepted; {shops} shops have consented to the app' },
    signature: {
      verdict: 'fail',
      says: 'the signature is refused: {said}',
      remedy:
        'Check partnerKey, and that it is of the same environment as address: live and test apps have their own keys and hosts. Look at the clock of this machine too.',
    },
    credential: {
      verdict: 'fail',
      says: 'the app or its key is refused: {said}',
      remedy:
        'Check partnerId, and in the console whether the key has expired or the app is restricted.',
    },
    permission: {
      verdict: 'fail',
      says: 'the call is not allowed: {said}',
      remedy:
        'If the IP address whitelist is on in the console, add the address that this machine calls from; else look at what the app may call.',
    },
  },
});

export const PUSH_CONFIG = question({
  id: 'shopee/push-config',
  asks: 'Do pushes flow to the right address?',
  settles: '`callbackUrl` of the app, and which pushes are on',
  outcomes: {
    flowing: { verdict: 'pass', says: '{status}, to the callbackUrl of the settings' },
    warning: {
      verdict: 'warn',
      says: '{status}: many pushes fail',
      remedy:
        'Look whether the service runs and answers within 3 s; below 30 % success Shopee stops.',
    },
    suspended: {
      verdict: 'fail',
      says: '{status}: Shopee has stopped to push',
      remedy:
        'Get the callback address to work, then switch the pushes on again in the console. What was missed is found by polling.',
    },
    'other-address': {
      verdict: 'fail',
      says: 'the console has {address}',
      remedy:
        'Make callbackUrl of the app and the address in the console the same, byte for byte: the signature covers it.',
    },
    'codes-off': {
      verdict: 'warn',
      says: 'these pushes are off: {codes}',
      remedy: 'Switch them on in the console; until then their news comes by polling.',
    },
    none: {
      verdict: 'warn',
      says: 'no address is set in the console',
      remedy: 'Enter the push address that ponbridge start shows, or go on with polling only.',
    },
  },
});

export const LOST_PUSHES = question({
  id: 'shopee/lost-pushes',
  asks: 'Can lost pushes be read, and are there any?',
  settles: 'whether the net finds what was not delivered',
  outcomes: {
    none: { verdict: 'pass', says: 'readable; none waits' },
    waiting: {
      verdict: 'warn',
      says: 'readable; {messages} wait',
      remedy: 'A running service takes them within timings.net.',
    },
    refused: {
      verdict: 'warn',
      says: 'not readable: {said}',
      remedy: 'Nothing to set: polling and the daily comparison find the same.',
    },
  },
});

export const TOKEN = question({
  id: 'shopee/token',
  asks: 'Is the access token accepted?',
  settles: "the seller's consent, and whether a token is good on this host",
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

export const SHOP = question({
  id: 'shopee/shop',
  asks: "Is it the shop and the region of the store's file?",
  settles: '`sellerId` and `country` of the store',
  outcomes: {
    same: { verdict: 'pass', says: 'shop {shop} in {region}' },
    other: {
      verdict: 'fail',
      says: 'shop {shop} is in {region}; the settings say {country}',
      remedy: "Correct country in the store's file: it decides the currency.",
    },
  },
});

export const SHOP_STATUS = question({
  id: 'shopee/shop-status',
  asks: 'Is the shop active?',
  settles: 'whether orders can come',
  outcomes: {
    normal: { verdict: 'pass', says: '{status}' },
    other: {
      verdict: 'fail',
      says: '{status}',
      remedy: 'Ask Shopee seller support why; set paused: true for the store until then.',
    },
  },
});

export const CONSENT_END = question({
  id: 'shopee/consent-end',
  asks: "When does the seller's consent end?",
  settles: 'the end that the seller chose, which no renewal moves',
  outcomes: {
    later: { verdict: 'pass', says: 'on {end}' },
    soon: {
      verdict: 'warn',
      says: 'soon: on {end}',
      remedy: 'Connect the store again before: ponbridge connect.',
    },
    unsaid: {
      verdict: 'warn',
      says: 'Shopee does not say',
      remedy: 'Note the end that the seller chose (at most 365 days), and connect again before.',
    },
  },
});

export const CHANNELS = question({
  id: 'shopee/channels',
  asks: 'Which channels does the shop ship with?',
  settles: 'whether a channel wants what Ponbridge cannot do',
  outcomes: {
    usual: { verdict: 'pass', says: '{channels}' },
    'seller-logistics': {
      verdict: 'warn',
      says: 'the seller delivers with {channels}',
      remedy:
        'Ponbridge does not tell the steps of such a delivery (update_tracking_status): do it in Seller Centre, or switch the channel off.',
    },
    none: {
      verdict: 'warn',
      says: 'no channel is enabled',
      remedy: 'Switch a channel on in Seller Centre: without one no order can be shipped.',
    },
  },
});

export const LISTING = question({
  id: 'shopee/listing',
  asks: 'Does the order list keep to the time of change asked for?',
  settles: 'how orders are pulled; all times are Unix seconds',
  outcomes: {
    within: { verdict: 'pass', says: '{rows} orders read, all changed within the time asked for' },
    outside: {
      verdict: 'warn',
      says: '{outside} of {rows} orders changed outside of the time asked for',
      remedy:
        'Nothing to set: what comes is read and compared. Send the report to the makers of Ponbridge.',
    },
    'no-orders': {
      verdict: 'unknown',
      says: 'no order changed in the last 14 days',
      needs: 'an order',
    },
  },
});

export const CONSENT_LINK = question({
  id: 'shopee/consent-link',
  asks: 'Does the link for the consent work?',
  settles: '`consentAddress` of the app: with it the newer link, without it the older, signed one',
  outcomes: {
    worked: { verdict: 'pass', says: 'a consent came back on {date}' },
    'not-yet': {
      verdict: 'unknown',
      says: 'no consent came back yet',
      needs:
        'a first consent. If the seller lands in the developer portal, remove consentAddress; if the page says "Wrong sign" or does not open, set it (https://open.shopee.com, for Brazil https://open.shopee.com.br)',
    },
  },
});
