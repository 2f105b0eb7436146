/**
 * Reads settings when nobody is writing them: an editor, a copy or a check-out writes file after file,
 * and half of that can look like right settings, or like stores that are gone.
 * @module
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Files count as finished when none was written for this long, in ms. */
const QUIET_MS = 300;
/** Files that never stand still are read all the same: what is wrong in them is then told. */
const MOST_MS = 5_000;

/** @throws what `read` throws of files that stand still. */
export async function readSettled<T>(home: string, read: () => T | Promise<T>): Promise<T> {
  const until = Date.now() + MOST_MS;
  for (;;) {
    const before = lookAt(home);
    const isLast = Date.now() >= until;
    const wait = QUIET_MS - (Date.now() - before.newest);
    // A time ahead of the clock says nothing.
    if (wait > 0 && wait <= QUIET_MS && !isLast) {
      await delay(wait);
      continue;
    }
    let value: T | undefined;
    let failure: unknown;
    try {
      value = await read();
    } catch (error) {
      failure = error ?? new Error('it could not be read');
    }
    if (!isLast && lookAt(home).print !== before.print) continue;
    if (failure !== undefined) throw failure;
    return value as T;
  }
}

/** What all files of the settings look like from outside; with the folder, so that a deletion shows. */
function lookAt(home: string): { readonly print: string; readonly newest: number } {
  const stores = join(home, 'stores');
  const paths = [
    join(home, '.env'),
    join(home, 'ponbridge.yaml'),
    stores,
    ...namesIn(stores).map((name) => join(stores, name)),
  ];
  let newest = 0;
  const prints = paths.map((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) return `${path} -`;
    newest = Math.max(newest, found.mtimeMs);
    return `${path} ${found.size} ${found.mtimeMs} ${found.ino}`;
  });
  return { print: prints.join('\n'), newest };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  } catch {
    return [];
  }
}
