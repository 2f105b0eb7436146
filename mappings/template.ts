/**
 * Texts with names in braces, e.g. `{store}-{order}`. `{{` and `}}` stand for literal braces. Also
 * the syntax of SKU patterns (pattern.ts).
 * @module
 */

export type TemplatePart = { readonly literal: string } | { readonly name: string };

export type ParsedTemplate =
  | { readonly ok: true; readonly parts: readonly TemplatePart[] }
  | { readonly ok: false; readonly error: string };

const TOKEN = /\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/g;
const NAME = /^[A-Za-z]+$/;

/** Cuts a template into literal texts and names; neighbouring literals are joined. */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  let literal = '';
  for (const match of text.matchAll(TOKEN)) {
    const [token, name] = match;
    if (name === undefined) {
      if (token === '{' || token === '}') {
        return { ok: false, error: loneBrace(token, match.index) };
      }
      literal += token === '{{' ? '{' : token === '}}' ? '}' : token;
      continue;
    }
    if (!NAME.test(name)) {
      return { ok: false, error: `"${token}" holds no name; a literal brace is written twice` };
    }
    if (literal) parts.push({ literal });
    literal = '';
    parts.push({ name });
  }
  if (literal) parts.push({ literal });
  return { ok: true, parts };
}

/**
 * The names a template uses, each once, in order of appearance.
 * @throws {SyntaxError} when a brace has no partner or holds no name.
 * @example templateNames('{store}-{order}') // ['store', 'order']
 */
export function templateNames(text: string): string[] {
  const names = partsOf(text).flatMap((part) => ('name' in part ? [part.name] : []));
  return [...new Set(names)];
}

/**
 * Puts values in the place of names.
 * @throws {SyntaxError} when a brace has no partner or holds no name.
 * @throws {RangeError} when a name has no value; settings are checked, so this is a defect.
 * @example fillTemplate('{store}-{order}', { store: 'sg1', order: '42' }) // 'sg1-42'
 */
export function fillTemplate(text: string, values: Readonly<Record<string, string>>): string {
  return partsOf(text)
    .map((part) => {
      if ('literal' in part) return part.literal;
      const value = Object.hasOwn(values, part.name) ? values[part.name] : undefined;
      if (value === undefined)
        throw new RangeError(`template "${text}": {${part.name}} has no value`);
      return value;
    })
    .join('');
}

function partsOf(text: string): readonly TemplatePart[] {
  const parsed = parseTemplate(text);
  if (!parsed.ok) throw new SyntaxError(`template "${text}": ${parsed.error}`);
  return parsed.parts;
}

function loneBrace(brace: string, index: number): string {
  return `"${brace}" at character ${index + 1} has no partner; a literal brace is written "${brace}${brace}"`;
}
