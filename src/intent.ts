/**
 * The intent rule (docs/architecture.md) for the four calls that spend money or make a promise: place,
 * pay, ship, cancel. None of the outside systems offers an idempotency key, so:
 *
 * 1. the state goes to "-ing" and an attempt row (account, address, generation, exact payload, times)
 *    is committed before the call. A unique index allows one open attempt of a kind at a time.
 * 2. the call is sent once, inside its window.
 * 3. a success closes the attempt; a proven refusal or a request never sent closes it and undoes the
 *    "-ing" state; anything else leaves it open, to be settled by reading (stages/settle.ts).
 *
 * A process that dies between 1 and 3 leaves an open attempt: exactly the third case. What settles each
 * of the calls, when, and how often it is sent again stands in intent-rule.ts.
 * @module
 */
import pRetry from 'p-retry';
import type { SendWindow } from '../connectors/call.ts';
import { type CallError, NotSent, Rejected, Unauthorized, Unknown } from '../connectors/errors.ts';
import { parseJson } from '../connectors/json.ts';
import { type Answer, later, retry, StaleRow } from './answer.ts';
import { addMs } from './clock.ts';
import type { Tx } from './database/connect.ts';
import { addEvent } from './database/events.ts';
import type { AttemptOutcome } from './database/schema.ts';
import { type Rule, settleMs } from './intent-rule.ts';
import type { Service } from './service.ts';
import type { AttemptRow } from './snapshot.ts';

export interface Intent<T> {
  /** Which call it is (intent-rule.ts). */
  readonly rule: Rule;
  readonly salesOrderId: string;
  readonly purchaseId?: string;
  readonly packageId?: string;
  readonly system: string;
  readonly credentials: string;
  readonly address: string;
  readonly generation?: string | undefined;
  readonly payload: unknown;
  /** The shipping step, where there are several. */
  readonly step?: string;
  readonly amountFen?: number;
  readonly number?: number;
  /** Puts the "-ing" state, in the transaction that commits the attempt; may answer instead of going on. */
  readonly begin: (tx: Tx) => Promise<{ purchaseId?: string; packageId?: string; stop?: Answer }>;
  /** The one call. `payload` is what the attempt holds. */
  readonly call: (payload: unknown, window: SendWindow) => Promise<T>;
  readonly succeed: (tx: Tx, result: T, attempt: AttemptRow) => Promise<void>;
  /** Undoes the "-ing" state: nothing happened there. */
  readonly undo: (tx: Tx, error: CallError) => Promise<void>;
  /** What a proven refusal means for the order. */
  readonly refused: (error: CallError) => Answer;
}

export async function spend<T>(service: Service, intent: Intent<T>): Promise<Answer> {
  const { durable, settings } = service;
  const { kind } = intent.rule;
  const signedAt = service.clock.now();
  const window: SendWindow = { signedAt, sendBefore: addMs(signedAt, settings.timings.sendWithin) };
  const payload = JSON.stringify(intent.payload);
  // It can hold the buyer's name and address.
  const sealedPayload = await service.secrets.seal(intent.payload);

  const begun = await durable.transaction().execute(async (tx) => {
    const scope = await intent.begin(tx);
    if (scope.stop) return { stop: scope.stop };
    const attempt = await tx
      .insertInto('attempt')
      .values({
        kind,
        sales_order_id: intent.salesOrderId,
        purchase_id: scope.purchaseId ?? intent.purchaseId ?? null,
        package_id: scope.packageId ?? intent.packageId ?? null,
        number: intent.number ?? 1,
        system: intent.system,
        credentials: intent.credentials,
        address: intent.address,
        generation: intent.generation ?? null,
        payload: sealedPayload,
        step: intent.step ?? null,
        amount_fen: intent.amountFen ?? null,
        signed_at: window.signedAt,
        send_before: window.sendBefore,
        settle_at: addMs(signedAt, settleMs(intent.rule, settings)),
      })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!attempt) throw new StaleRow(`the ${kind} of sales order ${intent.salesOrderId}`);
    await addEvent(tx, {
      salesOrderId: intent.salesOrderId,
      at: signedAt,
      actor: kind,
      kind: `${kind}-intended`,
      detail: {
        attempt: attempt.id,
        number: attempt.number,
        ...(intent.step ? { step: intent.step } : {}),
      },
    });
    return { attempt };
  });
  if (begun.stop) return begun.stop;
  const { attempt } = begun as { attempt: AttemptRow };

  let result: T;
  try {
    result = await intent.call(parseJson(payload), window);
  } catch (error) {
    return conclude(service, intent, attempt, error);
  }
  await record(service, async (tx) => {
    await closeAttempt(tx, attempt, 'succeeded', service.clock.now());
    await intent.succeed(tx, result, attempt);
  });
  return { kind: 'done' };
}

