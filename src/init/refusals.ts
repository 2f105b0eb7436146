/** Why a store of this name or shop cannot be added; one place for questions and answer files. */
import type { StoreAnswers } from './answers.ts';
import type { KnownHome } from './known.ts';

export function refuseName(home: KnownHome, name: string): string | undefined {
  return [...home.storeNames].some((known) => known.toLowerCase() === name.toLowerCase())
    ? `there is a stores/${name}.yaml already; edit that file, or give this store another name`
    : undefined;
}

type Shop = Pick<StoreAnswers, 'marketplace' | 'country' | 'sellerId'>;

export function refuseShop(home: KnownHome, shop: Shop): string | undefined {
  const twin = home.stores.find((known) => isSameShop(known, shop));
  return twin && `is the shop of stores/${twin.name}.yaml already; a shop has one file`;
}

export function isSameShop(one: Shop, other: Shop): boolean {
  return (
    one.marketplace === other.marketplace &&
    one.country === other.country &&
    one.sellerId === other.sellerId
  );
}
