/** `ponbridge schema`: the JSON Schema of a store's file, for editors. */
import { storeJsonSchema } from '../../mappings/json-schema.ts';
import { type Context, printJson } from './context.ts';

export function schema(context: Context): void {
  printJson(context, storeJsonSchema());
}
