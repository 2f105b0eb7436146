/** How often each command, fate, hold and end was met. */
import { commandWords } from './commands.ts';
import { FATES } from './fates.ts';

export function table(counts: ReadonlyMap<string, number>): string {
  const names = [...counts.keys()].sort();
  const width = Math.max(0, ...names.map((name) => name.length));
  return names
    .map((name) => `${name.padEnd(width)} ${String(counts.get(name)).padStart(8)}`)
    .join('\n');
}

/** Commands that never ran and fates that no call met: of those a long run has tested nothing. */
export function missing(counts: ReadonlyMap<string, number>): string[] {
  const fates = Object.entries(FATES).flatMap(([kind, each]) =>
    each.map((fate) => `fate ${kind} ${fate}`),
  );
  const commands = [...commandWords()].map((word) => `command ${word}`);
  return [...fates, ...commands].filter((name) => !counts.has(name));
}
