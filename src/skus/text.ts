/** The bytes of a file as UTF-8 without a mark: UTF-8 is checked, Excel's "Unicode text" (UTF-16) read. */
import { TextDecoder } from 'node:util';
import { startingWith } from './pieces.ts';
import { FileRefused } from './refused.ts';

const SAVE_AS = 'Save it as "CSV UTF-8" (Excel: Save As, CSV UTF-8), then import it again.';
/** What a workbook (.xlsx) begins with, being a ZIP archive. */
const ZIP = Buffer.from('PK\u0003\u0004');

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/**
 * @param source the file in pieces of any size
 * @throws {FileRefused} when it is no such text, with the line where that shows
 */
export async function* utf8Of(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | undefined;
  let isUtf8 = true;
  let line = 1;
  for await (const piece of startingWith((start) => start.length >= 4, source)) {
    let bytes = piece;
    if (!decoder) {
      const { encoding, mark } = encodingOf(piece);
      isUtf8 = encoding === 'utf-8';
      decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
      bytes = piece.subarray(mark);
    }
    const text = decode(decoder, bytes, line);
    if (!isUtf8) bytes = Buffer.from(text);
    if (bytes.length > 0) yield bytes;
    line += linesIn(bytes);
  }
  if (decoder) decode(decoder, undefined, line);
}

function decode(decoder: TextDecoder, bytes: Buffer | undefined, line: number): string {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch {
    if (decoder.encoding !== 'utf-8') throw new FileRefused(`is damaged UTF-16. ${SAVE_AS}`);
    const read = new TextDecoder().decode(bytes);
    const at = line + linesIn(Buffer.from(read.slice(0, read.indexOf('\uFFFD'))));
    throw new FileRefused(`is not UTF-8 (line ${at} is the first that is not). ${SAVE_AS}`);
  }
}

function encodingOf(start: Buffer): { readonly encoding: Encoding; readonly mark: number } {
  const begins = (...bytes: number[]) => bytes.every((byte, index) => start[index] === byte);
  if (begins(0xef, 0xbb, 0xbf)) return { encoding: 'utf-8', mark: 3 };
  if (begins(0xff, 0xfe)) return { encoding: 'utf-16le', mark: 2 };
  if (begins(0xfe, 0xff)) return { encoding: 'utf-16be', mark: 2 };
  if (start.indexOf(ZIP) === 0) throw new FileRefused(`is a workbook, not CSV. ${SAVE_AS}`);
  // Also UTF-16 without its mark: half of its bytes are 0.
  if (start.subarray(0, 1_024).includes(0)) throw new FileRefused(`is not UTF-8 text. ${SAVE_AS}`);
  return { encoding: 'utf-8', mark: 0 };
}

/** Line breaks; a break of Mac OS 9 (CR alone) is not counted. */
function linesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}
