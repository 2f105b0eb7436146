/** Which stores a consent is for, judged by its shops; pure. */
import type { GrantTokens } from '../../connectors/marketplace.ts';
import type { Store } from '../config.ts';
import type { ShopKey } from '../database/grants.ts';

/** How many shops are named before the rest is counted. */
const MOST_NAMED = 10;

export interface Covered {
  /** Every shop of the consent. */
  readonly shops: readonly ShopKey[];
  /** Stores of the same app that it serves. */
  readonly stores: readonly Store[];
  /** Stores whose shop it covers, but whose settings name another app: theirs stay as they are. */
  readonly elsewhere: readonly Store[];
  readonly unused: readonly ShopKey[];
}

/**
 * @param store the one being connected
 * @param all of the settings
 */
export function coverOf(
  store: Store,
  granted: GrantTokens['shops'],
  all: Iterable<Store>,
): Covered {
  const { marketplace, app } = store.settings;
  const peers = [...all].filter((one) => one.settings.marketplace === marketplace);
  const shops = granted.flatMap(({ sellerId, country }): ShopKey[] => {
    // Where the answer names no country, a store of that shop does.
    const known = country?.toLowerCase() ?? countryOf(sellerId, [store, ...peers]);
    return known === undefined ? [] : [{ marketplace, country: known, sellerId }];
  });
  const covers = (one: Store) => shops.some((shop) => isShopOf(one, shop));
  return {
    shops,
    stores: peers.filter((one) => one.settings.app === app && covers(one)),
    elsewhere: peers.filter((one) => one.settings.app !== app && covers(one)),
    unused: shops.filter((shop) => !peers.some((one) => isShopOf(one, shop))),
  };
}

export function isShopOf(store: Store, shop: ShopKey): boolean {
  return store.settings.sellerId === shop.sellerId && store.settings.country === shop.country;
}

function countryOf(sellerId: string, stores: readonly Store[]): string | undefined {
  return stores.find((one) => one.settings.sellerId === sellerId)?.settings.country;
}

/** Why the consent is not for this store, and what to do; undefined when it is. */
export function whyNotFor(
  store: Store,
  { shops }: Pick<Covered, 'shops'>,
  all: Iterable<Store>,
  title: string,
): string | undefined {
  const { name, settings } = store;
  if (shops.some((shop) => isShopOf(store, shop))) return undefined;
  const mine = `shop ${settings.sellerId} (${settings.country})`;
  const logIn = `log out of ${title} in the browser, log in as ${mine}, and begin again: ponbridge connect ${name}`;
  const here = shops.find((shop) => shop.sellerId === settings.sellerId);
  if (here) {
    return `Wrong country: the consent is for shop ${here.sellerId} in ${here.country}, and stores/${name}.yaml says country: ${settings.country}. Correct it there, or agree as the shop in ${settings.country}.`;
  }
  const others = [...all].filter(
    (one) =>
      one.settings.marketplace === settings.marketplace &&
      shops.some((shop) => isShopOf(one, shop)),
  );
  if (others.length > 0) {
    const names = others.map((one) => `${one.settings.sellerId}, the store ${one.name}`).join('; ');
    return `Wrong shop: the browser was logged in as ${names}. For ${name}: ${logIn}.`;
  }
  const seen = namedShops(shops) || 'no shop at all';
  return `Wrong shop: the consent is for ${seen}, and stores/${name}.yaml says ${settings.country} ${settings.sellerId}. Correct sellerId there, or ${logIn}.`;
}

/** `sg 1001, my 2001 and 3 more` */
export function namedShops(shops: readonly ShopKey[]): string {
  const named = shops.slice(0, MOST_NAMED).map((shop) => `${shop.country} ${shop.sellerId}`.trim());
  const more = shops.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
