/** Reads a YAML file against a schema; every mistake is reported with its line and column. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Document, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';
import type { z } from 'zod';
import { explainIssues } from './issues.ts';

export interface Problem {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly path?: string;
  readonly message: string;
}

export interface YamlFile<T> {
  readonly value: T;
  /** A problem found later, at the place of the value it is about or of what is nearest above. */
  problem(path: readonly PropertyKey[], message: string): Problem;
}

/** The parsed file, or undefined with the reasons added to `problems`. */
export function parseYamlFile<T extends z.ZodType>(
  path: string,
  schema: T,
  problems: Problem[],
  options: { readonly optional?: boolean } = {},
): YamlFile<z.output<T>> | undefined {
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
  const document = parseDocument(text, { lineCounter: lines, intAsBigInt: true });
  const problem = (at: readonly PropertyKey[], message: string): Problem => {
    const offset = nearestOffset(document, at);
    const place = offset === undefined ? undefined : lines.linePos(offset);
    return { file, line: place?.line, column: place?.col, path: at.join('.'), message };
  };
  // A warning is a value that was dropped, e.g. of an unknown tag.
  const errors = [...document.errors, ...document.warnings];
  for (const error of errors) {
    const at = lines.linePos(error.pos[0]);
    problems.push({ file, line: at.line, column: at.col, message: yamlMessage(error) });
  }
  if (errors.length > 0) return undefined;
  keepText(document);
  let content: unknown;
  try {
    content = document.toJS() ?? {};
  } catch {
    // Its message would repeat the text after the *, which may be a secret's.
    problems.push({ file, message: `an alias that cannot be resolved: ${QUOTE}` });
    return undefined;
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return { value: parsed.data, problem };
  for (const issue of explainIssues(parsed.error, schema)) {
    problems.push(problem(issue.path, issue.message));
  }
  return undefined;
}

const QUOTE = 'a text that starts with *, & or ! must stand in quotes';

/** Only the first line: the next ones show the source, which may hold a secret. */
function yamlMessage(error: YAMLError): string {
  if (error.code === 'BAD_ALIAS' || error.code === 'TAG_RESOLVE_FAILED') return QUOTE;
  if (error.code === 'MULTIPLE_DOCS') return 'a second document begins here; a file holds one';
  const [first = 'no YAML'] = error.message.split('\n');
  return first.replace(/ at line \d+, column \d+:?$/, '');
}

/**
 * A whole number stays a number only if it is written as one is. Ids come as `0712`, `600126245031041190`
 * or `5016e3`: read as numbers they would lose digits, so these keep their text.
 */
function keepText(document: Document) {
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value !== 'bigint' && typeof node.value !== 'number') return;
      const number = Number(node.value);
      const text = node.source ?? String(node.value);
      const isPlain =
        typeof node.value === 'bigint'
          ? Number.isSafeInteger(number) && String(number) === text
          : /^-?\d+\.\d+$/.test(text);
      node.value = isPlain ? number : text;
    },
  });
}

/** Of the value at the path; of an unknown or missing one, of what holds it. */
function nearestOffset(document: Document, path: readonly PropertyKey[]): number | undefined {
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
