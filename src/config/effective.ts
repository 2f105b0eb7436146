/** Every setting of one store as it is in force, in the words of the files, and where each comes from. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { noPullAfter } from '../../mappings/alerts.ts';
import { storeJsonSchema } from '../../mappings/json-schema.ts';
import { marketplaces } from '../registry.ts';
import { originOf } from './layers.ts';
import { readOne } from './load.ts';
import { SettingsError } from './problem.ts';
import type { Environment } from './types.ts';
import { isBlock, valueAt } from './value-at.ts';

export interface EffectiveSetting {
  /** `budget.drift`, `lines[0]`. */
  readonly key: string;
  readonly value: unknown;
  readonly from: 'store' | 'group' | 'default';
  readonly file?: string;
  readonly line?: number;
  readonly group?: string;
}

/**
 * @returns undefined when the store has no file.
 * @throws {SettingsError} when the file is wrong
 */
export function effectiveSettings(env: Environment, name: string): EffectiveSetting[] | undefined {
  const folder = join(resolve(env.PONBRIDGE_HOME || '.'), 'stores');
  const path = [`${name}.yaml`, `${name}.yml`]
    .map((file) => join(folder, file))
    .find((file) => existsSync(file));
  if (path === undefined) return undefined;
  const { file, problems, others, service, around } = readOne(env, path, name);
  if (!file?.store) {
    const before = others.length;
    around.groups.tell(file?.file);
    throw new SettingsError([...problems, ...others.slice(before)]);
  }
  const { group, written, content, store } = file;

  return leaves(schemaFor(store.settings.marketplace), content, []).map(({ path: at, value }) => {
    const key = keyOf(at);
    if (valueAt(content, at) === undefined) return { key, value, from: 'default' };
    if (group && originOf(at, group.content, written) === 'group') {
      const place = service.place(['groups', group.name, ...at]);
      return { key, value, from: 'group', group: group.name, ...lineOf(place) };
    }
    return { key, value, from: 'store', ...lineOf(file.place(at)) };
  });

  /** Of these two the schema does not know the rest: code does, or the marketplace. */
  function schemaFor(marketplace: string): Node {
    const schema = storeJsonSchema() as Node;
    const { alerts, options, ...others } = schema.properties ?? {};
    const noPull = { default: `${noPullAfter(store?.settings ?? NEVER) / 60_000}m` };
    const module = marketplaces.get(marketplace);
    const its = module && (z.toJSONSchema(module.optionsSchema, AS_WRITTEN) as Node);
    return {
      properties: {
        ...others,
        alerts: { ...alerts, properties: { ...alerts?.properties, noPull } },
        options: { ...options, ...its },
      },
    };
  }
}

const AS_WRITTEN = { io: 'input', target: 'draft-7', unrepresentable: 'any' } as const;
const NEVER = { poll: 0, alerts: {} };

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
}

interface Leaf {
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
}

/** What is written, and the defaults of the rest, in the schema's order. */
function leaves(node: Node | undefined, content: unknown, path: readonly PropertyKey[]): Leaf[] {
  const shape = node && shapeFor(node, content);
  const value = content ?? shape?.default;
  if (Array.isArray(value)) {
    return value.map((entry, index) => ({ path: [...path, index], value: entry }));
  }
  if (value !== undefined && !isBlock(value)) return [{ path, value }];
  const keys = new Set([...Object.keys(shape?.properties ?? {}), ...Object.keys(value ?? {})]);
  // Parts of what is not set at all are no settings.
  if (value === undefined && path.length > 0) return [];
  return [...keys].flatMap((key) =>
    leaves(shape?.properties?.[key], valueAt(value, [key]), [...path, key]),
  );
}

/** Of several shapes the one whose fixed words the content has. */
function shapeFor(node: Node, content: unknown): Node {
  const shapes = node.oneOf ?? node.anyOf ?? [];
  const fits = shapes.find((shape) => {
    const fixed = Object.entries(shape.properties ?? {}).filter(([, child]) => 'const' in child);
    return fixed.length > 0 && fixed.every(([key, its]) => valueAt(content, [key]) === its.const);
  });
  return fits ?? node;
}

function keyOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (key, part) =>
      typeof part === 'number' ? `${key}[${part}]` : `${key && `${key}.`}${String(part)}`,
    '',
  );
}

function lineOf(place: { file: string; line?: number | undefined } | undefined) {
  return place ? { file: place.file, ...(place.line ? { line: place.line } : {}) } : {};
}
