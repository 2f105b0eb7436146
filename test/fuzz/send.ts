/** Sends inputs as real clients and as no client would, and judges the answers. */
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { errors, Pool } from 'undici';
import { type HttpRequest, type Input, isRaw, type RawRequest } from './inputs.ts';
import { SLIPPED, unescapedIn } from './marks.ts';
import { mayBeProbe } from './pushes.ts';

/** Any input is answered, or its connection closed, within this. */
const ANSWER_MS = 5_000;
/** A connection that is never done: the server allows 10 s for a request, and looks once a second. */
const SLOW_MS = 14_000;
/** On a connection of our own we wait so long for an answer before we hang up. */
const PATIENCE_MS = 150;

export interface Answer {
  /** Empty when the connection was closed without one. */
  readonly statuses: readonly number[];
  readonly milliseconds: number;
  /** HTML that came back, with its head where the connection was our own. */
  readonly page: string;
  /** A header that the input put there. */
  readonly slipped: boolean;
  /** Neither answered nor closed. */
  readonly hung: boolean;
  /** The client refused to send it: a fault of the generator. */
  readonly unsent: string | undefined;
}

export interface Sender {
  send(input: Input): Promise<Answer>;
  stop(): Promise<void>;
}

export function openSender(url: string): Sender {
  const pool = new Pool(url, { connections: 32, pipelining: 1, connect: { timeout: ANSWER_MS } });
  return {
    send: async ({ request }) => {
      const began = performance.now();
      const found = isRaw(request) ? await sendRaw(url, request) : await sendHttp(pool, request);
      return { ...PLAIN, ...found, milliseconds: performance.now() - began };
    },
    stop: () => pool.destroy(),
  };
}

const PLAIN = { unsent: undefined, hung: false, page: '', slipped: false } as const;

type Found = Pick<Answer, 'statuses'> & Partial<Answer>;

async function sendHttp(pool: Pool, request: HttpRequest): Promise<Found> {
  const { method, path, body } = request;
  try {
    const answer = await pool.request({
      method: method as 'POST',
      path,
      headers: request.headers,
      body: body.length > 0 ? body : null,
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
    });
    const isPage = String(answer.headers['content-type']).includes('html');
    const page = isPage ? await answer.body.text() : '';
    if (!isPage) await answer.body.dump();
    return { statuses: [answer.statusCode], page, slipped: SLIPPED in answer.headers };
  } catch (error) {
    const isLate = error instanceof errors.HeadersTimeoutError;
    if (isLate || error instanceof errors.BodyTimeoutError) return { statuses: [], hung: true };
    if (error instanceof errors.InvalidArgumentError || error instanceof TypeError) {
      return { statuses: [], unsent: error.message };
    }
    return { statuses: [] };
  }
}

async function sendRaw(url: string, request: RawRequest): Promise<Found> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  const parts: Buffer[] = [];
  let heard = 0;
  let isClosed = false;
  socket.on('data', (data) => {
    heard = performance.now();
    parts.push(data);
  });
  socket.on('error', () => {});
  socket.on('end', () => socket.end());
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isClosed = true;
      resolve();
    });
  });
  const deadline =
    performance.now() + (request.drip || request.pieces.length === 0 ? SLOW_MS : ANSWER_MS);
  for (const piece of request.pieces) {
    if (isClosed) break;
    socket.write(piece);
    if (request.pauseMs > 0) await wait(request.pauseMs);
  }
  if (request.drip) {
    const last = request.pieces.at(-1) ?? '';
    const dripping = setInterval(() => isClosed || socket.write(last), request.pauseMs);
    await Promise.race([closed, wait(deadline - performance.now(), undefined, { ref: false })]);
    clearInterval(dripping);
  } else if (request.pieces.length > 0) {
    heard = performance.now();
    while (!isClosed && performance.now() - heard < PATIENCE_MS) {
      await Promise.race([closed, wait(20)]);
    }
    socket.end();
  }
  await Promise.race([
    closed,
    wait(Math.max(deadline - performance.now(), 1_000), undefined, { ref: false }),
  ]);
  const hung = !isClosed;
  socket.destroy();
  const words = Buffer.concat(parts).toString('latin1');
  const statuses = [...words.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, code]) => Number(code));
  const page = /^content-type: text\/html/im.test(words) ? words.replaceAll('\r', '') : '';
  return { statuses, hung, page, slipped: new RegExp(`^${SLIPPED}:`, 'im').test(words) };
}

/** What is wrong with an answer; undefined when nothing is. */
export function judged(input: Input, answer: Answer): string | undefined {
  if (answer.unsent !== undefined) return undefined;
  if (answer.hung) return 'neither answered nor closed';
  const failed = answer.statuses.find((status) => status >= 500);
  if (failed !== undefined) return `answered ${failed}`;
  const unescaped = unescapedIn(answer.page);
  if (unescaped !== undefined) return `the page holds ${unescaped}`;
  if (answer.slipped) return 'the input put a header into the answer';
  if (input.standing === 'known') {
    const [status] = answer.statuses;
    return status === 200 ? undefined : `answered ${status ?? 'nothing'} instead of 200`;
  }
  if (input.standing === 'oversized') {
    const read = answer.statuses.find((status) => status !== 413 && status !== 415);
    return read === undefined ? undefined : `too large, but answered ${read}`;
  }
  if (input.standing !== 'forged') return undefined;
  const taken = answer.statuses.find((status) => status < 400);
  if (taken === undefined || isRaw(input.request)) return undefined;
  const isPush = input.endpoint.startsWith('push');
  if (isPush && mayBeProbe(input.request.body)) return undefined;
  return `a forgery was answered ${taken}`;
}
