/** `.env`: variables are added or an empty one is filled; all else stays as it is. */
import { parseEnv } from 'node:util';

const HEADER = `# Keys and addresses of Ponbridge, read by every command started in this folder. Keep it to yourself: it is
# readable by its owner only and belongs into no repository. docs/settings.md#environment lists all names.
`;

/**
 * The text with the variables in it. One that is set is replaced: ask first.
 * @throws {Error} when a value cannot be written down, or the file is written so that others would change.
 */
export function fillEnv(text: string | undefined, variables: ReadonlyMap<string, string>): string {
  let filled = text ?? HEADER;
  for (const [name, value] of variables) {
    const line = `${name}=${quote(name, value)}`;
    // The last one counts, so that is the one to change.
    const at = [...filled.matchAll(lineOf(name))].at(-1);
    filled =
      at === undefined
        ? `${filled}${filled === '' || filled.endsWith('\n') ? '' : '\n'}${line}\n`
        : filled.slice(0, at.index) + line + filled.slice(at.index + at[0].length);
  }
  const wanted = { ...parseEnv(text ?? ''), ...Object.fromEntries(variables) };
  const got = parseEnv(filled);
  const wrong = Object.keys({ ...wanted, ...got }).filter((name) => wanted[name] !== got[name]);
  if (wrong.length > 0) {
    throw new Error(
      `.env is written in a way that cannot be extended safely (${wrong.join(', ')} would change); write ${[...variables.keys()].join(', ')} into it by hand`,
    );
  }
  return filled;
}

function lineOf(name: string): RegExp {
  return new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=.*$`, 'gm');
}

function quote(name: string, value: string): string {
  if (/^[\w.~:/@+=,%-]*$/.test(value)) return value;
  const mark = ["'", '`', '"'].find(
    (each) => !value.includes(each) && !(each === '"' && value.includes('\\')),
  );
  if (mark === undefined || /[\r\n]/.test(value)) {
    throw new Error(`the value of ${name} has line ends or all kinds of quotes; check it`);
  }
  return `${mark}${value}${mark}`;
}
