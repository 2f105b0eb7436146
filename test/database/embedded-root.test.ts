/**
 * Who the server runs as. Root's half needs root and ordinary users' half of it too (to become one), so
 * both say so in their names when they are skipped; the choices behind them are tested everywhere.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { findNobody, runningAsRoot } from '../../src/database/embedded/owner.ts';
import { candidateParents } from '../../src/database/embedded/place.ts';
import { run } from '../../src/database/embedded/run.ts';
import { startEmbeddedPostgres } from '../../src/database/embedded.ts';
import { startUser } from './embedded-process.ts';
import { ask, cleanUp, freshFolder, postmasterPid } from './embedded-tools.ts';

afterEach(cleanUp);

/** A user number that no machine gives a name. */
const NAMELESS = 54321;

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), '../..');

describe('the choices', () => {
  test('nobody is found by name, also with the negative numbers of macOS', () => {
    expect(findNobody('root:x:0:0::/:/bin/sh\nnobody:x:65534:65533::/:/x')).toEqual({
      uid: 65534,
      gid: 65533,
    });
    expect(findNobody('nobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false')).toEqual({
      uid: 4294967294,
      gid: 4294967294,
    });
    expect(findNobody('root:x:0:0::/:/bin/sh')).toBeUndefined();
    expect(findNobody('nobody:x:0:0::/:/x')).toBeUndefined();
  });

  test('data go to a lasting place, except those asked for in the temporary folder', () => {
    expect(candidateParents('/root/p/data', '/tmp', 'linux')).toEqual(['/var/lib', '/tmp']);
    expect(candidateParents('/root/p/data', '/tmp', 'darwin')).toEqual(['/var/db', '/tmp']);
    expect(candidateParents('/tmp/x/data', '/tmp', 'linux')).toEqual(['/tmp']);
    expect(candidateParents('/tmpfoo/data', '/tmp', 'linux')).toEqual(['/var/lib', '/tmp']);
  });
});

describe.skipIf(!runningAsRoot())('as root', () => {
  test('the server is an unprivileged user without groups, and nothing of its data is open', async () => {
    const folder = await freshFolder();
    await chmod(folder, 0o755);
    const database = await startEmbeddedPostgres({ folder, fsync: false });
    expect(database.dataFolder).toBe(folder);
    const status = await readFile(`/proc/${await postmasterPid(folder)}/status`, 'utf8');
    const nobody = findNobody(await readFile('/etc/passwd', 'utf8'));
    expect(/^Uid:\t(\d+)/m.exec(status)?.[1]).toBe(String(nobody?.uid));
    expect(/^Groups:\t(.*)$/m.exec(status)?.[1]?.trim()).toBe('');
    expect(await stat(join(folder, 'cluster'))).toMatchObject({ uid: nobody?.uid, mode: 0o40700 });
    await database.release();
  });

  test('in a folder that only root can enter the data lie elsewhere, and are found again', async () => {
    const folder = await freshFolder('closed');
    await mkdir(folder, { mode: 0o700 });
    const logged: string[] = [];
    const log = (message: string) => logged.push(message);
    const first = await startEmbeddedPostgres({ folder, fsync: false, log });
    expect(first.dataFolder).not.toContain(folder);
    expect(logged.join('\n')).toContain(`the data lie in ${first.dataFolder}`);
    expect(logged.join('\n')).not.toContain('WARNING');
    await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS answer');
    await first.release();

    const second = await startEmbeddedPostgres({ folder, fsync: false });
    expect(second.dataFolder).toBe(first.dataFolder);
    expect(await ask(second.url, 'SELECT answer FROM kept')).toBe(7);
    await second.release();
  });

  test('a folder that somebody else put where the data would go is not used', async () => {
    const folder = await freshFolder('closed');
    await mkdir(folder, { mode: 0o700 });
    const first = await startEmbeddedPostgres({ folder, fsync: false });
    await first.release();
    await rm(first.dataFolder, { recursive: true });
    await rm(join(folder, 'location'));
    await mkdir(first.dataFolder);
    await chown(first.dataFolder, 1, 1);
    const start = startEmbeddedPostgres({ folder, fsync: false });
    await expect(start).rejects.toThrow(/no other place was found.*somebody else made it/);
    await rm(first.dataFolder, { recursive: true });
  });
});

