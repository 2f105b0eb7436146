/**
 * What can go wrong with a call, by what the caller must do about it (docs/architecture.md). Nobody
 * outside the connector that owns a message looks at its text.
 * @module
 */

export interface CallErrorDetail {
  /** `lazada`, `shopee`, `pandapon`. */
  readonly system: string;
  /** The operation's name in that system's openapi.yaml. */
  readonly operation: string;
  /** The system's own error code, as it came. */
  readonly code?: string | undefined;
  /** The system's id of this request, for its support. */
  readonly requestId?: string | undefined;
  readonly httpStatus?: number | undefined;
  readonly cause?: unknown;
}

export abstract class CallError extends Error {
  readonly system: string;
  readonly operation: string;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly httpStatus: number | undefined;

  constructor(message: string, detail: CallErrorDetail) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = new.target.name;
    this.system = detail.system;
    this.operation = detail.operation;
    this.code = detail.code;
    this.requestId = detail.requestId;
    this.httpStatus = detail.httpStatus;
  }
}

/** Understood and refused before any effect: a repeat cannot help, a person must look. */
export class Rejected extends CallError {}

/** Too many calls. `until` is the system's own word, or our back-off when it gave none. */
export class Throttled extends CallError {
  readonly until: Date;
  constructor(message: string, detail: CallErrorDetail & { readonly until: Date }) {
    super(message, detail);
    this.until = detail.until;
  }
}

/** The system could not answer this read: try again later. */
export class Unavailable extends CallError {}

/**
 * Failed before the first byte was written (the name did not resolve, the connection was refused, TLS
 * failed, or the request's `sendBefore` had passed): proof that nothing happened, also when spending.
 */
export class NotSent extends Unavailable {}

/** Could not even be prepared (no grant, no token, no database): nothing was sent, and a repeat now would not help. */
export class NotReady extends NotSent {}

/** The access token was refused. Renew it once; refused again, the grant is held. */
export class Unauthorized extends CallError {}

/** A spending call whose effect is not known: settle it by the intent rule, never repeat it. */
export class Unknown extends CallError {}

/** The answer came but is not what the specification says. A read that meets it found a broken order. */
export class Malformed extends CallError {}
