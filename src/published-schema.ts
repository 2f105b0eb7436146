/** The published JSON Schemas, as editors read them; `npm run generate` makes them. */
import { readFileSync } from 'node:fs';

export const SCHEMAS = ['store', 'service'] as const;
export type SchemaName = (typeof SCHEMAS)[number];

export function publishedSchema(name: SchemaName): string {
  return readFileSync(new URL(`../docs/schema/${name}.schema.json`, import.meta.url), 'utf8');
}
