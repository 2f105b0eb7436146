/**
 * The runner: takes one order as far as it can go now, stage by stage, and is the only place that
 * knows what each answer does.
 * @module
 */
import { CallError, Rejected, Throttled } from '../connectors/errors.ts';
import { type Answer, hold, StaleRow } from './answer.ts';
import { addMs } from './clock.ts';
import type { Db } from './database/connect.ts';
import { addEvent } from './database/events.ts';
import { clearHolds, holdOrder } from './database/holds.ts';
import { nextStages, openDecision, type StageName } from './next.ts';
import type { JobData } from './queue.ts';
import type { Service } from './service.ts';
import { openAttempt, readSnapshot, type Snapshot } from './snapshot.ts';
import { cancel, settleCancel } from './stages/cancel.ts';
import { settleDecision } from './stages/decide.ts';
import { follow, readPurchase } from './stages/follow.ts';
import { collect } from './stages/parcels.ts';
import { pay } from './stages/pay.ts';
import { place } from './stages/place.ts';
import { plan } from './stages/plan.ts';
import { settlePayment, settlePlacing } from './stages/settle.ts';
import { ship } from './stages/ship.ts';
import { change } from './stages/wanted.ts';

/** More steps in one go than any order needs; beyond it something turns in circles. */
const MOST_STEPS = 40;
/** Fruitless runs in a row before a person is asked: with the growing waits, about two hours. */
const MOST_TRIES = 20;
/** The same where the answer was a refusal: a repeat seldom helps. */
const MOST_REFUSALS = 3;
/** What is stuck is tried again after this all the same: its cause may be gone. */
const STUCK_MS = 30 * 60_000;

type Stage = (service: Service, snapshot: Snapshot) => Promise<Answer>;

const stages: Readonly<Record<StageName, Stage>> = {
  plan,
  place,
  'settle-place': (service, snapshot) => settleOpen(service, snapshot, 'place'),
  'settle-pay': (service, snapshot) => settleOpen(service, snapshot, 'pay'),
  'settle-cancel': (service, snapshot) =>
    settleCancel(service, snapshot, openAttempt(snapshot, 'cancel')),
  'settle-decision': (service, snapshot) => {
    const attempt = openDecision(snapshot);
    if (!attempt) throw new StaleRow(`the cancellation of sales order ${snapshot.order.id}`);
    return settleDecision(service, snapshot, attempt);
  },
  change,
  follow,
  pay,
  parcels: collect,
  ship,
  cancel,
};

function settleOpen(service: Service, snapshot: Snapshot, kind: 'place' | 'pay'): Promise<Answer> {
  const attempt = openAttempt(snapshot, kind);
  if (!attempt) throw new StaleRow(`the ${kind} of sales order ${snapshot.order.id}`);
  return kind === 'place'
    ? settlePlacing(service, snapshot, attempt)
    : settlePayment(service, snapshot, attempt);
}

/** Advances one order until nothing can be done now. */
export async function advance(service: Service, job: JobData['order']): Promise<void> {
  if (job.look === 'agent') await lookAtAgent(service, job.id);
  let gotOn = false;
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const snapshot = await readSnapshot(service.db, job.id);
    if (!snapshot) return;
    if (steps === 0 && isTooEarly(service, snapshot, job)) return;
    const { settings } = service;
    const outcome = await runStages(service, snapshot);
    if (outcome.kind === 'done') {
      gotOn = true;
      continue;
    }
    const isAtRest = await rest(service, snapshot, outcome, gotOn);
    // Changed meanwhile, they have woken what rested before them, and this came to rest by the former ones.
    if (isAtRest && service.settings === settings) return;
    gotOn = true;
  }
  await breakCircle(service, job.id);
}

/** Each rest sends the job of its own due time: one of an earlier rest would start a second chain. */
function isTooEarly(service: Service, { order }: Snapshot, job: JobData['order']): boolean {
  if (job.by !== 'due' && job.by !== 'sweep') return false;
  // The queue goes by the database's clock, which may be a little ahead.
  return order.due_at === null || order.due_at > addMs(service.clock.now(), 5_000);
}

