/** What Lazada says about the seller itself (`/seller/get`). @module */
import { Rejected } from '../errors.ts';
import type { ShopInfo, StoreAddress } from '../marketplace.ts';
import { getSeller } from './client/sdk.gen.ts';
import { REQUEST_REFUSED } from './codes.ts';
import type { Connection } from './connection.ts';
import { operations } from './operations.ts';
import { text } from './wire.ts';

/** The answer names no country: it is the venture's whose host was asked. */
export async function readShop(connection: Connection, store: StoreAddress): Promise<ShopInfo> {
  const { country, sellerId } = store;
  try {
    const { data } = await connection.call(operations.getSeller, (via) => getSeller(via));
    const status = text(data.status);
    return {
      sellerId: text(data.seller_id) ?? sellerId,
      name: text(data.name),
      country,
      state: status?.toUpperCase() === 'ACTIVE' ? 'active' : 'other',
      status,
      expiresAt: undefined,
    };
  } catch (error) {
    // An app without this permission can work for the seller all the same.
    if (!(error instanceof Rejected) || !REQUEST_REFUSED.has(error.code ?? '')) throw error;
    const unknown = { name: undefined, status: undefined, expiresAt: undefined };
    return { sellerId, country, state: 'other', ...unknown };
  }
}
