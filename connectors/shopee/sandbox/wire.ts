/**
 * How the simulator speaks: Shopee's envelopes, ids as bare JSON integers of any length, and the
 * refusals (shopee.md 5).
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { SandboxAnswer } from '../../sandbox.ts';

/** Digits as a JSON integer; ids reach beyond 2^53, where a JavaScript number would change them. */
export function integer(digits: string | number): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(String(digits));
}

/** The usual success: `{error:"", message:"", response, request_id}`. */
export function succeed(response: object): SandboxAnswer {
  return { body: { error: '', message: '', response, request_id: requestId() } };
}

/** Success without `response` (`ship_order`, shopee.md 4.2; the confirmation of lost pushes). */
export function succeedEmpty(): SandboxAnswer {
  return { body: { error: '', message: '', request_id: requestId() } };
}

/** Success whose fields lie beside `error` (auth, partner lists, `get_shop_info`). */
export function succeedFlat(fields: object): SandboxAnswer {
  return { body: { ...fields, error: '', message: '', request_id: requestId() } };
}

/** Failures are HTTP 200; only a wrong signature is known to be 403 (shopee.md 5). */
export function failure(code: string, message: string, response?: object): SandboxAnswer {
  const status = code === 'error_sign' ? 403 : 200;
  const rest = response === undefined ? {} : { response };
  return { status, body: { error: code, message, ...rest, request_id: requestId() } };
}

/** Thrown by an operation to answer with a failure; never leaves the simulator. */
export class Refusal extends Error {
  readonly code: string;
  readonly reason: string;

  constructor(code: string, reason: string) {
    super(`${code}: ${reason}`);
    this.code = code;
    this.reason = reason;
  }

  answer(): SandboxAnswer {
    return failure(this.code, this.reason);
  }
}

/** The documented catch-all for a parameter that is missing or has the wrong shape. */
export function wrongParameter(detail: string): Refusal {
  return new Refusal('error_param', `Wrong parameters, detail: ${detail}.`);
}

function requestId(): string {
  return randomBytes(16).toString('hex');
}
