/** How often each command, fate, hold and end was met. */
import { FATES } from './fates.ts';

export function table(counts: ReadonlyMap<string, number>): string {
  const names = [...counts.keys()].sort();
  const width = Math.max(0, ...names.map((name) => name.length));
  return names
    .map((name) => `${name.padEnd(width)} ${String(counts.get(name)).padStart(8)}`)
    .join('\n');
}

/** Fates that no call met: a long run that misses one has tested nothing of it. */
export function missing(counts: ReadonlyMap<string, number>): string[] {
  return Object.entries(FATES)
    .flatMap(([kind, fates]) => fates.map((fate) => `fate ${kind} ${fate}`))
    .filter((name) => !counts.has(name));
}
