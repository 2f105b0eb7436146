/**
 * How the simulator writes JSON: the envelope (lazada.md 5), ids as JSON numbers and amounts with
 * their trailing zeros (lazada.md 3.4).
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { SandboxAnswer } from '../../sandbox.ts';

/** A JSON number written exactly as `text`: `66000.00` keeps its zeros, a long id its digits. */
export function rawNumber(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
}

/** Hexadecimal, 25 characters, as in the reference's samples (`0ba2887315178178017221014`). */
export function requestId(): string {
  return randomBytes(13).toString('hex').slice(0, 25);
}

/** A success: `code` is the string "0", the rest is top-level. */
export function ok(content: object): SandboxAnswer {
  return { body: { ...content, code: '0', request_id: requestId() } };
}

/** A failure: HTTP 200 all the same (lazada.md 5). `type` is not to be relied on by anybody. */
export function refused(
  code: string,
  message: string,
  type: 'ISV' | 'ISP' | 'SYSTEM' = 'ISV',
): SandboxAnswer {
  return { body: { type, code, message, request_id: requestId() } };
}

/** The fulfilment calls' second level: understood by the gateway, refused as a whole. */
export function resultFailed(code: string, message: string): SandboxAnswer {
  return ok({ result: { success: false, error_code: code, error_msg: message } });
}

/** The fulfilment calls' usual answer; `success` says nothing about the single rows. */
export function resultOk(data: object): SandboxAnswer {
  return ok({ result: { data, success: true } });
}

/** JSON text of a parameter to a record; undefined when it is anything else. */
export function parseRecord(text: string | undefined): Record<string, unknown> | undefined {
  const value = parseValue(text);
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** JSON text of a parameter to a list; undefined when it is anything else. */
export function parseList(text: string | undefined): unknown[] | undefined {
  const value = parseValue(text);
  return Array.isArray(value) ? value : undefined;
}

/** An id in a JSON parameter: an integer, or its digits as text. Undefined when it is neither. */
export function idText(value: unknown): string | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  return /^\d+$/.test(text) ? text : undefined;
}

function parseValue(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
