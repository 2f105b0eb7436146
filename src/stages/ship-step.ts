/** One promise for one package: which step is due, and sending it by the intent rule. */
import { Rejected } from '../../connectors/errors.ts';
import type {
  Marketplace,
  NextStep,
  Package,
  SalesOrder,
  ShipRequest,
  ShipResult,
} from '../../connectors/marketplace.ts';
import { type Answer, hold, later, StaleRow } from '../answer.ts';
import { addMs } from '../clock.ts';
import type { Store } from '../config.ts';
import { spend } from '../intent.ts';
import { marketplaces } from '../registry.ts';
import type { Service } from '../service.ts';
import { openAttempt, type PackageRow, type Snapshot } from '../snapshot.ts';
import { movePackage } from '../transition.ts';
import { keepLabel } from './label.ts';
import { notePackage } from './packages.ts';
import { nextStep, ruleOfStep, settleStep } from './settle-ship.ts';
import { complete, isTold } from './shipped.ts';
import { chooseTracking } from './tracking.ts';

const SETTING: Readonly<Record<NextStep, 'pack' | 'readyToShip' | 'arrange'>> = {
  pack: 'pack',
  'ready-to-ship': 'readyToShip',
  'tell-number': 'readyToShip',
  arrange: 'arrange',
};

function reached(snapshot: Snapshot, trigger: 'paid' | 'sent' | 'received'): boolean {
  const { purchase } = snapshot;
  if (!purchase) return false;
  switch (trigger) {
    case 'paid':
      return purchase.state === 'paid' || purchase.state === 'sent';
    case 'sent':
      return purchase.state === 'sent';
    case 'received':
      return purchase.received_at !== null;
  }
}

/** Of the steps that this marketplace knows: what is set for another's says nothing here. */
export function someTriggerReached(store: Store, snapshot: Snapshot): boolean {
  const steps = marketplaces.get(store.settings.marketplace)?.steps ?? [];
  return steps.some((step) => reached(snapshot, store.settings.ship[SETTING[step]]));
}

export async function shipPackage(
  service: Service,
  snapshot: Snapshot,
  store: Store,
  marketplace: Marketplace,
  order: SalesOrder,
  row: PackageRow,
  pkg: Package,
): Promise<Answer> {
  if (isTold(row)) return later(undefined, 'told');
  const now = service.clock.now();
  const open = openAttempt(snapshot, 'ship', row.id);
  if (open) {
    const answer = await settleStep(service, row, pkg, open.id, snapshot);
    if (answer) return answer;
  }
  const step = nextStep(row, pkg);
  const soon = addMs(now, service.settings.timings.shipPoll);
  // No step is offered, yet nothing is arranged: a status of which nobody knows what it asks for.
  if (step === undefined && pkg.phase === 'waiting' && pkg.numberOwner !== 'nobody') {
    return hold('ship-blocked', pkg.blocked ?? `its status is "${pkg.status}"`, soon);
  }
  if (step === undefined) return complete(service, snapshot, store, marketplace, order, row, pkg);
  if (!reached(snapshot, store.settings.ship[SETTING[step]])) {
    // Packed early, so that the warehouse has the label when the goods arrive.
    const early = row.steps_done.length > 0 && row.number_owner === 'marketplace';
    const kept = !early || (await keepLabel(service, marketplace, order, row, pkg));
    return later(kept ? undefined : soon, `${step} is not due yet`);
  }
  if (pkg.blocked !== undefined) {
    return hold('ship-blocked', pkg.blocked, soon);
  }
  // Told, and not shown yet: an answer is newer than what their reads may still say.
  const told = snapshot.attempts.findLast(
    (each) =>
      each.package_id === row.id &&
      each.step === step &&
      (each.outcome === 'succeeded' || each.outcome === 'adopted'),
  );
  const shown = told && addMs(told.signed_at, service.settings.timings.settleRead);
  if (shown && now < shown) return later(shown, `${step} is told and does not show yet`);
  const needsNumber = step === 'tell-number' || pkg.needsNumber;
  const own = needsNumber ? chooseTracking(store.settings, snapshot, row) : undefined;
  if (own && own.kind !== 'number') return own.answer;
  let request: ShipRequest;
  try {
    const number = own && { trackingNumber: own.trackingNumber, carrier: own.carrier };
    request = await marketplace.prepareShip(order, pkg, number);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return hold('ship-refused', `${step}: ${error.code ?? ''} ${error.message}`.trim(), soon);
  }
  const app = service.settings.apps.get(`${store.settings.marketplace}/${store.settings.app}`);
  let made: ShipResult | undefined;
  const answer = await spend<ShipResult>(service, {
    rule: ruleOfStep(step),
    salesOrderId: snapshot.order.id,
    packageId: row.id,
    system: store.settings.marketplace,
    credentials: store.settings.app,
    address: app?.address ?? '',
    payload: request,
    step,
    begin: async (tx) => {
      const { steps_done: done } = await tx
        .selectFrom('package')
        .select('steps_done')
        .where('id', '=', row.id)
        .forUpdate()
        .executeTakeFirstOrThrow();
      // Another worker made a promise since this one read the package.
      if (done.length !== row.steps_done.length) throw new StaleRow(`package ${row.id}`);
      await movePackage(tx, row, ['waiting', 'shipping'], 'shipping', {
        now,
        actor: 'ship',
        event: `package-${step}`,
        detail: { package: row.package_id, ...(own ? { trackingNumber: own.trackingNumber } : {}) },
        set: { next_step: step },
      });
      return {};
    },
    call: (_payload, window) => marketplace.ship(request, window),
    succeed: (tx, result) => {
      made = result;
      return notePackage(tx, row, step, result, own?.trackingNumber, service.clock.now());
    },
    undo: (tx) =>
      movePackage(tx, row, ['shipping'], 'waiting', {
        now: service.clock.now(),
        actor: 'ship',
        event: 'package-taken-back',
      }),
    refused: (error) =>
      hold(
        'ship-refused',
        `${step}: ${error.code ?? ''} ${error.message}`.trim(),
        addMs(service.clock.now(), service.settings.timings.shipPoll),
      ),
  });
  if (made) await labelNow(service, marketplace, order, row, pkg, made);
  return answer;
}

/**
 * The number came with the answer (Lazada packs with it), so the label is there too. Fetched with the
 * order as just read; when that fails, the next run fetches it.
 */
async function labelNow(
  service: Service,
  marketplace: Marketplace,
  order: SalesOrder,
  row: PackageRow,
  pkg: Package,
  { packageId, trackingNumber, carrier }: ShipResult,
): Promise<void> {
  if (pkg.numberOwner !== 'marketplace' || !trackingNumber || !packageId) return;
  const packed: Package = { ...pkg, packageId, trackingNumber, carrier, phase: 'arranged' };
  await keepLabel(service, marketplace, order, row, packed).catch((error: unknown) => {
    service.log.info({ err: error, order: row.sales_order_id }, 'the label comes later');
  });
}
