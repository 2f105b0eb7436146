/**
 * Ship: the write-back. Who owns the tracking number is a property of each package, read from the
 * marketplace before anything is promised (DESIGN.md section 4).
 * @module
 */
import { Rejected } from '../../connectors/errors.ts';
import type {
  Marketplace,
  NextStep,
  Package,
  SalesOrder,
  ShipRequest,
  ShipResult,
  ShipStep,
} from '../../connectors/marketplace.ts';
import { type Answer, done, hold, later, StaleRow } from '../answer.ts';
import { addMs } from '../clock.ts';
import type { Store } from '../config.ts';
import { closeAttempt, spend, untilSettled } from '../intent.ts';
import { type Service, storeOf } from '../service.ts';
import { openAttempt, type PackageRow, type Snapshot } from '../snapshot.ts';
import { moveOrder, movePackage } from '../transition.ts';
import { keepLabel } from './label.ts';
import { lookAgain } from './look.ts';
import { notePackage, syncPackages } from './packages.ts';
import { chooseTracking } from './tracking.ts';
import { wantedStill } from './wanted.ts';
import { tellWarehouse } from './warehouse.ts';

export async function ship(service: Service, snapshot: Snapshot): Promise<Answer> {
  const { order } = snapshot;
  const store = storeOf(service, order.store);
  if (snapshot.packages.length > 0 && snapshot.packages.every(isOver))
    return finish(service, snapshot);
  if (
    !someTriggerReached(store, snapshot) &&
    !snapshot.packages.some((row) => row.state === 'shipping')
  ) {
    return later(undefined, 'the goods are not that far yet');
  }
  if (snapshot.packages.length > 0 && snapshot.packages.every(isTold))
    return settleShipped(service, snapshot);

  const marketplace = service.connections.marketplace(store);
  const look = await lookAgain(service, snapshot, 'ship');
  if (look.outcome === 'reused')
    return hold('number-reused', 'the marketplace gave this id to another order');
  const unwanted = wantedStill(snapshot, look.order);
  if (unwanted) return unwanted;
  const packages = await marketplace.readPackages(look.order);
  const rows = await syncPackages(service, snapshot, packages);
  if (rows.length === 0) {
    const soon = addMs(service.clock.now(), service.settings.timings.shipPoll);
    return later(soon, 'the marketplace has no packages yet');
  }

  const answers: Answer[] = [];
  for (const { row, pkg } of rows) {
    answers.push(await shipPackage(service, snapshot, store, marketplace, look.order, row, pkg));
  }
  return combine(answers);
}

/** Nothing is left to do for it, ever. */
function isOver(row: PackageRow): boolean {
  return row.state === 'delivered' || row.state === 'cancelled' || row.state === 'ignored';
}

/** Everything was told that can be told; only the arrival is open. */
function isTold(row: PackageRow): boolean {
  return isOver(row) || row.state === 'shipped';
}

/** Told: the marketplace's own status moves it to delivered, without asking anybody. */
async function settleShipped(service: Service, snapshot: Snapshot): Promise<Answer> {
  const phases = new Map(snapshot.lines.map((line) => [line.line_id, line.phase]));
  let moved = false;
  for (const row of snapshot.packages.filter((each) => each.state === 'shipped')) {
    const lines = row.lines as { lineId: string }[];
    const ended = lines.every(({ lineId }) =>
      ['delivered', 'closed', 'cancelled'].includes(phases.get(lineId) ?? ''),
    );
    if (lines.length === 0 || !ended) continue;
    // Delivered is said only where the marketplace says it; returned or lost is an end too.
    const arrived = lines.some(({ lineId }) => phases.get(lineId) === 'delivered');
    await service.db.transaction().execute((tx) =>
      movePackage(tx, row, ['shipped'], arrived ? 'delivered' : 'cancelled', {
        now: service.clock.now(),
        actor: 'ship',
        event: arrived ? 'package-delivered' : 'package-cancelled',
      }),
    );
    moved = true;
  }
  return moved ? done : later(undefined, 'told; waits for its arrival');
}

async function finish(service: Service, snapshot: Snapshot): Promise<Answer> {
  await service.db.transaction().execute((tx) =>
    moveOrder(tx, snapshot.order.id, ['open'], 'done', {
      now: service.clock.now(),
      actor: 'ship',
      event: 'order-done',
    }),
  );
  return done;
}

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

function someTriggerReached(store: Store, snapshot: Snapshot): boolean {
  const { pack, readyToShip, arrange } = store.settings.ship;
  return [pack, readyToShip, arrange].some((trigger) => reached(snapshot, trigger));
}

