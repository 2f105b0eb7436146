/**
 * Ship: the write-back. Who owns the tracking number is a property of each package, read from the
 * marketplace before anything is promised (docs/architecture.md).
 * @module
 */
import { type Answer, done, hold, later } from '../answer.ts';
import { addMs } from '../clock.ts';
import { type Service, storeOf } from '../service.ts';
import type { Snapshot } from '../snapshot.ts';
import { lookAgain } from './look.ts';
import { syncPackages } from './packages.ts';
import { shipPackage, someTriggerReached } from './ship-step.ts';
import { completeKnown, finish, isOver, isTold, settleShipped } from './shipped.ts';
import { wantedStill } from './wanted.ts';

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

  if (await completeKnown(service, snapshot, store)) return done;

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
