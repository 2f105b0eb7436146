/**
 * What can be found out about an order, each part by its own rule, and every hold there is.
 * @module
 */
import type { OrderLine, SalesOrder } from '../connectors/marketplace.ts';
import { checkBudget } from './budget.ts';
import type { MappingHold } from './holds.ts';
import type { Allocation, BoughtLine, ExplainedLine, MappedLines } from './lines.ts';
import { mapNumber } from './number.ts';
import { type ExplainedReceiver, mapReceiver } from './receiver.ts';
import type { SkuLink } from './sku-links.ts';
import type { StoreSettings, TemplateName } from './store.ts';
import type { Triage } from './triage.ts';

export interface PlanInput {
  readonly order: SalesOrder;
  readonly store: StoreSettings;
  readonly storeName: string;
  /** ISO 4217, of the store's country. */
  readonly storeCurrency: string;
  /** At least the links of the order's SKUs (`orderSkus`), of this store and shared. */
  readonly links: readonly SkuLink[];
}

/** What was found out about an order, also when something keeps it from being bought. */
export interface Findings {
  readonly lines: readonly ExplainedLine[];
  /** Source lines added up; a price may be unknown. */
  readonly bought: readonly BoughtLine[];
  readonly receiver: ExplainedReceiver;
  readonly allocations: readonly Allocation[];
  readonly orderSource: string;
  readonly sellerOrderNumber: string;
  readonly costFen: number | undefined;
  readonly saleFen: number | undefined;
  /** (sale - cost) / sale. */
  readonly marginShare: number | undefined;
}

/** Values of the names that a store's templates may use. */
export function templateValues(
  order: Pick<SalesOrder, 'orderId' | 'orderNumber'>,
  store: Pick<StoreSettings, 'country' | 'sellerId'>,
  storeName: string,
): Record<TemplateName, string> {
  return {
    order: order.orderNumber,
    orderId: order.orderId,
    store: storeName,
    country: store.country,
    seller: store.sellerId,
  };
}

/** @param wanted the order's lines that neither their state nor a rule rules out */
export function findOut(
  { order, store, storeName, storeCurrency }: PlanInput,
  { unknown }: Triage,
  mapped: MappedLines,
  wanted: readonly OrderLine[],
): { findings: Findings; holds: readonly MappingHold[] } {
  const values = templateValues(order, store, storeName);
  const number = mapNumber(store, values);
  const receiver = mapReceiver(store.receiver, order.buyer, values);
  const budget = checkBudget({
    bought: mapped.bought,
    complete: mapped.holds.length === 0 && mapped.bought.length > 0,
    sold: wanted.filter(({ quantity }) => Number.isSafeInteger(quantity) && quantity > 0),
    currency: order.currency,
    storeCurrency,
    budget: store.budget,
  });
  const { costFen, saleFen, marginShare } = budget;
  return {
    findings: {
      lines: mapped.explained,
      bought: mapped.bought,
      receiver: receiver.explained,
      allocations: mapped.allocations,
      orderSource: store.orderSource,
      sellerOrderNumber: number.sellerOrderNumber,
      costFen,
      saleFen,
      marginShare,
    },
    holds: [
      ...orderHolds(order, store),
      ...unknown.map(({ lineId, status }) => ({
        code: 'status-unknown' as const,
        detail: `line ${lineId} has the status "${status}"`,
        lineId,
      })),
      ...mapped.holds,
      ...receiver.holds,
      ...number.holds,
      ...budget.holds,
    ],
  };
}

function orderHolds(order: SalesOrder, store: StoreSettings): MappingHold[] {
  const holds: MappingHold[] = [];
  if (order.lines.length === 0) {
    holds.push({ code: 'order-empty', detail: 'the order came without lines' });
  }
  if (order.cashOnDelivery && !store.purchase.cashOnDelivery) {
    const detail = `${order.total} ${order.currency} are to be paid on delivery`;
    holds.push({ code: 'cash-on-delivery', detail });
  }
  return holds;
}
