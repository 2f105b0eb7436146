/** A JSON Schema of settings as rows of a table: one per key a person can write. */

export interface SchemaNode {
  type?: string | string[];
  description?: string;
  title?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  properties?: Record<string, SchemaNode>;
  required?: string[];
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
  additionalProperties?: boolean | SchemaNode;
  propertyNames?: SchemaNode;
  allOf?: SchemaNode[];
  if?: SchemaNode;
  then?: SchemaNode;
  else?: SchemaNode;
  $schema?: string;
  /** What the value counts, where its type does not say it. */
  'x-unit'?: string;
}

export interface SchemaRow {
  /** `budget.drift`; `lines[]` for the entries of a list, `lines[].bundle.parts[].itemId` below one. */
  readonly path: string;
  /** As described by the first of its shapes. */
  readonly node: SchemaNode;
  readonly required: boolean;
  /** What may be written, over all its shapes. */
  readonly value: string;
}

/** Every key below a schema, once, in the schema's order. */
export function schemaRows(root: SchemaNode): SchemaRow[] {
  const byPath = Map.groupBy(everyKey(root), ({ path }) => path);
  return [...byPath].flatMap(([path, [first, ...others]]) => {
    if (!first) return [];
    const shapes = [first, ...others].map(({ node }) => node);
    return [{ ...first, path, value: typeWords({ anyOf: shapes }) }];
  });
}

/** The same with each shape of a key by itself. */
export function everyKey(node: SchemaNode, path = ''): Omit<SchemaRow, 'value'>[] {
  const below = Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const at = path ? `${path}.${key}` : key;
    const required = node.required?.includes(key) ?? false;
    return [{ path: at, node: child, required }, ...everyKey(child, at)];
  });
  const entries = node.items ? everyKey(node.items, `${path}[]`) : [];
  const shapes = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  return [...below, ...entries, ...shapes.flatMap((shape) => everyKey(shape, path))];
}

const DURATION = '(ms|s|m|h|d)$';
const DIGITS_ONLY = '^\\d+$';
const LARGEST = Number.MAX_SAFE_INTEGER;

/** What may be written, in words: "duration", "whole number from 1 to 500", "`off`, `manual` or `auto`". */
function typeWords(node: SchemaNode): string {
  const words = [...new Set(kinds(node))];
  return words.length > 1
    ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
    : (words[0] ?? '');
}

function kinds(node: SchemaNode): string[] {
  if (node['x-unit'] !== undefined) return [node['x-unit']];
  if (node.const !== undefined) return [code(node.const)];
  if (node.enum) return node.enum.map(code);
  const shapes = node.anyOf ?? node.oneOf;
  if (shapes?.some((shape) => shape.pattern?.endsWith('%$'))) return ['share'];
  if (shapes) return shapes.flatMap(kinds);
  if (node.pattern?.endsWith(DURATION)) return ['duration'];
  if (Array.isArray(node.type)) return node.type.flatMap((type) => kinds({ type }));
  switch (node.type) {
    case 'string':
      return [stringWords(node)];
    case 'integer':
    case 'number':
      return [numberWords(node)];
    case 'boolean':
      return ['`true`', '`false`'];
    case 'array':
      return [`list of ${node.items ? plural(typeWords(node.items)) : 'values'}`];
    case 'object':
      return ['block'];
    default:
      return ['any'];
  }
}

function stringWords(node: SchemaNode): string {
  if (node.format === 'uri') return 'address (URL)';
  if (node.format === 'date') return 'date';
  if (node.format === 'date-time') return 'time with zone';
  if (node.pattern === DIGITS_ONLY) return 'digits';
  const least = (node.minLength ?? 0) > 1 ? `, at least ${node.minLength} characters` : '';
  const most = node.maxLength ? `, at most ${node.maxLength} characters` : '';
  return `text${least}${most}`;
}

function numberWords({ type, minimum, maximum }: SchemaNode): string {
  const word = type === 'integer' ? 'whole number' : 'number';
  const from = minimum !== undefined && minimum > -LARGEST ? ` from ${minimum}` : '';
  const to = maximum !== undefined && maximum < LARGEST ? ` to ${maximum}` : '';
  return `${word}${from}${to}`;
}

function plural(words: string): string {
  return words.includes('block') ? 'blocks' : words.replace(/^text/, 'texts');
}

export function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
