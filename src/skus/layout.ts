/** How a file separates its cells: by its `sep=` line, or by what is most frequent in its header. */

export type Delimiter = ',' | ';' | '\t';
const DELIMITERS: readonly Delimiter[] = [',', ';', '\t'];

export interface Layout {
  readonly delimiter: Delimiter;
  /** Bytes before the header: Excel's line `sep=;`, when there is one. */
  readonly skip: number;
}

/** A header is never longer; what is, has no line breaks at all. */
const MOST_HEADER_BYTES = 65_536;

/** Whether these first bytes hold the whole first line, with its break. */
export function holdsFirstLine(start: Buffer): boolean {
  if (start.length >= MOST_HEADER_BYTES) return true;
  // Behind the break one more, for it can be of two.
  return /[\r\n][\s\S]/.test(start.toString('latin1'));
}

/** @param start the file's first bytes, UTF-8 without a mark, with its header if that is not monstrous */
export function layoutOf(start: Buffer): Layout {
  const text = start.toString('utf8', 0, MOST_HEADER_BYTES);
  const sep = /^"?sep=([,;\t])"?(\r\n|\n|\r)/i.exec(text);
  const chosen = DELIMITERS.find((sign) => sign === sep?.[1]);
  if (sep && chosen) return { delimiter: chosen, skip: sep[0].length };
  const header = text.split(/\r|\n/, 1)[0] ?? '';
  const counts = DELIMITERS.map((sign) => ({ sign, count: header.split(sign).length }));
  const [most] = counts.sort((a, b) => b.count - a.count);
  return { delimiter: most?.sign ?? ',', skip: 0 };
}
