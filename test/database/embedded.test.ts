import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { serverEnvironment } from '../../src/database/embedded/run.ts';
import { serverSettings } from '../../src/database/embedded/server.ts';
import { EmbeddedPostgresError, startEmbeddedPostgres } from '../../src/database/embedded.ts';
import { spawnUser, startUser } from './embedded-process.ts';
import { ask, cleanUp, freshFolder, refusal } from './embedded-tools.ts';

afterEach(cleanUp);

describe('a new database', () => {
  test.each([
    ['without LANG', {}],
    ['with an unknown LANG', { LANG: 'xx_YY.UTF-8', LC_ALL: 'xx_YY' }],
    ['with a LANG that is not UTF-8', { LANG: 'C', LC_CTYPE: 'POSIX' }],
  ])('%s sorts and encodes the same', async (_, language) => {
    const env = { PATH: process.env.PATH, ...language };
    const user = await startUser(await freshFolder(), { env });
    const row = `SELECT concat_ws(' ', pg_encoding_to_char(encoding), datlocprovider, datlocale)
      FROM pg_database WHERE datname = current_database()`;
    expect(await ask(user.url, row)).toBe('UTF8 b C.UTF-8');
    expect(await ask(user.url, "SELECT upper('ñ淘')")).toBe('Ñ淘');
    await user.release();
  });

  test('lets nobody in without its password, which only the owner can read', async () => {
    const database = await startEmbeddedPostgres({ folder: await freshFolder(), fsync: false });
    const { mode } = await stat(join(database.dataFolder, 'cluster', 'password'));
    expect(mode & 0o777).toBe(0o600);
    const wrong = new URL(database.url);
    wrong.password = 'wrong';
    expect(await refusal(wrong.href)).toBe('28P01');
    expect(await ask(database.url, 'SHOW password_encryption')).toBe('scram-sha-256');
    const hba = await readFile(join(database.dataFolder, 'cluster/data/pg_hba.conf'), 'utf8');
    expect(hba.split('\n').filter((line) => /^\w.*\b(trust|password|md5)$/.test(line))).toEqual([]);
    await database.release();
  });

  test('is named ponbridge, listens on 127.0.0.1 only, has no socket file, and syncs by default', async () => {
    const database = await startEmbeddedPostgres({ folder: await freshFolder() });
    expect(new URL(database.url).pathname).toBe('/ponbridge');
    expect(await ask(database.url, 'SELECT current_database()')).toBe('ponbridge');
    expect(await ask(database.url, 'SHOW listen_addresses')).toBe('127.0.0.1');
    expect(await ask(database.url, 'SHOW unix_socket_directories')).toBe('');
    expect(await ask(database.url, 'SHOW fsync')).toBe('on');
    expect(await ask(database.url, 'SHOW timezone')).toBe('UTC');
    await database.release();
  });

  test('may lie in a folder with an odd name', async () => {
    const odd = await freshFolder(`a b"$HOME'\`淘`);
    const second = await startEmbeddedPostgres({ folder: odd, fsync: false });
    expect(await ask(second.url, 'SELECT 1')).toBe(1);
    await second.release();
  });

  test('that was half made is made anew', async () => {
    const folder = await freshFolder();
    // Under root too the data are then made right here.
    await chmod(folder, 0o755);
    const half = spawnUser(folder);
    const names = () => readdir(folder).then((found) => found.join(' '));
    await expect.poll(names, { interval: 1, timeout: 20_000 }).toContain('cluster.new-');
    half.kill('SIGKILL');
    await expect.poll(() => half.signalCode).toBe('SIGKILL');
    expect(await readdir(folder)).not.toContain('cluster');

    const database = await startEmbeddedPostgres({ folder, fsync: false });
    expect(await ask(database.url, 'SELECT 1')).toBe(1);
    await database.release();
  });
});

