/** Plans a page of orders with one look at the SKU links, some of which a file may say otherwise. */
import type { SalesOrder } from '../../connectors/marketplace.ts';
import { orderSkus } from '../../mappings/lines.ts';
import { type Plan, planOrder } from '../../mappings/plan.ts';
import type { SkuLink } from '../../mappings/sku-links.ts';
import type { Store } from '../config.ts';
import type { Db } from '../database/connect.ts';
import { linksOf } from '../database/sku-links.ts';

/** The plans, in the order of the orders. */
export type Planner = (orders: readonly SalesOrder[]) => Promise<readonly Plan[]>;

/** SKU links that stand in place of the table's, by the SKU they speak of. */
export type LinkOverlay = ReadonlyMap<string, readonly SkuLink[]>;

export interface PlannerOptions {
  /** Plans orders created before the store's start too. */
  readonly beforeStart?: boolean | undefined;
  readonly links?: LinkOverlay | undefined;
}

export function createPlanner(db: Db, store: Store, options: PlannerOptions = {}): Planner {
  const settings = options.beforeStart ? { ...store.settings, start: new Date(0) } : store.settings;
  return async (orders) => {
    const skus = [...new Set(orders.flatMap(orderSkus))];
    const links = overlaid(await linksOf(db, store.name, skus), skus, options.links);
    const bySku = Map.groupBy(links, ({ sku }) => sku);
    return orders.map((order) =>
      planOrder({
        order,
        store: settings,
        storeName: store.name,
        storeCurrency: store.currency,
        links: orderSkus(order).flatMap((sku) => bySku.get(sku) ?? []),
      }),
    );
  };
}

/** As an import would leave the table: a file says all there is of a SKU, per store or shared. */
function overlaid(
  stored: readonly SkuLink[],
  skus: readonly string[],
  overlay: LinkOverlay | undefined,
): readonly SkuLink[] {
  if (!overlay) return stored;
  const said = skus.flatMap((sku) => overlay.get(sku) ?? []);
  const subject = ({ store, sku }: SkuLink) => JSON.stringify([store, sku]);
  const replaced = new Set(said.map(subject));
  return [...stored.filter((link) => !replaced.has(subject(link))), ...said];
}
