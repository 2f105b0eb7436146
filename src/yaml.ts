/** Reads a YAML file against a schema; every mistake is reported with its line and column. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { storeIssues } from '../mappings/store-issues.ts';

export interface Problem {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly path?: string;
  readonly message: string;
}

/** The parsed settings, or undefined with the reasons added to `problems`. */
export function parseYamlFile<T extends z.ZodType>(
  path: string,
  schema: T,
  problems: Problem[],
  options: { readonly optional?: boolean } = {},
): z.output<T> | undefined {
  const file = shortName(path);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (options.optional && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    problems.push({ file, message: `cannot be read: ${(error as Error).message}` });
    return undefined;
  }
  const lines = new LineCounter();
  // Ids beyond 2^53 would lose digits as numbers; the core schema's big integers keep them.
  const document = parseDocument(text, { lineCounter: lines, intAsBigInt: true });
  if (document.errors.length > 0) {
    for (const error of document.errors) {
      const at = lines.linePos(error.pos[0]);
      problems.push({
        file,
        line: at.line,
        column: at.col,
        message: error.message.split('\n')[0] ?? 'no YAML',
      });
    }
    return undefined;
  }
  const parsed = schema.safeParse(smallIntegers(document.toJS() ?? {}));
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    for (const { path: at, message } of explain(issue)) {
      const range = nearestRange(document, at);
      const place = range === undefined ? undefined : lines.linePos(range);
      problems.push({ file, line: place?.line, column: place?.col, path: at.join('.'), message });
    }
  }
  return undefined;
}

/** Big integers that fit become numbers; the others become their digits. */
function smallIntegers(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (Array.isArray(value)) return value.map(smallIntegers);
  if (value && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, smallIntegers(each)]),
    );
  }
  return value;
}

type Issue = z.core.$ZodIssue;

/** Zod's issue in a seller's words; an unknown key is reported at the key itself. */
function explain(issue: Issue): { path: PropertyKey[]; message: string }[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: 'is not a known setting',
    }));
  }
  if (issue.code === 'invalid_union') {
    return storeIssues(new z.ZodError([issue])).map(({ path, message }) => ({
      path: [...path],
      message,
    }));
  }
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [
    {
      path: [...issue.path],
      message: missing ? `is missing; expected ${issue.expected}` : issue.message,
    },
  ];
}

function nearestRange(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as
      | { range?: [number, number, number] }
      | undefined;
    if (node?.range) return node.range[0];
  }
  return undefined;
}

function shortName(path: string): string {
  const parent = basename(dirname(path));
  return parent === 'stores' ? join(parent, basename(path)) : basename(path);
}
