import { isDeepStrictEqual } from 'node:util';

/** Where two stores' settings differ: `budget.largestOrder`. A list is named as a whole. */
export function differentSettings(before: unknown, after: unknown, path = ''): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isGroup(before) || !isGroup(after)) return [path];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    differentSettings(before[key], after[key], path === '' ? key : `${path}.${key}`),
  );
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}
