/**
 * Where the data lie. Normally that is the folder asked for. Under root the server's user may be unable
 * to enter it (a project in /root, a 0700 folder); the data then lie elsewhere, and a marker in the asked
 * folder leads every later start to them.
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { codeOf, EmbeddedPostgresError, OR_BRING_YOUR_OWN, textOf } from './error.ts';
import { type Owner, runningAsRoot, unprivilegedOwner } from './owner.ts';
import { run } from './run.ts';

export interface Place {
  /** The folder asked for, absolute. */
  readonly asked: string;
  /** The folder that holds the data: `asked`, or one elsewhere. */
  readonly folder: string;
  /** Who must own the data and run the server; `undefined`: the user we are. */
  readonly owner: Owner | undefined;
}

/** In the asked folder: the absolute path of the folder that holds its data. */
export const MARKER = 'location';

/** In the place: the password, the port, the log and PostgreSQL's data. */
export const CLUSTER = 'cluster';

/**
 * Finds or makes the place for the data of `asked`.
 * @throws {EmbeddedPostgresError} when nothing can be written there, or the data belong to somebody else.
 */
export async function choosePlace(
  asked: string,
  log: (message: string) => void = () => {},
): Promise<Place> {
  const absolute = await makeFolder(resolve(asked));
  const folder = (await readMarker(absolute)) ?? absolute;
  const dataOwner = await ownerOf(join(folder, CLUSTER));
  if (!runningAsRoot()) {
    refuseForeignData(folder, dataOwner);
    return { asked: absolute, folder, owner: undefined };
  }
  const owner = dataOwner ?? (await unprivilegedOwner());
  if (await canEnter(folder, owner)) return { asked: absolute, folder, owner };
  if (dataOwner !== undefined) {
    throw new EmbeddedPostgresError(
      `The data in ${folder} belong to user ${dataOwner.uid}, who cannot enter that folder. Let that user pass (chmod o+x on the closed folders above it), ${OR_BRING_YOUR_OWN}`,
    );
  }
  return { asked: absolute, folder: await placeElsewhere(absolute, owner, log), owner };
}

/** The place of data made earlier, without making anything. `undefined`: there are none. */
export async function findPlace(asked: string): Promise<Place | undefined> {
  const absolute = await realpath(asked).catch(() => undefined);
  if (absolute === undefined) return undefined;
  const folder = (await readMarker(absolute)) ?? absolute;
  const dataOwner = await ownerOf(join(folder, CLUSTER));
  return { asked: absolute, folder, owner: runningAsRoot() ? dataOwner : undefined };
}

async function makeFolder(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
    return await realpath(folder);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The data folder ${folder} cannot be made (${textOf(error)}). Choose one that can be written, ${OR_BRING_YOUR_OWN}`,
    );
  }
}

async function readMarker(asked: string): Promise<string | undefined> {
  const marker = join(asked, MARKER);
  const text = await readFile(marker, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  const folder = text?.trim();
  if (!folder) return undefined;
  await stat(folder).catch((error: unknown) => {
    // Starting empty instead would forget what has been bought.
    throw new EmbeddedPostgresError(
      `The database of ${asked} lies in ${folder} (says ${marker}), which cannot be reached: ${textOf(error)}. Bring it back; or, to begin with an empty database, delete ${marker}.`,
    );
  });
  return folder;
}

async function ownerOf(path: string): Promise<Owner | undefined> {
  const found = await stat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  // Files of root are a restored copy that nobody has given away yet: PostgreSQL will say so.
  return found === undefined || found.uid === 0 ? undefined : { uid: found.uid, gid: found.gid };
}

function refuseForeignData(folder: string, dataOwner: Owner | undefined): void {
  const we = process.geteuid?.();
  if (dataOwner === undefined || we === undefined || dataOwner.uid === we) return;
  throw new EmbeddedPostgresError(
    `The database in ${folder} belongs to user ${dataOwner.uid}, not to user ${we} who runs this (was it started with sudo before?). Run it as that user or as root, choose another data folder, ${OR_BRING_YOUR_OWN}`,
  );
}

/** Tried as that user, not computed from modes: also right with ACLs and network file systems. */
async function canEnter(folder: string, owner: Owner): Promise<boolean> {
  return (await run('/bin/sh', ['-c', 'cd "$0"', folder], owner)).status === 0;
}

/**
 * Folders outside of every home, best first. The temporary folder comes last because many machines clean
 * it at boot; data asked for inside it may stay in it, and belong nowhere else.
 */
export function candidateParents(asked: string, temporary: string, platform: string): string[] {
  if (asked.startsWith(temporary + sep)) return [temporary];
  return [platform === 'darwin' ? '/var/db' : '/var/lib', temporary];
}

async function placeElsewhere(
  asked: string,
  owner: Owner,
  log: (message: string) => void,
): Promise<string> {
  const temporary = await realpath(tmpdir());
  const name = `ponbridge-${createHash('sha256').update(asked).digest('hex').slice(0, 12)}`;
  let problem = '';
  for (const parent of candidateParents(asked, temporary, process.platform)) {
    const folder = join(parent, name);
    try {
      await makeOwnFolder(folder);
      if (!(await canEnter(folder, owner))) throw new Error(`user ${owner.uid} cannot enter it`);
    } catch (error) {
      problem += ` ${folder}: ${textOf(error)}.`;
      continue;
    }
    await writeMarker(asked, folder);
    const lasts = parent !== temporary || asked.startsWith(temporary + sep);
    const warning = lasts ? '' : ' WARNING: that folder may be emptied when the machine restarts.';
    log(
      `PostgreSQL does not run as root, and user ${owner.uid} cannot enter ${asked}: the data lie in ${folder}.${warning}`,
    );
    return folder;
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, user ${owner.uid} cannot enter ${asked}, and no other place was found.${problem} Run as an ordinary user, ${OR_BRING_YOUR_OWN}`,
  );
}

/** The name can be guessed and the temporary folder is everybody's: only a folder of ours will do. */
async function makeOwnFolder(folder: string): Promise<void> {
  await mkdir(folder).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== process.geteuid?.() || (found.mode & 0o022) !== 0) {
    throw new Error('somebody else made it');
  }
  await chmod(folder, 0o711);
}

async function writeMarker(asked: string, folder: string): Promise<void> {
  const work = join(asked, `${MARKER}.${randomBytes(4).toString('hex')}`);
  await writeFile(work, `${folder}\n`);
  await rename(work, join(asked, MARKER));
}
