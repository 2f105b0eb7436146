/** docs/schema/store.schema.json: the schema of a store's file, with a description for every key. */
import { z } from 'zod';
import { storeJsonSchema } from '../mappings/json-schema.ts';
import { marketplaces } from '../src/registry.ts';
import { type Meanings, OPTIONS, STORE } from './meanings.ts';
import { partial, requirements } from './partial-schema.ts';
import { everyKey, type SchemaNode } from './schema-rows.ts';

/** The schema of a file without a group, with the descriptions that only the documentation has. */
export function describedStoreSchema(): SchemaNode {
  return describe(storeJsonSchema() as SchemaNode, STORE);
}

/** With `group` in the file, everything but the shop itself may come from there. */
export function publishedStoreSchema(): SchemaNode {
  const whole = describedStoreSchema();
  return {
    ...storeParts(whole),
    required: ['sellerId'],
    if: { required: ['group'] },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: {},
    else: { ...requirements(whole), allOf: [LEG_OF_A_WAREHOUSE] },
  };
}

/** Any part of a store's file, as also a group has it. */
export function storeParts(whole: SchemaNode): SchemaNode {
  const parts = partial(whole);
  const { marketplace, purchase, ...others } = parts.properties ?? {};
  return {
    ...parts,
    properties: {
      marketplace: { ...marketplace, enum: [...marketplaces.keys()] },
      ...others,
      ...(purchase ? { purchase: { ...purchase, allOf: CAPS } } : {}),
    },
    allOf: [...marketplaces.values()].map(ofMarketplace),
  };
}

export function renderStoreSchema(): string {
  return `${JSON.stringify(publishedStoreSchema(), null, 2)}\n`;
}

export function describe(schema: SchemaNode, meanings: Meanings): SchemaNode {
  for (const { path, node } of everyKey(schema)) {
    const text = meanings[path]?.text;
    if (text) node.description = plain(text);
  }
  return schema;
}

export function jsonSchemaOf(schema: z.ZodType): SchemaNode {
  const options = { io: 'input', target: 'draft-7', unrepresentable: 'any' } as const;
  const { $schema: _schema, ...node } = z.toJSONSchema(schema, options) as SchemaNode;
  return node;
}

/** Countries and options that only this marketplace has. */
function ofMarketplace({ name, countries, optionsSchema }: Marketplace): SchemaNode {
  const options = partial(describe(jsonSchemaOf(optionsSchema), OPTIONS[name] ?? {}));
  return {
    if: { required: ['marketplace'], properties: { marketplace: { const: name } } },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: { properties: { country: { enum: Object.keys(countries) }, options } },
  };
}

type Marketplace = typeof marketplaces extends ReadonlyMap<string, infer Module> ? Module : never;

const CAP_WITH = (switched: SchemaNode): SchemaNode => ({
  if: switched,
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
  then: { required: ['dailyCap'] },
});

const CAPS = [
  CAP_WITH({ required: ['mode'], properties: { mode: { const: 'auto' } } }),
  CAP_WITH({
    required: ['pay'],
    properties: { pay: { required: ['auto'], properties: { auto: { const: true } } } },
  }),
];

const LEG_OF_A_WAREHOUSE: SchemaNode = {
  if: {
    required: ['receiver'],
    properties: { receiver: { required: ['kind'], properties: { kind: { const: 'warehouse' } } } },
  },
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
  then: { required: ['tracking'], properties: { tracking: { required: ['leg'] } } },
};

/** Editors show the text as it is. */
function plain(text: string): string {
  return text.replaceAll('`', '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}
