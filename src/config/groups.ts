/**
 * Groups: settings that several stores share. What is wrong in one is told once, at its line in
 * `ponbridge.yaml`, however many stores use it.
 * @module
 */
import { didYouMean } from '../../mappings/near-miss.ts';
import { type Report, some } from './problem.ts';
import { isBlock, valueAt } from './value-at.ts';

type Content = Record<string, unknown>;

/** What each store says for itself, and why no group may say it. */
export const NOT_IN_A_GROUP: readonly (readonly [path: readonly string[], why: string])[] = [
  [['sellerId'], 'each shop has its own; write it into the store’s file'],
  [['group'], 'a group takes nothing from another; write everything into this one'],
  [['paused'], 'a store is paused in its own file (ponbridge pause)'],
  [
    ['purchase', 'mode'],
    'a store buys only once its own file says so; until then it is off, whatever its group',
  ],
  [['purchase', 'dailyCap'], 'the cap stands beside the mode, in the store’s own file'],
  [['purchase', 'pay'], 'a store pays only once its own file says so'],
];

export interface Groups {
  /** What a group gives to a store; undefined with the reason reported to the store. */
  find(name: unknown, report: Report): Content | undefined;
  /** A mistake that a store has from its group. */
  report(group: string, path: readonly PropertyKey[], message: string, file: string): void;
  /** Tells what was reported, each mistake once; with a file, only what that one has. */
  tell(file?: string): void;
  readonly all: ReadonlyMap<string, Content>;
}

/** @param read the section as it was read; undefined when ponbridge.yaml could not be understood. */
export function openGroups(
  read: Readonly<Record<string, Content>> | undefined,
  report: Report,
): Groups {
  const all = new Map<string, Content>();
  for (const [name, content] of Object.entries(read ?? {})) {
    for (const [path, why] of NOT_IN_A_GROUP) {
      if (valueAt(content, path) !== undefined) {
        report(['groups', name, ...path], `must not be set in a group: ${why}`);
      }
    }
    all.set(name, allowed(content));
  }
  const found = new Map<string, { path: readonly PropertyKey[]; message: string; in: string[] }>();
  return {
    all,
    find(name, reportStore) {
      if (typeof name !== 'string' || read === undefined) return undefined;
      const content = all.get(name);
      if (content) return content;
      const known = [...all.keys()];
      const hint = didYouMean(name, known) || (known.length > 0 && `known: ${known.join(', ')}`);
      reportStore(
        ['group'],
        `ponbridge.yaml has no groups.${name}; ${hint || 'it has no groups yet'}`,
      );
      return undefined;
    },
    report(group, path, message, file) {
      const at = ['groups', group, ...path];
      const key = JSON.stringify([at.map(String), message]);
      const known = found.get(key);
      if (known) known.in.push(file);
      else found.set(key, { path: at, message, in: [file] });
    },
    tell(file) {
      for (const { path, message, in: files } of found.values()) {
        if (file !== undefined && !files.includes(file)) continue;
        const own = files.filter((file) => file !== ITSELF);
        const seen =
          own.length > 0 ? ` (as ${some(own)} ${own.length > 1 ? 'take' : 'takes'} it)` : '';
        report(path, own.length === files.length ? `${message}${seen}` : message);
      }
    },
  };
}

/** Reporter of what is wrong with a group whoever uses it. */
export const ITSELF = '';

function allowed(content: Content): Content {
  const { purchase, ...rest } = Object.fromEntries(
    Object.entries(content).filter(([key]) => !NOT_IN_A_GROUP.some(([path]) => isJust(path, key))),
  );
  if (!isBlock(purchase)) return purchase === undefined ? rest : { ...rest, purchase };
  const kept = Object.entries(purchase).filter(
    ([key]) => !NOT_IN_A_GROUP.some(([path]) => path[0] === 'purchase' && path[1] === key),
  );
  return { ...rest, purchase: Object.fromEntries(kept) };
}

function isJust(path: readonly string[], key: string): boolean {
  return path.length === 1 && path[0] === key;
}
