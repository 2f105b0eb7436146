/** The wire under a call: its connection, its time-out, the bytes of its answer, and what a failure proves. */
import { Agent, buildConnector, type Dispatcher, fetch as send } from 'undici';
import type { Answer, OutgoingRequest } from './call.ts';
import { parseJson } from './json.ts';

/** Largest answer taken, in bytes: a label of several pages stays far below. */
const MAX_ANSWER = 32 * 1024 * 1024;
const CONNECT_MS = 5_000;
/** Says of a connection that stood too late to be written to. */
const TOO_LATE = 'PONBRIDGE_TOO_LATE';

/** Codes of failures that happen before the first byte is written. */
const NOT_SENT = new Set([
  TOO_LATE,
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** For reads: connections are kept and shared. */
export const keptAlive: Dispatcher = new Agent({
  connect: { timeout: CONNECT_MS },
  keepAliveTimeout: 10_000,
});

const openSocket = buildConnector({ timeout: CONNECT_MS });

/**
 * A connection of its own for one spending call, closed after it. Its time is looked at once more when
 * the connection stands, the last moment before the first byte: a process can sleep, and a server can
 * take long to let it in.
 */
export function freshConnection(isLate: () => boolean): Dispatcher {
  return new Agent({
    pipelining: 0,
    connect(options, callback) {
      openSocket(options, (error, socket) => {
        if (error) return callback(error, null);
        if (!isLate()) return callback(null, socket);
        socket.destroy();
        const late = Object.assign(new Error('its time to be sent had passed'), { code: TOO_LATE });
        return callback(late, null);
      });
    },
  });
}

export interface ExchangeOptions {
  readonly dispatcher: Dispatcher;
  readonly timeoutMs: number;
  /** The answer is a file, unless it is the vendor's JSON (`{`) or a gateway's page (`<`). */
  readonly binary: boolean;
}

export type Exchanged =
  | { readonly kind: 'file'; readonly response: Response }
  | { readonly kind: 'text'; readonly answer: Answer };

/** Sends it and takes the whole answer. @throws {Error} whatever kept an answer from coming */
export async function exchange(
  request: OutgoingRequest,
  options: ExchangeOptions,
): Promise<Exchanged> {
  const response = await send(request.url, {
    method: request.method,
    headers: request.headers,
    ...(request.body === undefined ? {} : { body: request.body }),
    redirect: 'error',
    signal: AbortSignal.timeout(options.timeoutMs),
    dispatcher: options.dispatcher,
  });
  const bytes = await readBody(response.body);
  const isFile = bytes.length > 0 && bytes[0] !== 0x7b && bytes[0] !== 0x3c;
  if (options.binary && response.status < 400 && isFile) {
    const type = response.headers.get('content-type') ?? 'application/octet-stream';
    const headers = { 'content-type': type };
    const file = new Response(new Uint8Array(bytes), { status: 200, headers });
    return { kind: 'file', response: file };
  }
  const { status, headers } = response;
  const text = bytes.toString('utf8');
  return { kind: 'text', answer: { status, headers, text, json: tryParse(text) } };
}

/** Whether this failure proves that no byte of the request was written. */
export function provesNotSent(error: unknown): boolean {
  const code = failureCode(error);
  return code !== undefined && NOT_SENT.has(code) && !wasConnected(error);
}

/** The first code in the chain of causes. */
export function failureCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = (at as Error & { code?: unknown }).code;
    if (typeof code === 'string') return code;
  }
  return undefined;
}

/** An unreachable host can also be told by a connection that carried the request already. */
function wasConnected(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { syscall } = at as Error & { syscall?: unknown };
    if (syscall === 'read' || syscall === 'write') return true;
  }
  return false;
}

async function readBody(body: AsyncIterable<Uint8Array> | null): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.length;
    if (size > MAX_ANSWER) throw new Error(`answer larger than ${MAX_ANSWER} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function tryParse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
