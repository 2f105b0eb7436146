/** Writes the files, each whole or not at all; a reader never sees half of one. */
import { randomBytes } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DraftFile } from './draft.ts';

/** All are written beside their places first, then moved there: a full disk changes nothing. */
export async function writeFiles(folder: string, files: readonly DraftFile[]): Promise<void> {
  const drafts: { readonly draft: string; readonly place: string }[] = [];
  try {
    for (const { path, text, isSecret } of files) {
      const place = placeOf(join(folder, path));
      const draft = `${place}.${randomBytes(6).toString('hex')}.tmp`;
      await mkdir(dirname(place), { recursive: true });
      drafts.push({ draft, place });
      await writeFile(draft, text, { mode: isSecret ? 0o600 : 0o644, flag: 'wx', flush: true });
      await keepAccess(place, draft, isSecret);
    }
    for (const { draft, place } of drafts) await rename(draft, place);
  } finally {
    for (const { draft } of drafts) await rm(draft, { force: true });
  }
}

/** Whoever could read the file before can still: the service may run as another user than who sets it up. */
async function keepAccess(place: string, draft: string, isSecret: boolean) {
  const known = statSync(place, { throwIfNoEntry: false });
  if (!known) return;
  await chmod(draft, isSecret ? known.mode & 0o770 : known.mode & 0o777);
  // Only root may give a file away; anybody else's own file is its own already.
  await chown(draft, known.uid, known.gid).catch(() => {});
}

/** A link is followed, so that it stays one. */
function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
