/** Writes the generated pages: `node bin/run.js scripts/generate-docs.ts`, part of `npm run generate`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { documents } from './documents.ts';

for (const [path, text] of documents()) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
