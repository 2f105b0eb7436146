/** `ponbridge.yaml`: apps and accounts are added; comments and all else stay as they are. */
import { Document, isCollection, parseDocument, type YAMLMap } from 'yaml';
import { keepDigits } from '../edit-yaml.ts';

export interface ServiceEntry {
  readonly kind: 'apps' | 'accounts';
  readonly system: string;
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Said above the entry. */
  readonly comment: string;
}

const HEADER = ` The apps at the marketplaces and the accounts at the agents. No secret stands here: { env: NAME } is taken
 from the environment or from .env. All keys with their defaults: docs/settings.md.`;

/** @throws {Error} when the file is no YAML, or is written in another shape. */
export function extendService(
  text: string | undefined,
  entries: readonly ServiceEntry[],
  header = HEADER,
): string {
  const document = text?.trim() ? parseDocument(text, { intAsBigInt: true }) : fresh(header);
  const [error] = document.errors;
  if (error) throw new Error(`ponbridge.yaml cannot be extended: ${error.message.split('\n')[0]}`);
  // Apps first, as in the example.
  for (const kind of ['apps', 'accounts'] as const) {
    for (const entry of entries) if (entry.kind === kind) add(document, entry);
  }
  keepDigits(document);
  return document.toString({ lineWidth: 0 });
}

function fresh(header: string): Document {
  const document = new Document({});
  if (header !== '') document.commentBefore = header;
  return document;
}

function add(document: Document, { kind, system, name, values, comment }: ServiceEntry) {
  for (const path of [[], [kind], [kind, system]]) {
    const node: unknown = path.length > 0 ? document.getIn(path, true) : document.contents;
    // "apps:" with nothing after it is no collection yet.
    if (!isCollection(node)) {
      const empty = document.createNode({});
      if (path.length > 0) document.setIn(path, empty);
      else document.contents = empty;
    } else if (node.items.length === 0) node.flow = false;
  }
  const node = document.createNode(values) as YAMLMap;
  for (const { value } of node.items) if (isCollection(value)) value.flow = true;
  node.commentBefore = ` ${comment}`;
  document.setIn([kind, system, name], node);
}
