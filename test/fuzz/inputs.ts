/** One input, as it goes over the wire and into a replay line. */
import { createHash } from 'node:crypto';

export type Endpoint =
  | 'push lazada'
  | 'push shopee'
  | 'callback'
  | 'consent'
  | 'reach'
  | 'health, metrics'
  | 'other path'
  | 'wire';

/**
 * What an answer may be.
 * - `forged`: 4xx, unless the body is a console's probe
 * - `oversized`: 413, or 415 when it is packed, or no answer at all
 * - `unverified`: anything below 500; nothing may change
 * - `known`: 200; nothing may change
 * - `verified`: anything below 500; it may be kept, and may ask for reads
 */
export type Standing = 'forged' | 'oversized' | 'unverified' | 'known' | 'verified';

export interface Input {
  readonly endpoint: Endpoint;
  readonly kind: string;
  readonly standing: Standing;
  readonly request: HttpRequest | RawRequest;
}

/** What an HTTP client sends. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** Bytes on a connection, with a wait before each further piece. */
export interface RawRequest {
  readonly pieces: readonly Buffer[];
  readonly pauseMs: number;
  /** The last piece comes again and again until the server has had enough. */
  readonly drip: boolean;
}

export function isRaw(request: Input['request']): request is RawRequest {
  return 'pieces' in request;
}

/** `--replay` takes it. */
export function replayLine(input: Input): string {
  const text = JSON.stringify(input, (_key, value) =>
    value?.type === 'Buffer' ? { base64: Buffer.from(value.data).toString('base64') } : value,
  );
  return Buffer.from(text).toString('base64');
}

export function fromReplayLine(line: string): Input {
  return JSON.parse(Buffer.from(line, 'base64').toString(), (_key, value) =>
    typeof value?.base64 === 'string' ? Buffer.from(value.base64, 'base64') : value,
  ) as Input;
}

/** A 32-bit number that depends on all parts: the same seed gives the same inputs. */
export function mixed(...parts: readonly (string | number)[]): number {
  return createHash('sha256').update(parts.join('\n')).digest().readInt32LE();
}
