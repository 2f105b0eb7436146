/**
 * One outgoing call: limit, sign, send, time out, classify the answer into typed errors.
 *
 * A connector hands the generated client a `fetch` made here. Reads retry freely, in under 10 s in
 * all; the spending calls (place, pay, ship, cancel) are sent once, on a connection of their own, so
 * that a stale keep-alive socket never turns a purchase into an open question.
 * @module
 */
import pRetry, { AbortError } from 'p-retry';
import type { Dispatcher } from 'undici';
import {
  CallError,
  Malformed,
  NotReady,
  NotSent,
  Rejected,
  Throttled,
  Unauthorized,
  Unavailable,
  Unknown,
} from './errors.ts';
import { keepDigits } from './json.ts';
import { exchange, failureCode, freshConnection, keptAlive, provesNotSent } from './transport.ts';

/** `read` may be repeated at will; `spend` spends money or makes a promise and is sent once. */
export type CallKind = 'read' | 'spend';

export interface Operation {
  readonly name: string;
  readonly kind: CallKind;
  /** The answer is a file unless it starts with `{` (Shopee's label download). */
  readonly binary?: boolean;
}

/** When a spending call was signed, and the moment after which it must not be sent any more. */
export interface SendWindow {
  readonly signedAt: Date;
  readonly sendBefore: Date;
}

/** A request as it will go out; `body` is the exact text. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** The parsed body; integers beyond 2^53 are strings. Undefined when it is no JSON. */
  readonly json: unknown;
  readonly text: string;
}

/** One finished call, for logs and metrics. Never holds a body, a query or a header. */
export interface CallReport {
  readonly system: string;
  readonly operation: string;
  readonly kind: CallKind;
  readonly host: string;
  readonly attempt: number;
  readonly milliseconds: number;
  readonly outcome: 'ok' | string;
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
}

export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** Runs one try of a call, or refuses to. */
export type Guard = <T>(operation: Operation, run: () => Promise<T>) => Promise<T>;

export interface CallerOptions {
  readonly system: string;
  /** Signs and addresses the request. Called again for each retry. `at` is the time to sign with. */
  readonly sign: (request: OutgoingRequest, at: Date) => Promise<OutgoingRequest> | OutgoingRequest;
  /**
   * The connector's reading of the envelope: undefined when the call succeeded. For a spending call
   * return `Rejected` or `Unauthorized` only for codes known to refuse before any effect; whatever
   * else it returns becomes `Unknown`.
   */
  readonly classify: (answer: Answer, operation: Operation) => CallError | undefined;
  /** The system's id of the request in an answer. */
  readonly requestId?: (answer: Answer) => string | undefined;
  /** Waits for a place in the rate limits (per app and per store). */
  readonly admit?: (operation: Operation) => Promise<void>;
  readonly guard?: Guard;
  /** A refused token: renew it; the read is then sent once more, signed anew. */
  readonly renew?: () => Promise<void>;
  readonly clock?: Clock;
  readonly onCall?: (report: CallReport) => void;
  /** Milliseconds one try may take; 15,000 unless told. */
  readonly timeoutMs?: number;
  /** All tries of a read together; 10,000 unless told. */
  readonly retryForMs?: number;
  /** Tries of a read after the first; 3 unless told. */
  readonly retries?: number;
}

export type Fetch = (input: Request | URL | string, init?: RequestInit) => Promise<Response>;

export interface Caller {
  /** The `fetch` for one call of an operation. A spending call needs its window. */
  fetch(operation: Operation, window?: SendWindow): Fetch;
}

