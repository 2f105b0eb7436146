/**
 * Getting into the server of a folder: the one that runs there, or a new one.
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { type Cluster, USER } from './cluster.ts';
import { EmbeddedPostgresError, OR_BRING_YOUR_OWN, tailOf, textOf } from './error.ts';
import type { Owner } from './owner.ts';
import { findPostmaster } from './postmaster.ts';
import { ensureDatabase, join, type Presence, WrongServer } from './presence.ts';
import { keepPort, type Launch, launch } from './server.ts';

/** Everything needed to run the server of one folder. */
export interface Site {
  readonly cluster: Cluster;
  readonly owner: Owner | undefined;
  readonly binaries: Binaries;
  readonly fsync: boolean;
}

export interface Joined {
  readonly presence: Presence;
  readonly port: number;
}

/** Recovery after a crash replays at most about 1 GB of log (max_wal_size), well below this. */
const PATIENCE_MS = 120_000;

const POLL_MS = 15;

/** Between two launches: each leaves lines in the log. */
const RETRY_MS = 100;

/**
 * Joins the running server, or starts one and joins that, whatever others do meanwhile: start, stop, kill.
 * @param wait.ref whether waiting keeps the process alive.
 * @throws {EmbeddedPostgresError} with the end of the server's log.
 */
export async function joinServer(
  site: Site,
  wait: { readonly signal: AbortSignal; readonly ref: boolean },
): Promise<Joined> {
  const deadline = Date.now() + PATIENCE_MS;
  let launched: Launch | undefined;
  let problem = 'it did not become ready';
  while (Date.now() < deadline) {
    const postmaster = await findPostmaster(site.cluster.data);
    if (postmaster !== undefined && postmaster.port > 0) {
      try {
        return await enter(site, postmaster.port);
      } catch (error) {
        if (error instanceof EmbeddedPostgresError) throw error;
        problem = textOf(error);
      }
    }
    if (postmaster === undefined) {
      if (launched?.failure !== undefined) {
        problem = launched.failure;
        refuseForGood(site, problem);
        launched = undefined;
        await delay(RETRY_MS, undefined, wait);
      }
      launched ??= await launch(site.cluster, site.owner, site.binaries, site);
    }
    await delay(POLL_MS, undefined, wait);
  }
  throw failure(site, problem);
}

async function enter(site: Site, port: number): Promise<Joined> {
  const login = { port, user: USER, password: site.cluster.password };
  let presence: Presence | undefined;
  try {
    presence = await join(login);
    await ensureDatabase(login, USER);
    await keepPort(site.cluster, site.owner, port);
    return { presence, port };
  } catch (error) {
    await presence?.leave(async () => {});
    if (!(error instanceof WrongServer)) throw error;
    throw new EmbeddedPostgresError(
      `The database in ${site.cluster.folder} refuses the password kept beside it (${error.message}). Put the password back, ${OR_BRING_YOUR_OWN}`,
    );
  }
}

/** Ends of a server that the next try meets differently; PostgreSQL's words, in English by LC_ALL=C. */
const PASSING = [
  // Another process of ours started one at the same moment.
  /lock file "postmaster\.pid" already exists/,
  // A killed server's children have not all noticed yet; the folder must not be touched before.
  /pre-existing shared memory block/,
  // Somebody took the port after it was found free.
  /could not create any TCP\/IP sockets/,
  // It was up, and somebody stopped it before we were in.
  /ready to accept connections/,
];

function refuseForGood(site: Site, output: string): void {
  if (!PASSING.some((pattern) => pattern.test(output))) throw failure(site, output);
}

function failure(site: Site, output: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL did not start on ${site.cluster.data}. Its log is ${site.cluster.log}. Repair what it names, ${OR_BRING_YOUR_OWN}\n${tailOf(output)}`,
  );
}
