/** One pool per process, the migrations, and the transaction type that stages pass around. */
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { migrations } from './migrations/index.ts';
import type { Tables } from './schema.ts';
import { type SessionOptions, sessionConfig } from './session.ts';

export type Database = Kysely<Tables>;
/** A connection or an open transaction: queries that may run in either take this. */
export type Db = Kysely<Tables> | Transaction<Tables>;
export type Tx = Transaction<Tables>;

export interface PoolOptions extends SessionOptions {
  /** Most connections; 20 unless told. */
  readonly size?: number;
  /**
   * Commits do not wait for the disk. What a crash of the server can then take back is the last moment
   * (up to about 0.6 s), never the middle: a later commit that does wait carries everything before it.
   * The stages work on such connections, and each intent and each answer to a spending call waits
   * (intent.ts), as do stored messages: what may be lost is read again.
   */
  readonly lazy?: boolean;
}

export function connectDatabase(
  url: string,
  { size = 20, ...session }: PoolOptions = {},
): Database {
  const pool = new pg.Pool({
    ...sessionConfig(url, session),
    max: size,
    application_name: 'ponbridge',
  });
  // A server that goes away ends idle connections; the pool replaces them at the next query.
  pool.on('error', () => {});
  // One that ends while a transaction holds it tells its query; unheard, its event would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Brings the tables up to date. Several processes may call it at once: the migrator takes a lock. */
export async function migrateDatabase(db: Database): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: {
      getMigrations: async () =>
        Object.fromEntries(
          Object.entries(migrations).map(([name, text]) => [
            name,
            { up: async (tx: Kysely<unknown>) => void (await sql.raw(text).execute(tx)) },
          ]),
        ),
    },
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error instanceof Error ? error : new Error(String(error));
}
