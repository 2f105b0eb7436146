/** Plans the orders of a trial page by page, with one or two kinds of settings. Buys and stores nothing. */
import type { SalesOrder } from '../../connectors/marketplace.ts';
import type { Plan } from '../../mappings/plan.ts';
import { asThen } from './as-then.ts';
import type { Planner } from './planner.ts';
import type { BoughtBefore, TrialPage } from './read.ts';

export interface PlannedOrder {
  readonly order: SalesOrder;
  /** Shipped or ended since, and planned as on the day it came in. */
  readonly past: boolean;
  readonly bought: BoughtBefore | undefined;
  readonly plan: Plan;
  /** With the other settings; the same plan where there are none. */
  readonly other: Plan;
}

export interface PlannedPage extends Omit<TrialPage, 'orders'> {
  readonly orders: readonly PlannedOrder[];
}

export interface TrialPlanners {
  readonly before: Planner;
  readonly after?: Planner | undefined;
  /** Orders that were shipped or ended are planned as they stand, so nothing of them is bought. */
  readonly asNow?: boolean | undefined;
}

export async function* planPages(
  pages: AsyncIterable<TrialPage>,
  { before, after, asNow }: TrialPlanners,
): AsyncGenerator<PlannedPage> {
  for await (const page of pages) {
    const each = page.orders.map(({ order, bought }) => ({
      bought,
      ...(asNow ? { order, past: false } : asThen(order)),
    }));
    const orders = each.map(({ order }) => order);
    const plans = await before(orders);
    const others = after ? await after(orders) : plans;
    yield {
      ...page,
      orders: each.flatMap((one, index) => {
        const [plan, other] = [plans[index], others[index]];
        return plan && other ? [{ ...one, plan, other }] : [];
      }),
    };
  }
}
