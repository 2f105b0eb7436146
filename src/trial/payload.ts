/** The request body a purchase would be placed with. */
import type { Plan } from '../../mappings/plan.ts';
import type { Store } from '../config.ts';
import type { Service } from '../service.ts';

/** Undefined when nothing is bought. @param store whose account would buy */
export function payloadOf(service: Service, store: Store, plan: Plan): unknown {
  if (plan.kind !== 'purchase') return undefined;
  const { agent, account } = store.settings.purchase;
  return service.connections.agent({ agent, account }).placeBody(plan.draft);
}

export type ShowPayloads = 'all' | 'no-buyers' | 'none';

/** The same as far as it may be shown: a buyer's name and address only when asked for. */
export function shownPayload(
  service: Service,
  store: Store,
  plan: Plan,
  show: ShowPayloads,
): unknown {
  if (show === 'none' || plan.kind !== 'purchase') return undefined;
  if (show === 'no-buyers' && plan.receiver.kind === 'buyer') return undefined;
  return payloadOf(service, store, plan);
}
