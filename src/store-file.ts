/**
 * A store's own file, changed by a command: everything is checked before anything is written, and the
 * file appears whole or not at all.
 * @module
 */
import { randomUUID } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { chmod, chown, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { loadSettings, type Settings } from './config.ts';

/** Relative to the settings' folder: `stores/tea.yaml`. */
export function storeFile(home: string, name: string): string | undefined {
  return [`stores/${name}.yaml`, `stores/${name}.yml`].find((path) => existsSync(join(home, path)));
}

export function readStoreFile(home: string, path: string): string {
  return readFileSync(join(home, path), 'utf8');
}

/**
 * All settings as they would be with these files. @throws {SettingsError} with every mistake
 * @param changes text by path; null takes the file away
 */
export function settingsWith(
  home: string,
  env: Readonly<Record<string, string | undefined>>,
  changes: ReadonlyMap<string, string | null>,
): Settings {
  const trial = mkdtempSync(join(tmpdir(), 'ponbridge-trial-'));
  try {
    mkdirSync(join(trial, 'stores'));
    const folder = join(home, 'stores');
    // A new home has none yet.
    const files = existsSync(folder) ? readdirSync(folder) : [];
    const stores = files.filter((name) => /\.ya?ml$/.test(name));
    const paths = ['ponbridge.yaml', ...stores.map((name) => `stores/${name}`)];
    for (const path of paths.filter((each) => existsSync(join(home, each)))) {
      if (!changes.has(path)) cpSync(join(home, path), join(trial, path), { dereference: true });
    }
    for (const [path, text] of changes) {
      if (text !== null) writeFileSync(join(trial, path), text);
    }
    return loadSettings({ ...env, PONBRIDGE_HOME: trial });
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
}

/** Replaces the file at once, with its owner and mode. @throws when it cannot be written. */
export async function replaceFile(path: string, text: string): Promise<void> {
  // The file behind a link is meant, not the link.
  const real = realpathSync(path);
  const { mode, uid, gid } = statSync(real);
  // No name that is read as a store's file.
  const draft = join(real, '..', `.${basename(real)}.${randomUUID()}.draft`);
  try {
    await writeFile(draft, text, { mode, flag: 'wx', flush: true });
    await chmod(draft, mode);
    // Only root may give a file away; anybody else's own file is its own already.
    await chown(draft, uid, gid).catch(() => {});
    await rename(draft, real);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
