import type { SandboxAnswer } from '../../sandbox.ts';
import { CODES } from './codes.ts';
import { requestId } from './ids.ts';

/** A refusal in the vendor's envelope; thrown by the checks, turned into an answer by the door. */
export class Refusal extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Success: `code` 200 and the Chinese `msg` of every seed, in every language of the documentation. */
export function success(developId: string, data: unknown): SandboxAnswer {
  return envelope(200, '成功', developId, data);
}

/** Assumed: an error has the same envelope with `data` null, and HTTP status 200. */
export function failure(code: number, message: string, developId: string | null): SandboxAnswer {
  return envelope(code, message, developId, null);
}

export function throttled(seconds: number): SandboxAnswer {
  return failure(CODES.throttled, `请求过于频繁，请在${seconds}秒后重试`, null);
}

/** A fault switch's code goes out as the integer the envelope documents; text that is none becomes 500. */
export function failed(code: string, message: string): SandboxAnswer {
  return failure(/^-?\d+$/.test(code) ? Number(code) : CODES.failed, message, null);
}

export function notFound(): SandboxAnswer {
  return { ...failure(CODES.noSuchPath, 'Not Found', null), status: 404 };
}

function envelope(
  code: number,
  message: string,
  developId: string | null,
  data: unknown,
): SandboxAnswer {
  return {
    headers: { 'content-type': 'application/json;charset=UTF-8' },
    body: {
      requestId: requestId(),
      code,
      developId,
      msg: message,
      data,
    },
  };
}
