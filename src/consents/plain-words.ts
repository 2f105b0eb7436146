/**
 * Text from outside, safe to print: one line, no control characters (a terminal would obey them), and not
 * longer than a sentence or two.
 */
export function plainWords(text: string, most = 300): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
