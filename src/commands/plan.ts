/** `ponbridge plan <store> <order>`: the exact payload and which rule made which part. Buys nothing. */
import type { PurchaseDraft } from '../../connectors/agent.ts';
import { explainPlan } from '../../mappings/explain.ts';
import type { Plan } from '../../mappings/plan.ts';
import { readOrderRow } from '../database/orders.ts';
import type { Service } from '../service.ts';
import { planFor, planStored } from '../stages/plan.ts';
import { type Context, printJson } from './context.ts';
import { withCore } from './core.ts';
import { Problem } from './errors.ts';
import { findOrders, knownStore } from './find-order.ts';

export interface PlanOptions {
  /** Never asks the marketplace. */
  readonly stored?: boolean;
  readonly json?: boolean;
}

export async function plan(
  context: Context,
  storeName: string,
  word: string,
  options: PlanOptions,
): Promise<void> {
  await withCore(context, async (core) => {
    const { made, from } = await makePlan(core, storeName, word, options.stored ?? false);
    const payload = made.kind === 'purchase' ? payloadOf(core, storeName, made.draft) : undefined;
    if (options.json) return printJson(context, { from, plan: made, payload: payload ?? null });
    context.print(explainPlan(made, payload).trimEnd());
    context.note(
      from === 'stored'
        ? '\nPlanned from the order as stored. Nothing was bought.'
        : '\nPlanned from the order as the marketplace shows it now; it is not taken in yet. Nothing was bought.',
    );
  });
}

/** The plan of the stored order; of one that is not stored, as the marketplace shows it, unstored. */
async function makePlan(
  service: Service,
  storeName: string,
  word: string,
  storedOnly: boolean,
): Promise<{ readonly made: Plan; readonly from: 'stored' | 'marketplace' }> {
  const store = knownStore(service, storeName);
  const [found] = await findOrders(service.db, word, storeName);
  const row = found && (await readOrderRow(service.db, found.id));
  if (row) return { made: await planStored(service, service.db, row), from: 'stored' };
  if (storedOnly) {
    throw new Problem(
      `order ${word} of store ${storeName} is not stored. Without --stored it is read from ${store.settings.marketplace}.`,
    );
  }
  const read = await service.connections.marketplace(store).readOrders([word]);
  const [order] = read.orders;
  if (order) return { made: await planFor(service.db, store, order), from: 'marketplace' };
  const [broken] = read.broken;
  throw new Problem(
    broken
      ? `${store.settings.marketplace} sent order ${word}, but it makes no sense: ${broken.error}`
      : `${store.settings.marketplace} shows no order ${word} to store ${storeName}. An order that is not stored is found by the marketplace's id only.`,
  );
}

function payloadOf(service: Service, storeName: string, draft: PurchaseDraft): unknown {
  const { agent, account } = knownStore(service, storeName).settings.purchase;
  return service.connections.agent({ agent, account }).placeBody(draft);
}
