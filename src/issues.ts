/** What a schema found wrong, in a seller's words. */
import { z } from 'zod';
import { didYouMean, nearest } from '../mappings/near-miss.ts';
import { storeIssues } from '../mappings/store-issues.ts';
import { keysOf, placesOf, shapesAt, wordsOf } from './config/schema-keys.ts';
import { valueAt } from './config/value-at.ts';

export interface SettingIssue {
  /** Keys and list positions down to the value. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * The messages name what was expected, never what was found: a value may be a secret.
 * @param content what was checked; with it, a word that is nearly a known one gets a suggestion.
 */
export function explainIssues(
  error: z.ZodError,
  schema: z.core.$ZodType,
  content?: unknown,
): SettingIssue[] {
  const told = new Set<string>();
  return error.issues
    .flatMap((issue) => explain(issue, schema, content))
    .filter(({ path, message }) => {
      const key = JSON.stringify([path.map(String), message]);
      return !told.has(key) && told.add(key);
    });
}

function explain(
  issue: z.core.$ZodIssue,
  schema: z.core.$ZodType,
  content: unknown,
): SettingIssue[] {
  if (issue.code === 'unrecognized_keys')
    return unknownKeys(issue.path, issue.keys, schema, content);
  if (issue.code === 'invalid_union') {
    const words = discriminatorWords(issue, schema);
    if (words) return [{ path: issue.path, message: wordMessage(issue.path, words, content) }];
    return storeIssues(new z.ZodError([issue])).flatMap(({ path, message, unknownKeys: keys }) =>
      keys ? unknownKeys(path, keys, schema, content) : [{ path, message: plain(message) }],
    );
  }
  if (issue.code === 'invalid_value') {
    const words = issue.values.map(String);
    const hint = didYouMean(valueAt(content, issue.path), words);
    return [{ path: issue.path, message: `${issue.message}${hint && `; ${hint}`}` }];
  }
  if (issue.code === 'invalid_key') {
    const [first] = issue.issues;
    return [{ path: issue.path, message: `is no name; expected ${first?.message ?? 'a name'}` }];
  }
  return [{ path: issue.path, message: messageOf(issue) }];
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return issue.message;
  if (issue.message.endsWith('received undefined')) return `is missing; expected ${issue.expected}`;
  const isNumber = issue.expected === 'string' && issue.message.endsWith('received number');
  return isNumber ? `${issue.message}; put it in quotes` : issue.message;
}

/** Of an issue inside a choice of shapes only the message is left. */
function plain(message: string): string {
  const [, expected] = /^Invalid input: expected (\w+), received undefined$/.exec(message) ?? [];
  return expected ? `is missing; expected ${expected}` : message;
}

/** What the key that chooses between shapes (`receiver.kind`) may be. */
function discriminatorWords(
  issue: z.core.$ZodIssueInvalidUnion,
  schema: z.core.$ZodType,
): string[] | undefined {
  const key = issue.path.at(-1);
  if (issue.errors.length > 0 || key === undefined) return undefined;
  const shapes = shapesAt(schema, issue.path.slice(0, -1));
  const words = shapes.flatMap((shape) => wordsOf(shape, String(key)));
  return words.length > 0 ? [...new Set(words)] : undefined;
}

function wordMessage(
  path: readonly PropertyKey[],
  words: readonly string[],
  content: unknown,
): string {
  const expected = `expected one of ${words.map((word) => JSON.stringify(word)).join('|')}`;
  const found = valueAt(content, path);
  if (content !== undefined && found === undefined) return `is missing; ${expected}`;
  const hint = didYouMean(found, words);
  return `Invalid option: ${expected}${hint && `; ${hint}`}`;
}

/** Each reported at the key itself. */
function unknownKeys(
  path: readonly PropertyKey[],
  keys: readonly string[],
  schema: z.core.$ZodType,
  content: unknown,
): SettingIssue[] {
  const shapes = shapesAt(schema, path);
  const known = [...new Set(shapes.flatMap(keysOf))];
  return keys.map((key) => {
    const others = shapes.filter((shape) => keysOf(shape).includes(key));
    if (others.length > 0) {
      const goes = [...new Set(others.map((shape) => signOf(shape, shapes)))].join(' or ');
      const here = shapes.find((shape) => fits(shape, valueAt(content, path)));
      const with_ = here ? ` with ${signOf(here, shapes)}` : '';
      return { path: [...path, key], message: `does not go${with_}; it belongs to ${goes}` };
    }
    return { path: [...path, key], message: `is not a known setting; ${hintFor(key)}` };
  });

  function hintFor(key: string): string {
    const meant = nearest(key, known);
    if (meant !== undefined) return `did you mean ${meant}?`;
    const elsewhere = placesOf(schema, key);
    if (elsewhere.length > 0 && elsewhere.length < 4)
      return `write it as ${elsewhere.join(' or ')}`;
    return `known here: ${known.join(', ')}`;
  }
}

type Shape = ReturnType<typeof shapesAt>[number];

/** What tells a shape from the others: `kind: warehouse`, or the key it begins with, `bundle`. */
function signOf(shape: Shape, all: readonly Shape[]): string {
  const fixed = keysOf(shape).find((key) => wordsOf(shape, key).length > 0);
  const [word] = fixed === undefined ? [] : wordsOf(shape, fixed);
  if (fixed !== undefined && all.every((other) => keysOf(other).includes(fixed))) {
    return `${fixed}: ${word}`;
  }
  return keysOf(shape)[0] ?? 'another block';
}

function fits(shape: Shape, content: unknown): boolean {
  if (typeof content !== 'object' || content === null) return false;
  const [first] = keysOf(shape);
  if (first === undefined || !Object.hasOwn(content, first)) return false;
  const words = wordsOf(shape, first);
  return words.length === 0 || words.includes(String(valueAt(content, [first])));
}
