/** Source SKUs that are known by themselves: linked, bought, or in the agent's books. */

export interface KnownSource {
  readonly itemId: string;
  readonly skuId: string;
  readonly priceFen: number | undefined;
  /** For people: where it is known from, e.g. `linked for "MUG" in tea-sg`. */
  readonly where: string;
}

export interface KnownSources {
  /** The source itself, when both ids are known together. */
  pair(itemId: string, skuId: string): KnownSource | undefined;
  withItem(itemId: string): readonly KnownSource[];
  withSku(skuId: string): readonly KnownSource[];
  /** The first price known of it. */
  price(itemId: string, skuId: string): KnownSource | undefined;
}

export function knownSources(rows: readonly KnownSource[]): KnownSources {
  const pairs = Map.groupBy(rows, ({ itemId, skuId }) => `${itemId} ${skuId}`);
  const items = Map.groupBy(rows, ({ itemId }) => itemId);
  const skus = Map.groupBy(rows, ({ skuId }) => skuId);
  const of = (itemId: string, skuId: string) => pairs.get(`${itemId} ${skuId}`) ?? [];
  return {
    pair: (itemId, skuId) => of(itemId, skuId)[0],
    withItem: (itemId) => items.get(itemId) ?? [],
    withSku: (skuId) => skus.get(skuId) ?? [],
    price: (itemId, skuId) => of(itemId, skuId).find(({ priceFen }) => priceFen !== undefined),
  };
}
