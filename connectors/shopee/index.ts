/**
 * Shopee (Open Platform v2) as a marketplace.
 * @module
 */
import type { Marketplace, MarketplaceModule, StoreAddress, TokenSource } from '../marketplace.ts';
import type { Surroundings } from '../surroundings.ts';
import { cancel, decideCancellation, prepareCancel } from './cancel.ts';
import { openShop } from './connection.ts';
import { doctor } from './doctor.ts';
import { readLabel, type Started } from './label.ts';
import { readLostPushes } from './lost-pushes.ts';
import { consentLink, createAuthoriser, readRedirect, SIGNED_LINK_MS } from './oauth.ts';
import { pull, readOrders } from './orders.ts';
import { readPackages } from './packages.ts';
import { createPushHandler } from './push.ts';
import { appSchema, optionsSchema, type ShopeeApp, type ShopeeOptions } from './settings.ts';
import { prepareShip, ship } from './shipping.ts';
import { readShop } from './shop.ts';
import { readTrace } from './trace.ts';
import { listUnarranged } from './unarranged.ts';

export { STABLE_CODES, type StableCode } from './codes.ts';
export { readLostPushes } from './lost-pushes.ts';
export { consentLink } from './oauth.ts';
export type { ShopeeApp, ShopeeOptions } from './settings.ts';

export const shopee: MarketplaceModule<ShopeeApp, ShopeeOptions> = {
  name: 'shopee',
  title: 'Shopee',
  countries: {
    sg: { currency: 'SGD' },
    my: { currency: 'MYR' },
    th: { currency: 'THB' },
    ph: { currency: 'PHP' },
    vn: { currency: 'VND' },
    id: { currency: 'IDR' },
    tw: { currency: 'TWD' },
    br: { currency: 'BRL' },
    mx: { currency: 'MXN' },
    co: { currency: 'COP' },
    cl: { currency: 'CLP' },
  },
  // Calls name the shop by its id alone, without its country.
  sellerIdSpans: 'marketplace',
  orderNumbers: 'letters and digits',
  steps: ['arrange'],
  appSchema,
  credentials: [
    { key: 'partnerId', title: 'Live Partner ID (console, App List, your app)', secret: false },
    { key: 'partnerKey', title: 'Live API Partner Key (beside it)', secret: true },
    { key: 'callbackUrl', title: 'Callback address', secret: false, forPushes: 'address' },
    {
      key: 'pushKey',
      title: 'Live Push Partner Key (Push Mechanism)',
      secret: true,
      forPushes: 'key',
    },
  ],
  optionsSchema,
  connect,
  authoriser: createAuthoriser,
  consentLink: (app, { redirectUrl, state, at }) => ({
    url: consentLink(app, redirectUrl, state, at).href,
    livesMs: app.consentAddress ? undefined : SIGNED_LINK_MS,
  }),
  readRedirect,
  pushes(app) {
    const { callbackUrl } = app;
    if (callbackUrl === undefined) {
      throw new Error('the Shopee app has no callbackUrl, so its pushes cannot be checked');
    }
    return createPushHandler({ ...app, callbackUrl });
  },
  lostPushes: (app, surroundings) => () => readLostPushes(app, surroundings),
  doctor,
};

function connect(
  app: ShopeeApp,
  store: StoreAddress,
  options: ShopeeOptions,
  tokens: TokenSource,
  surroundings: Surroundings = {},
): Marketplace {
  const connection = openShop(app, store.sellerId, tokens, surroundings);
  const started: Started = new Map();
  return {
    name: 'shopee',
    pull: (period) => pull(connection, period),
    readOrders: (orderIds) => readOrders(connection, orderIds),
    readPackages: (order) => readPackages(connection, options, order),
    prepareShip: (order, pkg, own, step) => prepareShip(connection, options, order, pkg, own, step),
    ship: (request, window) => ship(connection, request, window),
    readLabel: (order, pkg) => readLabel(connection, started, order, pkg),
    readTrace: (order, pkg) => readTrace(connection, order, pkg),
    readShop: () => readShop(connection, store.sellerId),
    unarranged: () => listUnarranged(connection),
    prepareCancel: (order, reason) => prepareCancel(connection, order, reason),
    cancel: (request, window) => cancel(connection, request, window),
    decideCancellation: (orderId, accept, window) =>
      decideCancellation(connection, orderId, accept, window),
  };
}
