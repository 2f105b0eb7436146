import { z } from 'zod';
import { storeSettings } from './store.ts';

/**
 * The JSON Schema of a store's settings file, for editors. It describes what is written in the file
 * (`30m`, `15%`), not what the program makes of it. Draft 7, because that is what the YAML language
 * server of the editors reads in full.
 */
export function storeJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(storeSettings, { io: 'input', target: 'draft-7' });
  return {
    $schema,
    title: 'Ponbridge store settings',
    description:
      'One store: what is bought for its orders, where it is sent, and what is told back',
    ...schema,
  };
}
