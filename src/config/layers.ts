/** A store's settings laid over those of its group, and where each value then comes from. */
import { isBlock } from './value-at.ts';

export type Origin = 'store' | 'group';

/**
 * Blocks are merged key by key; lists and single values of the store stand for the group's. A block
 * whose `kind` is another stands for the whole block: the keys of a warehouse mean nothing to a buyer.
 */
export function layOver(group: unknown, store: unknown): unknown {
  if (!isBlock(group) || !isBlock(store) || isOtherKind(group, store)) return store;
  const keys = [...new Set([...Object.keys(group), ...Object.keys(store)])];
  return Object.fromEntries(
    keys.map((key) => {
      if (!Object.hasOwn(store, key)) return [key, group[key]];
      return [key, Object.hasOwn(group, key) ? layOver(group[key], store[key]) : store[key]];
    }),
  );
}

function isOtherKind(group: Record<string, unknown>, store: Record<string, unknown>): boolean {
  return group.kind !== undefined && store.kind !== undefined && group.kind !== store.kind;
}

/**
 * Whose file the value at a path is in. What is missing is missing in the store's file, as a group may
 * leave out what it likes; but inside a list the whole list is of one of them.
 */
export function originOf(path: readonly PropertyKey[], group: unknown, store: unknown): Origin {
  const ofStore = reach(path, store);
  const ofGroup = reach(path, group);
  if (ofStore.depth === path.length) return 'store';
  if (ofGroup.depth === path.length) return 'group';
  return ofGroup.depth > ofStore.depth && ofGroup.inList ? 'group' : 'store';
}

/** How far down a path leads in the content, and whether through a list. */
function reach(path: readonly PropertyKey[], content: unknown) {
  let at = content;
  let depth = 0;
  let inList = false;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) break;
    inList ||= Array.isArray(at);
    at = (at as Record<PropertyKey, unknown>)[key];
    depth += 1;
  }
  return { depth, inList: inList || Array.isArray(at) };
}

/** Is this the content's own: written there, or missing in a list that is written there? */
export function isIn(path: readonly PropertyKey[], content: unknown): boolean {
  const { depth, inList } = reach(path, content);
  return depth === path.length || inList;
}
