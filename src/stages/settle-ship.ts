/** An unknown shipping call is settled by the package as read now (docs/architecture.md). */
import type { NextStep, Package, ShipStep } from '../../connectors/marketplace.ts';
import { type Answer, done, hold, later } from '../answer.ts';
import { addMs } from '../clock.ts';
import { closeAttempt, untilSettled } from '../intent.ts';
import { absentAs, mayRepeat, RULES, type Rule, senderDoneAt } from '../intent-rule.ts';
import type { Service } from '../service.ts';
import type { PackageRow, Snapshot } from '../snapshot.ts';
import { movePackage } from '../transition.ts';
import { notePackage } from './packages.ts';

/** What is left to promise, by the marketplace's word and by what we remember having told. */
export function nextStep(row: PackageRow, pkg: Package): NextStep | undefined {
  if (pkg.phase === 'shipped' || pkg.phase === 'delivered' || pkg.phase === 'cancelled')
    return undefined;
  if (pkg.next === 'tell-number' && row.steps_done.includes('tell-number')) return undefined;
  return pkg.next;
}

export function ruleOfStep(step: ShipStep): Rule {
  return step === 'tell-number' ? RULES.tellNumber : RULES.ship;
}

/** Undefined: the attempt is gone, go on. */
export async function settleStep(
  service: Service,
  row: PackageRow,
  pkg: Package,
  attemptId: string,
  snapshot: Snapshot,
): Promise<Answer | undefined> {
  const attempt = snapshot.attempts.find((each) => each.id === attemptId);
  if (!attempt) return undefined;
  const now = service.clock.now();
  const senderDone = senderDoneAt(service, attempt);
  if (now < senderDone) return later(senderDone, 'the shipping call is being sent');
  const step = attempt.step as ShipStep;
  const rule = ruleOfStep(step);
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
  const sent = snapshot.attempts.filter(
    (each) => each.package_id === row.id && each.step === step && each.outcome === 'absent',
  );
  const times = sent.length + 1;
  if (!mayRepeat(rule, times)) {
    return hold(
      'ship-unknown',
      step === 'tell-number'
        ? 'whether the number was told is not known'
        : `${step} was sent ${times} times and does not show`,
      addMs(now, service.settings.timings.shipPoll),
    );
  }
  await service.db.transaction().execute(async (tx) => {
    await closeAttempt(tx, attempt, absentAs(rule, attempt), now);
    await movePackage(tx, row, ['shipping'], 'waiting', {
      now,
      actor: 'settle',
      event: 'ship-absent',
    });
  });
  return done;
}
