/**
 * Each service process as a row: it says that it lives and which settings it goes by, and looks for
 * requests to read them again. It looks, instead of being told, so that no request can be missed.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Settings } from '../config.ts';
import {
  beat,
  forgetProcess,
  noteAnswer,
  openRequest,
  registerProcess,
} from '../database/processes.ts';
import type { Core, Role } from '../main.ts';
import type { ReloadAnswer } from './live-settings.ts';
import { reloadSettings } from './reload.ts';

const LOOK_MS = 1_000;
/** A heartbeat is a write: seldomer than the looks, and four of them before it counts as silent. */
const BEAT_MS = 5_000;

export interface ProcessPresence {
  /** Reads the settings again now; one reload at a time. */
  reload(by: string): Promise<ReloadAnswer>;
  stop(): Promise<void>;
}

/**
 * Registers the process, and answers what was asked for while it started.
 * @param read the settings as they are now
 */
export async function openPresence(
  core: Core,
  role: Role,
  read: () => Promise<Settings> | Settings,
): Promise<ProcessPresence> {
  const id = randomUUID();
  const facts = () => ({
    id,
    role,
    host: hostname(),
    pid: process.pid,
    startedAt: core.startedAt,
    digest: core.live.digest,
    loadedAt: core.live.loadedAt,
  });
  await registerProcess(core.db, facts());
  let isStopping = false;
  let last: Promise<unknown> = Promise.resolve();
  await answer().catch(quietly);
  let timer = setTimeout(look, LOOK_MS);
  timer.unref();
  // By itself: a reload that concerns a thousand stores takes a while.
  const beats = setInterval(() => void beatNow(), BEAT_MS);
  beats.unref();

  return {
    // What nobody asked for in the database, nobody reads there: a database that is away loses nothing.
    reload: (by) => inTurn(() => reloadNow(by, undefined)),
    async stop() {
      isStopping = true;
      clearTimeout(timer);
      clearInterval(beats);
      await last;
      // Without the database it is forgotten by its silence.
      await forgetProcess(core.db, id).catch(() => {});
    },
  };

  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const mine = last.then(run);
    last = mine.catch(() => {});
    return mine;
  }

  /** A database that is away is told of by everything else that needs it. */
  function quietly(error: unknown) {
    core.log.debug({ err: error }, 'the row of this process could not be read or written');
  }

  async function beatNow() {
    try {
      if (!(await beat(core.db, id)) && !isStopping) await registerProcess(core.db, facts());
    } catch (error) {
      quietly(error);
    }
  }

  function answer() {
    return inTurn(async () => {
      const request = await openRequest(core.db, id);
      if (request !== undefined) await reloadNow('ponbridge reload', request);
    });
  }

  function look() {
    answer()
      .catch(quietly)
      .finally(() => {
        if (isStopping) return;
        timer = setTimeout(look, LOOK_MS);
        timer.unref();
      });
  }

  async function reloadNow(by: string, request: string | undefined): Promise<ReloadAnswer> {
    const answer = await reloadSettings(core, { by, read, works: role !== 'web' });
    const { digest, loadedAt } = core.live;
    const noted = noteAnswer(core.db, id, { request, answer, digest, loadedAt });
    await (request === undefined ? noted.catch(quietly) : noted);
    return answer;
  }
}