/**
 * Writes down how the call ended. The answer is in hand, so a database that stumbles (two workers in each
 * other's way, a connection lost) is tried again: what is not written down is settled only much later.
 */
function record(service: Service, write: (tx: Tx) => Promise<void>): Promise<void> {
  return pRetry(() => service.durable.transaction().execute(write), {
    retries: 5,
    minTimeout: 100,
    shouldRetry: ({ error }) => !(error instanceof StaleRow),
  });
}

async function conclude<T>(
  service: Service,
  intent: Intent<T>,
  attempt: AttemptRow,
  error: unknown,
): Promise<Answer> {
  const now = service.clock.now();
  const actor = intent.rule.kind;
  const event = (tx: Tx, kind: string, detail: Record<string, unknown>) =>
    addEvent(tx, { salesOrderId: intent.salesOrderId, at: now, actor, kind, detail });

  if (error instanceof Rejected || error instanceof NotSent || error instanceof Unauthorized) {
    const outcome: AttemptOutcome = error instanceof Rejected ? 'refused' : 'not-sent';
    await record(service, async (tx) => {
      await closeAttempt(tx, attempt, outcome, now, error);
      await intent.undo(tx, error);
      await event(tx, `${actor}-${outcome}`, { code: error.code, message: error.message });
    });
    return error instanceof Rejected ? intent.refused(error) : retry(error);
  }
  const unknown = error instanceof Unknown ? error : undefined;
  await record(service, async (tx) => {
    const marked = await tx
      .updateTable('attempt')
      .set({
        unknown_at: now,
        error_code: unknown?.code ?? null,
        error: (error as Error).message,
        request_id: unknown?.requestId ?? null,
      })
      .where('id', '=', attempt.id)
      .where('closed_at', 'is', null)
      .executeTakeFirst();
    if (marked.numUpdatedRows !== 1n) throw new StaleRow(`attempt ${attempt.id}`);
    await event(tx, `${actor}-unknown`, {
      code: unknown?.code,
      message: (error as Error).message,
    });
  });
  service.log.warn(
    { order: intent.salesOrderId, attempt: attempt.id, kind: actor, code: unknown?.code },
    'result unknown; it will be settled by reading',
  );
  return { kind: 'done' };
}

/** Closes an open attempt. @throws {StaleRow} when somebody else closed it. */
export async function closeAttempt(
  tx: Tx,
  attempt: { readonly id: string },
  outcome: AttemptOutcome,
  now: Date,
  error?: CallError,
): Promise<void> {
  const closed = await tx
    .updateTable('attempt')
    .set({
      outcome,
      closed_at: now,
      ...(error
        ? {
            error_code: error.code ?? null,
            error: error.message,
            request_id: error.requestId ?? null,
          }
        : {}),
    })
    .where('id', '=', attempt.id)
    .where('closed_at', 'is', null)
    .executeTakeFirst();
  if (closed.numUpdatedRows !== 1n) throw new StaleRow(`attempt ${attempt.id}`);
}

/** When to look again at an attempt whose result is unknown. */
export function untilSettled(
  attempt: AttemptRow,
  next: Date,
  why: string,
  awaits?: string,
): Answer {
  return later(next < attempt.settle_at ? next : attempt.settle_at, why, awaits);
}
