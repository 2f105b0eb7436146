/** Lazada (SG, MY, TH, VN, PH, ID) as a marketplace. See README.md. @module */
import type { Marketplace, MarketplaceModule } from '../marketplace.ts';
import { cancel, prepareCancel } from './cancel.ts';
import { connectTo } from './connection.ts';
import { doctor } from './doctor.ts';
import { readLabel } from './label.ts';
import { authorizeUrl, createAuthoriser, readRedirect } from './oauth.ts';
import { readPackages } from './packages.ts';
import { prepareShip } from './prepare.ts';
import { pull } from './pull.ts';
import { createPushHandler } from './push.ts';
import { readOrders } from './read.ts';
import { appSchema, type LazadaApp, type LazadaOptions, optionsSchema } from './settings.ts';
import { ship } from './shipping.ts';
import { readShop } from './shop.ts';
import { readTrace } from './trace.ts';
import { countryOf, VENTURES } from './ventures.ts';

export { authorizeUrl } from './oauth.ts';
export type { LazadaApp, LazadaOptions } from './settings.ts';

export const lazada: MarketplaceModule<LazadaApp, LazadaOptions> = {
  name: 'lazada',
  title: 'Lazada',
  countries: Object.fromEntries(
    Object.entries(VENTURES).map(([country, { currency }]) => [country, { currency }]),
  ),
  sellerIdSpans: 'country',
  orderNumbers: 'digits',
  steps: ['pack', 'ready-to-ship', 'tell-number'],
  appSchema,
  credentials: [
    { key: 'appKey', title: 'App Key (console, App Management, your app)', secret: false },
    { key: 'appSecret', title: 'App Secret (beside it)', secret: true },
  ],
  optionsSchema,
  connect(app, store, options, tokens, surroundings = {}): Marketplace {
    const country = countryOf(store.country);
    const connection = connectTo(app, country, tokens, surroundings);
    return {
      name: 'lazada',
      pull: (pullOptions) => pull(connection, country, pullOptions),
      readOrders: (orderIds) => readOrders(connection, country, orderIds),
      readPackages: async (order) => readPackages(order, options),
      prepareShip: (order, pkg, own, step) =>
        prepareShip(connection, options, order, pkg, own, step),
      ship: (request, window) => ship(connection, request, window),
      readLabel: (_order, pkg) => readLabel(connection, pkg, surroundings),
      readShop: () => readShop(connection, store),
      readTrace: (order, pkg) => readTrace(connection, country, order, pkg),
      prepareCancel: (order, reason) => prepareCancel(connection, order, reason),
      cancel: (request, window) => cancel(connection, request, window),
    };
  },
  authoriser: createAuthoriser,
  consentLink: (app, { redirectUrl, state }) => ({
    url: authorizeUrl(app, { redirectUri: redirectUrl, state }),
    livesMs: undefined,
  }),
  readRedirect,
  pushes: createPushHandler,
  doctor,
};