async function shipPackage(
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
  return spend<ShipResult>(service, {
    kind: 'ship',
    salesOrderId: snapshot.order.id,
    packageId: row.id,
    system: store.settings.marketplace,
    credentials: store.settings.app,
    address: app?.address ?? '',
    payload: request,
    step,
    settleMs: service.settings.timings.settleRead,
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
    succeed: (tx, result) =>
      notePackage(tx, row, step, result, own?.trackingNumber, service.clock.now()),
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
}

/** What is left to promise, by the marketplace's word and by what we remember having told. */
function nextStep(row: PackageRow, pkg: Package): NextStep | undefined {
  if (pkg.phase === 'shipped' || pkg.phase === 'delivered' || pkg.phase === 'cancelled')
    return undefined;
  if (pkg.next === 'tell-number' && row.steps_done.includes('tell-number')) return undefined;
  return pkg.next;
}

/** An unknown shipping call is settled by the package as read now. Undefined: it is settled, go on. */
async function settleStep(
  service: Service,
  row: PackageRow,
  pkg: Package,
  attemptId: string,
  snapshot: Snapshot,
): Promise<Answer | undefined> {
  const attempt = snapshot.attempts.find((each) => each.id === attemptId);
  if (!attempt) return undefined;
  const now = service.clock.now();
  const senderDone = attempt.unknown_at ?? addMs(attempt.send_before, 30_000);
  if (now < senderDone) return later(senderDone, 'the shipping call is being sent');
  const step = attempt.step as ShipStep;
  const happened = pkg.next !== step || pkg.phase === 'shipped' || pkg.phase === 'delivered';
  if (happened) {
    await service.db.transaction().execute(async (tx) => {
      await closeAttempt(tx, attempt, 'adopted', now);
      await notePackage(
        tx,
        row,
        step,
        {
          packageId: pkg.packageId,
          trackingNumber: pkg.trackingNumber,
          carrier: pkg.carrier,
          already: true,
        },
        undefined,
        now,
      );
    });
    return done;
  }
  if (now < attempt.settle_at) {
    const next = addMs(now, service.settings.timings.settleRead / 4);
    return untilSettled(attempt, next, 'whether it was arranged is being looked up');
  }
  // Telling a number leaves no trace that could be read: only a person can know.
  if (step === 'tell-number')
    return hold('ship-unknown', `whether the number was told is not known`);
  const absences = snapshot.attempts.filter(
    (each) => each.package_id === row.id && each.outcome === 'absent',
  );
  if (absences.length >= 2)
    return hold('ship-unknown', `${step} was sent three times and does not show`);
  await service.db.transaction().execute(async (tx) => {
    await closeAttempt(tx, attempt, 'absent', now);
    await movePackage(tx, row, ['shipping'], 'waiting', {
      now,
      actor: 'settle',
      event: 'ship-absent',
    });
  });
  return done;
}

/** All promises are made: the number, the label and the warehouse's note, then it counts as shipped. */
async function complete(
  service: Service,
  snapshot: Snapshot,
  store: Store,
  marketplace: Marketplace,
  order: SalesOrder,
  row: PackageRow,
  pkg: Package,
): Promise<Answer> {
  const now = service.clock.now();
  const soon = addMs(now, service.settings.timings.shipPoll);
  const ended = pkg.phase === 'shipped' || pkg.phase === 'delivered';
  if (pkg.phase === 'cancelled') {
    await service.db.transaction().execute((tx) =>
      movePackage(tx, row, ['waiting', 'shipping'], 'cancelled', {
        now,
        actor: 'ship',
        event: 'package-cancelled',
      }),
    );
    return done;
  }
  if (pkg.numberOwner === 'nobody') {
    await service.db.transaction().execute((tx) =>
      movePackage(tx, row, ['waiting', 'shipping'], 'ignored', {
        now,
        actor: 'ship',
        event: 'package-ignored',
        detail: { reason: pkg.ownerReason },
      }),
    );
    return done;
  }
  if (row.number_owner === 'marketplace') {
    if (!pkg.trackingNumber && !ended)
      return later(soon, 'the marketplace has assigned no number yet');
    if (!ended && !(await keepLabel(service, marketplace, order, row, pkg))) {
      return later(soon, 'the label is not ready yet');
    }
  }
  await tellWarehouse(service, snapshot, store, row, pkg);
  await service.db.transaction().execute((tx) =>
    movePackage(tx, row, ['waiting', 'shipping'], 'shipped', {
      now,
      actor: 'ship',
      event: 'package-shipped',
      detail: {
        trackingNumber: pkg.trackingNumber ?? row.told_number,
        numberOwner: row.number_owner,
      },
      set: {
        tracking_number: pkg.trackingNumber ?? row.tracking_number ?? row.told_number,
        carrier: pkg.carrier ?? row.carrier,
        shipped_at: now,
      },
    }),
  );
  return done;
}

/** One answer for all packages: progress first, then what a person must see, then the earliest look. */
function combine(answers: readonly Answer[]): Answer {
  const first = (kind: Answer['kind']) => answers.find((answer) => answer.kind === kind);
  const found = first('done') ?? first('retry');
  if (found) return found;
  const times = answers.flatMap((answer) => {
    const at = answer.kind === 'later' ? answer.at : answer.kind === 'hold' && answer.again;
    return at ? [at.getTime()] : [];
  });
  const holds = answers.flatMap((answer) => (answer.kind === 'hold' ? answer.holds : []));
  if (holds.length > 0) {
    // The other packages are looked at again all the same.
    const again = times.length > 0 ? { again: new Date(Math.min(...times)) } : {};
    return { kind: 'hold', holds, ...again };
  }
  const why = answers.map((answer) => (answer.kind === 'later' ? answer.why : '')).join('; ');
  return later(
    times.length > 0 ? new Date(Math.min(...times)) : undefined,
    why || 'no packages yet',
  );
}
