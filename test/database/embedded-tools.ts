import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { removeEmbeddedPostgres } from '../../src/database/embedded.ts';
import { killLeftUsers } from './embedded-process.ts';

const made: { readonly parent: string; readonly folder: string }[] = [];

/** A fresh folder, or the path `inside` one; removed with its database by `cleanUp`. */
export async function freshFolder(inside = ''): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'ponbridge-test-'));
  const folder = join(parent, inside);
  made.push({ parent, folder });
  return folder;
}

export async function cleanUp(): Promise<void> {
  killLeftUsers();
  for (const { parent, folder } of made.splice(0)) {
    await removeEmbeddedPostgres({ folder });
    await rm(parent, { recursive: true, force: true });
  }
}

/** The first column of the first row. */
export async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end().catch(() => {});
  }
}

/** `undefined` when it answers, else the error's code. */
export async function refusal(url: string): Promise<string | undefined> {
  return ask(url, 'SELECT 1').then(
    () => undefined,
    (error: { code?: string }) => error.code ?? String(error),
  );
}

export async function postmasterPid(dataFolder: string): Promise<number> {
  const text = await readFile(join(dataFolder, 'cluster', 'data', 'postmaster.pid'), 'utf8');
  return Number(text.split('\n')[0]);
}
