/** The way back from the number an order carries at the agent to the sales order it was bought for. */
import type { AgentOrder } from '../../connectors/agent.ts';
import { parseTemplate } from '../../mappings/template.ts';
import type { Store } from '../config.ts';
import type { AccountRef } from '../database/agent-orders.ts';
import type { Service } from '../service.ts';

type Numbered = Pick<AgentOrder, 'orderSource' | 'sellerOrderNumber'>;

/** Whether a store that buys on the account uses the order's source. */
export function isOurSource(service: Service, ref: AccountRef, order: Numbered): boolean {
  return storesOf(service, ref, order).length > 0;
}

function storesOf({ settings }: Service, ref: AccountRef, { orderSource }: Numbered): Store[] {
  return [...settings.stores.values()].filter(
    ({ settings: { purchase, orderSource: source } }) =>
      purchase.agent === ref.agent &&
      purchase.account === ref.account &&
      (orderSource === undefined || orderSource === source),
  );
}

/** Ids of the sales orders it can stand for: by their purchase, else by the stores' templates. */
export async function salesOrdersNumbered(
  service: Service,
  ref: AccountRef,
  order: Numbered,
): Promise<string[]> {
  const number = order.sellerOrderNumber ?? '';
  const stores = storesOf(service, ref, order);
  const bought = await service.db
    .selectFrom('purchase')
    .innerJoin('sales_order', 'sales_order.id', 'purchase.sales_order_id')
    .select('sales_order.id')
    .distinct()
    .where('purchase.agent', '=', ref.agent)
    .where('purchase.account', '=', ref.account)
    .where('purchase.seller_order_number', '=', number)
    .where(
      'sales_order.store',
      'in',
      stores.map((store) => store.name),
    )
    .execute();
  if (bought.length > 0) return bought.map((row) => row.id);
  const found = await Promise.all(stores.map((store) => fromTemplate(service, store, number)));
  return found.flat();
}

async function fromTemplate(service: Service, store: Store, number: string): Promise<string[]> {
  const words = readNumber(number, store);
  if (!words) return [];
  let query = service.db.selectFrom('sales_order').select('id').where('store', '=', store.name);
  if (words.order !== undefined) query = query.where('order_number', '=', words.order);
  if (words.orderId !== undefined) query = query.where('order_id', '=', words.orderId);
  return (await query.execute()).map((row) => row.id);
}

/**
 * What `{order}` and `{orderId}` of the store's template stood for in this number; undefined when the
 * template does not make it.
 * @example readNumber('tea-sg-42', store) // { order: '42' } with the template '{store}-{order}'
 */
export function readNumber(
  number: string,
  { name, settings }: Pick<Store, 'name' | 'settings'>,
): { readonly order?: string; readonly orderId?: string } | undefined {
  const known: Record<string, string> = {
    store: name,
    country: settings.country,
    seller: settings.sellerId,
  };
  const seen = new Set<string>();
  const template = parseTemplate(settings.sellerOrderNumber);
  const parts = template.ok ? template.parts : [];
  const pattern = parts.map((part) => {
    if ('literal' in part) return RegExp.escape(part.literal);
    const value = known[part.name];
    if (value !== undefined) return RegExp.escape(value);
    if (seen.has(part.name)) return `\\k<${part.name}>`;
    seen.add(part.name);
    return `(?<${part.name}>.+)`;
  });
  return new RegExp(`^${pattern.join('')}$`, 'u').exec(number)?.groups;
}
