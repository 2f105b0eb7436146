/** The negative controls still find the safeguards that they switch off. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BREAKS, type BreakName } from './breaks.ts';

const HOME = fileURLToPath(new URL('./breaks.ts', import.meta.url));

/** In a process of its own: what is broken there stays broken. */
function load(name: string, modules: readonly string[]) {
  const script = `
    const { breakSafeguard } = await import(${JSON.stringify(HOME)});
    breakSafeguard(${JSON.stringify(name)});
    for (const file of ${JSON.stringify(modules)}) await import(file);`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
}

test.each(Object.keys(BREAKS))(
  '--break %s changes what it says, and the changed files load',
  (name) => {
    const { changes } = BREAKS[name as BreakName];
    const files = [...new Set(changes.map(({ file }) => file))];
    const urls = files.map((file) => new URL(`../../${file}`, import.meta.url).href);
    const { status, stderr } = load(name, urls);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  },
);

test('nothing of the product knows of them', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const found = spawnSync(
    'grep',
    ['-rlE', 'chaos|breakSafeguard', 'src', 'mappings', 'connectors'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  expect(found.stdout).toBe('');
});
