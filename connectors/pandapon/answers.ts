/**
 * What an answer of PandaPon means for the caller (errors.ts).
 * @module
 */
import type { Answer, Operation } from '../call.ts';
import {
  type CallError,
  type CallErrorDetail,
  Malformed,
  Rejected,
  Throttled,
  Unavailable,
  Unknown,
} from '../errors.ts';
import { REFUSAL_CODES, SUCCESS } from './codes.ts';
import { isRecord, text } from './wire.ts';

export const SYSTEM = 'pandapon';

/** Assumed: rate limits and their waits are not documented (pandapon.md 1). Milliseconds. */
const THROTTLE_WAIT = 2_000;
/** Longest part of the vendor's message repeated in an error. */
const MESSAGE_LENGTH = 300;

/** The vendor's id of a request, by which its support finds the log. */
export function requestIdOf(json: unknown): string | undefined {
  return isRecord(json) ? text(json.requestId) : undefined;
}

/**
 * Success is HTTP 2xx with envelope code 200, as number or text. On a spending call any other answer
 * is `Unknown`, unless its code is on the list of codes known to refuse before any effect.
 */
export function makeClassify(refusalCodes: readonly string[], now: () => Date) {
  const refusals = new Set([...REFUSAL_CODES, ...refusalCodes]);
  return (answer: Answer, operation: Operation): CallError | undefined => {
    const code = isRecord(answer.json) ? text(answer.json.code) : undefined;
    const succeeded = answer.status >= 200 && answer.status < 300 && code === SUCCESS;
    if (operation.kind === 'read') {
      return succeeded ? undefined : readError(answer, code, operation, now());
    }
    if (!succeeded) return spendError(answer, code, operation, refusals);
    // Assumed: `data: false` is no success; the 1688 twin of cancel answers a boolean (pandapon.md 8).
    if (isRecord(answer.json) && answer.json.data === false) {
      return new Unknown(`${SYSTEM} ${operation.name} answered 200 with data false`, {
        ...detailOf(answer, undefined, operation),
      });
    }
    return undefined;
  };
}

function readError(
  answer: Answer,
  code: string | undefined,
  operation: Operation,
  now: Date,
): CallError {
  const detail = detailOf(answer, code, operation);
  const message = describe(answer, code, operation);
  if (answer.status === 429 || code === '429') {
    return new Throttled(message, { ...detail, until: throttledUntil(answer, now) });
  }
  if (answer.status >= 500 || !isRecord(answer.json)) return new Unavailable(message, detail);
  if (code !== undefined || answer.status >= 400) return new Rejected(message, detail);
  return new Malformed(message, detail);
}

function spendError(
  answer: Answer,
  code: string | undefined,
  operation: Operation,
  refusals: ReadonlySet<string>,
): CallError {
  const detail = detailOf(answer, code, operation);
  const message = describe(answer, code, operation);
  const refused = code !== undefined && refusals.has(code) && answer.status < 500;
  return refused ? new Rejected(message, detail) : new Unknown(message, detail);
}

function detailOf(answer: Answer, code: string | undefined, operation: Operation): CallErrorDetail {
  return {
    system: SYSTEM,
    operation: operation.name,
    code,
    requestId: requestIdOf(answer.json),
    httpStatus: answer.status,
  };
}

function describe(answer: Answer, code: string | undefined, operation: Operation): string {
  const start = `${SYSTEM} ${operation.name} answered`;
  if (!isRecord(answer.json)) return `${start} HTTP ${answer.status} with a body that is no JSON`;
  if (code === undefined) return `${start} HTTP ${answer.status} without a code`;
  const words = (text(answer.json.msg) ?? '').slice(0, MESSAGE_LENGTH);
  const http = answer.status === 200 ? '' : ` (HTTP ${answer.status})`;
  return `${start} code ${code}${http}${words === '' ? '' : `: ${words}`}`;
}

/** `Retry-After` in seconds or as a date, else our own wait. */
function throttledUntil(answer: Answer, now: Date): Date {
  const header = answer.headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(header)) return new Date(now.getTime() + Number(header) * 1000);
  const date = Date.parse(header);
  return new Date(Number.isNaN(date) ? now.getTime() + THROTTLE_WAIT : date);
}
