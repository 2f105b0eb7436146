/**
 * A real PostgreSQL without anything installed, for when no DATABASE_URL is set (docs/architecture.md). Any
 * number of processes may call this for the same folder, at the same time; they share one server.
 *
 * @example
 * const database = await startEmbeddedPostgres({ folder: 'data/postgres' });
 * const pool = new Pool({ connectionString: database.url });
 * // ... work ...
 * await pool.end();
 * await database.release();
 * @module
 */
import { rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { locatePackage, prepareBinaries } from './embedded/binaries.ts';
import { openCluster, USER } from './embedded/cluster.ts';
import { textOf } from './embedded/error.ts';
import { runningAsRoot } from './embedded/owner.ts';
import { CLUSTER, choosePlace, findPlace, MARKER, type Place } from './embedded/place.ts';
import { stopServer } from './embedded/server.ts';
import { type Joined, joinServer, type Site } from './embedded/sharing.ts';

export { EmbeddedPostgresError } from './embedded/error.ts';

export interface EmbeddedPostgresOptions {
  /** Where the data are kept; made when missing. */
  readonly folder: string;
  readonly log?: (message: string) => void;
  /** Off: faster, and a power cut destroys the data. For tests. Default on. */
  readonly fsync?: boolean;
}

export interface EmbeddedPostgres {
  /** `postgresql://` address of the database `ponbridge`, with its password. */
  readonly url: string;
  readonly port: number;
  /** The folder that really holds the data: the asked one, or under root perhaps another. */
  readonly dataFolder: string;
  /** Detaches this process; the last one using the server stops it. Further calls do nothing. */
  release(): Promise<void>;
}

/**
 * Starts PostgreSQL on `folder`, or joins the one that runs there. While this process stays attached, a
 * server that dies is started again. Being attached does not keep the process alive, and a process that
 * ends without `release` leaves the server running for the next one.
 * @throws {EmbeddedPostgresError} saying what to do.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const packageFolder = locatePackage();
  const place = await choosePlace(options.folder, log);
  const site = await openSite(packageFolder, place, options.fsync ?? true, log);
  const attachment = await attach(site, log);
  return {
    // sslmode: pg would else follow a PGSSLMODE that is meant for another server.
    url: `postgresql://${USER}:${site.cluster.password}@127.0.0.1:${attachment.port}/${USER}?sslmode=disable`,
    port: attachment.port,
    dataFolder: place.folder,
    release: attachment.release,
  };
}

/**
 * Removes the database of a folder, also when its data lie elsewhere: for throw-away folders. Stops its
 * server, whoever uses it. Does nothing when there is none.
 */
export async function removeEmbeddedPostgres(options: { readonly folder: string }): Promise<void> {
  const place = await findPlace(options.folder);
  if (place === undefined) return;
  // Moved aside first, so that no user's watch starts the server again.
  const gone = join(place.folder, `${CLUSTER}.gone-${process.pid}`);
  const moved = await rename(join(place.folder, CLUSTER), gone).then(
    () => true,
    () => false,
  );
  if (moved) {
    const binaries = await prepare(locatePackage(), place, () => {});
    await stopServer(join(gone, 'data'), place.owner, binaries);
    await rm(gone, { recursive: true, force: true });
  }
  if (place.folder !== place.asked) await rm(place.folder, { recursive: true, force: true });
  await rm(join(place.asked, MARKER), { force: true });
  await rmdir(place.asked).catch(() => {});
}

async function openSite(
  packageFolder: string,
  place: Place,
  fsync: boolean,
  log: (message: string) => void,
): Promise<Site> {
  const binaries = await prepare(packageFolder, place, log);
  const cluster = await openCluster(place, binaries, { fsync, log });
  return { cluster, owner: place.owner, binaries, fsync };
}

function prepare(packageFolder: string, place: Place, log: (message: string) => void) {
  // Root's copy serves every folder of the machine; others keep theirs beside their data.
  const shared = runningAsRoot() ? ['/var/cache/ponbridge'] : [];
  const copyFolders = [...shared, place.folder];
  return prepareBinaries({ packageFolder, copyFolders, owner: place.owner, log });
}

async function attach(
  site: Site,
  log: (message: string) => void,
): Promise<{ readonly port: number; readonly release: () => Promise<void> }> {
  const detached = new AbortController();
  let joined = await joinServer(site, { signal: detached.signal, ref: true });
  const { port } = joined;
  const watching = watch(joined, site, detached.signal, log, (next) => {
    joined = next;
    if (next.port !== port) {
      log(`PostgreSQL had to move from port ${port} to ${next.port}: restart this process.`);
    }
  });
  let released: Promise<void> | undefined;
  const release = async () => {
    detached.abort();
    await watching();
    await joined.presence.leave(() => stopServer(site.cluster.data, site.owner, site.binaries));
  };
  return {
    port,
    release: () => {
      released ??= release();
      return released;
    },
  };
}

/**
 * Joins again whenever the connection is lost, which starts the server again if it died.
 * @returns a function that waits for a joining under way.
 */
function watch(
  first: Joined,
  site: Site,
  signal: AbortSignal,
  log: (message: string) => void,
  onJoined: (next: Joined) => void,
): () => Promise<void> {
  let busy = Promise.resolve();
  const guard = (current: Joined) => {
    current.presence.lost.then(() => {
      if (!signal.aborted) busy = rejoin();
    });
  };
  const rejoin = async (): Promise<void> => {
    log('PostgreSQL went away; starting it again.');
    while (!signal.aborted) {
      try {
        const next = await joinServer(site, { signal, ref: false });
        onJoined(next);
        guard(next);
        return;
      } catch (error) {
        if (signal.aborted) return;
        log(`PostgreSQL could not be started again: ${textOf(error)}`);
        await delay(5000, undefined, { signal, ref: false }).catch(() => {});
      }
    }
  };
  guard(first);
  return () => busy;
}
