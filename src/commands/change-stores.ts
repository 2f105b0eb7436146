/** Commands that change stores' files: check the whole, write, let every running process read it. */

import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isBlock, valueAt } from '../config/value-at.ts';
import type { Settings, Store } from '../config.ts';
import type { Database } from '../database/connect.ts';
import { type Edit, editYaml, writtenYaml } from '../edit-yaml.ts';
import type { SettingsChanges } from '../live/live-settings.ts';
import type { Core } from '../main.ts';
import { readStoreFile, replaceFile, settingsWith, storeFile } from '../store-file.ts';
import type { Context } from './context.ts';
import { settingsOf, withCore } from './core.ts';
import { Misuse, Problem } from './errors.ts';
import { knownStore } from './find-order.ts';
import { type ReloadedProcess, refuseFailed, reloadAll, reloadText } from './reload.ts';

export interface StoreChoice {
  readonly group?: string;
}

/** @throws {Misuse} when nothing, or something unknown, is named */
export function chooseStores(
  settings: Settings,
  names: readonly string[],
  { group }: StoreChoice,
): Store[] {
  if (group === undefined) {
    if (names.length === 0) throw new Misuse('name a store, several, or a group with --group');
    return [...new Set(names)].map((name) => knownStore({ settings }, name));
  }
  if (names.length > 0) throw new Misuse('name stores, or a group with --group, not both');
  const chosen = [...settings.stores.values()].filter((store) => store.settings.group === group);
  if (chosen.length > 0) return chosen;
  const known = [...settings.stores.values()].flatMap((store) => store.settings.group ?? []);
  const groups = [...new Set(known)].sort().join(', ') || 'none';
  throw new Misuse(`no store says group: ${group}; groups with stores: ${groups}`);
}

interface Change {
  /** `stores/tea.yaml` */
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

export interface Changed {
  readonly core: Core;
  /** The stores as they are now. */
  readonly stores: readonly Store[];
  /** Names of those whose file was written; the others said so already. */
  readonly written: ReadonlySet<string>;
  readonly processes: readonly ReloadedProcess[];
}

/**
 * Writes the edits into the stores' files and lets the service read them.
 * @param look read before the service goes on by the new settings
 * @param tell says what it means, in plain words
 */
export async function changeStores<T>(
  context: Context,
  stores: readonly Store[],
  edits: readonly Edit[],
  look: (db: Database, store: Store) => Promise<T>,
  tell: (changed: Changed, store: Store, seen: T) => string,
): Promise<void> {
  const before = settingsOf(context);
  const changes = new Map<string, Change>();
  for (const { name } of stores) {
    const file = storeFile(context.home, name);
    if (file === undefined) throw new Problem(`stores/${name}.yaml is gone; nothing was changed`);
    const text = readStoreFile(context.home, file);
    const after = editYaml(text, edits);
    if (after !== text) changes.set(name, { file, before: text, after });
  }
  const texts = new Map([...changes.values()].map(({ file, after }) => [file, after]));
  const after = settingsWith(context.home, context.env, texts);
  refuseSideEffects(before, after, changes, edits);
  await withCore(context, async (core) => {
    const seen = new Map<string, T>();
    for (const store of stores) seen.set(store.name, await look(core.db, store));
    await writeAll(context, changes, edits);
    const processes = await reloadAll(core);
    const now = stores.flatMap(({ name }) => after.stores.get(name) ?? []);
    const changed = { core, stores: now, written: new Set(changes.keys()), processes };
    for (const store of now) context.print(tell(changed, store, seen.get(store.name) as T));
    tellProcesses(context, processes, (changes) =>
      [...changed.written].every((name) => changes.changed.includes(name)),
    );
  });
}

/**
 * What the running service made of it; on other machines lie other files.
 * @param has whether the change is among those that a process found
 */
export function tellProcesses(
  context: Context,
  processes: readonly ReloadedProcess[],
  has: (changes: SettingsChanges) => boolean,
): void {
  if (processes.length === 0) {
    context.note('No service runs on this database: the next start reads it.');
    return;
  }
  const others = processes.filter(({ answer }) => answer?.changes && !has(answer.changes));
  const failed = processes.some(({ answer }) => !answer || answer.error !== undefined);
  if (failed || others.length > 0) context.note(`\n${reloadText(processes)}`);
  if (others.length > 0) {
    const hosts = [...new Set(others.map((each) => each.host))].join(', ');
    context.note(
      `\nNot all processes read the files of this folder (${hosts}): make the same change in theirs, then: ponbridge reload`,
    );
  }
  refuseFailed(processes);
}

/** Whatever a rewritten file might say otherwise than before, but for what was asked. */
function refuseSideEffects(
  before: Settings,
  after: Settings,
  changes: ReadonlyMap<string, Change>,
  edits: readonly Edit[],
): void {
  for (const [name, { file }] of changes) {
    const [old, its] = [before, after].map(({ stores }) => withoutEdited(stores.get(name), edits));
    if (!isDeepStrictEqual(old, its)) {
      throw new Problem(`${file} is written in a way that no command can change; edit it by hand`);
    }
  }
}

function withoutEdited(store: Store | undefined, edits: readonly Edit[]): unknown {
  const rest = structuredClone(store);
  for (const { path } of edits) {
    const above = valueAt(rest?.settings, path.slice(0, -1));
    if (isBlock(above)) delete above[path.at(-1) ?? ''];
  }
  return rest;
}

/** All or none: what was written before one that cannot be is put back. */
async function writeAll(
  { home }: Context,
  changes: ReadonlyMap<string, Change>,
  edits: readonly Edit[],
): Promise<void> {
  const written: Change[] = [];
  for (const change of changes.values()) {
    try {
      await replaceFile(join(home, change.file), change.after);
      written.push(change);
    } catch (error) {
      for (const { file, before } of written) await replaceFile(join(home, file), before);
      throw new Problem(cannotWrite(change.file, edits, error as NodeJS.ErrnoException));
    }
  }
}

export function cannotWrite(
  file: string,
  edits: readonly Edit[],
  { code, message }: { readonly code?: string | undefined; readonly message: string },
): string {
  const lines = edits.map(({ path, value }) => {
    return `  ${path.join('.')}: ${writtenYaml(value)}`;
  });
  return [
    `${file} cannot be written (${code ?? message}); nothing was changed. Set there yourself:`,
    ...lines,
    'Then: ponbridge reload',
  ].join('\n');
}
