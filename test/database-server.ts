/** One real PostgreSQL for the whole run, with a migrated template that each test's database is copied from. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { connectDatabase, migrateDatabase } from '../src/database/connect.ts';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../src/database/embedded.ts';
import { startQueue } from '../src/queue.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the server's own database; see `freshDatabase`. */
    readonly databaseUrl: string;
  }
}

const TEMPLATE = 'template_ponbridge';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'ponbridge-tests-'));
  const server = await startEmbeddedPostgres({ folder, fsync: false });
  await makeTemplate(server.url);
  project.provide('databaseUrl', server.url);
  return async () => {
    await server.release();
    await removeEmbeddedPostgres({ folder });
    await rm(folder, { recursive: true, force: true });
  };
}

async function makeTemplate(serverUrl: string): Promise<void> {
  await execute(serverUrl, `create database ${TEMPLATE}`);
  const url = databaseNamed(serverUrl, TEMPLATE);
  const db = connectDatabase(url);
  await migrateDatabase(db);
  await db.destroy();
  const queue = await startQueue({ databaseUrl: url, log: pino({ level: 'silent' }) });
  await queue.stop();
}

/** A database of its own, with all tables and nothing in them: about 30 ms. Returns its address. */
export async function freshDatabase(serverUrl: string): Promise<string> {
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  await execute(serverUrl, `create database ${name} template ${TEMPLATE} strategy file_copy`);
  return databaseNamed(serverUrl, name);
}

/** As a backup of this moment would hold it. Its connections are cut; their pools open new ones. */
export async function copyDatabase(serverUrl: string, url: string): Promise<string> {
  const name = new URL(url).pathname.slice(1);
  const copy = `copy_${crypto.randomUUID().replaceAll('-', '')}`;
  await execute(serverUrl, `alter database ${name} with allow_connections false`);
  try {
    // The server waits some seconds for those that end to be gone.
    await execute(
      serverUrl,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    );
    await execute(serverUrl, `create database ${copy} template ${name} strategy file_copy`);
    await execute(serverUrl, `alter database ${copy} with allow_connections true`);
  } finally {
    await execute(serverUrl, `alter database ${name} with allow_connections true`);
  }
  return databaseNamed(serverUrl, copy);
}

/** Ends whatever still uses it. */
export async function dropDatabase(serverUrl: string, url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await execute(serverUrl, `drop database if exists ${name} with (force)`);
}

function databaseNamed(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function execute(url: string, statement: string): Promise<void> {
  const db = connectDatabase(url, { size: 1 });
  try {
    await sql.raw(statement).execute(db);
  } finally {
    await db.destroy();
  }
}
