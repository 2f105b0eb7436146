/** What is done about a difference: an order set going again, or the remedy for a person. */
import { CallError } from '../../connectors/errors.ts';
import { holdText } from '../holds.ts';
import type { Service } from '../service.ts';
import type { Difference } from './difference.ts';

type Done = Pick<Difference, 'outcome' | 'done'>;

/** The service's workers do the rest, also when a command sends it. */
export async function sendOn(service: Service, salesOrderId: string, text: string): Promise<Done> {
  await service.jobs.send(service.db, 'order', { id: salesOrderId, by: 'reconcile' });
  return { outcome: 'repaired', done: text };
}

/** The same, unless the order is held: then the hold's remedy is what helps. */
export async function sendUnlessHeld(
  service: Service,
  salesOrderId: string,
  text: string,
): Promise<Done> {
  const held = await service.db
    .selectFrom('hold')
    .select(['code', 'detail'])
    .where('sales_order_id', '=', salesOrderId)
    .where('cleared_at', 'is', null)
    .orderBy('id')
    .executeTakeFirst();
  if (!held) return sendOn(service, salesOrderId, text);
  return person(`held as ${held.code} (${held.detail}). ${holdText(held.code).remedy}`);
}

export function repaired(done: string): Done {
  return { outcome: 'repaired', done };
}

export function person(remedy: string): Done {
  return { outcome: 'for-a-person', done: remedy };
}

/** One that is not about a single order. */
export function notCompared(error: unknown): Difference {
  const system = error instanceof CallError ? `${error.system}, ${error.operation}: ` : '';
  return {
    code: 'not-compared',
    orderNumber: undefined,
    theirs: `${system}${(error as Error).message}`,
    ours: '',
    ...person('When the cause is gone, run it again: ponbridge reconcile.'),
  };
}
