/** Connects a store: the code of a seller's consent becomes a grant. */
import type { GrantTokens, ShopInfo } from '../connectors/marketplace.ts';
import { type ShopKey, storeGrant } from './database/grants.ts';
import { clearGrantHolds } from './database/holds.ts';
import type { Service } from './service.ts';

/** Returns what the marketplace says of the shop, where it says anything.
 * @throws {Error} when the consent is not for the store's shop, saying for which shops it is. */
export async function connectStore(
  service: Service,
  name: string,
  code: string,
): Promise<ShopInfo | undefined> {
  const store = service.settings.stores.get(name);
  if (!store) throw new Error(`there is no stores/${name}.yaml`);
  const { marketplace, app, sellerId, country } = store.settings;
  const authoriser = service.connections.authoriser(marketplace, app);
  const tokens = await authoriser.exchange(code, { sellerId });
  const covered = shopsOf(marketplace, tokens);
  if (!covered.some((shop) => shop.sellerId === sellerId && shop.country === country)) {
    const seen =
      covered.map((shop) => `${shop.country} ${shop.sellerId}`).join(', ') || 'no shop at all';
    throw new Error(`the consent is for ${seen}; stores/${name}.yaml says ${country} ${sellerId}`);
  }
  const grant = await storeGrant(
    service.db,
    service.secrets,
    {
      marketplace,
      app,
      subject: covered
        .map((shop) => `${shop.country}:${shop.sellerId}`)
        .sort()
        .join(','),
      tokens,
      shops: covered,
    },
    service.clock.now(),
  );
  await clearGrantHolds(service.db, grant, service.clock.now());
  // The first call with the new token shows that it works, and whose shop it is.
  return service.connections.marketplace(store).readShop?.();

  function shopsOf(system: string, granted: GrantTokens): ShopKey[] {
    // Shopee's answer names no country: it is the shop that was asked for.
    return granted.shops.map((shop) => ({
      marketplace: system,
      country: (shop.country ?? country).toLowerCase(),
      sellerId: shop.sellerId,
    }));
  }
}
