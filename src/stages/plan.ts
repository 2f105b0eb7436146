/** Plan: the mapping rules turn a pulled order into a purchase, or into holds. */
import { createHash } from 'node:crypto';
import type { BuyerAddress, SalesOrder } from '../../connectors/marketplace.ts';
import { planDigest } from '../../mappings/digest.ts';
import { orderSkus } from '../../mappings/lines.ts';
import { type Plan, planOrder } from '../../mappings/plan.ts';
import { type Answer, done, later } from '../answer.ts';
import type { Store } from '../config.ts';
import type { Db } from '../database/connect.ts';
import { documentOf, noBuyer, type SalesOrderRow } from '../database/orders.ts';
import { linksOf } from '../database/sku-links.ts';
import { type Service, storeOf } from '../service.ts';
import type { Snapshot } from '../snapshot.ts';
import { moveOrder } from '../transition.ts';
import { decide } from './decide.ts';

/** The plan of an order as stored now. */
export async function planStored(service: Service, db: Db, row: SalesOrderRow): Promise<Plan> {
  const buyer = row.buyer ? await service.secrets.open<BuyerAddress>(row.buyer) : noBuyer;
  return planFor(db, storeOf(service, row.store), { ...documentOf(row), buyer });
}

/** The plan of an order just read. */
export async function planFor(db: Db, store: Store, order: SalesOrder): Promise<Plan> {
  return planOrder({
    order,
    store: store.settings,
    storeName: store.name,
    storeCurrency: store.currency,
    links: await linksOf(db, store.name, orderSkus(order)),
  });
}

export function digestOfPlan(plan: Plan): string {
  return createHash('sha256').update(planDigest(plan)).digest('base64url');
}

export async function plan(service: Service, snapshot: Snapshot): Promise<Answer> {
  const { order } = snapshot;
  const store = storeOf(service, order.store);
  const outcome = await planStored(service, service.db, order);
  const now = service.clock.now();
  const step = { now, actor: 'plan' };

  switch (outcome.kind) {
    case 'held':
      return { kind: 'hold', holds: outcome.holds.map(({ code, detail }) => ({ code, detail })) };
    case 'wait':
      return outcome.cause === 'cancelling'
        ? decide(service, snapshot)
        : later(undefined, outcome.reason);
    case 'nothing': {
      const cancelled = snapshot.lines.every((line) => line.phase === 'cancelled');
      await service.db.transaction().execute(async (tx) => {
        await moveOrder(tx, order.id, ['pulled', 'held'], cancelled ? 'cancelled' : 'ignored', {
          ...step,
          event: cancelled ? 'order-cancelled-before-purchase' : 'order-ignored',
          reason: outcome.reason,
          detail: { reason: outcome.reason },
        });
        await ignoreLines(tx, order.id, outcome.skipped);
      });
      return done;
    }
    case 'purchase': {
      const digest = digestOfPlan(outcome);
      const off = store.settings.purchase.mode === 'off';
      const changed = order.plan_digest !== null && order.plan_digest !== digest;
      await service.db.transaction().execute(async (tx) => {
        await moveOrder(tx, order.id, ['pulled', 'held'], off ? 'planned' : 'waiting', {
          ...step,
          event: changed ? 'plan-changed' : 'order-planned',
          detail: {
            lines: outcome.draft.lines.length,
            costFen: outcome.costFen,
            saleFen: outcome.saleFen,
            margin: outcome.marginShare,
          },
          set: {
            plan_digest: digest,
            buyable_at: order.buyable_at ?? now,
            // An approval is for what was shown: another plan needs another one.
            ...(changed ? { approved_at: null } : {}),
          },
        });
        await ignoreLines(tx, order.id, outcome.skipped);
      });
      return done;
    }
  }
}

async function ignoreLines(
  db: Db,
  id: string,
  skipped: readonly { readonly lineId: string; readonly reason: string }[],
) {
  for (const { lineId, reason } of skipped) {
    await db
      .updateTable('sales_line')
      .set({ state: 'ignored', state_reason: reason })
      .where('sales_order_id', '=', id)
      .where('line_id', '=', lineId)
      .where('state', '=', 'open')
      .execute();
  }
}
