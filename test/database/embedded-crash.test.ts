import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../src/database/embedded.ts';
import { startUser } from './embedded-process.ts';
import { ask, cleanUp, freshFolder, postmasterPid, refusal } from './embedded-tools.ts';

afterEach(cleanUp);

test('a server that outlived its killed user is found, used, and stopped by the next to leave', async () => {
  const folder = await freshFolder();
  const user = await startUser(folder);
  const pid = await postmasterPid(user.dataFolder);
  await user.kill();
  expect(await refusal(user.url)).toBeUndefined();

  const next = await startEmbeddedPostgres({ folder, fsync: false });
  expect(next.url).toBe(user.url);
  expect(await postmasterPid(next.dataFolder)).toBe(pid);
  await next.release();
  expect(await refusal(next.url)).toBe('ECONNREFUSED');
});

test('a killed server is started by the next start, with what was committed', async () => {
  const folder = await freshFolder();
  const user = await startUser(folder);
  await ask(user.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  const pid = await postmasterPid(user.dataFolder);
  await user.kill();
  process.kill(pid, 'SIGKILL');

  const next = await startEmbeddedPostgres({ folder, fsync: false });
  expect(await ask(next.url, 'SELECT answer FROM kept')).toBe(42);
  expect(await postmasterPid(next.dataFolder)).not.toBe(pid);
  await next.release();
});

test('a killed server whose process is still computing a query is started again', async () => {
  const folder = await freshFolder();
  const user = await startUser(folder);
  const busy = new Client({ connectionString: user.url });
  busy.on('error', () => {});
  await busy.connect();
  // Holds the shared memory without looking whether the server is still there.
  const query = busy.query('SELECT count(*) FROM generate_series(1, 30000000)').catch(() => {});
  await expect
    .poll(() => ask(user.url, "SELECT count(*)::int FROM pg_stat_activity WHERE state = 'active'"))
    .toBeGreaterThan(1);
  const pid = await postmasterPid(user.dataFolder);
  await user.kill();
  process.kill(pid, 'SIGKILL');

  const next = await startEmbeddedPostgres({ folder, fsync: false });
  expect(await ask(next.url, 'SELECT 1')).toBe(1);
  await query;
  await busy.end().catch(() => {});
  await next.release();
});

test('a server killed under its users comes back on the same port by itself', async () => {
  const folder = await freshFolder();
  const [one, two] = [await startUser(folder), await startUser(folder)];
  const pid = await postmasterPid(one.dataFolder);
  process.kill(pid, 'SIGKILL');
  // The new server's pid, or the code with which connections are refused meanwhile.
  const serverNow = async () => (await refusal(one.url)) ?? (await postmasterPid(one.dataFolder));
  await expect
    .poll(serverNow, { timeout: 20_000 })
    .toSatisfy((now) => typeof now === 'number' && now !== pid);
  await one.release();
  expect(await refusal(two.url)).toBeUndefined();
  await two.release();
  expect(await refusal(two.url)).toBe('ECONNREFUSED');
});

test('a leftover postmaster.pid whose number is now another process does not stop the start', async () => {
  const folder = await freshFolder();
  const user = await startUser(folder);
  const file = join(user.dataFolder, 'cluster/data/postmaster.pid');
  const pid = await postmasterPid(user.dataFolder);
  const leftover = await readFile(file, 'utf8');
  await user.release();
  // This very process: alive, and no PostgreSQL.
  await writeFile(file, leftover.replace(String(pid), String(process.pid)));
  const next = await startEmbeddedPostgres({ folder, fsync: false });
  expect(await ask(next.url, 'SELECT 1')).toBe(1);
  await next.release();
});

test('a leftover postmaster.pid of a dead process does not stop the start', async () => {
  const folder = await freshFolder();
  const user = await startUser(folder);
  const file = join(user.dataFolder, 'cluster/data/postmaster.pid');
  const leftover = await readFile(file, 'utf8');
  await user.release();
  await writeFile(file, leftover);
  const next = await startEmbeddedPostgres({ folder, fsync: false });
  expect(await ask(next.url, 'SELECT 1')).toBe(1);
  await next.release();
});
