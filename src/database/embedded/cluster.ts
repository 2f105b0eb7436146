/**
 * The database files: made once, whole or not at all.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { codeOf, EmbeddedPostgresError, OR_BRING_YOUR_OWN, tailOf, textOf } from './error.ts';
import { giveTo, type Owner } from './owner.ts';
import { CLUSTER, type Place } from './place.ts';
import { processExists } from './postmaster.ts';
import { type Outcome, run } from './run.ts';

/** The database's only user; the application's database has the same name. */
export const USER = 'ponbridge';

/** One server's files. The folder is made under another name and renamed when it is whole. */
export interface Cluster {
  readonly folder: string;
  /** PostgreSQL's own folder (PGDATA). */
  readonly data: string;
  readonly log: string;
  /** The port of the last start, tried first at the next one. */
  readonly port: string;
  readonly password: string;
}

/**
 * Opens the place's cluster, making it when there is none.
 * @throws {EmbeddedPostgresError} the folder cannot be written, or `initdb` failed (with its output).
 */
export async function openCluster(
  place: Place,
  binaries: Binaries,
  options: { readonly fsync: boolean; readonly log: (message: string) => void },
): Promise<Cluster> {
  const folder = join(place.folder, CLUSTER);
  await removeHalfMade(place.folder);
  if (!(await isMade(folder))) await makeCluster(folder, place.owner, binaries, options);
  return {
    folder,
    data: join(folder, 'data'),
    log: join(folder, 'server.log'),
    port: join(folder, 'port'),
    password: (await readFile(join(folder, 'password'), 'utf8')).trim(),
  };
}

async function isMade(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    },
  );
}

async function makeCluster(
  folder: string,
  owner: Owner | undefined,
  binaries: Binaries,
  options: { readonly fsync: boolean; readonly log: (message: string) => void },
): Promise<void> {
  options.log(`Making a new database in ${folder}.`);
  const work = `${folder}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(work, { mode: 0o700 });
    await giveTo(owner, work);
    const password = join(work, 'password');
    await writeFile(password, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
    await giveTo(owner, password);
    report(await initdb(join(work, 'data'), password, owner, binaries, options.fsync), folder);
    await rename(work, folder);
    if (options.fsync) await syncFolder(dirname(folder));
  } catch (error) {
    await rm(work, { recursive: true, force: true }).catch(() => {});
    // Another process of ours was faster: its folder is whole, ours was not needed.
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(codeOf(error) ?? '') && (await isMade(folder))) {
      return;
    }
    if (error instanceof EmbeddedPostgresError) throw error;
    throw new EmbeddedPostgresError(
      `The database could not be made in ${folder} (${textOf(error)}). Choose a data folder that can be written, ${OR_BRING_YOUR_OWN}`,
    );
  }
}

async function initdb(
  data: string,
  password: string,
  owner: Owner | undefined,
  binaries: Binaries,
  fsync: boolean,
): Promise<Outcome> {
  const program = join(binaries.bin, 'initdb');
  const args = [
    ...['-D', data, '-U', USER, `--pwfile=${password}`, '-A', 'scram-sha-256'],
    // Told in full: left out, initdb follows LANG, and fails when that is missing or unknown. The
    // provider "builtin" sorts the same on every machine, whatever its C library.
    ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
    ...['--no-instructions', ...(fsync ? [] : ['--no-sync'])],
  ];
  const outcome = await run(program, args, owner);
  if (process.platform !== 'linux' || !/could not look up effective user ID/.test(outcome.output)) {
    return outcome;
  }
  // initdb, unlike the server, wants its user to have a name, which a container's user given by number
  // has not. In a user namespace of its own the number is seen as one that has.
  const mapped = ['--user', '--map-user=65534', '--map-group=65534', program, ...args];
  const renamed = await run('unshare', mapped, owner);
  return renamed.status === 0 ? renamed : outcome;
}

function report(outcome: Outcome, folder: string): void {
  if (outcome.status === 0) return;
  const nameless = /could not look up effective user ID/.test(outcome.output)
    ? ' The user running this has no name on this machine (/etc/passwd): run as one that has,'
    : ' Make room or repair what it names,';
  throw new EmbeddedPostgresError(
    `The database could not be made in ${folder}: initdb failed.${nameless} ${OR_BRING_YOUR_OWN}\n${tailOf(outcome.output)}`,
  );
}

/** Without this a power cut could undo the rename and hide all that was written since. */
async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders; its renames are journalled.
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  await handle.sync();
  await handle.close();
}

/** Removes what a start left that was killed in the middle of initdb. */
async function removeHalfMade(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = /^cluster\.new-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || processExists(Number(pid))) continue;
    // Its initdb may still be writing; what then stays behind goes at the next start.
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => {});
  }
}
