/** Reads a YAML file; every mistake is reported with its line and column. */
import { basename, dirname, join } from 'node:path';
import { type Document, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';
import type { z } from 'zod';
import { readSettingsText } from './config/text.ts';
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

interface ReadOptions {
  /** No such file is no mistake. */
  readonly optional?: boolean;
}

/** The parsed file, or undefined with the reasons added to `problems`. */
export function parseYamlFile<T extends z.ZodType>(
  path: string,
  schema: T,
  problems: Problem[],
  options: ReadOptions = {},
): YamlFile<z.output<T>> | undefined {
  const file = readYamlFile(path, problems, options);
  if (!file) return undefined;
  const parsed = schema.safeParse(file.value);
  if (parsed.success) return { value: parsed.data, problem: file.problem };
  for (const issue of explainIssues(parsed.error, schema, file.value)) {
    problems.push(file.problem(issue.path, issue.message));
  }
  return undefined;
}

/** What the file says, unchecked; an empty file is an empty object. */
export function readYamlFile(
  path: string,
  problems: Problem[],
  options: ReadOptions = {},
): YamlFile<unknown> | undefined {
  const file = shortName(path);
  const read = readSettingsText(path);
  if (!('text' in read)) {
    const isMissing = 'missing' in read;
    if (isMissing && options.optional) return undefined;
    const message = isMissing ? 'cannot be read: there is no such file' : read.refused;
    problems.push({ file, message });
    return undefined;
  }
  const { text } = read;
  const document = parseDocument(text, { intAsBigInt: true, prettyErrors: false });
  // A warning is a value that was dropped, e.g. of an unknown tag.
  const errors = [...document.errors, ...document.warnings];
  if (errors.length > 0) {
    const lines = linesOf(text);
    for (const error of errors) {
      const at = lines.linePos(error.pos[0]);
      problems.push({ file, line: at.line, column: at.col, message: yamlMessage(error) });
    }
    return undefined;
  }
  keepText(document);
  const problem = (at: readonly PropertyKey[], message: string): Problem => {
    const place = placeIn(text, at);
    return { file, line: place?.line, column: place?.col, path: at.join('.'), message };
  };
  try {
    return { value: document.toJS() ?? {}, problem };
  } catch {
    // Its message would repeat the text after the *, which may be a secret's.
    problems.push({ file, message: `an alias that cannot be resolved: ${QUOTE}` });
    return undefined;
  }
}

const QUOTE = 'a text that starts with *, & or ! must stand in quotes';

/** Only the first line: the next ones show the source, which may hold a secret. */
function yamlMessage(error: YAMLError): string {
  switch (error.code) {
    case 'BAD_ALIAS':
    case 'TAG_RESOLVE_FAILED':
      return QUOTE;
    case 'MULTIPLE_DOCS':
      return 'a second document begins here; a file holds one';
    case 'DUPLICATE_KEY':
      return 'this key stands above already; write it once';
    case 'TAB_AS_INDENT':
      return 'a tab indents this line; YAML wants spaces';
    default: {
      const [first = 'no YAML'] = error.message.split('\n');
      return first.replace(/ at line \d+, column \d+:?$/, '');
    }
  }
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

interface Located {
  readonly text: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** Of the file asked last: its problems come one after the other. */
let located: Located | undefined;

/**
 * Where a value stands. The text is parsed again for it: keeping the trees of 1,000 right files, which
 * nobody asks, would take 200 MB.
 */
function placeIn(text: string, path: readonly PropertyKey[]) {
  if (located?.text !== text) {
    const lines = new LineCounter();
    located = { text, lines, document: parseDocument(text, { lineCounter: lines }) };
  }
  const offset = nearestOffset(located.document, path);
  return offset === undefined ? undefined : located.lines.linePos(offset);
}

function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  parseDocument(text, { lineCounter: lines });
  return lines;
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
