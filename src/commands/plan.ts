/**
 * `ponbridge plan <store> <order>`: the exact payload and which rule made which part. For many orders, and
 * for a comparison with other settings, see plan/. Buys nothing.
 * @module
 */
import { explainPlan } from '../../mappings/explain.ts';
import type { Plan } from '../../mappings/plan.ts';
import { readOrderRow } from '../database/orders.ts';
import type { Service } from '../service.ts';
import { planFor, planStored } from '../stages/plan.ts';
import { payloadOf } from '../trial/payload.ts';
import { type Context, printJson } from './context.ts';
import { withCore } from './core.ts';
import { Misuse, Problem } from './errors.ts';
import { findOrders, knownStore } from './find-order.ts';
import type { PlanOptions } from './plan/options.ts';

export async function plan(
  context: Context,
  storeName: string,
  word: string | undefined,
  options: PlanOptions,
): Promise<void> {
  if (word !== undefined) {
    refuseOptions(options);
    return planOne(context, storeName, word, options);
  }
  const { against } = options;
  if (against === undefined) {
    return (await import('./plan/recent.ts')).planRecent(context, storeName, options);
  }
  return (await import('./plan/against.ts')).planAgainst(context, storeName, against, options);
}

/** What speaks of many orders is not silently left out. */
function refuseOptions({ stored: _stored, json: _json, ...others }: PlanOptions) {
  const [name] = Object.keys(others);
  if (name === undefined) return;
  const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new Misuse(`--${option} is for many orders: leave the order number out`);
}

async function planOne(
  context: Context,
  storeName: string,
  word: string,
  options: PlanOptions,
): Promise<void> {
  await withCore(context, async (core) => {
    const { made, from } = await makePlan(core, storeName, word, options.stored ?? false);
    const payload = payloadOf(core, knownStore(core, storeName), made);
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
