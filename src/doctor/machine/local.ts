/** What this machine says without anybody else: Node, settings, files, disk. */
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exam } from '../../../connectors/question.ts';
import type { Settings } from '../../config.ts';
import { findPlace } from '../../database/embedded/place.ts';
import { DISK, ENV_FILE, KEY_FILE, NODE, SETTINGS } from '../questions-machine.ts';

export interface LocalGiven {
  readonly settings: Settings;
  /** Where `.env` lies. */
  readonly home: string;
  /** Of Node, without the `v`. */
  readonly nodeVersion: string;
  /** Free bytes at a path; of the file system unless told. */
  readonly freeBytes?: (path: string) => Promise<number>;
}

const GB = 1024 ** 3;

export const localExam: Exam<LocalGiven> = {
  questions: [NODE, SETTINGS, ENV_FILE, KEY_FILE, DISK],
  async ask(given, tell) {
    const { settings } = given;
    tell(NODE, judgeNode(given.nodeVersion), { version: given.nodeVersion });

    const missing = [
      ...(settings.publicUrl ? [] : ['PONBRIDGE_PUBLIC_URL']),
      ...(settings.callbackToken ? [] : ['PONBRIDGE_CALLBACK_TOKEN']),
    ].join(' and ');
    if (settings.polling) tell(SETTINGS, missing ? 'poll-only' : 'both', { missing });
    else tell(SETTINGS, missing ? 'deaf' : 'push-only', { missing });

    const env = await openMode(join(given.home, '.env'));
    if (env === undefined) tell(ENV_FILE, 'none');
    else tell(ENV_FILE, env === 'closed' ? 'closed' : 'open', { mode: env });

    if (settings.keys) tell(KEY_FILE, 'environment');
    else if (settings.databaseUrl) tell(KEY_FILE, 'missing');
    else {
      const mode = (await openMode(join(settings.dataFolder, 'encryption.key'))) ?? 'closed';
      tell(KEY_FILE, mode === 'closed' ? 'closed' : 'open', { mode });
    }

    const free = await leastFree(given);
    const outcome = free < GB / 2 ? 'full' : free < 2 * GB ? 'tight' : 'room';
    tell(DISK, outcome, { free: (free / GB).toFixed(1) });
  },
};

function judgeNode(version: string): 'right' | 'newer' | 'old' {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 24 || (major === 24 && minor < 15)) return 'old';
  return major > 24 ? 'newer' : 'right';
}

/** `closed`, or the mode that lets others read it; undefined when there is no such file. */
async function openMode(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  // Windows has no such modes; who may read is in its own lists.
  const isOpen = process.platform !== 'win32' && (found.mode & 0o077) !== 0;
  return isOpen ? (found.mode & 0o777).toString(8) : 'closed';
}

/** Of the data folder, and of where the database that comes along really lies. */
async function leastFree({ settings, home, freeBytes = bytesFree }: LocalGiven): Promise<number> {
  const place = settings.databaseUrl ? undefined : await findPlace(settings.dataFolder);
  const paths = [settings.dataFolder, ...(place ? [place.folder] : [])];
  const all = await Promise.all(paths.map((path) => freeBytes(path).catch(() => freeBytes(home))));
  return Math.min(...all);
}

async function bytesFree(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
