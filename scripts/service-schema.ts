/** docs/schema/service.schema.json: the schema of ponbridge.yaml, groups included. */
import type { z } from 'zod';
import { NOT_IN_A_GROUP } from '../src/config/groups.ts';
import { serviceFile } from '../src/config.ts';
import { agents, marketplaces } from '../src/registry.ts';
import { ACCOUNTS, APPS, type Meanings, SERVICE } from './meanings.ts';
import { without } from './partial-schema.ts';
import type { SchemaNode } from './schema-rows.ts';
import { describe, describedStoreSchema, jsonSchemaOf, storeParts } from './store-schema.ts';

export function publishedServiceSchema(): SchemaNode {
  const schema = describe(jsonSchemaOf(serviceFile), SERVICE);
  const { apps, accounts, groups, ...others } = schema.properties ?? {};
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Ponbridge service settings',
    ...schema,
    properties: {
      apps: {
        ...apps,
        ...systems(
          [...marketplaces.values()].map((module) => [module, module.appSchema]),
          APPS,
        ),
      },
      accounts: {
        ...accounts,
        ...systems(
          [...agents.values()].map((module) => [module, module.accountSchema]),
          ACCOUNTS,
        ),
      },
      groups: { ...groups, additionalProperties: { anyOf: [{ type: 'null' }, group()] } },
      ...others,
    },
  };
}

export function renderServiceSchema(): string {
  return `${JSON.stringify(publishedServiceSchema(), null, 2)}\n`;
}

function group(): SchemaNode {
  const { $schema: _schema, ...parts } = storeParts(describedStoreSchema());
  return without(
    { ...parts, title: 'Group', description: 'Settings that several stores share' },
    NOT_IN_A_GROUP.map(([path]) => path),
  );
}

interface System {
  readonly name: string;
  readonly title: string;
}

function systems(
  each: readonly (readonly [System, z.ZodType])[],
  meanings: Readonly<Record<string, Meanings>>,
): SchemaNode {
  const entries = each.map(([{ name, title }, schema]) => {
    const entry = describe(jsonSchemaOf(schema), meanings[name] ?? {});
    return [name, { type: 'object', description: title, additionalProperties: orEnv(entry) }];
  });
  return { properties: Object.fromEntries(entries), additionalProperties: false };
}

/** Each value may be taken from the environment. */
function orEnv(entry: SchemaNode): SchemaNode {
  const properties = Object.entries(entry.properties ?? {}).map(([key, node]) => {
    const { description, ...value } = node;
    return [key, { ...(description ? { description } : {}), anyOf: [value, FROM_ENV] }];
  });
  return { ...entry, properties: Object.fromEntries(properties) };
}

const FROM_ENV: SchemaNode = {
  type: 'object',
  description: 'Taken from the environment variable of this name',
  properties: { env: { type: 'string' } },
  required: ['env'],
  additionalProperties: false,
};