describe('the port', () => {
  test('is the same at the next start', async () => {
    const folder = await freshFolder();
    const first = await startEmbeddedPostgres({ folder, fsync: false });
    await first.release();
    const second = await startEmbeddedPostgres({ folder, fsync: false });
    expect(second.url).toBe(first.url);
    await second.release();
  });

  test('is another when somebody took it', async () => {
    const folder = await freshFolder();
    const first = await startEmbeddedPostgres({ folder, fsync: false });
    await first.release();
    const taker = createServer().listen(first.port, '127.0.0.1');
    const second = await startEmbeddedPostgres({ folder, fsync: false });
    expect(second.port).not.toBe(first.port);
    expect(await ask(second.url, 'SELECT 1')).toBe(1);
    await second.release();
    taker.close();
  });
});

describe('several users', () => {
  test('share one server, which the last to leave stops', async () => {
    const folder = await freshFolder();
    const [one, two] = [await startUser(folder), await startUser(folder)];
    const own = await startEmbeddedPostgres({ folder, fsync: false });
    expect([two.url, own.url]).toEqual([one.url, one.url]);
    await one.release();
    expect(await refusal(own.url)).toBeUndefined();
    await own.release();
    await own.release();
    expect(await refusal(two.url)).toBeUndefined();
    await two.release();
    expect(await refusal(two.url)).toBe('ECONNREFUSED');
  });

  test('that start at the same moment from nothing get the same server', async () => {
    const folder = await freshFolder();
    const users = await Promise.all([1, 2, 3, 4].map(() => startUser(folder)));
    expect(new Set(users.map((user) => user.url)).size).toBe(1);
    const place = users[0]?.dataFolder ?? '';
    await Promise.all(users.map((user) => user.release()));
    expect(await refusal(users[0]?.url ?? '')).toBe('ECONNREFUSED');
    expect((await readdir(place)).filter((name) => name.includes('.new-'))).toEqual([]);
  });

  test('that come while the last one leaves get a server that stays', async () => {
    const folder = await freshFolder();
    let current = await startEmbeddedPostgres({ folder, fsync: false });
    for (let round = 0; round < 12; round += 1) {
      const [next] = await Promise.all([
        startEmbeddedPostgres({ folder, fsync: false }),
        current.release(),
      ]);
      expect(await ask(next.url, 'SELECT 1')).toBe(1);
      current = next;
    }
    await current.release();
    expect(await refusal(current.url)).toBe('ECONNREFUSED');
  });

  test('that were killed no longer count', async () => {
    const folder = await freshFolder();
    const first = await startUser(folder);
    const stays = await startEmbeddedPostgres({ folder, fsync: false });
    await first.kill();
    expect(await refusal(stays.url)).toBeUndefined();
    await stays.release();
    expect(await refusal(stays.url)).toBe('ECONNREFUSED');
  });
});

test('a process that forgets to release ends all the same, and the server stays for the next', async () => {
  const folder = await freshFolder();
  const module = new URL('../../src/database/embedded.ts', import.meta.url);
  const script = `const { startEmbeddedPostgres } = await import('${module}');
    const { url } = await startEmbeddedPostgres({ folder: process.argv[1], fsync: false });
    console.log(url);`;
  const args = ['--input-type=module', '-e', script, folder];
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(await refusal(stdout.trim())).toBeUndefined();
  const next = await startEmbeddedPostgres({ folder, fsync: false });
  expect(next.url).toBe(stdout.trim());
  await next.release();
  expect(await refusal(next.url)).toBe('ECONNREFUSED');
});

