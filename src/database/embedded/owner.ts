/**
 * Whose processes and files the server's are. PostgreSQL refuses to run as root, and no user may be
 * created on the machine, so under root everything of the server belongs to an unprivileged user that
 * every Unix has.
 * @module
 */
import { chown, readFile } from 'node:fs/promises';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** 65534 is `nobody` on Linux; used where there is no readable list of users. */
const NOBODY: Owner = { uid: 65534, gid: 65534 };

export function runningAsRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** The user that owns the server when this process is root: `nobody`, by this machine's numbers. */
export async function unprivilegedOwner(): Promise<Owner> {
  return findNobody(await readFile('/etc/passwd', 'utf8').catch(() => '')) ?? NOBODY;
}

/** `nobody` of an `/etc/passwd`. macOS writes its numbers as -2, which files show as 4294967294. */
export function findNobody(passwd: string): Owner | undefined {
  const fields = passwd
    .split('\n')
    .find((line) => line.startsWith('nobody:'))
    ?.split(':');
  const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])];
  if (!Number.isInteger(uid) || !Number.isInteger(gid) || uid === 0) return undefined;
  return { uid: uid >>> 0, gid: gid >>> 0 };
}

/** Gives a file to the server's user. Nothing to do when that is ourselves. */
export async function giveTo(owner: Owner | undefined, path: string): Promise<void> {
  if (owner !== undefined) await chown(path, owner.uid, owner.gid);
}