/** A user of this machine that is neither root nor `nobody`. */
async function namedUser(): Promise<number> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
  const uids = lines
    .filter((line) => !line.startsWith('nobody:'))
    .map((line) => line.split(':')[2]);
  const uid = uids.map(Number).find((number) => number > 0);
  if (uid === undefined) throw new Error('this machine has no users');
  return uid;
}

/** An ordinary user can only run the project where everybody may enter it. */
function othersCanEnter(): boolean {
  if (!runningAsRoot()) return false;
  try {
    execFileSync(process.execPath, ['--version'], { uid: NAMELESS, gid: NAMELESS, cwd: '/' });
    execFileSync('/bin/sh', ['-c', 'cd "$0"', PROJECT], { uid: NAMELESS, gid: NAMELESS, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

/** Containers often forbid user namespaces, by which initdb is helped over a missing name. */
function canMapUsers(): boolean {
  const options = { uid: NAMELESS, gid: NAMELESS, cwd: '/' };
  const args = ['--user', '--map-user=65534', '--map-group=65534', 'true'];
  return spawnSync('unshare', args, options).status === 0;
}

describe.skipIf(!othersCanEnter())(
  'as an ordinary user (needs root, and a project that others can enter)',
  () => {
    test('the server is that user', async () => {
      const folder = await freshFolder();
      const uid = await namedUser();
      await chown(folder, uid, uid);
      const user = await startUser(folder, { uid });
      expect(user.dataFolder).toBe(folder);
      expect((await stat(`/proc/${await postmasterPid(folder)}`)).uid).toBe(uid);
      await user.release();
    });

    test('data made by an ordinary user stay that user’s', async () => {
      const folder = await freshFolder();
      const uid = await namedUser();
      await chown(folder, uid, uid);
      const user = await startUser(folder, { uid });
      await user.release();
      const database = await startEmbeddedPostgres({ folder, fsync: false });
      const { uid: serverUid } = await stat(`/proc/${await postmasterPid(folder)}`);
      expect(serverUid).toBe(uid);
      await database.release();
      // Nothing of root's is left that would shut that user out.
      const again = await startUser(folder, { uid });
      expect(await ask(again.url, 'SELECT 1')).toBe(1);
      await again.release();
    });

    test('a user without a name makes a database, or is told that the name is missing', async () => {
      const folder = await freshFolder();
      await chown(folder, NAMELESS, NAMELESS);
      const start = startUser(folder, { uid: NAMELESS });
      if (canMapUsers()) {
        const user = await start;
        expect(await ask(user.url, 'SELECT 1')).toBe(1);
        expect((await stat(`/proc/${await postmasterPid(folder)}`)).uid).toBe(NAMELESS);
        await user.release();
      } else {
        await expect(start).rejects.toThrow(/has no name on this machine .*set DATABASE_URL/);
      }
    });

    test('data of another user are refused with a reason', async () => {
      const folder = await freshFolder();
      await chmod(folder, 0o755);
      const database = await startEmbeddedPostgres({ folder, fsync: false });
      await expect(startUser(folder, { uid: NAMELESS })).rejects.toThrow(
        /belongs to user \d+, not to user 54321 .*sudo/,
      );
      await database.release();
    });

    test('a folder of another user is refused with a reason', async () => {
      const folder = await freshFolder();
      await chmod(folder, 0o755);
      await expect(startUser(folder, { uid: NAMELESS })).rejects.toThrow(
        /could not be made in .*EACCES.*Choose a data folder/s,
      );
    });

    test('a full disk is told with what initdb said', async ({ skip }) => {
      const folder = await freshFolder();
      const small = ['-t', 'tmpfs', '-o', 'size=8m,mode=777', 'tmpfs', folder];
      const mounted = spawnSync('mount', small, { encoding: 'utf8' });
      if (mounted.status !== 0) skip(`a small disk cannot be mounted here: ${mounted.stderr}`);
      try {
        await expect(startUser(folder, { uid: 65534 })).rejects.toThrow(
          /initdb failed. Make room.*No space left on device/s,
        );
        const left = await run('/bin/ls', [folder]);
        expect(left.output).toBe('');
      } finally {
        execFileSync('umount', [folder]);
      }
    });
  },
);