describe('the server process', () => {
  test('survives Ctrl-C at the terminal of its user', async () => {
    const user = await startUser(await freshFolder(), { detached: true });
    // The terminal signals the whole process group.
    process.kill(-(user.process.pid ?? 0), 'SIGINT');
    await expect.poll(() => user.process.signalCode).toBe('SIGINT');
    expect(await refusal(user.url)).toBeUndefined();
  });

  test('gets nothing of our environment but what it needs', () => {
    const ours = {
      PATH: '/bin',
      PONBRIDGE_KEY: 's',
      PGPORT: '1',
      LANG: 'de',
      LD_LIBRARY_PATH: '/x',
    };
    expect(serverEnvironment(ours)).toEqual({ PATH: '/bin', LC_ALL: 'C' });
  });

  test('logs neither statements nor values of the application', async () => {
    const database = await startEmbeddedPostgres({ folder: await freshFolder(), fsync: false });
    await expect(ask(database.url, "SELECT 'secret-name'::int")).rejects.toThrow('secret-name');
    await database.release();
    const log = await readFile(join(database.dataFolder, 'cluster/server.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toContain('secret-name');
  });

  test('keeps its log small over restarts', async () => {
    const folder = await freshFolder();
    const first = await startEmbeddedPostgres({ folder, fsync: false });
    await first.release();
    const log = join(first.dataFolder, 'cluster/server.log');
    await truncate(log, 3_000_000);
    const second = await startEmbeddedPostgres({ folder, fsync: false });
    expect((await stat(log)).size).toBeLessThan(100_000);
    await second.release();
  });

  test('with fsync off says so to no other setting', () => {
    expect(serverSettings(1, true).join(' ')).not.toContain('fsync');
    expect(serverSettings(1, false)).toContain('fsync=off');
  });
});

describe('what cannot work is said', () => {
  test('a folder that cannot be made', async () => {
    const file = join(await freshFolder(), 'file');
    await writeFile(file, '');
    const start = startEmbeddedPostgres({ folder: join(file, 'pg') });
    await expect(start).rejects.toThrow(EmbeddedPostgresError);
    await expect(start).rejects.toThrow(/cannot be made \(ENOTDIR.*Choose one that can be written/);
  });

  test.skipIf(process.platform === 'win32')(
    'an initdb that fails, with the end of its output (not on Windows: needs ulimit)',
    async () => {
      const folder = await freshFolder();
      const program = fileURLToPath(new URL('embedded-process.ts', import.meta.url));
      // Files of at most 1 MB: as on a disk that fills up in the middle.
      const script = 'ulimit -f 2000; exec "$0" "$1" "$2"';
      const args = ['-c', script, process.execPath, program, folder];
      const { status, stderr } = spawnSync('/bin/sh', args, { encoding: 'utf8' });
      expect(status).toBe(1);
      expect(stderr).toMatch(/could not be made in .*initdb failed.*set DATABASE_URL/);
      expect(stderr).toMatch(/ {2}\| .*(File too large|File size limit|signal 25)/);

      // Nothing half-made is in the way afterwards.
      const database = await startEmbeddedPostgres({ folder, fsync: false });
      expect(await ask(database.url, 'SELECT 1')).toBe(1);
      await database.release();
    },
  );

  test('a server that does not start, with the end of its log', async () => {
    const folder = await freshFolder();
    const first = await startEmbeddedPostgres({ folder, fsync: false });
    await first.release();
    await writeFile(join(first.dataFolder, 'cluster/data/PG_VERSION'), '17\n');
    const start = startEmbeddedPostgres({ folder, fsync: false });
    await expect(start).rejects.toThrow(/did not start on.*set DATABASE_URL/);
    await expect(start).rejects.toThrow(/\| .*database files are incompatible with server/);
  });

  test('a changed password', async () => {
    const folder = await freshFolder();
    const user = await startUser(folder);
    const password = join(user.dataFolder, 'cluster/password');
    const right = await readFile(password, 'utf8');
    await writeFile(password, 'wrong');
    const start = startEmbeddedPostgres({ folder, fsync: false });
    await expect(start).rejects.toThrow(/refuses the password kept beside it/);
    await writeFile(password, right);
    await user.release();
  });

  test('data that have gone from where they were put', async () => {
    const folder = await freshFolder();
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'location'), '/nowhere/ponbridge\n');
    const start = startEmbeddedPostgres({ folder, fsync: false });
    await expect(start).rejects.toThrow(/lies in \/nowhere\/ponbridge .*delete .*location/);
    await rm(join(folder, 'location'));
  });
});
