/** docs/schema/store.schema.json: the schema of a store's file, with a description for every key. */
import { storeJsonSchema } from '../mappings/json-schema.ts';
import { STORE } from './meanings.ts';
import { everyKey, type SchemaNode } from './schema-rows.ts';

/** The schema with the descriptions that only the documentation has filled in. */
export function describedStoreSchema(): SchemaNode {
  const schema = storeJsonSchema() as SchemaNode;
  for (const { path, node } of everyKey(schema)) {
    const text = STORE[path]?.text;
    if (text) node.description = plain(text);
  }
  return schema;
}

export function renderStoreSchema(): string {
  return `${JSON.stringify(describedStoreSchema(), null, 2)}\n`;
}

/** Editors show the text as it is. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}