/** Makes the caller of one connector for one store or account. */
export function createCaller(options: CallerOptions): Caller {
  const clock = options.clock ?? systemClock;
  return {
    fetch(operation, window) {
      if (operation.kind === 'spend' && !window) {
        throw new TypeError(`${options.system} ${operation.name} spends: it needs its send window`);
      }
      return async (input, init) => {
        const draft = await toOutgoing(input, init);
        return operation.kind === 'spend'
          ? sendOnce(draft, operation, window as SendWindow)
          : readWithRetries(draft, operation);
      };
    },
  };

  async function sendOnce(draft: OutgoingRequest, operation: Operation, window: SendWindow) {
    await options.admit?.(operation);
    const signed = await prepare(draft, operation, window.signedAt);
    const isLate = () => clock.now() > window.sendBefore;
    if (isLate()) {
      throw new NotSent('not sent: its time to be sent had passed', {
        system: options.system,
        operation: operation.name,
      });
    }
    try {
      return await attempt(signed, operation, 1, freshConnection(isLate));
    } catch (error) {
      throw asSpendError(error);
    }
  }

  /** Whatever fails here (a token that cannot be renewed, say) failed before anything was sent. */
  async function prepare(draft: OutgoingRequest, operation: Operation, at: Date) {
    try {
      return await options.sign(draft, at);
    } catch (cause) {
      // A read passes on what the renewal met; for a spending call only this counts.
      if (operation.kind === 'read' && cause instanceof CallError) throw cause;
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new NotReady(message, { system: options.system, operation: operation.name, cause });
    }
  }

  async function readWithRetries(draft: OutgoingRequest, operation: Operation) {
    let renewed = false;
    return pRetry(
      async (number) => {
        await options.admit?.(operation);
        try {
          return await attempt(await prepare(draft, operation, clock.now()), operation, number);
        } catch (error) {
          if (error instanceof Unauthorized && options.renew && !renewed) {
            renewed = true;
            await options.renew();
            return await attempt(await prepare(draft, operation, clock.now()), operation, number);
          }
          throw error instanceof Error ? error : new Error(String(error));
        }
      },
      {
        retries: options.retries ?? 3,
        minTimeout: 200,
        factor: 3,
        randomize: true,
        maxRetryTime: options.retryForMs ?? 10_000,
        shouldRetry: ({ error }) =>
          isWorthRepeating(error, clock.now(), options.retryForMs ?? 10_000),
        onFailedAttempt: async ({ error, retriesLeft }) => {
          if (error instanceof Throttled && retriesLeft > 0) {
            await until(error.until, clock.now(), options.retryForMs ?? 10_000);
          }
        },
      },
    ).catch((error: unknown) => {
      throw error instanceof AbortError ? error.originalError : error;
    });
  }

  async function attempt(
    request: OutgoingRequest,
    operation: Operation,
    number: number,
    dispatcher: Dispatcher = keptAlive,
  ) {
    const run = () => tryOnce(request, operation, number, dispatcher);
    return options.guard ? options.guard(operation, run) : run();
  }

  async function tryOnce(
    request: OutgoingRequest,
    operation: Operation,
    number: number,
    dispatcher: Dispatcher,
  ) {
    const began = performance.now();
    let answer: Answer | undefined;
    try {
      const raw = await exchange(request, {
        dispatcher,
        timeoutMs: options.timeoutMs ?? 15_000,
        binary: operation.binary ?? false,
      });
      if (raw.kind === 'file') {
        report('ok');
        return raw.response;
      }
      answer = raw.answer;
      const error = options.classify(answer, operation);
      if (error) throw error;
      if (answer.json === undefined) {
        throw new Malformed(`answered ${answer.status} with a body that is no JSON`, detail());
      }
      report('ok');
      return new Response(keepDigits(answer.text), {
        status: 200,
        headers: { 'content-type': 'application/json' },
      });
    } catch (error) {
      const typed = error instanceof CallError ? error : fromTransport(error);
      report(typed.name, typed.code);
      throw typed;
    }

    function report(outcome: string, code?: string) {
      options.onCall?.({
        system: options.system,
        operation: operation.name,
        kind: operation.kind,
        host: request.url.host,
        attempt: number,
        milliseconds: performance.now() - began,
        outcome,
        code,
        requestId: answer && options.requestId?.(answer),
      });
    }

    function detail() {
      return {
        system: options.system,
        operation: operation.name,
        httpStatus: answer?.status,
        requestId: answer && options.requestId?.(answer),
      };
    }

    function fromTransport(cause: unknown): CallError {
      const code = failureCode(cause);
      const where = `${options.system} ${operation.name} at ${request.url.host}`;
      if (provesNotSent(cause)) {
        return new NotSent(`${where}: no connection (${code})`, { ...detail(), cause });
      }
      // The cause's message can hold the address with its token: only its code is repeated.
      const message = `${where}: no complete answer (${code ?? (cause as Error)?.name ?? 'error'})`;
      return operation.kind === 'spend'
        ? new Unknown(message, { ...detail(), cause })
        : new Unavailable(message, { ...detail(), cause });
    }
  }
}

/** What a failed spending call means: only a proven refusal or a request never sent is certain. */
function asSpendError(error: unknown): unknown {
  if (!(error instanceof CallError)) return error;
  const certain = [Rejected, Unauthorized, NotSent, Unknown].some((kind) => error instanceof kind);
  return certain ? error : new Unknown(error.message, { ...error, cause: error });
}

function isWorthRepeating(error: Error, now: Date, budgetMs: number): boolean {
  if (error instanceof Throttled) return error.until.getTime() - now.getTime() <= budgetMs;
  if (error instanceof NotReady) return false;
  return error instanceof Unavailable || error instanceof Malformed;
}

async function until(moment: Date, now: Date, capMs: number): Promise<void> {
  const wait = Math.min(Math.max(moment.getTime() - now.getTime(), 0), capMs);
  await new Promise((resolve) => setTimeout(resolve, wait));
}

async function toOutgoing(
  input: Request | URL | string,
  init?: RequestInit,
): Promise<OutgoingRequest> {
  const request = input instanceof Request ? input : new Request(input, init);
  const body = request.method === 'GET' ? '' : await request.text();
  return {
    method: request.method,
    url: new URL(request.url),
    headers: Object.fromEntries(request.headers),
    body: body === '' ? undefined : body,
  };
}
