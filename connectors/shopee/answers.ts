/**
 * Reads Shopee's envelope `{error, message, request_id, warning?, response?}`. The HTTP status is not
 * the signal: failures routinely come with 200 (shopee.md section 5).
 * @module
 */
import type { Answer, Operation } from '../call.ts';
import {
  type CallError,
  type CallErrorDetail,
  Rejected,
  Throttled,
  Unauthorized,
  Unavailable,
  Unknown,
} from '../errors.ts';
import {
  GATEWAY_RULES,
  type Means,
  PROVEN_REFUSALS,
  type Rule,
  STABLE_CODES,
  UNAVAILABLE_RULES,
} from './codes.ts';

export const SYSTEM = 'shopee';

/** Whether a call speaks for a shop (its token can be renewed) or for the app. */
export type Auth = 'shop' | 'public';

export interface Reading {
  readonly auth: Auth;
  readonly now: () => Date;
  /** True when this call's clock was refused before: it is signed anew once, not for ever. */
  readonly clockRefusedBefore: () => boolean;
}

/**
 * Assumed: Shopee publishes neither a burst limit nor a waiting time, so without `Retry-After` one
 * second is waited.
 */
const BACK_OFF_MS = 1_000;

/** The day of the quota begins at 00:00 UTC+8. */
const QUOTA_ZONE_MS = 8 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** What an answer means; undefined when the call succeeded. */
export function classify(
  answer: Answer,
  operation: Operation,
  reading: Reading,
): CallError | undefined {
  const base = { system: SYSTEM, operation: operation.name, httpStatus: answer.status };
  if (answer.status === 429) {
    const until = retryAfter(answer, reading.now());
    return new Throttled('too many requests', { ...base, until });
  }
  const envelope = asEnvelope(answer.json);
  if (!envelope) {
    return new Unavailable(`answered HTTP ${answer.status} without a JSON envelope`, base);
  }
  const detail = { ...base, requestId: requestIdOf(answer) };
  const said = errorOf(envelope);
  if (said.raw === undefined) {
    // Some reads answer without `error`. For a promise that is no proof that it was taken.
    if (answer.status < 400 && operation.kind === 'read') return undefined;
    return new Unavailable(`answered HTTP ${answer.status} without an error code`, detail);
  }
  if (said.code === '') return undefined;
  if (said.code === '-' && operation.kind === 'read' && answer.status < 400) return undefined;
  return asError(said, answer, operation, reading, detail);
}

/** The id of a request, for Shopee's support; some come with a stray space. */
export function requestIdOf(answer: Pick<Answer, 'json'>): string | undefined {
  const value = asEnvelope(answer.json)?.request_id;
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

interface Said {
  /** As it came; undefined when the envelope has no `error`. */
  readonly raw: string | undefined;
  readonly module: string | undefined;
  readonly code: string;
  readonly message: string;
}

/** Trims, takes ONE module segment off: " logistics.package_already_shipped", "order. error_param". */
export function readCode(raw: string): { module: string | undefined; code: string } {
  const trimmed = raw.trim();
  const split = /^([a-z_]+)\.\s*(\S.*)$/i.exec(trimmed);
  if (!split) return { module: undefined, code: trimmed.toLowerCase() };
  return { module: split[1]?.toLowerCase(), code: (split[2] ?? '').trim().toLowerCase() };
}

/** What a code and its message mean, wherever they stand: in the envelope or in a row of a batch. */
export function meaningOf(raw: string, message: string): Means | undefined {
  const { module, code } = readCode(raw);
  const matches = (rule: Rule) => applies(rule, code, message);
  const gateway = module === undefined || module === 'common';
  return (
    (gateway ? GATEWAY_RULES.find(matches) : undefined) ??
    PROVEN_REFUSALS.find(matches) ??
    UNAVAILABLE_RULES.find(matches)
  )?.means;
}

function applies(rule: Rule, code: string, message: string): boolean {
  if (rule.codes && !rule.codes.includes(code)) return false;
  if (rule.codePattern && !rule.codePattern.test(code)) return false;
  return rule.message ? rule.message.test(message) : true;
}

function asError(
  said: Said,
  answer: Answer,
  operation: Operation,
  reading: Reading,
  base: CallErrorDetail,
): CallError {
  const raw = said.raw?.trim() ?? '';
  const detail = { ...base, code: raw };
  const message = `${raw}: ${said.message}`;
  const means = meaningOf(raw, said.message);
  switch (means?.is) {
    case 'token':
      return reading.auth === 'shop'
        ? new Unauthorized(message, detail)
        : new Rejected(message, { ...detail, code: 'consent-needed' });
    case 'clock':
      // A read is repeated and so signed anew; a promise keeps its one signature.
      return operation.kind === 'read' && !reading.clockRefusedBefore()
        ? new Unavailable(message, detail)
        : new Rejected(message, { ...detail, code: 'clock' });
    case 'throttled':
      return new Throttled(message, { ...detail, until: retryAfter(answer, reading.now()) });
    case 'quota':
      return new Throttled(message, { ...detail, until: nextQuotaDay(reading.now()) });
    case 'unavailable':
      return new Unavailable(message, detail);
    case 'refused':
      // A grant without its shop: the one renewal fails and says so, then the grant is held.
      return means.as === 'consent-needed' && reading.auth === 'shop'
        ? new Unauthorized(message, detail)
        : new Rejected(`${STABLE_CODES[means.as].says} (${message})`, {
            ...detail,
            code: means.as,
          });
    default:
      if (operation.kind === 'spend') return new Unknown(message, detail);
      return answer.status >= 500
        ? new Unavailable(message, detail)
        : new Rejected(message, detail);
  }
}

function asEnvelope(json: unknown): Record<string, unknown> | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Record<string, unknown>)
    : undefined;
}

function errorOf(envelope: Record<string, unknown>): Said {
  const raw = typeof envelope.error === 'string' ? envelope.error : undefined;
  const row = raw?.includes('batch_api_all_failed') ? firstFailedRow(envelope) : undefined;
  const shown = row?.raw ?? raw;
  // `msg` and `mesage` are seen in place of `message`.
  const message =
    row?.message ?? [envelope.message, envelope.msg, envelope.mesage].find(isText) ?? '';
  return { raw: shown, message, ...readCode(shown ?? '') };
}

/** A batch whose every row failed hides the reason in its rows; ours are batches of one. */
function firstFailedRow(envelope: Record<string, unknown>) {
  const rows = asEnvelope(envelope.response)?.result_list;
  const row = Array.isArray(rows) ? asEnvelope(rows[0]) : undefined;
  const raw = row?.fail_error;
  if (!isText(raw) || raw.trim() === '') return undefined;
  return { raw, message: isText(row?.fail_message) ? row.fail_message : '' };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function retryAfter(answer: Answer, now: Date): Date {
  const header = answer.headers.get('retry-after')?.trim();
  if (header && /^\d+$/.test(header)) return new Date(now.getTime() + Number(header) * 1000);
  const date = header ? Date.parse(header) : Number.NaN;
  return new Date(Number.isNaN(date) ? now.getTime() + BACK_OFF_MS : date);
}

function nextQuotaDay(now: Date): Date {
  const day = Math.floor((now.getTime() + QUOTA_ZONE_MS) / DAY_MS);
  return new Date((day + 1) * DAY_MS - QUOTA_ZONE_MS);
}