/** It would go on for ever, with calls outside at each turn: a person is told, and it is tried later. */
async function breakCircle(service: Service, id: string): Promise<void> {
  const snapshot = await readSnapshot(service.db, id);
  const [stage] = snapshot ? nextStages(snapshot) : [];
  if (!snapshot || !stage) return;
  const again = addMs(service.clock.now(), STUCK_MS);
  const stuck = hold('stuck', `${stage}: it turns in circles`, again);
  service.log.error({ order: id, stage }, 'an order turns in circles');
  await service.db.transaction().execute((tx) => keepHolds(service, tx, snapshot, stage, stuck));
  const after = await readSnapshot(service.db, id);
  const outcome = { kind: 'rest', due: again, awaits: undefined, failed: false } as const;
  if (after) await rest(service, after, outcome, false);
}

async function lookAtAgent(service: Service, id: string): Promise<void> {
  const snapshot = await readSnapshot(service.db, id);
  if (snapshot?.purchase) await readPurchase(service, snapshot.purchase);
}

interface Rest {
  readonly kind: 'rest';
  /** When the order is looked at again by itself. */
  readonly due: Date | undefined;
  readonly awaits: string | undefined;
  readonly failed: boolean;
}

type Outcome = { readonly kind: 'done' } | Rest;

async function runStages(service: Service, snapshot: Snapshot): Promise<Outcome> {
  const rests: Rest[] = [];
  await clearPast(service, snapshot);
  let isHeld = false;
  for (const name of nextStages(snapshot)) {
    // Following promises nothing: what the agent says is taken in whatever is held before it.
    if (isHeld && name !== 'follow') break;
    const answer = await runStage(service, snapshot, name);
    if (answer.kind === 'hold' || snapshot.holds.some((each) => each.stage === name)) {
      await service.db
        .transaction()
        .execute((tx) => keepHolds(service, tx, snapshot, name, answer));
    }
    switch (answer.kind) {
      case 'done':
        return answer;
      case 'hold':
        // What the stages before it wait for by the clock goes on.
        rests.push({ kind: 'rest', due: answer.again, awaits: undefined, failed: false });
        isHeld = true;
        break;
      case 'retry':
        return {
          kind: 'rest',
          due: retryAt(service, snapshot, answer.error),
          awaits: undefined,
          failed: true,
        };
      case 'later':
        rests.push({ kind: 'rest', due: answer.at, awaits: answer.awaits, failed: false });
    }
  }
  return together(rests);
}

function together(rests: readonly Rest[]): Rest {
  const times = rests.flatMap((each) => (each.due ? [each.due.getTime()] : []));
  return {
    kind: 'rest',
    due: times.length > 0 ? new Date(Math.min(...times)) : undefined,
    awaits: rests.find((each) => each.awaits)?.awaits,
    failed: false,
  };
}

async function runStage(service: Service, snapshot: Snapshot, name: StageName): Promise<Answer> {
  try {
    return await stages[name](service, snapshot);
  } catch (error) {
    // Somebody else moved it: look at it afresh.
    if (error instanceof StaleRow) return { kind: 'done' };
    if (!(error instanceof CallError)) {
      service.log.error({ err: error, order: snapshot.order.id, stage: name }, 'a stage failed');
    }
    const again = addMs(service.clock.now(), STUCK_MS);
    const said = (error as Error).message;
    const most = error instanceof Rejected ? MOST_REFUSALS : MOST_TRIES;
    if (snapshot.order.tries >= most) {
      return hold('stuck', `${name} failed ${snapshot.order.tries} times: ${said}`, again);
    }
    return { kind: 'retry', error };
  }
}

