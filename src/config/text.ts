/** The text of a settings file, or why it cannot be had: each reason says what to do. */
import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** Files have some KB; what is larger is another file by mistake, and parsing it would take minutes. */
const MOST_BYTES = 1_048_576;

const A_FOLDER = 'cannot be read: it is a folder, and settings are a file';

export type SettingsText =
  | { readonly text: string }
  | { readonly missing: true }
  | { readonly refused: string };

export function readSettingsText(path: string): SettingsText {
  let file: number;
  try {
    // Opening a pipe would wait for its writer.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    return refusal(error);
  }
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) return { refused: A_FOLDER };
    if (!stat.isFile()) return { refused: 'cannot be read: it is no regular file' };
    if (stat.size > MOST_BYTES) {
      const size = (stat.size / 1_048_576).toFixed(1);
      return {
        refused: `has ${size} MB, and settings have at most 1 MB. Many SKUs go into the database: ponbridge skus import`,
      };
    }
    return decode(readFileSync(file));
  } catch (error) {
    return refusal(error);
  } finally {
    closeSync(file);
  }
}

function decode(bytes: Buffer): SettingsText {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { refused: 'is UTF-16; save it as UTF-8' };
  }
  if (!isUtf8(bytes)) {
    return { refused: 'is not UTF-8 text; save it as UTF-8 (in Chinese Windows it is often GBK)' };
  }
  if (bytes.includes(0)) return { refused: 'is no text: it holds a zero byte' };
  // Windows editors put a byte order mark in front; it is no part of the first key.
  return { text: bytes.toString('utf8').replace(/^\uFEFF/, '') };
}

/** Why the system refuses a file, without its path: where the file lies is said already. */
export function refusal(error: unknown): SettingsText {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return { missing: true };
    case 'EACCES':
    case 'EPERM':
      return {
        refused:
          'cannot be read: permission denied. Let the user that runs ponbridge read it (chmod, chown)',
      };
    case 'ELOOP':
      return { refused: 'cannot be read: it is a link that leads back to itself' };
    case 'EISDIR':
      return { refused: A_FOLDER };
    default:
      return { refused: `cannot be read: ${code ?? message}` };
  }
}
