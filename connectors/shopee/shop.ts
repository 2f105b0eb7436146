/** What Shopee says about the shop itself (get_shop_info, shopee.md 2). @module */
import type { ShopInfo } from '../marketplace.ts';
import { getShopInfo } from './client/sdk.gen.ts';
import type { Connection } from './connection.ts';
import { instant, text } from './wire.ts';

/** The answer names no shop id: it is the one that the call was signed for. */
export async function readShop(connection: Connection, sellerId: string): Promise<ShopInfo> {
  const { data } = await connection.read('getShopInfo', (call) => getShopInfo(call));
  const status = text(data.status);
  return {
    sellerId,
    name: text(data.shop_name),
    country: text(data.region)?.toLowerCase(),
    state: status?.toUpperCase() === 'NORMAL' ? 'active' : 'other',
    status,
    expiresAt: instant(data.expire_time),
  };
}
