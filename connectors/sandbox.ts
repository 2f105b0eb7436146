/**
 * The shell that the three simulators share: an HTTP server on loopback, its books of calls, its fault
 * switches, its pushes, and a control door so that the same simulator serves tests in-process and the
 * bench from another process. It knows nothing of any vendor.
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a simulator sees it: raw, so that it can check signatures over what was really sent. */
export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** When it arrived, in ms of the machine's clock: a late effect is admitted as of then. */
  readonly arrivedAt: number;
}

export interface SandboxAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text or bytes go out as they are; anything else as JSON. */
  readonly body: string | Uint8Array | object;
}

export interface SandboxOperation {
  readonly name: string;
  /** `GET`, `POST` or both. */
  readonly methods: readonly string[];
  readonly path: string;
  /** Does the work and answers. Errors of the vendor are answers, not exceptions. */
  readonly handle: (request: SandboxRequest) => SandboxAnswer | Promise<SandboxAnswer>;
  /** The order a request is about, for faults aimed at one order. */
  readonly orderOf?: (request: SandboxRequest) => string | undefined;
}

/**
 * What goes wrong with a call.
 * - `lose-answer`: the effect happens, the connection is cut before the answer
 * - `late-effect`: nothing is answered; the effect happens after `ms`, when the caller has given up
 * - `reset`: the connection is cut before any effect
 * - `html`: a gateway's error page, before any effect; `html-after`: after it
 * - `throttle`: the vendor's own "too many calls", with its stated wait
 * - `error`: the vendor's error envelope before any effect; `error-after`: after it
 * - `slow`: effect at once, answer after `ms`
 * - `cut`: effect, then an answer cut in the middle
 * - `malformed`: effect, then JSON that is none of the vendor's answers
 */
export type Fault =
  | { readonly kind: 'lose-answer' | 'reset' | 'cut' | 'malformed' }
  | { readonly kind: 'late-effect' | 'slow'; readonly ms: number }
  | { readonly kind: 'html' | 'html-after'; readonly status: number }
  | { readonly kind: 'throttle'; readonly seconds: number }
  | { readonly kind: 'error' | 'error-after'; readonly code: string; readonly message: string };

/** A call as a plan of faults is asked about it. */
export interface ArrivedCall {
  readonly operation: string;
  readonly order: string | undefined;
  /** The caller's port: tells which process it was. */
  readonly port: number;
}

/** Applies `fault` to the next `times` calls that match. */
export interface FaultRule {
  readonly operation: string;
  readonly order?: string;
  readonly times?: number;
  readonly fault: Fault;
}

/** One line of the books: every call that reached the simulator. */
export interface BookedCall {
  readonly at: number;
  readonly operation: string;
  readonly order: string | undefined;
  readonly fault: Fault['kind'] | undefined;
  readonly status: number;
}

export interface SandboxOptions {
  readonly system: string;
  readonly operations: readonly SandboxOperation[];
  /** The vendor's answers for the faults that speak in its words. */
  readonly throttled: (seconds: number) => SandboxAnswer;
  readonly failed: (code: string, message: string) => SandboxAnswer;
  /** The vendor's answer to a path it does not have. */
  readonly notFound: () => SandboxAnswer;
  /** Named methods that the control door offers; arguments and results must survive JSON. */
  readonly control?: Readonly<Record<string, (...args: never[]) => unknown>>;
  readonly port?: number;
}

export interface Sandbox {
  /** `http://127.0.0.1:<port>`, no trailing slash. */
  readonly url: string;
  readonly calls: BookedCall[];
  /** Adds a fault switch. */
  addFault(rule: FaultRule): void;
  clearFaults(): void;
  /** How far the `Date` header is ahead of the machine's clock, in ms; null: no such header. */
  setDate(offsetMs: number | null): void;
  /** Replaces the switches by a plan of one's own: asked for every call, in order of arrival. */
  planFaults(plan: ((call: ArrivedCall) => Fault | undefined) | undefined): void;
  stop(): Promise<void>;
}

/** Path of the control door: `POST /__sandbox/<method>` with a JSON array of arguments. */
export const CONTROL_PATH = '/__sandbox/';

