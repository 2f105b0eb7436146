/**
 * The re-scan: the books of the outside systems against ours. It trusts neither cursors nor pushes nor
 * callbacks, lists the last days anew, and repairs or reports every difference.
 * @module
 */
import { accountKey, type Service } from '../service.ts';
import { reconcileAccount } from './accounts.ts';
import { noFindings, type Reconciliation, type Subject, summarise } from './difference.ts';
import { keepReconciliation } from './kept.ts';
import { notCompared } from './send.ts';
import { reconcileStore } from './stores.ts';

/**
 * What there is to compare: stores first, so that an order missing here is taken in before its purchase
 * is looked at. With a store, that one and the account it buys on.
 */
export function subjectsOf({ settings }: Pick<Service, 'settings'>, store?: string): Subject[] {
  const stores = [...settings.stores.values()].filter(
    ({ name }) => store === undefined || name === store,
  );
  const used = new Set(stores.map((each) => accountKey(each.settings.purchase)));
  const accounts = [...settings.accounts.keys()].filter(
    (name) => store === undefined || used.has(name),
  );
  return [
    ...stores.map(({ name }) => ({ kind: 'store' as const, name })),
    ...accounts.map((name) => ({ kind: 'account' as const, name })),
  ];
}

/** Compares one store or account, repairs, and keeps the result. A failure is a difference of it. */
export async function reconcile(
  service: Service,
  subject: Subject,
  days: number,
): Promise<Reconciliation> {
  const beganAt = service.clock.now();
  const findings = noFindings();
  try {
    if (subject.kind === 'store') await reconcileStore(service, subject.name, days, findings);
    else await reconcileAccount(service, accountNamed(service, subject.name), days, findings);
  } catch (error) {
    findings.differences.push(notCompared(error));
  }
  const times = { beganAt, endedAt: service.clock.now() };
  const result = summarise(subject, days, times, findings);
  await keepReconciliation(service.db, result);
  return result;
}

function accountNamed({ settings }: Service, key: string) {
  const account = settings.accounts.get(key);
  if (!account) throw new Error(`ponbridge.yaml has no account ${key}`);
  return { agent: account.agent, account: account.name };
}
