/** `ponbridge schema`: the JSON Schema of a store's file, or of ponbridge.yaml, for editors. */
import { publishedSchema, type SchemaName } from '../published-schema.ts';
import type { Context } from './context.ts';

export function schema(context: Context, which: SchemaName): void {
  context.print(publishedSchema(which).trimEnd());
}
