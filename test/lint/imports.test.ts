/** The direction of imports is a lint rule that fails the build: here it is shown to bite. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');

const refused: readonly [string, string][] = [
  ['connectors/call.ts', '../src/main.ts'],
  ['connectors/call.ts', '../mappings/plan.ts'],
  ['connectors/lazada/orders.ts', '../../src/clock.ts'],
  ['connectors/lazada/orders.ts', '../../mappings/plan.ts'],
  ['connectors/lazada/orders.ts', '../shopee/orders.ts'],
  ['connectors/shopee/orders.ts', '../pandapon/sign.ts'],
  ['connectors/pandapon/orders.ts', '../lazada/sign.ts'],
  ['connectors/lazada/sandbox/index.ts', '../sign.ts'],
  ['connectors/lazada/sandbox/index.ts', '../client/index.ts'],
  ['connectors/lazada/sandbox/index.ts', '../../../src/clock.ts'],
  ['connectors/lazada/sandbox/index.ts', '../../../mappings/plan.ts'],
  ['connectors/lazada/sandbox/index.ts', '../../shopee/sandbox/index.ts'],
  ['connectors/lazada/sandbox/index.ts', '../../call.ts'],
  ['mappings/plan.ts', '../src/clock.ts'],
  ['mappings/plan.ts', 'node:fs'],
  ['mappings/plan.ts', 'pg'],
];

const allowed: readonly [string, string][] = [
  ['src/stages/plan.ts', '../../mappings/plan.ts'],
  ['src/stages/plan.ts', '../../connectors/call.ts'],
  ['mappings/plan.ts', '../connectors/agent.ts'],
  ['connectors/lazada/orders.ts', '../call.ts'],
  ['connectors/lazada/sandbox/index.ts', '../../sandbox.ts'],
  ['connectors/lazada/sandbox/index.ts', './orders.ts'],
];

let folder: string;
let report: string;

// The project's own rules, over files made for this test: one import each.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ponbridge-lint-'));
  const rules = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...rules, vcs: { enabled: false } }));
  for (const [file, imported] of [...refused, ...allowed]) {
    const path = join(folder, caseFile(file, imported));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `export * from '${imported}';\n`);
  }
  const result = spawnSync(process.execPath, [biome, 'lint', '--max-diagnostics=200', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  report = result.stdout + result.stderr;
  expect(result.status).not.toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each case has a file of its own beside the one it stands for. */
function caseFile(file: string, imported: string): string {
  return join(dirname(file), `case-${imported.replaceAll(/[^a-z]+/g, '-')}.ts`);
}

test.each(refused)('%s may not import %s', (file, imported) => {
  expect(report).toContain(`${caseFile(file, imported)}:1:15 lint/style/noRestrictedImports`);
});

test.each(allowed)('%s may import %s', (file, imported) => {
  expect(report).not.toContain(`${caseFile(file, imported)}:`);
});
