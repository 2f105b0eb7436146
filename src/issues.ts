/** What a schema found wrong, in a seller's words. */
import { z } from 'zod';
import { nearest } from '../mappings/near-miss.ts';
import { storeIssues } from '../mappings/store-issues.ts';

export interface SettingIssue {
  /** Keys and list positions down to the value. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The messages name what was expected, never what was found: a value may be a secret. */
export function explainIssues(error: z.ZodError, schema: z.core.$ZodType): SettingIssue[] {
  return error.issues.flatMap((issue) => explain(issue, schema));
}

function explain(issue: z.core.$ZodIssue, schema: z.core.$ZodType): SettingIssue[] {
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue.path, issue.keys, schema);
  if (issue.code === 'invalid_union') {
    return storeIssues(new z.ZodError([issue])).flatMap(({ path, message, unknownKeys: keys }) =>
      keys ? unknownKeys(path, keys, schema) : [{ path, message }],
    );
  }
  return [{ path: issue.path, message: messageOf(issue) }];
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return issue.message;
  if (issue.message.endsWith('received undefined')) return `is missing; expected ${issue.expected}`;
  const isNumber = issue.expected === 'string' && issue.message.endsWith('received number');
  return isNumber ? `${issue.message}; put it in quotes` : issue.message;
}

/** Each reported at the key itself. */
function unknownKeys(
  path: readonly PropertyKey[],
  keys: readonly string[],
  schema: z.core.$ZodType,
): SettingIssue[] {
  const known = keysAt(schema, path);
  return keys.map((key) => {
    const meant = nearest(key, known);
    const hint = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`;
    return { path: [...path, key], message: `is not a known setting; ${hint}` };
  });
}

/** The keys that the schema has at a path; of every shape where several are possible. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const shapes = path.reduce<z.core.$ZodType[]>(
    (at, key) => at.flatMap(plainShapes).flatMap((each) => childOf(each, key)),
    [schema],
  );
  const keys = shapes
    .flatMap(plainShapes)
    .flatMap((each) => (isObject(each) ? Object.keys(each._zod.def.shape) : []));
  return [...new Set(keys)];
}

function childOf(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object': {
      const child = def.shape[String(key)];
      return child ? [child] : [];
    }
    case 'record':
      return [def.valueType];
    case 'array':
      return [def.element];
    default:
      return [];
  }
}

/** Without what wraps it: defaults, transformations, the choice between several shapes. */
function plainShapes(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
      return plainShapes(def.innerType);
    case 'pipe':
      return plainShapes(def.in);
    case 'union':
      return def.options.flatMap(plainShapes);
    default:
      return [schema];
  }
}

function isObject(schema: z.core.$ZodType): schema is z.core.$ZodObject {
  return (schema as z.core.$ZodTypes)._zod.def.type === 'object';
}
