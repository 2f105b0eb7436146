/**
 * Sets single values in a YAML text and leaves every other character as it is. Where the text is built in
 * a way that allows no such edit, it is written anew by the library, which keeps comments and order but
 * may break lines elsewhere.
 * @module
 */
import { type Document, isMap, isScalar, parseDocument, Scalar, visit, type YAMLMap } from 'yaml';

/** Keys down to the value, and what it is to be. */
export interface Edit {
  readonly path: readonly string[];
  readonly value: string | boolean;
}

/** The text with these values, or as it was where they stand already; a switch not set is off. */
export function editYaml(text: string, edits: readonly Edit[]): string {
  return edits.reduce((before, edit) => {
    const document = parse(before);
    if ((document.getIn([...edit.path]) ?? false) === edit.value) return before;
    const spliced = splice(before, document, edit);
    if (spliced !== undefined && isRight(spliced, edit)) return spliced;
    return rewrite(document, edit);
  }, text);
}

function parse(text: string): Document {
  return parseDocument(text, { intAsBigInt: true });
}

function isRight(text: string, { path, value }: Edit): boolean {
  const document = parse(text);
  return document.errors.length === 0 && document.getIn([...path]) === value;
}

/** As it stands in a file. */
export function writtenYaml(value: Edit['value']): string {
  // An amount such as 2000.00 would lose its zeros as a number.
  return typeof value === 'string' && /^[\d.]+$/.test(value) ? `"${value}"` : String(value);
}

function splice(text: string, document: Document, { path, value }: Edit): string | undefined {
  const node = document.getIn([...path], true);
  if (isScalar(node) && node.range && node.value !== null) {
    return text.slice(0, node.range[0]) + writtenYaml(value) + text.slice(node.range[1]);
  }
  if (node !== undefined) return undefined;
  for (let length = path.length - 1; length >= 0; length -= 1) {
    const above = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isMap(above)) return insert(text, above, path.slice(length), value);
    if (above !== undefined) return undefined;
  }
  return undefined;
}

/** The missing keys go behind the first one of the map, where that stands on one line. */
function insert(
  text: string,
  map: YAMLMap,
  [key = '', ...rest]: readonly string[],
  value: Edit['value'],
): string | undefined {
  const inFlow = rest.reduceRight((inner, each) => `{ ${each}: ${inner} }`, writtenYaml(value));
  const [first] = map.items;
  if (map.flow) {
    const at = (map.range?.[0] ?? 0) + 1;
    const end = first ? ', ' : ' ';
    return `${text.slice(0, at)} ${key}: ${inFlow}${end}${text.slice(at).trimStart()}`;
  }
  if (!first || !isScalar(first.key) || !first.key.range) return undefined;
  const lineStart = text.lastIndexOf('\n', first.key.range[0]) + 1;
  const indent = text.slice(lineStart, first.key.range[0]);
  if (indent.trim() !== '') return undefined;
  const line = `${indent}${key}: ${inFlow}\n`;
  const end = isScalar(first.value) ? (first.value.range?.[1] ?? 0) : 0;
  const isOneLine = end > 0 && !text.slice(lineStart, end).includes('\n');
  const lineEnd = text.indexOf('\n', end);
  if (!isOneLine) return text.slice(0, lineStart) + line + text.slice(lineStart);
  if (lineEnd < 0) return `${text}\n${line}`;
  return text.slice(0, lineEnd + 1) + line + text.slice(lineEnd + 1);
}

function rewrite(document: Document, { path, value }: Edit): string {
  for (let length = 1; length < path.length; length += 1) {
    const above = path.slice(0, length);
    if (!isMap(document.getIn(above, true))) document.setIn(above, document.createNode({}));
  }
  const scalar = new Scalar(value);
  if (typeof value === 'string' && writtenYaml(value) !== value) scalar.type = Scalar.QUOTE_DOUBLE;
  document.setIn([...path], scalar);
  keepDigits(document);
  return document.toString({ lineWidth: 0 });
}

/** `0712`, `5016e3` and ids beyond 2^53 are texts to us (yaml.ts); written as numbers they would change. */
export function keepDigits(document: Document) {
  visit(document, {
    Scalar(_key, node) {
      const { source, value } = node;
      if (source === undefined || (typeof value !== 'bigint' && typeof value !== 'number')) return;
      const isPlain =
        typeof value === 'bigint'
          ? Number.isSafeInteger(Number(value)) && String(value) === source
          : /^-?\d+\.\d+$/.test(source);
      if (isPlain) return;
      node.value = source;
      node.type = Scalar.QUOTE_DOUBLE;
    },
  });
}
