/**
 * One process of the service, for the time of one job. It can die at any statement to the database and
 * at any call outside: then nothing of it ever runs again, its transaction is rolled back, and whoever
 * waits for it waits for ever. It can also fall asleep in a call, and be woken much later.
 * @module
 */
import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import type { Database } from '../../src/database/connect.ts';
import type { Tables } from '../../src/database/schema.ts';

export interface Process {
  readonly db: Database;
  readonly isAlive: boolean;
  /** Ends when it died, or fell asleep. */
  readonly stopped: Promise<'crashed' | 'asleep'>;
  /** Dies before the statement with this number, counted from 1. */
  crashAt(statement: number): void;
  kill(): Promise<void>;
  /** Falls asleep; goes on when it is woken. */
  sleep(): Promise<void>;
  wake(): void;
  /** Lets a call through, unless it died before or meanwhile. */
  through<T>(call: () => Promise<T>): Promise<T>;
  /** For what a dead process waits for. */
  never<T>(): Promise<T>;
}

export function startProcess(pool: pg.Pool): Process {
  let isAlive = true;
  let left: number | undefined;
  let wakeUp: (() => void) | undefined;
  let stop = Promise.withResolvers<'crashed' | 'asleep'>();
  const held = new Set<pg.PoolClient>();

  function never<T>(): Promise<T> {
    return new Promise(() => {});
  }

  async function kill(): Promise<void> {
    if (!isAlive) return;
    isAlive = false;
    const clients = [...held];
    held.clear();
    // Behind whatever such a connection still does: a server does not stop for a client that is gone.
    for (const client of clients) {
      await client.query('rollback').catch(() => {});
      client.release();
    }
    stop.resolve('crashed');
  }

  async function query(client: pg.PoolClient, text: string, values: unknown[]) {
    if (!isAlive) return never<pg.QueryResult>();
    if (left !== undefined) {
      left -= 1;
      if (left <= 0) {
        await kill();
        return never<pg.QueryResult>();
      }
    }
    try {
      const result = await client.query(text, values);
      return isAlive ? result : never<pg.QueryResult>();
    } catch (error) {
      if (!isAlive) return never<pg.QueryResult>();
      throw error;
    }
  }

  const guarded = {
    async connect() {
      if (!isAlive) return never<never>();
      const client = await pool.connect();
      if (!isAlive) {
        client.release();
        return never<never>();
      }
      held.add(client);
      return {
        query: (text: string, values: readonly unknown[]) => query(client, text, [...values]),
        release() {
          if (held.delete(client)) client.release();
        },
      };
    },
    async end() {},
  };
  const dialect = new PostgresDialect({
    pool: guarded as unknown as ConstructorParameters<typeof PostgresDialect>[0]['pool'] & object,
  });

  return {
    db: new Kysely<Tables>({ dialect }),
    get isAlive() {
      return isAlive;
    },
    get stopped() {
      return stop.promise;
    },
    crashAt(statement) {
      left = statement;
    },
    kill,
    async sleep() {
      const woken = new Promise<void>((resolve) => {
        wakeUp = resolve;
      });
      stop.resolve('asleep');
      await woken;
    },
    wake() {
      stop = Promise.withResolvers();
      wakeUp?.();
      wakeUp = undefined;
    },
    async through(call) {
      if (!isAlive) return never();
      try {
        const result = await call();
        return isAlive ? result : never();
      } catch (error) {
        if (!isAlive) return never();
        throw error;
      }
    },
    never,
  };
}
