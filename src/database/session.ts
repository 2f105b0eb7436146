/**
 * What every connection asks of the database, and of its own socket, so that nothing which a process
 * holds there outlives the process for more than a minute (docs/guarantees.md).
 *
 * - Killed: its sockets close, the server ends its transactions at once.
 * - Stopped (frozen, swapped out, suspended): the server ends a transaction that waits for its client
 *   for longer than the lease, and with it every lock.
 * - On a machine that vanished without closing anything: the same for its transactions; the server
 *   notices idle connections by keepalive, and unread answers by `tcp_user_timeout`.
 *
 * The other way round a query that hears nothing is given up, so that a server that vanished (failed
 * over to another machine, say) does not keep a worker waiting until the kernel gives up the
 * connection, which takes about a quarter of an hour.
 * @module
 */
import { Socket } from 'node:net';
import type pg from 'pg';

export interface SessionLimits {
  /** How long a transaction may wait for its client, in ms. */
  readonly leaseMs: number;
  /** How long a connection with a query may hear nothing, in ms. */
  readonly silentMs: number;
}

/**
 * The lease must be longer than the longest thing done inside a transaction, the renewal of a token
 * (tokens.ts), and shorter than a minute. Silence must be longer than the slowest statement, and than
 * any wait for a lock, so than the lease.
 */
export const SESSION_LIMITS: SessionLimits = { leaseMs: 45_000, silentMs: 120_000 };

/** For connections whose commits need not wait for the disk. */
const LAZY_COMMIT = '-c synchronous_commit=off';
/** Seconds without a sign of life after which the other side is asked for one. */
const KEEPALIVE_IDLE = 15;
/** A connection that is not there any more is noticed within 15 s + 5 x 5 s. */
const KEEPALIVE = [
  `-c tcp_keepalives_idle=${KEEPALIVE_IDLE}`,
  '-c tcp_keepalives_interval=5',
  '-c tcp_keepalives_count=5',
  '-c tcp_user_timeout=40000',
].join(' ');

/** Longer than any queue for a connection of a pool: beyond it the server does not answer. */
const CONNECT_MS = 30_000;

export interface SessionOptions extends Partial<SessionLimits> {
  /** Commits do not wait for the disk; see connect.ts. */
  readonly lazy?: boolean;
}

/** The part of a pool's settings that concerns the connection. */
export function sessionConfig(url: string, options: SessionOptions = {}) {
  const { leaseMs, silentMs, lazy } = { ...SESSION_LIMITS, ...options };
  const asked = [
    ...(lazy ? [LAZY_COMMIT] : []),
    KEEPALIVE,
    `-c idle_in_transaction_session_timeout=${leaseMs}`,
  ].join(' ');
  return {
    connectionString: withOptions(url, asked),
    options: asked,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_IDLE * 1_000,
    connectionTimeoutMillis: CONNECT_MS,
    stream: () => boundedSocket(silentMs),
  } satisfies pg.PoolConfig;
}

/** The driver lets the address's own `options` (some hosted servers are chosen by it) replace the others. */
function withOptions(url: string, asked: string): string {
  if (!/[?&]options=/.test(url)) return url;
  const address = new URL(url);
  address.searchParams.set('options', `${address.searchParams.get('options')} ${asked}`);
  return address.href;
}

function boundedSocket(silentMs: number): Socket {
  const socket = new Socket();
  socket.setTimeout(silentMs, () => {
    socket.destroy(new Error(`the database was silent for ${silentMs / 1_000} s`));
  });
  return socket;
}