export async function startSandboxServer(options: SandboxOptions): Promise<Sandbox> {
  const calls: BookedCall[] = [];
  let rules: { rule: FaultRule; left: number }[] = [];
  let plan: Parameters<Sandbox['planFaults']>[0];
  const late = new Set<NodeJS.Timeout>();
  let dateOffsetMs: number | null = 0;

  const control: Record<string, (...args: never[]) => unknown> = {
    ...options.control,
    calls: () => calls,
    callCounts: () => countBy(calls, (call) => call.operation),
    addFault: (rule: FaultRule) => addFault(rule),
    clearFaults: () => clearFaults(),
    setDate: (offsetMs: number | null) => setDate(offsetMs),
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(`sandbox ${options.system} failed: ${(error as Error).stack}`);
    });
  });
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    addFault,
    clearFaults,
    setDate,
    planFaults(next) {
      plan = next;
    },
    async stop() {
      for (const timer of late) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function addFault(rule: FaultRule) {
    rules.push({ rule, left: rule.times ?? 1 });
  }

  function clearFaults() {
    rules = [];
  }

  function setDate(offsetMs: number | null) {
    dateOffsetMs = offsetMs;
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse) {
    response.sendDate = dateOffsetMs !== null;
    if (dateOffsetMs) response.setHeader('date', new Date(Date.now() + dateOffsetMs).toUTCString());
    const request = await readRequest(incoming);
    if (request.path.startsWith(CONTROL_PATH)) return serveControl(request, response);
    const operation = options.operations.find(
      (candidate) => candidate.path === request.path && candidate.methods.includes(request.method),
    );
    if (!operation) return write(response, options.notFound());
    const order = operation.orderOf?.(request);
    const port = incoming.socket.remotePort ?? 0;
    const fault = takeFault({ operation: operation.name, order, port });
    const book = (status: number) =>
      calls.push({ at: Date.now(), operation: operation.name, order, fault: fault?.kind, status });

    switch (fault?.kind) {
      case 'reset':
        book(0);
        incoming.socket.destroy();
        return;
      case 'html':
        book(fault.status);
        return write(response, htmlPage(fault.status));
      case 'throttle':
        book(200);
        return write(response, options.throttled(fault.seconds));
      case 'error':
        book(200);
        return write(response, options.failed(fault.code, fault.message));
      case 'late-effect': {
        book(0);
        const timer = setTimeout(() => {
          late.delete(timer);
          void operation.handle(request);
        }, fault.ms);
        late.add(timer);
        return; // never answered: the caller's time-out ends it
      }
      default:
    }

    const answer = await operation.handle(request);
    switch (fault?.kind) {
      case 'lose-answer':
        book(0);
        incoming.socket.destroy();
        return;
      case 'html-after':
        book(fault.status);
        return write(response, htmlPage(fault.status));
      case 'error-after':
        book(200);
        return write(response, options.failed(fault.code, fault.message));
      case 'slow':
        await new Promise((resolve) => setTimeout(resolve, fault.ms));
        break;
      case 'cut': {
        book(200);
        const whole = toBytes(answer.body);
        return write(response, { ...answer, body: whole.subarray(0, Math.ceil(whole.length / 2)) });
      }
      case 'malformed':
        book(200);
        return write(response, { body: ['nothing that was asked for'] });
      default:
    }
    book(answer.status ?? 200);
    write(response, answer);
  }

  function takeFault(call: ArrivedCall): Fault | undefined {
    if (plan) return plan(call);
    const { operation, order } = call;
    const found = rules.find(
      ({ rule, left }) =>
        left > 0 &&
        rule.operation === operation &&
        (rule.order === undefined || rule.order === order),
    );
    if (!found) return undefined;
    found.left -= 1;
    return found.rule.fault;
  }

  async function serveControl(request: SandboxRequest, response: ServerResponse) {
    const name = request.path.slice(CONTROL_PATH.length);
    const method = control[name];
    if (!method) return write(response, { status: 404, body: { error: `no control "${name}"` } });
    try {
      const result = await method(...(JSON.parse(request.body || '[]') as never[]));
      write(response, { body: { result: result ?? null } });
    } catch (error) {
      write(response, { status: 400, body: { error: (error as Error).message } });
    }
  }
}

/** Calls one method of a simulator's control door, from another process. */
export async function controlSandbox<T>(
  url: string,
  method: string,
  ...args: unknown[]
): Promise<T> {
  const response = await fetch(`${url}${CONTROL_PATH}${method}`, {
    method: 'POST',
    body: JSON.stringify(args),
  });
  const answer = (await response.json()) as { result?: T; error?: string };
  if (answer.error !== undefined) throw new Error(`sandbox ${method}: ${answer.error}`);
  return answer.result as T;
}

export interface PushOutcome {
  readonly at: number;
  readonly status: number;
  readonly body: string;
  readonly milliseconds: number;
}

/** Delivers one push; a receiver that does not answer in time counts as status 0. */
export async function deliverPush(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  timeoutMs: number,
): Promise<PushOutcome> {
  const at = Date.now();
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return {
      at,
      status: response.status,
      body: await response.text(),
      milliseconds: Date.now() - at,
    };
  } catch {
    return { at, status: 0, body: '', milliseconds: Date.now() - at };
  }
}

async function readRequest(incoming: IncomingMessage): Promise<SandboxRequest> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const url = new URL(incoming.url ?? '/', 'http://sandbox');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value);
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: Buffer.concat(parts).toString('utf8'),
    arrivedAt: Date.now(),
  };
}

function write(response: ServerResponse, answer: SandboxAnswer) {
  const isJson = typeof answer.body !== 'string' && !(answer.body instanceof Uint8Array);
  response.writeHead(answer.status ?? 200, {
    'content-type': isJson ? 'application/json' : 'text/plain',
    ...answer.headers,
  });
  response.end(toBytes(answer.body));
}

function toBytes(body: SandboxAnswer['body']): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body), 'utf8');
}

function htmlPage(status: number): SandboxAnswer {
  return {
    status,
    headers: { 'content-type': 'text/html' },
    body: `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`,
  };
}

function countBy<T>(rows: readonly T[], key: (row: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) counts[key(row)] = (counts[key(row)] ?? 0) + 1;
  return counts;
}
