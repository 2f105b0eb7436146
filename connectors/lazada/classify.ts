/** Reads Lazada's envelope: did the call succeed, and if not, what must the caller do? @module */
import type { Answer, Operation } from '../call.ts';
import {
  type CallError,
  Malformed,
  Rejected,
  Throttled,
  Unauthorized,
  Unavailable,
  Unknown,
} from '../errors.ts';
import {
  plainCode,
  REQUEST_REFUSED,
  SPENDING_REFUSED,
  THROTTLED,
  TOKEN_REFUSED,
  TRANSIENT,
} from './codes.ts';
import { text } from './wire.ts';

/**
 * Undefined when the envelope's `code` is 0. Errors usually come with HTTP 200, and `type` (ISV, ISP)
 * is swapped in the documents, so only the code decides (lazada.md section 5). For a spending call
 * `Rejected` and `Unauthorized` are returned only where nothing can have happened.
 */
export function classify(answer: Answer, operation: Operation, now: Date): CallError | undefined {
  const detail = {
    system: 'lazada',
    operation: operation.name,
    requestId: requestIdOf(answer),
    httpStatus: answer.status,
  };
  const envelope = asObject(answer.json);
  if (!envelope || envelope.code === undefined || envelope.code === null) {
    if (answer.status === 429) {
      return new Throttled('too many calls', { ...detail, until: after(now, 1) });
    }
    return envelope && answer.status < 400
      ? new Malformed('answer without a code', detail)
      : new Unavailable(`answered ${answer.status} without an envelope`, detail);
  }
  const code = plainCode(envelope.code);
  if (code === '0') {
    return answer.status < 400
      ? undefined
      : new Unavailable(`answered ${answer.status} with code 0`, detail);
  }

  const message = text(envelope.message) ?? '';
  const coded = { ...detail, code };
  const words = `${code}${message === '' ? '' : `: ${message}`}`;
  if (TOKEN_REFUSED.has(code)) return new Unauthorized(words, coded);
  if (REQUEST_REFUSED.has(code)) return new Rejected(words, coded);
  if (operation.kind === 'spend') {
    return SPENDING_REFUSED[operation.name]?.has(code)
      ? new Rejected(words, coded)
      : new Unknown(words, coded);
  }
  const seconds = THROTTLED.get(code) ?? (answer.status === 429 ? 1 : undefined);
  if (seconds !== undefined) {
    return new Throttled(words, { ...coded, until: after(now, banSeconds(message) ?? seconds) });
  }
  if (TRANSIENT.has(code) || answer.status >= 500) return new Unavailable(words, coded);
  return new Rejected(words, coded);
}

/** Lazada's id of the request, for its support. */
export function requestIdOf(answer: Answer): string | undefined {
  return text(asObject(answer.json)?.request_id);
}

/** "Api access frequency exceeds the limit. this ban will last 1 seconds" */
function banSeconds(message: string): number | undefined {
  const found = /ban will last (\d+) second/i.exec(message);
  return found ? Number(found[1]) : undefined;
}

function after(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000);
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
