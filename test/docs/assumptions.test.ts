/** Whoever marks an assumption in the code finds this page incomplete until it names the file. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, read } from './project.ts';

const marked = ['connectors', 'mappings', 'src'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => /\.(ts|yaml)$/.test(path) && !path.includes('/client/'))
    .filter((path) => /x-assumed|\bAssumed\b/.test(read(path))),
);

test('there are marks to be found', () => {
  expect(marked.length).toBeGreaterThan(40);
});

test.each(marked)('%s marks an assumption, and docs/assumptions.md names it', (path) => {
  expect(read('docs/assumptions.md')).toContain(`](../${path})`);
});