/** Raises what the stage held, clears what it no longer holds. */
async function keepHolds(
  service: Service,
  tx: Parameters<typeof holdOrder>[0],
  snapshot: Snapshot,
  stage: StageName,
  answer: Answer,
): Promise<void> {
  const { order } = snapshot;
  const now = service.clock.now();
  const holds = answer.kind === 'hold' ? mergeByCode(answer.holds) : [];
  // A failed run says nothing about the cause of an earlier hold.
  if (answer.kind !== 'retry') {
    const cleared = await clearHolds(
      tx,
      order.id,
      stage,
      holds.map((each) => each.code),
      now,
    );
    for (const code of cleared) {
      await addEvent(tx, {
        salesOrderId: order.id,
        at: now,
        actor: stage,
        kind: 'hold-cleared',
        detail: { code },
      });
    }
  }
  for (const { code, detail } of holds) {
    const isNew = await holdOrder(tx, order.id, { stage, code, detail }, now);
    if (isNew) {
      await addEvent(tx, {
        salesOrderId: order.id,
        at: now,
        actor: stage,
        kind: 'held',
        detail: { code, detail },
      });
    }
  }
  if (holds.length > 0) {
    await tx
      .updateTable('sales_order')
      .set({ state: 'held' })
      .where('id', '=', order.id)
      .where('state', 'in', ['pulled', 'planned', 'waiting'])
      .execute();
  }
}

/** Holds of stages the order has left behind stand for nothing any more. */
async function clearPast(service: Service, snapshot: Snapshot): Promise<void> {
  const { order } = snapshot;
  const current: readonly string[] =
    order.state === 'held' ? ['plan', 'place'] : nextStages(snapshot);
  const past = new Set(
    snapshot.holds
      .map((each) => each.stage)
      .filter((stage) => stage in stages && !current.includes(stage)),
  );
  for (const stage of past) {
    await service.db.transaction().execute(async (tx) => {
      const now = service.clock.now();
      for (const code of await clearHolds(tx, order.id, stage, [], now)) {
        await addEvent(tx, {
          salesOrderId: order.id,
          at: now,
          actor: stage,
          kind: 'hold-cleared',
          detail: { code },
        });
      }
    });
  }
}

function mergeByCode(holds: readonly { readonly code: string; readonly detail: string }[]) {
  const byCode = new Map<string, string[]>();
  for (const { code, detail } of holds) byCode.set(code, [...(byCode.get(code) ?? []), detail]);
  return [...byCode].map(([code, details]) => ({ code, detail: details.join('; ') }));
}

/** 2 s, 4 s, ... up to ten minutes, or what the system asked for. */
function retryAt(service: Service, snapshot: Snapshot, error: unknown): Date {
  const now = service.clock.now();
  if (error instanceof Throttled && error.until > now) return error.until;
  const seconds = Math.min(600, 2 ** Math.min(snapshot.order.tries + 1, 10));
  return addMs(now, seconds * 1_000 * (0.75 + Math.random() / 2));
}

/** Writes down when to look again, with the job that does it. False: the order changed, look now. */
async function rest(
  service: Service,
  snapshot: Snapshot,
  outcome: Rest,
  gotOn: boolean,
): Promise<boolean> {
  const { order } = snapshot;
  const { due } = outcome;
  const note = (db: Db) =>
    db
      .updateTable('sales_order')
      .set({
        due_at: due ?? null,
        awaits: outcome.awaits ?? null,
        tries: outcome.failed ? (gotOn ? 1 : order.tries + 1) : 0,
      })
      .where('id', '=', order.id)
      .where('state', 'not in', ['done', 'cancelled', 'ignored'])
      // Read anew since it was looked at: what came in must not be put off.
      .where('digest', '=', order.digest)
      .executeTakeFirst();
  const noted = async (db: Db) => (await note(db)).numUpdatedRows === 1n;
  if (!due) return (await noted(service.db)) || !(await isLive(service, order.id));
  return service.db.transaction().execute(async (tx) => {
    if (!(await noted(tx))) return !(await isLive(service, order.id));
    const afterMs = Math.max(due.getTime() - service.clock.now().getTime(), 0);
    await service.jobs.send(tx, 'order', { id: order.id, by: 'due' }, { afterMs });
    return true;
  });
}

async function isLive(service: Service, id: string): Promise<boolean> {
  const row = await service.db
    .selectFrom('sales_order')
    .select('id')
    .where('id', '=', id)
    .where('state', 'not in', ['done', 'cancelled', 'ignored'])
    .executeTakeFirst();
  return row !== undefined;
}
