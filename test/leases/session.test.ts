/** What a connection asks of the server and of itself, so that no lock outlives its owner for long. */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { connectDatabase } from '../../src/database/connect.ts';
import { SESSION_LIMITS, type SessionOptions, sessionConfig } from '../../src/database/session.ts';
import { REFUSED_MS } from '../../src/tokens.ts';
import { dropDatabase, freshDatabase } from '../database-server.ts';

let databaseUrl: string;
const serverUrl = inject('databaseUrl');

beforeAll(async () => {
  databaseUrl = await freshDatabase(serverUrl);
});

afterAll(() => dropDatabase(serverUrl, databaseUrl));

function open(url: string, options: SessionOptions = {}) {
  const db = connectDatabase(url, { ...options, size: 1 });
  onTestFinished(() => db.destroy());
  return db;
}

async function setting(db: ReturnType<typeof open>, name: string): Promise<string | undefined> {
  const { rows } = await sql<{ value: string }>`select current_setting(${name}) as value`.execute(
    db,
  );
  return rows[0]?.value;
}

/** A way to the database on which everything can be swallowed, as if the other machine had vanished. */
async function startWay(): Promise<{ readonly url: string; vanish(): void; open(): void }> {
  const { hostname, port } = new URL(databaseUrl);
  let vanished = false;
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => vanished || to.write(bytes));
      from.on('error', () => {});
      // The end of a connection is not heard of either.
      from.on('end', () => vanished || to.end());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    vanish: () => {
      vanished = true;
    },
    open: () => {
      vanished = false;
    },
  };
}

test('every lease of production ends within a minute', () => {
  expect(SESSION_LIMITS.leaseMs).toBeLessThan(60_000);
  expect(SESSION_LIMITS.silentMs).toBeGreaterThan(2 * SESSION_LIMITS.leaseMs);
  expect(REFUSED_MS).toBeGreaterThanOrEqual(10 * 60_000);
});

test('a connection asks the server for its limits, also beside options of its address', async () => {
  const url = new URL(databaseUrl);
  url.searchParams.set('options', '-c work_mem=5MB');
  for (const db of [open(databaseUrl), open(url.href)]) {
    expect(await setting(db, 'idle_in_transaction_session_timeout')).toBe('45s');
    expect(await setting(db, 'tcp_keepalives_idle')).toBe('15');
    expect(await setting(db, 'tcp_keepalives_interval')).toBe('5');
    expect(await setting(db, 'tcp_keepalives_count')).toBe('5');
    expect(await setting(db, 'tcp_user_timeout')).toBe('40000');
    expect(await setting(db, 'synchronous_commit')).toBe('on');
  }
  expect(await setting(open(url.href), 'work_mem')).toBe('5MB');
  expect(await setting(open(url.href, { lazy: true }), 'synchronous_commit')).toBe('off');
  expect(sessionConfig(databaseUrl)).toMatchObject({
    keepAlive: true,
    connectionTimeoutMillis: 30_000,
  });
});

test("a vanished client's lock ends with its lease", async () => {
  const way = await startWay();
  const [owner, other] = [open(way.url, { leaseMs: 800, silentMs: 400 }), open(databaseUrl)];
  await sql`create table thing as select 1 as id`.execute(other);
  const lock = sql`select id from thing for update`;
  let locked = () => {};
  const isLocked = new Promise<void>((resolve) => {
    locked = resolve;
  });
  let free = () => {};
  const isFree = new Promise<void>((resolve) => {
    free = resolve;
  });
  const outcome = owner
    .transaction()
    .execute(async (tx) => {
      await lock.execute(tx);
      way.vanish();
      locked();
      await isFree;
      await sql`delete from thing`.execute(tx);
    })
    .then(
      () => 'committed',
      () => 'undone',
    );
  await isLocked;
  const began = performance.now();
  await lock.execute(other);
  expect(performance.now() - began).toBeGreaterThan(600);
  free();
  expect(await outcome).toBe('undone');
  expect((await sql`select from thing`.execute(other)).rows).toHaveLength(1);
});

test('a query that hears nothing is given up, and the next one has another connection', async () => {
  const way = await startWay();
  const db = open(way.url, { silentMs: 500 });
  await sql`select 1`.execute(db);
  way.vanish();
  await expect(sql`select 2`.execute(db)).rejects.toThrow('the database was silent for 0.5 s');
  way.open();
  expect((await sql`select 3 as three`.execute(db)).rows).toEqual([{ three: 3 }]);
});
