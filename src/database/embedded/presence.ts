/**
 * Who uses the server. Each user holds one connection with a shared advisory lock; who leaves and then
 * gets the lock for himself alone was the last, and stops the server. The lock ends with its holder,
 * however that ends, so there are no leftovers to judge (a file per process would need pids, and pids are
 * reused). Somebody who comes while the last one is stopping waits for the lock until his connection
 * ends with the server, and starts it again.
 * @module
 */
import { Client } from 'pg';
import { codeOf } from './error.ts';

/** Any number will do, as long as nobody else locks it in the database `postgres`. */
const LOCK = 0x706f6e62;

export interface Presence {
  /** Resolves when the connection ended without having been asked to. */
  readonly lost: Promise<void>;
  /** Leaves; `stop` runs, before anybody else can join, when nobody else is there. */
  leave(stop: () => Promise<void>): Promise<void>;
}

export interface Login {
  readonly port: number;
  readonly password: string;
  readonly user: string;
}

/** Raised for a server that answers but will never let us in; everything else is worth another try. */
export class WrongServer extends Error {}

/**
 * Joins the users of the server.
 * @throws {WrongServer} it refused the password.
 */
export async function join(login: Login): Promise<Presence> {
  // In the database `postgres`, so that the application's own can be dropped and restored meanwhile.
  const client = connection(login, 'postgres');
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  // An error of an idle connection is followed by its end.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT pg_advisory_lock_shared($1)', [LOCK]);
  } catch (error) {
    // Not awaited: after a failed connect it may never resolve.
    client.end().catch(() => {});
    if (codeOf(error)?.startsWith('28')) throw new WrongServer(String(error));
    throw error;
  }
  // Being present must not keep a process alive that has nothing else to do.
  streamOf(client).unref();
  let leaving = false;
  return {
    lost: new Promise((resolve) => ended.then(() => (leaving ? undefined : resolve()))),
    leave: async (stop) => {
      leaving = true;
      streamOf(client).ref();
      if (await isLast(client)) await stop();
      await client.end().catch(() => {});
    },
  };
}

async function isLast(client: Client): Promise<boolean> {
  try {
    await client.query('SELECT pg_advisory_unlock_shared($1)', [LOCK]);
    const { rows } = await client.query<{ last: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS last',
      [LOCK],
    );
    return rows[0]?.last === true;
  } catch {
    // The server is gone: there is nothing to stop.
    return false;
  }
}

/** Makes the application's database when it is missing. */
export async function ensureDatabase(login: Login, name: string): Promise<void> {
  const client = connection(login, 'postgres');
  client.on('error', () => {});
  await client.connect();
  try {
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0)
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } catch (error) {
    // 42P04 and 23505: another process of ours made it since.
    if (!['42P04', '23505'].includes(codeOf(error) ?? '')) throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

function connection(login: Login, database: string): Client {
  return new Client({
    host: '127.0.0.1',
    port: login.port,
    user: login.user,
    password: login.password,
    database,
    // Said, because pg else follows PGSSLMODE, which is meant for another server.
    ssl: false,
    connectionTimeoutMillis: 10_000,
    application_name: 'ponbridge-presence',
  });
}

/** The socket under a connection, which pg's types leave out. */
function streamOf(client: Client): { ref(): void; unref(): void } {
  const { connection } = client as unknown as {
    connection: { stream: { ref(): void; unref(): void } };
  };
  return connection.stream;
}
