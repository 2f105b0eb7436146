/** The encryption keys: from the environment, or made once and kept in the data folder of a laptop. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from './config.ts';

/**
 * `PONBRIDGE_KEYS`, else the key file beside the embedded database. A server of one's own must state
 * its keys: a key kept on one machine would make the database unreadable from the next.
 */
export async function encryptionKeys(
  settings: Pick<Settings, 'keys' | 'databaseUrl' | 'dataFolder'>,
): Promise<string> {
  if (settings.keys) return settings.keys;
  if (settings.databaseUrl) {
    throw new Error(
      'PONBRIDGE_KEYS is not set; make one with: echo "k1:$(openssl rand -base64 32)", and keep it safe',
    );
  }
  const file = join(settings.dataFolder, 'encryption.key');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await mkdir(settings.dataFolder, { recursive: true });
  const made = `k1:${randomBytes(32).toString('base64')}`;
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${made}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // Appears whole or not at all, and never replaces another process's key.
    await link(draft, file);
    return made;
  } catch (error) {
    // Another process was first: its key counts.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      return (await readFile(file, 'utf8')).trim();
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
